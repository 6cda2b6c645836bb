//! Values on their way in and out are what they were, or are told.

use crate::moving_in::json;
use crate::project::Project;

/// What is read where a list is wanted and is none: with each of these a project would have a list of one.
const LONE: [&str; 3] = [r#""a""#, "3", r#"{"k": 1}"#];

#[test]
fn what_is_no_list_where_one_is_wanted_is_given_back_as_it_was() {
    for lone in LONE {
        let all = format!(
            r#"{{"blueprints": [{{"identifier": "svc", "schema": {{"properties": {{
                "list": {{"type": "array"}},
                "texts": {{"type": "array", "items": {{"type": "string"}}, "default": {lone}}},
                "object": {{"type": "object", "properties": {{"inner": {{"type": "array", "default": {lone}}}}}}}
            }}}}, "relations": {{"all": {{"target": "svc", "many": true, "required": false}}}}}}],
            "entities": [
                {{"blueprint": "svc", "identifier": "a", "properties": {{"list": {lone}}}}},
                {{"blueprint": "svc", "identifier": "b", "properties": {{"texts": {lone}}}}},
                {{"blueprint": "svc", "identifier": "c", "properties": {{"object": {{"inner": {lone}}}}}}},
                {{"blueprint": "svc", "identifier": "d", "properties": {{}}, "relations": {{"all": {lone}}}}}
            ],
            "actions": [{{"identifier": "run", "trigger": {{"type": "self-service", "operation": "CREATE", "userInputs": {{
                "properties": {{"input": {{"type": "array", "default": {lone}}}}}, "order": ["input"]}}}},
                "invocationMethod": {{"type": "KAFKA"}}}}]}}"#
        );
        let project = Project::new().file("a.json", &all);
        let run = project.run(["import", "port", "a.json", "--out", "out"]).code(0);
        run.complains(["`texts` takes a list, not a", "`inner` takes", "`list` takes", "`all` takes", "`input` takes"]);
        project.run(["-C", "out", "check"]).code(0);
        let run = project.run(["-C", "out", "export", "port"]).code(0);
        let (went, came) = (json(&all), json(&run.out));
        for way in [
            "/entities/0/properties/list",
            "/entities/1/properties/texts",
            "/entities/2/properties/object/inner",
            "/entities/3/relations/all",
            "/blueprints/0/schema/properties/texts/default",
            "/blueprints/0/schema/properties/object/properties/inner/default",
            "/actions/0/trigger/userInputs/properties/input/default",
        ] {
            assert_eq!(came.pointer(way), went.pointer(way), "{way} of {lone}");
        }
    }
}

#[test]
fn what_cannot_be_without_a_list_is_left_out_with_what_is_none_there() {
    for lone in LONE {
        let all = format!(
            r#"{{"blueprints": [{{"identifier": "svc", "schema": {{"properties": {{
                "needed": {{"type": "array"}}, "given": {{"type": "array", "default": [1]}}}}, "required": ["needed"]}}}}],
            "entities": [
                {{"blueprint": "svc", "identifier": "a", "properties": {{"needed": {lone}}}}},
                {{"blueprint": "svc", "identifier": "b", "properties": {{"needed": [], "given": {lone}}}}}
            ]}}"#
        );
        let project = Project::new().file("a.json", all);
        let run = project.run(["import", "port", "a.json", "--out", "out"]).code(2);
        run.complains([
            "`/entities/0` is left out for `/entities/0/properties/needed`: `needed` takes a list",
            "`/entities/1` is left out for `/entities/1/properties/given`: `given` takes a list",
        ]);
    }
}

#[test]
fn a_part_of_an_answer_is_no_plain_success_and_all_of_its_pages_are() {
    let page = |name: &str, rest: &str| {
        format!(r#"{{"blueprints": [{{"identifier": "{name}", "schema": {{"properties": {{}}}}}}]{rest}}}"#)
    };
    let run = |files: &[(&str, String)], code: i32| {
        let project =
            files.iter().fold(Project::new(), |project, (name, text)| project.file(&format!("in/{name}"), text));
        project.run(["import", "port", "in", "--out", "out"]).code(code)
    };
    for (rest, told) in [
        (r#", "next": "x""#, "`/next`: it says that this is one page of several"),
        (r#", "nextPageCursor": "x""#, "`/nextPageCursor`: it says that this is one page of several"),
        (r#", "links": {"next": "https://h.io"}"#, "`/links/next`: it says that this is one page of several"),
        (r#", "total": 300"#, "`/total`: it says that there are 300 in all, and 1 are here"),
        (r#", "pagination": {"page": 1, "totalCount": 2}"#, "`/pagination/totalCount`: it says that there are 2"),
    ] {
        let run = run(&[("a.json", page("a", rest))], 2);
        run.says(["One page of several: 1 document.\n"]).complains([told, "name their files as paths of one import"]);
    }
    // A last page may be that of another question.
    let both = [("a.json", page("a", r#", "next": "x""#)), ("b.json", page("b", r#", "next": null"#))];
    run(&both, 0).complains(["see that all of them are among the paths"]);
    let both = [("a.json", page("a", r#", "next": "x", "total": 2"#)), ("b.json", page("b", r#", "total": 2"#))];
    assert_eq!(run(&both, 0).err, "");
    assert_eq!(run(&[("a.json", page("a", r#", "total": 1, "count": 1, "hasMore": false"#))], 0).err, "");
}
