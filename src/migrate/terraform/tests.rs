#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use crate::grammar::Neighbour;
use crate::migrate::Thing;
use crate::migrate::tests::{exported, imported, told};
use crate::model::{Kind, Value, parse_json, write_json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What files of Terraform come to as Port has it, and what is told of them.
#[track_caller]
fn comes_to(files: &[(&str, &str)], expected: &[(&str, &str)], notes: &[&str]) {
    let imported = imported(Neighbour::Port, files);
    assert_eq!(told(&imported), notes);
    let canonical = |text: &str| {
        let mut out = Vec::new();
        write_json(&parse_json(text.as_bytes()).unwrap(), &mut out);
        String::from_utf8(out).unwrap()
    };
    let came = exported(Neighbour::Port, &imported.files).into_iter();
    let came: Vec<_> = came.map(|(file, all)| (file, canonical(&format!("[{}]", all.join(","))))).collect();
    let expected: Vec<_> = expected.iter().map(|(file, text)| (*file, canonical(text))).collect();
    assert_eq!(came, expected);
}

/// What an expression comes to as a text.
#[track_caller]
fn is_text(expression: &str, expected: &str) {
    let text = format!("resource \"port_team\" \"t\" {{\n  name = \"t\"\n  description = {expression}\n}}\n");
    let imported = imported(Neighbour::Port, &[("main.tf", &text)]);
    assert_eq!(told(&imported), Vec::<String>::new(), "{expression}");
    let out = exported(Neighbour::Port, &imported.files);
    let Value::Object(team) = parse_json(out["teams.json"][0].as_bytes()).unwrap() else { panic!("{out:?}") };
    assert_eq!(team.get("description").and_then(|text| text.as_str()), Some(expected), "{expression}");
}

#[test]
fn expressions_come_to_what_terraform_makes_of_them() {
    for (expression, expected) in [
        (r#""${1 + 2 * 3 - 4}-${7 % 4}-${8 / 2}-${-3}""#, "3-3-4--3"),
        (r#"true && !false ? "yes" : "no""#, "yes"),
        (r#"1 <= 2 || nothing.is.known ? "a" : "b""#, "a"),
        (r#"[for n in ["a", "b"] : upper(n)][1]"#, "B"),
        (r#"join(",", [for k, v in { b = 2, a = 1 } : "${k}${v}"])"#, "a1,b2"),
        (r#"join(",", [for k, v in ["x", "y"] : "${k}${v}" if v != "x"])"#, "1y"),
        (r#""${jsonencode({ for n in ["a", "b", "a"] : n => n... })} ""#, r#"{"a":["a","a"],"b":["b"]} "#),
        (r#"{ a = { b = ["c"] } }.a["b"].0"#, "c"),
        (
            r#""${jsonencode({ a = "<b> & 'c'", "k>" = jsonencode("<") })} ""#,
            r#"{"a":"\u003cb\u003e \u0026 'c'","k\u003e":"\"\\u003c\""} "#,
        ),
        ("\"${jsonencode(\"\u{2028}\u{2029}\")} \"", r#""\u2028\u2029" "#),
        (r#"jsondecode(jsonencode("<&>"))"#, "<&>"),
        (r#"join("", [{ a = "x" }, { a = "y" }][*].a)"#, "xy"),
        (r#"trimspace(format("%70000d%-70000s", 1, "x"))"#, "1x"),
        (r#"format("%s-%03d-%5s-%-3s|%q %v%%", "a", 7, "b", "c", "d", true)"#, "a-007-    b-c  |\"d\" true%"),
        (r#"replace(lower("A B"), " ", "-")"#, "a-b"),
        (r#"replace("My Service!!", "/[^a-zA-Z]+/", "-")"#, "My-Service-"),
        (r#"replace("a-b", "/(\\w)-(?P<two>\\w)/", "$${two}$1")"#, "ba"),
        (r#"replace("a/b", "/", "-")"#, "a-b"),
        (r#"regex("v(\\d+)\\.(\\d+)", "v1.22")[1]"#, "22"),
        (r#"regex("(?P<major>\\d+)", "v1.2").major"#, "1"),
        (r#"try(regex("x", "y"), "none")"#, "none"),
        (r#"join(",", regexall("[a-z]+", "a 1 bc"))"#, "a,bc"),
        (r#"csvdecode("name,owner\nalpha,\"A, \"\"B\"\"\"\n\nbeta,\n")[0].owner"#, "A, \"B\""),
        (r#"join(",", [for row in csvdecode("a,b\r\n1,2\r\n3,4") : "${row.a}${row.b}"])"#, "12,34"),
        (r#"try(csvdecode("a,b\n1")[0].a, "none")"#, "none"),
        (r#"title("a service")"#, "A Service"),
        (r#"join(",", concat(["a"], ["b", "c"]))"#, "a,b,c"),
        (r#"merge({ a = "1" }, { a = "2" }).a"#, "2"),
        (r#"lookup({ a = "1" }, "b", "none")"#, "none"),
        (r#"join(",", toset(["b", "a", "b"]))"#, "a,b"),
        (r#"join(",", keys({ b = 1, a = 2 }))"#, "a,b"),
        (r#"join(",", flatten([["a"], [["b"]]]))"#, "a,b"),
        (r#"join(",", distinct(compact(["a", "", "a"])))"#, "a"),
        (r#"try({ a = 1 }.b, "else")"#, "else"),
        (r#"can({ a = 1 }.b) ? "yes" : "no""#, "no"),
        (r#"jsondecode("{\"a\": [\"x\"]}").a[0]"#, "x"),
        (r#"yamldecode("a:\n- x\n").a[0]"#, "x"),
        (r#"coalesce(null, "", "x")"#, "x"),
        (r#"element(["a", "b"], 3)"#, "b"),
        (r#"substr("hello", 1, 3)"#, "ell"),
        (r#"trimsuffix(basename("a/b.json"), ".json")"#, "b"),
        (r#"join(",", split("-", "a-b"))"#, "a,b"),
        ("tostring(length([1, 2]))", "2"),
        (r#"join(",", setproduct(["a"], ["b", "c"])[1])"#, "a,c"),
        (r#"format("%s", ["a", "b"]...)"#, "a"),
        (r#""${jsonencode({ b = jsonencode(["x"]), a = null })}!""#, r#"{"a":null,"b":"[\"x\"]"}!"#),
        ("\"%{ for n in [\"a\", \"b\"] ~}\n  ${n};\n%{ endfor ~} end\"", "a;\nb;\nend"),
        (r#""%{ if 1 > 2 }big%{ else }small%{ endif }""#, "small"),
    ] {
        is_text(expression, expected);
    }
}

#[test]
fn templates_are_stripped_line_by_line() {
    for (expression, expected) in [
        (r#""%{ if true }a\nb\"q\" $${x} %{ endif }""#, "a\nb\"q\" ${x} "),
        ("\"a \\n\\n ${~ \"x\" ~}\\n  \\n b %{ if true ~}\\n  c\\n %{~ endif }\"", "axb c"),
        (
            "<<-EOT\n    list:\n    %{ for k in [\"x\", \"y\"] }\n      - ${k}\n    %{ endfor }\n    EOT",
            "list:\n\n  - x\n\n  - y\n\n",
        ),
        (
            "<<-EOT\n    list:\n    %{ for k in [\"x\", \"y\"] ~}\n      - ${k}\n    %{ endfor ~}\n    end\n    EOT",
            "list:\n      - x\n      - y\n    end\n",
        ),
        ("<<EOT\nlist:\n%{ for x in [\"x\", \"y\"] ~}\n * ${x}\n%{ endfor ~}\nEOT", "list:\n * x\n * y\n"),
        (
            "<<EOT\na\n  %{~ if true }\n  b\n  %{~ else ~}\n  c\n%{~ endif ~}\n\n\n  d ${~ \"e\" ~}  f\ng  \n${~ \"h\" }\nEOT",
            "a\n\n  b\n\n\n  def\ngh\n",
        ),
        ("<<-EOT\n    a\n   \n      b\n\tc\n  EOT", "   a\n   \n     b\nc\n"),
        ("<<-EOT\n      ${\"x\"}\n    y $${z} %%{w}\n     ${\"q\"}\n  EOT", "  x\ny ${z} %{w}\n q\n"),
        (
            "<<-EOT\n    a\n    %{~ for x in [\"x\"] }\n      ${x}\n    %{~ endfor }\n    z\n    EOT",
            "    a\n\n      x\n\n    z\n",
        ),
    ] {
        is_text(expression, expected);
    }
}

#[test]
fn values_of_one_type_are_texts_where_one_of_them_is() {
    for (expression, expected) in [
        (r#"jsonencode(false ? { a = [1] } : { b = ["x", "y"], c = [2] })"#, r#"{"b":["x","y"],"c":["2"]}"#),
        (r#"jsonencode([distinct([[1], ["1"], [1]]), concat(tolist([1]), ["a"])])"#, r#"[[["1"]],[1,"a"]]"#),
        (r#"jsonencode(true ? { a = 1 } : { b = "x" })"#, r#"{"a":"1"}"#),
        (r#"jsonencode(true ? { a = 1, b = "x" } : {})"#, r#"{"a":"1","b":"x"}"#),
        (
            r#"jsonencode([true ? [1, "a"] : [], true ? [1, "a"] : ["b", 2], true ? 1 : "x"])"#,
            r#"[["1","a"],["1","a"],"1"]"#,
        ),
        (r#"jsonencode(true ? { a = 1, c = [1] } : { a = "x", c = ["y", "z"] })"#, r#"{"a":"1","c":["1"]}"#),
        (r#"jsonencode(true ? { a = 1, b = null } : { b = "x" })"#, r#"{"a":"1","b":null}"#),
        ("jsonencode([true ? 1 : 2, false ? true : false, true ? null : 1])", "[1,false,null]"),
        (r#"jsonencode(tolist([{ a = 1 }, { a = "x" }]))"#, r#"[{"a":"1"},{"a":"x"}]"#),
        (r#"jsonencode([tolist([[1], ["a", "b"]]), tolist([1, null, "a"])])"#, r#"[[["1"],["a","b"]],["1",null,"a"]]"#),
        (
            r#"jsonencode([toset([1, "1", 2]), distinct([1, "1"]), setunion([1], ["a"])])"#,
            r#"[["1","2"],["1"],["1","a"]]"#,
        ),
        (r#"jsonencode([coalesce("", 5), coalesce(1, "x"), coalesce(null, true, "x")])"#, r#"["5","1","true"]"#),
        (r#"jsonencode(tomap({ a = 1, b = "x" }))"#, r#"{"a":"1","b":"x"}"#),
        (
            r#"jsonencode(yamldecode("[yes, no, on, off, 1_000, 0b11, 'yes', \"no\", 0x1F, 017, y, YES, -0b1, 0.1_0, 12]"))"#,
            r#"[true,false,true,false,"1_000","0b11","yes","no",31,17,true,true,"-0b1","0.1_0",12]"#,
        ),
        (r#"jsonencode({ a = [1, "x"] })"#, r#"{"a":[1,"x"]}"#),
    ] {
        is_text(expression, expected);
    }
}

#[test]
fn functions_of_numbers_tables_and_encodings_come_to_what_terraform_says() {
    for (expression, expected) in [
        (
            "jsonencode([abs(-3), abs(1.5), ceil(1.1), floor(-1.1), ceil(4), signum(-7), pow(2, 10), log(8, 2), floor(\"2.7\")])",
            "[3,1.5,2,-2,4,-1,1024,3,2]",
        ),
        (
            "jsonencode([parseint(\"100\", 10), parseint(\"FF\", 16), parseint(\"-10\", 2), can(parseint(\"12\", 2)), sum([1, 2]), sum([1.5, 1]), can(sum([]))])",
            "[100,255,-2,false,3,2.5,false]",
        ),
        (
            r#"jsonencode([formatlist("%s-%d", ["a", "b"], 1), formatlist("x"), formatlist("%s", []), can(formatlist("%s%s", ["a"], ["b", "c"]))])"#,
            r#"[["a-1","b-1"],["x"],[],false]"#,
        ),
        (
            r#"jsonencode([chunklist(["a", "b", "c"], 2), chunklist(["a"], 0), matchkeys(["i", "j", "k"], ["a", "b", "a"], ["a"])])"#,
            r#"[[["a","b"],["c"]],[["a"]],["i","k"]]"#,
        ),
        (r#"jsonencode(transpose({ b = ["x"], a = ["x", "y"] }))"#, r#"{"x":["a","b"],"y":["a"]}"#),
        (
            r#""${base64encode("Hello")} ${base64decode("SGVsbG8=")} ${can(base64decode("?"))} ${can(base64decode("/w=="))}""#,
            "SGVsbG8= Hello false false",
        ),
        (r#"urlencode("a b/ü~é&x")"#, "a+b%2F%C3%BC~%C3%A9%26x"),
        (
            r#""${substr(sha256("a"), 0, 8)} ${base64sha256("")}""#,
            "ca978112 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        ),
        (
            r#"yamlencode({ foo = [1, { a = "b", c = "d" }, []], bar = { z = true, y = {} }, q = "say \"hi\"" })"#,
            "\"bar\":\n  \"y\": {}\n  \"z\": true\n\"foo\":\n- 1\n- \"a\": \"b\"\n  \"c\": \"d\"\n- []\n\"q\": \"say \\\"hi\\\"\"\n",
        ),
        ("yamlencode([[1, 2], null])", "- - 1\n  - 2\n- null\n"),
        (r#"substr(md5("hello"), 0, 8)"#, "5d41402a"),
        (r#"templatestring("%%{ for one in all }$${one}-%%{ endfor }", { all = ["a", "b"] })"#, "a-b-"),
    ] {
        is_text(expression, expected);
    }
}

/// What `terraform console` says of these, and its documents.
#[test]
fn networks_are_parted_as_terraform_does() {
    for (expression, expected) in [
        (r#"cidrsubnet("172.16.0.0/12", 4, 2)"#, "172.18.0.0/16"),
        (r#"cidrsubnet("10.1.2.0/24", 4, 15)"#, "10.1.2.240/28"),
        (r#"cidrsubnet("10.1.2.77/24", 0, 0)"#, "10.1.2.0/24"),
        (r#"cidrsubnet("fd00:fd12:3456:7890::/56", 16, 162)"#, "fd00:fd12:3456:7800:a200::/72"),
        (r#"cidrsubnet("::/0", 128, 1)"#, "::1/128"),
        (r#"cidrhost("10.12.112.0/20", 16)"#, "10.12.112.16"),
        (r#"cidrhost("10.12.112.0/20", 268)"#, "10.12.113.12"),
        (r#"cidrhost("10.12.112.0/20", -1)"#, "10.12.127.255"),
        (r#"cidrhost("fd00:fd12:3456:7890:00a2::/72", 34)"#, "fd00:fd12:3456:7890::22"),
        (r#"cidrnetmask("172.16.0.0/12")"#, "255.240.0.0"),
        (r#"cidrnetmask("0.0.0.0/0")"#, "0.0.0.0"),
        (r#"join(" ", cidrsubnets("10.1.0.0/16", 4, 4, 8, 4))"#, "10.1.0.0/20 10.1.16.0/20 10.1.32.0/24 10.1.48.0/20"),
        (r#"join(" ", cidrsubnets("255.255.255.0/24", 1, 1))"#, "255.255.255.0/25 255.255.255.128/25"),
    ] {
        is_text(expression, expected);
    }
    for expression in [
        r#"cidrsubnet("10.0.0.0/30", 3, 0)"#,
        r#"cidrsubnet("10.0.0.0/16", 4, 16)"#,
        r#"cidrsubnet("10.0.0.0/16", 4, -1)"#,
        r#"cidrsubnet("::/0", 1, 9223372036854775807)"#,
        r#"cidrhost("10.0.0.0/24", 256)"#,
        r#"cidrhost("10.0.0.0/24", -257)"#,
        r#"cidrhost("10.0.0.0", 1)"#,
        r#"cidrhost("10.0.0.0/33", 1)"#,
        r#"cidrnetmask("::/8")"#,
        r#"cidrsubnets("255.255.255.0/24", 1, 1, 1)"#,
        r#"cidrsubnets("::/0", 0, 0)"#,
    ] {
        is_text(&format!("tostring(can({expression}))"), "false");
    }
}

#[test]
fn what_is_said_once_for_many_is_taken_in_as_often_as_it_is_there() {
    let main = r#"
        variable "env" { type = string }
        variable "kinds" {
          type    = map(object({ title = optional(string, "None"), many = bool }))
          default = { api = { many = "true" }, web = { title = "Web", many = false } }
        }
        locals {
          base  = { string_props = { language = { title = "Language", required = true } } }
          teams = [for name in ["a", "b"] : "${var.env}-${name}"]
        }
        resource "port_blueprint" "kind" {
          for_each   = var.kinds
          identifier = each.key
          title      = "${each.value.title} ${each.value.many}"
          properties = local.base
          depends_on = [aws_thing.a]
          provider   = port.eu
        }
        resource "port_blueprint" "all" {
          identifier = "all"
          properties = {}
          relations  = { for name, one in port_blueprint.kind : one.identifier => { target = one.id, many = true } }
        }
        resource "port_team" "t" {
          count = length(local.teams)
          name  = local.teams[count.index]
        }
        resource "port_team" "none" {
          count = 0
          name  = "none"
        }
    "#;
    comes_to(
        &[("main.tf", main), ("prod.tfvars", "env = \"named\"\n"), ("terraform.tfvars", "env = \"prod\"\n")],
        &[
            (
                "blueprints.json",
                r#"[{"identifier": "all", "schema": {"properties": {}},
                     "relations": {"api": {"target": "api", "many": true, "required": false}, "web": {"target": "web", "many": true, "required": false}}},
                    {"identifier": "api", "title": "None true", "schema": {"properties": {"language": {"type": "string", "title": "Language"}}, "required": ["language"]}},
                    {"identifier": "web", "title": "Web false", "schema": {"properties": {"language": {"type": "string", "title": "Language"}}, "required": ["language"]}}]"#,
            ),
            ("teams.json", r#"[{"name": "named-a"}, {"name": "named-b"}]"#),
        ],
        &[],
    );
}

#[test]
fn files_in_json_are_those_of_terraform_too() {
    let text = r#"{
        "//": "made by a tool", "terraform": {"required_providers": {"port": {"source": "port-labs/port-labs"}}},
        "variable": {"env": {"type": "string", "default": "prod"}},
        "locals": {"rows": "${csvdecode(\"name,owner\\nalpha,\\\"A, B\\\"\\nbeta,C\\n\")}", "price": "$${5}\/\"x\""},
        "resource": [
            {"port_blueprint": {"svc": {"identifier": "svc_${var.env}", "description": "${local.price}", "relations": {"up": {"target": "svc_prod"}}}}},
            {"port_entity": {"each": [{"for_each": "${{ for row in local.rows : row.name => row }}", "identifier": "${each.key}",
                "title": "${join(\"-\", [each.value.owner, \"${var.env}\"])}", "blueprint": "${port_blueprint.svc.identifier}"}]}}
        ]
    }
"#;
    comes_to(
        &[("main.tf.json", text)],
        &[
            (
                "blueprints.json",
                r#"[{"identifier": "svc_prod", "description": "${5}/\"x\"", "schema": {"properties": {}}, "relations": {"up": {"target": "svc_prod", "many": false, "required": false}}}]"#,
            ),
            (
                "entities.json",
                r#"[{"identifier": "alpha", "title": "A, B-prod", "blueprint": "svc_prod"}, {"identifier": "beta", "title": "C-prod", "blueprint": "svc_prod"}]"#,
            ),
        ],
        &[],
    );
}

#[test]
fn what_terraform_writes_as_null_says_nothing() {
    let text = r#"
        resource "port_action" "restart" {
          provider             = port-labs
          identifier           = "restart"
          automation_trigger   = null
          azure_method         = null
          kafka_method         = null
          approval_email_notification = null
          self_service_trigger = {
            operation         = "CREATE"
            order_properties  = null
            required_jq_query = null
            steps             = null
            user_properties = {
              array_props   = { who = { boolean_items = null, string_items = { format = "user", enum = null }, max_items = null } }
              string_props  = { size = { default = 1, enum = [1, 2], enum_jq_query = null, visible_jq_query = null } }
              boolean_props = null
            }
          }
          webhook_method = { url = "https://example.com", headers = {}, body = jsonencode({ keep = null }) }
        }
        resource "port_action" "tell" {
          identifier           = "tell"
          self_service_trigger = null
          automation_trigger   = { entity_created_event = null, run_updated_event = { action_identifier = "restart" }, jq_condition = null }
          upsert_entity_method = null
          kafka_method         = {}
        }
    "#;
    comes_to(
        &[("generated.tf", text)],
        &[(
            "actions.json",
            r#"[{"identifier": "restart", "trigger": {"type": "self-service", "operation": "CREATE", "userInputs": {"properties": {
                        "who": {"type": "array", "items": {"type": "string", "format": "user"}},
                        "size": {"type": "string", "default": "1", "enum": ["1", "2"]}}, "order": ["who", "size"]}},
                     "invocationMethod": {"type": "WEBHOOK", "url": "https://example.com", "body": {"keep": null}}},
                    {"identifier": "tell", "trigger": {"type": "automation", "event": {"type": "RUN_UPDATED", "actionIdentifier": "restart"}}, "invocationMethod": {"type": "KAFKA"}}]"#,
        )],
        &[],
    );
}

#[test]
fn modules_and_files_in_the_folder_are_read() {
    let root = r#"
        module "bp" {
          source   = "../modules/bp"
          for_each = toset(["library", "site"])
          name     = each.key
        }
        module "vpc" { source = "terraform-aws-modules/vpc/aws" }
        resource "port_entity" "of_file" {
          for_each   = { for one in fileset(path.module, "data/*.{json,yaml}") : one => endswith(one, "json") ? jsondecode(file(one)) : yamldecode(file("${path.module}/${one}")) }
          identifier = each.value.id
          title      = templatefile("${path.module}/title.tftpl", { name = each.value.id, tags = ["x"] })
          blueprint  = module.bp["library"].identifier
        }
    "#;
    let module = r#"
        variable "name" {}
        resource "port_blueprint" "this" {
          identifier = var.name
          title      = title(var.name)
          properties = { string_props = { doc = { default = file("${path.module}/doc.md") } } }
        }
        output "identifier" { value = port_blueprint.this.identifier }
    "#;
    comes_to(
        &[
            ("env/main.tf", root),
            ("env/data/a.json", r#"{"id": "a", "identifier": "not-me", "blueprint": "library"}"#),
            ("env/data/b.yaml", "id: b\n"),
            ("env/title.tftpl", "%{ for tag in tags ~}\n ${tag}\n%{~ endfor } ${name}"),
            ("modules/bp/main.tf", module),
            ("modules/bp/doc.md", "D"),
        ],
        &[
            (
                "blueprints.json",
                r#"[{"identifier": "library", "title": "Library", "schema": {"properties": {"doc": {"type": "string", "default": "D"}}}},
                    {"identifier": "site", "title": "Site", "schema": {"properties": {"doc": {"type": "string", "default": "D"}}}}]"#,
            ),
            (
                "entities.json",
                r#"[{"identifier": "a", "title": " x a", "blueprint": "library"}, {"identifier": "b", "title": " x b", "blueprint": "library"}]"#,
            ),
        ],
        &["env/main.tf:7:9: E0802 `module.vpc` is not taken in: its `source` is not in the folders that are read"],
    );
}

#[test]
fn what_is_not_known_is_told_with_its_resource_and_argument_and_counted() {
    let text = r#"
        variable "x" {}
        variable "token" {
          default   = "hunter2"
          sensitive = true
        }
        resource "port_blueprint" "a" {
          identifier  = "a"
          description = "For ${var.x}"
          icon        = var.token
          properties  = { string_props = { p = { default = data.a.b.c, title = "P" }, q = { enum = [var.x, "b"] } } }
        }
        resource "port_entity" "e" {
          identifier = "e"
          blueprint  = var.x
          title      = uuid()
        }
        resource "port_entity" "many" {
          for_each   = var.x
          identifier = "one"
          blueprint  = "a"
        }
        resource "port_entity" "each" {
          for_each   = var.x
          identifier = each.key
          blueprint  = "a"
        }
        resource "port_webhook" "a" { identifier = "a" }
        resource "port_webhook" "b" { identifier = "b" }
    "#;
    let files = [("main.tf", text)];
    comes_to(
        &files,
        &[
            (
                "blueprints.json",
                r#"[{"identifier": "a", "schema": {"properties": {"p": {"type": "string", "title": "P"}, "q": {"type": "string"}}}}]"#,
            ),
            ("entities.json", r#"[{"identifier": "one", "blueprint": "a"}]"#),
        ],
        &[
            "main.tf:9:32: E0804 `/description` of `port_blueprint.a` is left out: it refers to `var.x`, which has no value here",
            "main.tf:10:25: E0804 `/icon` of `port_blueprint.a` is left out: `var.token` is sensitive",
            "main.tf:11:60: E0804 `/properties/string_props/p/default` of `port_blueprint.a` is left out: it refers to `data.a.b.c`, which is not known here",
            "main.tf:11:101: E0804 `/properties/string_props/q/enum` of `port_blueprint.a` is left out: it refers to `var.x`, which has no value here",
            "main.tf:15:24: E0804 `port_entity.e` is left out: its `blueprint` is not known: it refers to `var.x`, which has no value here",
            "main.tf:19:24: E0804 `/for_each` of `port_entity.many` is left out: it refers to `var.x`, which has no value here; what it multiplies is taken in once, where it has a name",
            "main.tf:24:24: E0804 `port_entity.each` is left out: its `identifier` is not known: it refers to `var.x`, which has no value here",
            "main.tf:28:9: E0802 `port_webhook.a` is not taken in: plat has no object for `port_webhook`",
            "main.tf:29:9: E0802 `port_webhook.b` is not taken in: plat has no object for `port_webhook`",
        ],
    );
    let imported = imported(Neighbour::Port, &files);
    assert_eq!(imported.left_out().collect::<Vec<_>>(), [(Thing::Object(Kind::Entity), 2)]);
    assert_eq!(imported.objects, BTreeMap::from([(Kind::Blueprint, 1), (Kind::Entity, 1)]));
}

/// What was written for the versions before.
const FORMER: &str = r#"
        resource "port-labs_blueprint" "s" {
          identifier = "s"
          properties {
            identifier = "tier"
            type       = "number"
            default    = "3"
            required   = true
          }
          properties {
            identifier    = "links"
            type          = "array"
            items         = { type = "string", format = "url" }
            default_items = ["https://a.b"]
          }
          relations {
            identifier = "on"
            target     = "s"
            many       = true
          }
          changelog_destination {
            type = "WEBHOOK"
            url  = "https://a.b"
          }
          dynamic "mirror_properties" {
            for_each = { of = "on.tier" }
            content {
              identifier = mirror_properties.key
              path       = mirror_properties.value
            }
          }
        }
        resource "port-labs_entity" "e" {
          identifier = "e"
          blueprint  = port-labs_blueprint.s.identifier
          properties {
            name  = "tier"
            type  = "number"
            value = "4"
          }
          properties {
            name  = "links"
            items = ["https://c.d"]
          }
          relations {
            name        = "on"
            identifiers = ["e"]
          }
        }
        resource "port-labs_action" "a" {
          identifier           = "a"
          blueprint_identifier = port-labs_blueprint.s.id
          trigger              = "DAY-2"
          invocation_method {
            type = "WEBHOOK"
            url  = "https://a.b"
          }
          user_properties {
            identifier = "why"
            type       = "string"
            required   = true
          }
        }
        resource "port_scorecard" "c" {
          identifier = "c"
          blueprint  = "s"
          rules {
            identifier = "r"
            title      = "R"
            level      = "Gold"
            query {
              combinator = "and"
              conditions {
                property = "tier"
                operator = "="
                value    = 3
              }
            }
          }
        }
    "#;

#[test]
fn resources_of_the_versions_before_are_read_as_those_of_now() {
    let imported = imported(Neighbour::Port, &[("main.tf", FORMER)]);
    assert_eq!(told(&imported), Vec::<String>::new());
    let out = exported(Neighbour::Port, &imported.files);
    let parsed = |file: &str| parse_json(format!("[{}]", out[file].join(",")).as_bytes()).unwrap();
    for (file, expected) in [
        (
            "blueprints.json",
            r#"[{"identifier": "s", "changelogDestination": {"type": "WEBHOOK", "url": "https://a.b"}, "mirrorProperties": {"of": {"path": "on.tier"}},
                 "relations": {"on": {"target": "s", "many": true, "required": false}},
                 "schema": {"properties": {"tier": {"type": "number", "default": 3}, "links": {"type": "array", "items": {"type": "string", "format": "url"}, "default": ["https://a.b"]}}, "required": ["tier"]}}]"#,
        ),
        (
            "entities.json",
            r#"[{"identifier": "e", "blueprint": "s", "properties": {"tier": 4, "links": ["https://c.d"]}, "relations": {"on": ["e"]}}]"#,
        ),
        (
            "actions.json",
            r#"[{"identifier": "a", "invocationMethod": {"type": "WEBHOOK", "url": "https://a.b"},
                 "trigger": {"type": "self-service", "operation": "DAY-2", "blueprintIdentifier": "s", "userInputs": {"order": ["why"], "properties": {"why": {"type": "string"}}, "required": ["why"]}}}]"#,
        ),
    ] {
        let [mut came, mut due] = [Vec::new(), Vec::new()];
        write_json(&parsed(file), &mut came);
        write_json(&parse_json(expected.as_bytes()).unwrap(), &mut due);
        assert_eq!(String::from_utf8(came).unwrap(), String::from_utf8(due).unwrap());
    }
    assert!(out["scorecards.json"][0].contains(r#""operator":"=","property":"tier","value":3"#), "{out:?}");
}

#[test]
fn how_many_items_a_list_may_have_is_no_type_of_its_items() {
    comes_to(
        &[(
            "main.tf",
            r#"resource "port_blueprint" "b" {
                 identifier = "b"
                 properties = { array_props = { langs = { min_items = 1, max_items = 5, string_items = { enum = ["go"] } } } }
               }"#,
        )],
        &[(
            "blueprints.json",
            r#"[{"identifier": "b", "schema": {"properties": {"langs": {"type": "array", "minItems": 1, "maxItems": 5, "items": {"type": "string", "enum": ["go"]}}}}}]"#,
        )],
        &[],
    );
}

/// Texts of a few lines that stand for more than any machine holds.
fn bombs() -> Vec<String> {
    let mut doubled = String::from("locals {\n  a0 = \"0123456789abcdef\"\n  b0 = [\"x\"]\n");
    for step in 1..200 {
        let _ = writeln!(
            doubled,
            "  a{step} = \"${{local.a{0}}}${{local.a{0}}}\"\n  b{step} = [local.b{0}, local.b{0}]",
            step - 1
        );
        let _ = writeln!(
            doubled,
            "  c{step} = format(\"%s%s\", local.a{0}, local.a{0})\n  d{step} = concat(local.b{0}, local.b{0})",
            step - 1
        );
    }
    let of = |name: &str| {
        let team =
            |text: &str| format!("resource \"port_team\" \"t\" {{\n  name = \"t\"\n  description = {text}\n}}\n");
        format!("{doubled}}}\n{}", team(&format!("local.{name}")))
    };
    let nested = |depth: usize| {
        let open = (0..depth).map(|level| format!("[for x{level} in range(100) : ")).collect::<String>();
        format!("{open}1{}", "]".repeat(depth))
    };
    let team = |text: &str| format!("resource \"port_team\" \"t\" {{\n  name = \"t\"\n  description = {text}\n}}\n");
    let calls = |folder: &str| {
        (0..9).map(|at| format!("module \"m{at}\" {{\n  source = \"{folder}\"\n}}\n")).collect::<String>()
    };
    let mut chained = String::from("locals {\n  a0 = [\"x\"]\n");
    (1..5000).for_each(|step| _ = writeln!(chained, "  a{step} = [local.a{}]", step - 1));
    let asked: String = (0..50)
        .map(|at| {
            format!(
                "resource \"port_team\" \"t{at}\" {{\n  name = \"t{at}\"\n  description = local.a{}\n}}\n",
                at * 100
            )
        })
        .collect();
    vec![
        of("a199"),
        of("b199"),
        of("c199"),
        of("d199"),
        team(&nested(20)),
        team("join(join(\"\", range(100000)), range(100000))"),
        team("replace(join(\"\", range(100000)), \"1\", join(\"\", range(100000)))"),
        team("format(\"%999999999999d\", 1)"),
        team("indent(999999999999, \"a\\nb\")"),
        team("range(9223372036854775807)"),
        team(&format!("setproduct({})", vec!["range(100)"; 30].join(","))),
        team("\"%{ for a in range(10000) }%{ for b in range(10000) }%{ for c in range(10000) }x%{ endfor }%{ endfor }%{ endfor }\""),
        format!("resource \"port_team\" \"t\" {{\n  count = 9223372036854775807\n  name = \"t${{count.index}}\"\n}}\n"),
        format!("locals {{\n  all = {{ for n in range(200000) : n => n }}\n}}\nresource \"port_team\" \"t\" {{\n  for_each = local.all\n  name = local.all[each.key]\n}}\n"),
        calls("./"),
        format!("{chained}}}\n{asked}"),
        "locals {\n  a = local.b\n  b = local.a\n}\nresource \"port_team\" \"t\" {\n  name = \"t\"\n  description = local.a\n}\n".to_owned(),
        "resource \"port_team\" \"t\" {\n  for_each = port_team.t\n  name = port_team.t[each.key].name\n}\n".to_owned(),
    ]
}

#[test]
fn a_few_lines_that_stand_for_more_than_there_is_are_told_and_left_out() {
    // What is worked out and not bounded comes to no end in any time.
    for (index, bomb) in bombs().into_iter().enumerate() {
        let imported = imported(Neighbour::Port, &[("main.tf", &bomb)]);
        let problems = told(&imported);
        assert!(!problems.is_empty(), "{index}: {bomb}");
    }
}

/// Values whose types make others of them.
const TYPED: &str = r#"
        variable "pair" {
          type    = tuple([string, number])
          default = [1, "2"]
        }
        variable "any" {
          type    = list(any)
          default = [1, "a"]
        }
        variable "members" {
          type    = map(any)
          default = { a = 1, b = "x" }
        }
        variable "kept" {
          default  = "kept"
          nullable = false
        }
        variable "none" { default = "none" }
        resource "port_team" "t" {
          name        = "t"
          description = jsonencode([var.pair, var.any, var.members, var.kept, var.none])
        }
        resource "port_blueprint" "b" {
          identifier = "b"
          properties = {
            string_props  = { o = { default = jsonencode([1, 2]) } }
            boolean_props = { b = { default = "true" }, c = {} }
            number_props  = { n = {} }
            object_props  = { p = {} }
            array_props   = { l = {} }
          }
        }
        resource "port_entity" "e" {
          identifier = "e"
          blueprint  = "b"
          properties = {
            string_props  = { o = jsonencode("x") }
            number_props  = { n = "5" }
            boolean_props = { b = "true", c = false }
            object_props  = { p = jsonencode({ a = 1 }) }
            array_props   = { string_items = { l = [jsonencode("x"), "y"] } }
          }
        }
    "#;

#[test]
fn values_become_what_their_types_say() {
    comes_to(
        &[("main.tf", TYPED), ("terraform.tfvars", "kept = null\nnone = null\n")],
        &[
            (
                "blueprints.json",
                r#"[{"identifier": "b", "schema": {"properties": {"o": {"type": "string", "default": "[1,2]"}, "b": {"type": "boolean", "default": true},
                    "c": {"type": "boolean"}, "n": {"type": "number"}, "p": {"type": "object"}, "l": {"type": "array"}}}}]"#,
            ),
            (
                "entities.json",
                r#"[{"identifier": "e", "blueprint": "b", "properties": {"o": "\"x\"", "n": 5, "b": true, "c": false, "p": {"a": 1}, "l": ["\"x\"", "y"]}}]"#,
            ),
            (
                "teams.json",
                r#"[{"name": "t", "description": "[[\"1\",2],[\"1\",\"a\"],{\"a\":\"1\",\"b\":\"x\"},\"kept\",null]"}]"#,
            ),
        ],
        &[],
    );
}

#[test]
fn what_terraform_reads_of_yaml_in_a_way_of_its_own_is_told() {
    for written in ["{on: 1}", "[2020-01-01]", "[!!str no]", "[&a no, *a]"] {
        let text = format!(
            "resource \"port_team\" \"t\" {{\n  name = \"t\"\n  description = jsonencode(yamldecode(\"{written}\"))\n}}\n"
        );
        let told = told(&imported(Neighbour::Port, &[("main.tf", &text)]));
        assert!(told.len() == 1 && told[0].contains("in a way of its own"), "{written}: {told:?}");
    }
}

#[test]
fn what_nobody_is_to_see_is_left_out_in_whichever_way_it_says_so() {
    let module = "output \"o\" {\n value = \"hunter2\"\n sensitive = true\n}\n";
    for (variable, title) in [
        ("sensitive = \"true\"", "var.s"),
        ("sensitive = (true)", "var.s"),
        ("sensitive = !false", "var.s"),
        ("ephemeral = true", "var.s"),
        ("sensitive = false", "module.m.o"),
    ] {
        let text = format!(
            "variable \"s\" {{\n default = \"hunter2\"\n {variable}\n}}\nmodule \"m\" {{\n source = \"./m\"\n}}\n\
             resource \"port_blueprint\" \"a\" {{\n identifier = \"a\"\n title = {title}\n}}\n"
        );
        let imported = imported(Neighbour::Port, &[("main.tf", text.as_str()), ("m/m.tf", module)]);
        let told = told(&imported);
        assert!(told.len() == 1 && told[0].ends_with("is sensitive"), "{variable}: {told:?}");
        assert!(!format!("{:?}", imported.files).contains("hunter2"), "{variable}");
    }
}
