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
