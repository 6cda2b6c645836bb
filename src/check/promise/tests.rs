use super::*;
use crate::resolve::{MemoryLoader, resolve};

/// The codes and messages of a promise with fields and a workflow.
fn problems(fields: &str, workflow: &str) -> Vec<String> {
    let text = format!(
        "project demo\npromise p {{\n api group=g.io version=v1 kind=P {{\n{fields}\n}}\n workflow configure {{\n{workflow}\n}}\n}}\n"
    );
    let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
    assert!(resolved.diagnostics.is_empty(), "{:#?}", resolved.diagnostics);
    let mut said = Diagnostics::default();
    said.extend(check(&resolved.project));
    let said = said.sorted();
    said.iter().map(|one| format!("{} {}", one.code, one.message)).collect()
}

const SIZE: &str = "field size enum required { values small large }";

#[test]
fn a_table_has_each_value_once_and_no_other() {
    let table = |rows: &str| problems(SIZE, &format!("table t by=$spec.size {{\n{rows}\n}}"));
    assert_eq!(table("row small a=1\nrow large a=2"), [""; 0]);
    assert_eq!(table("row small a=1"), ["E0521 table `t` has no row for `large`"]);
    assert_eq!(table("row small a=1\nrow large a=1\nrow smal a=1"), ["E0522 `$spec.size` is never `smal`"]);
    assert_eq!(table("row small a=1\nrow large a=1\nrow small a=1"), ["E0523 a second row for `small`"]);
    assert_eq!(table("row small a=1 b=1\nrow large a=1"), ["E0524 row `large` has no `b`"]);
    assert_eq!(table("row small cpu=1\nrow large cup=1"), ["E0524 row `large` has `cup` and no `cpu`"]);
}

#[test]
fn a_table_needs_a_closed_choice_that_is_always_there() {
    assert_eq!(
        problems("field a string required", "table t by=$spec.a { row x a=1 }"),
        ["E0520 `$spec.a` can be anything: no table has a row for each value"]
    );
    assert_eq!(
        problems("field a boolean", "table t by=$spec.a { row #true a=1 ; row #false a=2 }"),
        ["E0512 `$spec.a` may have no value: it is optional and has no default"]
    );
}

#[test]
fn tables_choose_by_the_columns_of_other_tables() {
    let workflow = |last: &str| {
        format!("table a by=$spec.size {{ row small x=p ; row large x=q }}\ntable b by=$a.x {{ row p y=1 {last} }}")
    };
    assert_eq!(problems(SIZE, &workflow("; row q y=2")), [""; 0]);
    assert_eq!(problems(SIZE, &workflow("")), ["E0521 table `b` has no row for `q`"]);
}

#[test]
fn a_match_is_exhaustive_or_has_an_else() {
    let on = |fields: &str, cases: &str| problems(fields, &format!("match $spec.size {{\n{cases}\n}}"));
    assert_eq!(on(SIZE, "case small\ncase large"), [""; 0]);
    assert_eq!(on(SIZE, "case small large"), [""; 0]);
    assert_eq!(on(SIZE, "case small\nelse { }"), [""; 0]);
    assert_eq!(on(SIZE, "case small"), ["E0525 no case of `$spec.size` is for `large`"]);
    assert_eq!(on(SIZE, "case small large small"), ["E0523 a second case for `small`"]);
    assert_eq!(on("field size boolean default=#true", "case #true"), ["E0525 no case of `$spec.size` is for `false`"]);
    assert_eq!(on("field size string", "case a"), ["E0525 no case of `$spec.size` is for every other value"]);
    let optional = "field size enum { values a b }";
    assert_eq!(on(optional, "case a b"), ["E0525 no case of `$spec.size` is for a request that leaves it out"]);
}

#[test]
fn paths_lead_somewhere() {
    let in_body = |path: &str| problems(SIZE, &format!("resource \"g.io/v1\" A $name {{ x {path} }}"));
    assert_eq!(in_body("$spec.size"), [""; 0]);
    assert_eq!(in_body("$spec.sise"), ["E0510 the API has no field `sise`"]);
    assert_eq!(in_body("$size"), ["E0510 nothing here is called `size`"]);
    assert_eq!(in_body("$spec.size.x"), ["E0510 `$spec.size` is a string: it has no `x`"]);
    assert_eq!(in_body("\"${nam}\""), ["E0510 nothing here is called `nam`"]);
    let table = "table t by=$spec.size { row small cpu=1 ; row large cpu=2 }\nresource \"g.io/v1\" A $name { x ";
    assert_eq!(problems(SIZE, &format!("{table} $t.cpu }}")), [""; 0]);
    assert_eq!(problems(SIZE, &format!("{table} $t.cup }}")), ["E0510 the table has no column `cup`"]);
    assert_eq!(problems(SIZE, &format!("{table} $t }}")), ["E0510 `$t` is a table: name one of its columns"]);
}

#[test]
fn texts_take_single_values_that_are_there() {
    let fields = "field many array of=string\nfield wheres array required of=object { field zone string }\nfield note string\nfield zones array required of=string\nfield where object required { field zone string required }";
    let text = |text: &str| problems(fields, &format!("resource \"g.io/v1\" A $name {{ x {text} }}"));
    assert_eq!(text("\"${spec.note}\""), ["E0512 `$spec.note` may have no value: it is optional and has no default"]);
    assert_eq!(text("\"${spec.note | default -}\""), [""; 0]);
    assert_eq!(text("$spec.note"), [""; 0]);
    assert_eq!(text("\"${spec.zones}\""), ["E0511 `$spec.zones` is a list, and a single value is needed"]);
    assert_eq!(text("\"${spec.zones | join '-' | upper}\""), [""; 0]);
    assert_eq!(text("\"${spec.where.zone} ${spec.where | json}\""), [""; 0]);
    assert_eq!(text("\"${spec.many | default none | join ','}\""), [""; 0]);
    assert_eq!(text("\"${spec.many | join ',' | default none}\""), [""; 0]);
    assert_eq!(text("\"${spec.many | join ','}\"").len(), 1);
    assert_eq!(text("\"$spec.many | join ','\""), [""; 0]);
    assert_eq!(text("\"${spec.many | default none}\"").len(), 1);
    assert_eq!(
        text("\"${spec.wheres | join '-'}\""),
        ["E0511 the items of `$spec.wheres` have parts, and `join` puts single values together"]
    );
    assert_eq!(
        text("\"${spec.where.zone | join '-'}\""),
        ["E0513 `$spec.where.zone` is a string, and `join` needs a list"]
    );
}

#[test]
fn functions_take_what_the_api_says() {
    let fields = "field size string required\nfield count integer required\nfield more integer\nfield zones array required of=string\nfield o object required { field a string; }";
    let x = |text: &str| problems(fields, &format!("resource \"g.io/v1\" A $name {{ x \"{text}\" }}"));
    for fine in [
        "$spec.count | plus 1",
        "$spec.count | plus $spec.count | times 2 | above 3 | then 'a' $spec.size",
        "$spec.more | plus 1",
        "${spec.more | default 1 | plus 1}",
        "${spec.zones | first | default x}",
        "$spec.zones | map upper | keep starts-with A",
        "$spec.o | merge $spec.o | keys | length",
        "$spec.size | number | plus 1",
        "$spec.zones | contains a | not",
    ] {
        assert_eq!(x(fine), [""; 0], "{fine}");
    }
    for (wrong, told) in [
        ("$spec.size | plus 1", "E0511 `$spec.size` is a string, and `plus` needs a number"),
        ("$spec.count | upper | plus 1", "E0511 `$spec.count` is a string, and `plus` needs a number"),
        ("$spec.count | plus $spec.size", "E0504 `$spec.size` is a string here, and `plus` takes a number"),
        ("$spec.count | plus $spec.sise", "E0510 the API has no field `sise`"),
        ("$spec.zones | upper", "E0511 `$spec.zones` is a list, and `upper` needs a string, a number or a boolean"),
        ("$spec.o | merge $spec.zones", "E0504 `$spec.zones` is a list here, and `merge` takes an object"),
        ("${spec.more | plus 1}", "E0512 `$spec.more` may have no value: it is optional and has no default"),
        ("${spec.zones | first}", "E0512 `$spec.zones` may have no value: it is optional and has no default"),
        ("$spec.more | above 1", "E0512 `$spec.more` may have no value: it is optional and has no default"),
        ("$spec.count | starts-with a", "E0511 `$spec.count` is a number here, which `starts-with` does not compare"),
    ] {
        assert_eq!(x(wrong), [told], "{wrong}");
    }
}

#[test]
fn items_of_lists_have_their_own_fields() {
    let fields = "field disks array of=object { field id string required }\nfield size string";
    let each = |list: &str, path: &str| {
        problems(fields, &format!("each d in={list} {{ resource \"g.io/v1\" A \"${{{path}}}\" {{ }} }}"))
    };
    assert_eq!(each("$spec.size", "name"), ["E0513 `$spec.size` is a string, and `each` needs a list or an object"]);
    assert_eq!(each("$spec.disks", "d.id"), [""; 0]);
    assert_eq!(each("$spec.disks", "d.ip"), ["E0510 there is no field `ip`"]);
    // Those of an object have a name and a value.
    let fields = "field quotas object of=string\nfield limits object { field cpu string; }";
    let each = |list: &str, path: &str| {
        problems(fields, &format!("each d in={list} {{ resource \"g.io/v1\" A \"${{{path}}}\" {{ }} }}"))
    };
    for right in ["d.key", "d.value"] {
        assert_eq!([each("$spec.quotas", right), each("$spec.limits", right)], [[""; 0]; 2], "{right}");
    }
    assert_eq!(each("$spec.quotas", "d.val"), ["E0510 a member has a `key` and a `value`, and no `val`"]);
    assert_eq!(each("$spec.quotas", "d"), ["E0511 `$d` is an object, and a single value is needed"]);
}

#[test]
fn what_the_line_says_is_not_said_again_in_the_body() {
    let said = problems(
        "",
        "resource \"g.io/v1\" A $name file=\"../x\" { kind B ; metadata name=$name }\nresource \"g.io/v1\" A x { apiVersion v2 }",
    );
    assert_eq!(said.iter().map(|said| &said[..5]).collect::<Vec<_>>(), ["E0531", "E0532", "E0532", "E0532"]);
}

#[test]
fn what_a_resource_says_is_what_kubernetes_takes() {
    let said = |step: &str| problems("field t string required\nfield l array of=string required", step);
    assert_eq!(said("resource v1 ConfigMap App_1"), ["E0536 `App_1` is no name of a ConfigMap: it holds 'A'"]);
    assert_eq!(said("resource \"rbac.authorization.k8s.io/v1\" Role \"system:App_1\""), [""; 0]);
    assert_eq!(said("resource v1 \"a b\" x"), ["E0536 `a b` is no kind: it holds ' '"]);
    assert_eq!(said("resource \"a/b/c\" A x"), ["E0536 `a/b/c` is no API version: it has more than one `/`"]);
    assert_eq!(
        said("resource v1 Secret x { metadata namespace=\"a.b\" }"),
        ["E0536 `a.b` is no namespace: it holds '.'"]
    );
    for step in ["metadata namespace=x", "metadata { namespace $spec.t }"] {
        assert_eq!(
            said(&format!("resource v1 Namespace x {{ {step} }}")),
            ["E0537 a Namespace is an object of the cluster: it is in no namespace"]
        );
    }
    assert_eq!(said("resource v1 Namespace x { metadata namespace=#null }"), [""; 0]);
}

#[test]
fn a_schedule_asks_for_what_can_be_a_label() {
    let said = |schedule: &str| {
        let text = format!("project demo\npromise p {{ schedule {schedule} }}\n");
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
        check(&resolved.project).into_iter().map(|one| one.message).collect::<Vec<_>>()
    };
    assert_eq!(said("zone=EU_1"), [""; 0]);
    assert_eq!(said("zone=\"a b\""), ["`a b` is no value of a label: it holds ' '"]);
}

#[test]
fn metadata_that_is_no_object_is_told_before_there_is_a_request() {
    let said = |metadata: &str| {
        let fields = "field t string required\nfield l array of=string required\nfield o object";
        problems(fields, &format!("resource \"g.io/v1\" A x {{ metadata {metadata} }}"))
    };
    let needed = "and an object is needed";
    assert_eq!(said("a b"), [format!("E0535 `metadata` is a list, {needed}")]);
    assert_eq!(said("a"), [format!("E0535 `metadata` is a string, {needed}")]);
    assert_eq!(said("$spec.t"), [format!("E0535 `metadata` is a string, {needed}")]);
    assert_eq!(said("$spec.l"), [format!("E0535 `metadata` is a list, {needed}")]);
    assert_eq!(said("$spec.o"), [""; 0]);
    assert_eq!(said("name=y"), ["E0532 `metadata.name` is said by the line of the resource already"]);
}

#[test]
fn a_key_of_the_status_that_is_sure_to_be_set_is_set_once() {
    assert_eq!(problems(SIZE, "status a=1\nstatus a=2"), ["E0353 `a` is set twice in the status"]);
    let chosen = "status a=1\nmatch $spec.size { case small { status a=2 }; case large }";
    assert_eq!(problems(SIZE, chosen), [""; 0]);
    // What is always set would make nothing of what may be set before it.
    let chosen = "match $spec.size { case small { status a=2 }; case large { status a=3 } }\nstatus a=1";
    assert_eq!(problems(SIZE, chosen), ["E0353 `a` is set twice in the status"]);
    let looped = "each zone in=$spec.zones { if \"$zone | is eu\" { status a=$zone; }; }";
    let fields = "field zones array of=string required";
    assert_eq!(problems(fields, looped), ["E0353 `a` is set in the status again for each item"]);
    assert_eq!(problems(fields, "status a=\"${spec.zones | join ' '}\""), [""; 0]);
}

#[test]
fn a_word_that_lacks_its_dollar_is_told_where_it_is_the_path_of_a_value() {
    let body = |lines: &str| {
        let table = "table quota by=$spec.size { row small pods=1 ; row large pods=2 }";
        problems(SIZE, &format!("{table}\nresource \"g.io/v1\" A $name {{\n{lines}\n}}"))
    };
    for (lines, word) in [
        ("spec { hard pods=quota.pods; }", "quota.pods"),
        ("spec { hard pods=quota.pods name=$name; }", "quota.pods"),
        ("spec { args a spec.size; }", "spec.size"),
        ("data { size spec.size; }", "spec.size"),
    ] {
        assert_eq!(body(lines), [format!("E0229 `{word}` is text, and there is a value of that name")], "{lines}");
    }
    for lines in
        ["data size=\"spec.size\"", "data size=name", "data size=quota.cpu", "data host=a.b.c", "data size=$spec.size"]
    {
        assert_eq!(body(lines), [""; 0], "{lines}");
    }
}
