//! What Terraform's files have of Port's objects, and what its provider says of these in its own way.

use super::{exported, imported, is_there, through, told};
use crate::grammar::Neighbour;
use crate::migrate::Thing;
use crate::model::{Kind, Value, parse_json};
use std::collections::BTreeMap;

/// What Terraform has of Port.
const TERRAFORM: &str = r#"
        resource "port_blueprint" "service" {
          identifier = "service" # a comment
          title      = "Service"
          properties = {
            string_props = {
              "language" = { enum = ["Go"], enum_colors = { Go = "blue" }, required = true }
              "docs-url" : { format = "url", min_length = 3 },
            }
            array_props  = { tags = { string_items = { format = "url" }, max_items = 3 } }
            object_props = { conf = { default = jsonencode({ snake_case = [1, -2.5, null] }) } }
          }
          relations = { runs_on = { target = port_blueprint.cluster.identifier, many = true } }
          kafka_changelog_destination = {}
          force_delete_entities       = true
        }
        resource "port_blueprint" "cluster" {
          identifier = "cluster"
          title      = var.title
        }
        resource "port_action" "create" {
          identifier = "create"
          self_service_trigger = {
            operation            = "CREATE"
            blueprint_identifier = "service"
            user_properties = { string_props = { cluster = { format = "entity", blueprint = "cluster", default_jq_query = ".user.email", required = true } } }
            order_properties = ["cluster"]
          }
          upsert_entity_method = {
            identifier           = "{{ .inputs.cluster }}"
            blueprint_identifier = "cluster"
            mapping              = { properties = jsonencode({ a_b = "$${x}" }) }
          }
          required_approval = "ALL"
        }
        resource "port_action" "tell" {
          identifier = "tell"
          automation_trigger = {
            entity_created_event = { blueprint_identifier = "service" }
            jq_condition         = { expressions = ["true"], combinator = "and" }
          }
          webhook_method = {
            url   = "https://example.com"
            agent = "true"
            body  = <<-EOT
              {"text": "{{ .event.context.entityIdentifier }}"}
            EOT
          }
          publish = true
        }
        resource "port_entity" "one" {
          identifier = "one"
          blueprint  = port_blueprint.service.identifier
          teams      = ["a"]
          properties = {
            string_props = { language = "Go" }
            array_props  = { string_items = { tags = ["https://example.com"] } }
            object_props = { conf = jsonencode({ snake_case = true }) }
          }
        }
        resource "port_page" "home" {
          identifier = "home"
          type       = "dashboard"
          widgets    = [jsonencode({ id = "x", type = "users-table" })]
        }
        resource "port_webhook" "hook" { identifier = "hook" }
        resource "aws_iam_policy" "other" { policy = jsonencode({ Resource = aws_s3_bucket.x.arn }) }
        locals {
          text = jsonencode({ identifier = "inline", "schema": { properties = { a = { type = "string", title = "${timestamp()}" } } } })
        }
    "#;

/// What Port has of the same.
const OF_TERRAFORM: [(&str, &str); 4] = [
    (
        "actions.json",
        r#"[{"identifier": "create", "trigger": {"type": "self-service", "operation": "CREATE", "blueprintIdentifier": "service",
                       "userInputs": {"properties": {"cluster": {"type": "string", "format": "entity", "blueprint": "cluster", "default": {"jqQuery": ".user.email"}}},
                                      "required": ["cluster"], "order": ["cluster"]}},
                     "invocationMethod": {"type": "UPSERT_ENTITY", "blueprintIdentifier": "cluster",
                       "mapping": {"identifier": "{{ .inputs.cluster }}", "properties": {"a_b": "${x}"}}},
                     "requiredApproval": {"type": "ALL"}},
                    {"identifier": "tell", "trigger": {"type": "automation", "event": {"type": "ENTITY_CREATED", "blueprintIdentifier": "service"},
                       "condition": {"type": "JQ", "expressions": ["true"], "combinator": "and"}},
                     "invocationMethod": {"type": "WEBHOOK", "url": "https://example.com", "agent": true, "body": {"text": "{{ .event.context.entityIdentifier }}"}},
                     "publish": true}]"#,
    ),
    (
        "blueprints.json",
        r#"[{"identifier": "cluster", "schema": {"properties": {}}},
                    {"identifier": "inline", "schema": {"properties": {"a": {"type": "string"}}}},
                    {"identifier": "service", "title": "Service", "changelogDestination": {"type": "KAFKA"},
                     "schema": {"properties": {
                         "language": {"type": "string", "enum": ["Go"], "enumColors": {"Go": "blue"}},
                         "docs-url": {"type": "string", "format": "url", "minLength": 3},
                         "tags": {"type": "array", "items": {"type": "string", "format": "url"}, "maxItems": 3},
                         "conf": {"type": "object", "default": {"snake_case": [1, -2.5, null]}}}, "required": ["language"]},
                     "relations": {"runs_on": {"target": "cluster", "many": true, "required": false}}}]"#,
    ),
    (
        "entities.json",
        r#"[{"identifier": "one", "blueprint": "service", "team": ["a"],
                     "properties": {"language": "Go", "tags": ["https://example.com"], "conf": {"snake_case": true}}}]"#,
    ),
    ("pages.json", r#"[{"identifier": "home", "type": "dashboard", "widgets": [{"id": "x", "type": "users-table"}]}]"#),
];

#[test]
fn what_terraform_holds_of_port_is_taken_in_and_what_is_worked_out_is_told() {
    let told = through(Neighbour::Port, "main.tf", TERRAFORM, &OF_TERRAFORM);
    assert_eq!(told.len(), 4, "{told:#?}");
    for (line, part) in told.iter().zip([
        "main.tf:19:24: E0804 `/title` of `port_blueprint.cluster` is left out: it refers to `var.title`, which is not known",
        "main.tf:66:9: E0802 `port_webhook.hook` is not taken in: plat has no object for `port_webhook`",
        "main.tf:67:65: E0802 the whole of document 8 is not taken in",
        "main.tf:69:115: E0804 `/schema/properties/a/title` of document 9 is left out: `timestamp` is another one each time that Terraform runs",
    ]) {
        assert!(line.starts_with(part), "{part}: {line}");
    }
    assert!(self::told(&imported(Neighbour::Port, &[("broken.tf", "resource {")]))[0].contains("E0801"));
}

#[test]
fn what_stands_in_a_heredoc_ends_with_its_last_line() {
    for (text, expected) in [
        ("<<EOT\none\nEOT", "one\n"),
        ("<<-EOT\n    one\n      two\n    EOT", "one\n  two\n"),
        ("<<EOT\none\n\nEOT", "one\n\n"),
        ("<<EOT\nEOT", ""),
    ] {
        let text = format!("resource \"port_team\" \"t\" {{\n  name = \"t\"\n  description = {text}\n}}\n");
        let out = exported(Neighbour::Port, &imported(Neighbour::Port, &[("main.tf", &text)]).files);
        let Value::Object(team) = parse_json(out["teams.json"][0].as_bytes()).unwrap() else { panic!() };
        assert_eq!(team.get("description").and_then(|text| text.as_str()).unwrap_or_default(), expected, "{text}");
    }
}

#[test]
fn what_works_out_the_values_of_an_input_is_no_value_of_its_type() {
    let input = |of: &str, inner: &str| format!("{of} = {{ i = {{ {inner} }} }}");
    for (said, expected) in [
        (input("string_props", "enum_jq_query = \".a\""), r#"{"type": "string", "enum": {"jqQuery": ".a"}}"#),
        (input("number_props", "enum_jq_query = \".a\""), r#"{"type": "number", "enum": {"jqQuery": ".a"}}"#),
        (
            input("array_props", "string_items = { enum_jq_query = \".a\" }"),
            r#"{"type": "array", "items": {"type": "string", "enum": {"jqQuery": ".a"}}}"#,
        ),
        (input("string_props", "enum = [1, \"b\"]"), r#"{"type": "string", "enum": ["1", "b"]}"#),
    ] {
        let text = format!(
            "resource \"port_action\" \"a\" {{\n  identifier = \"a\"\n  self_service_trigger = {{\n    operation = \"CREATE\"\n    user_properties = {{ {said} }}\n  }}\n  kafka_method = {{}}\n}}\n"
        );
        let action = format!(
            r#"[{{"identifier": "a", "invocationMethod": {{"type": "KAFKA"}}, "trigger": {{"type": "self-service", "operation": "CREATE",
                "userInputs": {{"properties": {{"i": {expected}}}, "order": ["i"]}}}}}}]"#
        );
        assert_eq!(
            through(Neighbour::Port, "main.tf", &text, &[("actions.json", &action)]),
            Vec::<String>::new(),
            "{said}"
        );
    }
}

#[test]
fn what_is_added_to_a_blueprint_is_a_part_of_it_or_is_told_as_left_out() {
    let text = r#"
        resource "port_blueprint" "b" { identifier = "b" }
        resource "port_aggregation_property" "many" {
          aggregation_identifier      = "many"
          blueprint_identifier        = port_blueprint.b.identifier
          target_blueprint_identifier = port_blueprint.b.identifier
          title                       = "Many"
          method                      = { count_entities = true }
        }
        resource "port_system_blueprint" "user" {
          identifier = "_user"
          properties = { number_props = { age = {} } }
        }
    "#;
    let imported = imported(Neighbour::Port, &[("main.tf", text)]);
    let left_out: Vec<_> = imported.left_out().collect();
    assert_eq!(left_out, [(Thing::Object(Kind::Blueprint), 1)]);
    assert!(
        matches!(told(&imported).as_slice(), [one] if one.starts_with("main.tf:10:9: E0804 `port_system_blueprint.user` is left out")),
        "{:?}",
        told(&imported)
    );
    let expected = r#"{"identifier": "b", "schema": {"properties": {}}, "aggregationProperties": {"many": {"title": "Many", "target": "b", "type": "number",
        "calculationSpec": {"calculationBy": "entities", "func": "count"}}}}"#;
    let Value::Object(expected) = parse_json(expected.as_bytes()).unwrap() else { panic!() };
    let out = exported(Neighbour::Port, &imported.files);
    assert!(is_there(Neighbour::Port, Kind::Blueprint, &expected, &out), "{out:?}");
}

#[test]
fn what_one_resource_stands_for_takes_nothing_from_the_others() {
    let text = r#"
        resource "port_blueprint" "first" { identifier = "first" }
        resource "port_entity" "many" {
          count      = 1000000000
          identifier = "e${count.index}"
          blueprint  = "first"
        }
        resource "port_team" "all" {
          name        = "all"
          description = join(",", [for a in range(2000) : join(",", range(2000))])
        }
        resource "port_blueprint" "second" { identifier = "second" }
    "#;
    let imported = imported(Neighbour::Port, &[("main.tf", text)]);
    let objects: Vec<_> = imported.objects.iter().map(|(kind, count)| (*kind, *count)).collect();
    assert_eq!(objects, [(Kind::Blueprint, 2), (Kind::Team, 1)]);
    let told = told(&imported);
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        told[0].contains(
            "`port_entity.many` is left out: its `identifier` is not known: it comes to more than plat works out"
        ),
        "{told:#?}"
    );
    assert!(
        told[1].contains("`/description` of `port_team.all` is left out: it comes to more than plat works out"),
        "{told:#?}"
    );
}

#[test]
fn a_part_of_a_blueprint_that_is_not_there_is_called_as_terraform_does() {
    let text = r#"
        resource "port_aggregation_properties" "sums" { blueprint_identifier = "b" }
    "#;
    let imported = imported(Neighbour::Port, &[("main.tf", text)]);
    assert_eq!(imported.objects, BTreeMap::new());
    assert_eq!(
        told(&imported),
        [
            "main.tf:2:9: E0802 `port_aggregation_properties.sums` is not taken in: the blueprint `b` that it is a part of is not there"
        ]
    );
}

/// What version 2 of the provider has beside the commonest, and what version 1 had.
const PROVIDER: &str = r#"
        resource "port_blueprint" "service" {
          identifier = "service"
          properties = {
            string_props = { json = { default = "{}", required = "true" }, made = { default = jsonencode({ a = 1 }) } }
            array_props  = { all = { union = true, string_items = { pattern = "^a" } }, things = { object_items = { default = ["{\"a\": 1}"] } } }
          }
        }
        resource "port_blueprint_relation" "uses" {
          blueprint  = port_blueprint.service.identifier
          identifier = "uses"
          target     = port_blueprint.service.identifier
          many       = true
          depends_on = [port_blueprint.service]
        }
        resource "port_aggregation_properties" "sums" {
          blueprint_identifier = port_blueprint.service.identifier
          properties = {
            number = { target_blueprint_identifier = "service", method = { count_entities = true }, path_filter = [{ path = ["uses"], from_blueprint = "service" }] }
            rate = { target_blueprint_identifier = "service", method = { average_entities = { average_of = "week", measure_time_by = "$createdAt" } } }
            mean = { target_blueprint_identifier = "service", method = { average_by_property = { average_of = "total", property = "json", measure_time_by = "$createdAt" } } }
            sum  = { target_blueprint_identifier = "service", title = "Sum", method = { aggregate_by_property = { func = "sum", property = "json" } } }
          }
        }
        resource "port_action" "pages" {
          identifier = "pages"
          self_service_trigger = {
            operation = "CREATE"
            user_properties = {
              string_props = {
                key = { client_side_encryption = { algorithm = "client-side", key = "PEM" } }
                one = { format = "entity", blueprint = "_user", dataset = "{\"combinator\": \"and\", \"rules\": []}" }
              }
            }
            titles = { top_of = { title = "Top", visible_jq_query = "true" } }
            steps  = [{ title = "One", order = ["top_of", "key", "one"], visible_jq_query = "true" }]
          }
          upsert_entity_method = {
            blueprint_identifier = "service"
            title                = "T"
            mapping              = { identifier = "x", teams_jq = "{{ .user.team }}", properties = "{\"json\": 1}" }
          }
          approval_none_notification = {}
        }
        resource "port_action" "first" {
          identifier       = "first"
          trigger          = "DAY-2"
          blueprint        = port_blueprint.service.id
          kafka_method     = {}
          user_properties  = { number_props = { n = { required = true } } }
          order_properties = ["n"]
        }
        resource "port_entity" "e" {
          identifier = "e"
          blueprint  = "service"
          properties = {
            string_props = { json = "[1]" }
            array_props  = { union_string_slices = { all = { source_key = "tf", items = ["a"] } }, object_items = { things = ["{\"b\": 2}"] } }
          }
        }
    "#;

#[test]
fn what_the_provider_of_terraform_says_in_its_own_way_is_what_port_takes() {
    let expected = [
        (
            "actions.json",
            r#"[{"identifier": "pages", "approvalNotification": {"type": "none"},
                 "trigger": {"type": "self-service", "operation": "CREATE", "userInputs": {
                   "properties": {"key": {"type": "string", "encryption": {"algorithm": "client-side", "key": "PEM"}},
                                  "one": {"type": "string", "format": "entity", "blueprint": "_user", "dataset": {"combinator": "and", "rules": []}}},
                   "titles": {"top_of": {"title": "Top", "visible": {"jqQuery": "true"}}},
                   "steps": [{"title": "One", "order": ["top_of", "key", "one"], "visible": {"jqQuery": "true"}}]}},
                 "invocationMethod": {"type": "UPSERT_ENTITY", "blueprintIdentifier": "service",
                   "mapping": {"identifier": "x", "title": "T", "team": "{{ .user.team }}","properties": {"json": 1}}}},
                {"identifier": "first", "trigger": {"type": "self-service", "operation": "DAY-2", "blueprintIdentifier": "service",
                   "userInputs": {"properties": {"n": {"type": "number"}}, "required": ["n"], "order": ["n"]}},
                 "invocationMethod": {"type": "KAFKA"}}]"#,
        ),
        (
            "blueprints.json",
            r#"[{"identifier": "service",
                 "schema": {"properties": {"json": {"type": "string", "default": "{}"}, "made": {"type": "string", "default": "{\"a\":1}"},
                              "all": {"type": "array", "union": true, "items": {"type": "string", "pattern": "^a"}},
                              "things": {"type": "array", "items": {"type": "object"}, "default": [{"a": 1}]}}, "required": ["json"]},
                 "relations": {"uses": {"target": "service", "many": true, "required": false}},
                 "aggregationProperties": {
                   "number": {"target": "service", "type": "number", "calculationSpec": {"calculationBy": "entities", "func": "count"},
                           "pathFilter": [{"path": ["uses"], "fromBlueprint": "service"}]},
                   "rate": {"target": "service", "type": "number",
                            "calculationSpec": {"calculationBy": "entities", "func": "average", "averageOf": "week", "measureTimeBy": "$createdAt"}},
                   "mean": {"target": "service", "type": "number", "calculationSpec": {"calculationBy": "property", "func": "average",
                            "averageOf": "total", "property": "json", "measureTimeBy": "$createdAt"}},
                   "sum": {"target": "service", "type": "number", "title": "Sum",
                           "calculationSpec": {"calculationBy": "property", "func": "sum", "property": "json"}}}}]"#,
        ),
        (
            "entities.json",
            r#"[{"identifier": "e", "blueprint": "service", "properties": {"json": "[1]", "things": [{"b": 2}], "all": {"tf": ["a"]}}}]"#,
        ),
    ];
    let told = through(Neighbour::Port, "main.tf", PROVIDER, &expected);
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("E0803 `/properties/all` of `port_entity.e`"), "{told:#?}");
}
