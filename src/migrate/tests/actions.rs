//! Actions and automations of Port, and their forms.

use super::{PROJECT, exported, imported, is_there, said, told, told_of};
use crate::grammar::Neighbour;
use crate::model::{Kind, Value, parse_json};
use crate::neighbour;
use crate::resolve::MemoryLoader;
use crate::workspace::load;

/// An action with a form, in and out again; what is told.
#[track_caller]
pub(super) fn through_form(form: &str, rest: &str) -> Vec<String> {
    let action = format!(
        r#"[{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE", "userInputs": {form}}}{rest},
            "invocationMethod": {{"type": "KAFKA"}}}}]"#
    );
    let imported = imported(Neighbour::Port, &[("a.json", &action)]);
    let out = exported(Neighbour::Port, &imported.files);
    let Value::Array(went) = parse_json(action.as_bytes()).unwrap() else { panic!() };
    let came = parse_json(out["actions.json"][0].as_bytes()).unwrap();
    let (went, came) = (went[0].as_object().unwrap(), came.as_object().unwrap());
    for (one, other) in [(went, came), (came, went)] {
        let beyond = neighbour::beyond(Neighbour::Port, Kind::Action, one, other, &[]).1;
        assert_eq!(beyond, [], "{:#?}", imported.files);
    }
    told(&imported)
}

#[test]
fn pages_headings_and_what_is_worked_out_in_a_form_have_words() {
    for form in [
        r#"{"properties": {"b": {"type": "string"}, "a": {"type": "string"}}, "required": ["b"],
            "titles": {"top": {"title": "Top", "description": "d", "visible": {"jqQuery": ".form.a != null"}}},
            "steps": [{"title": "One", "order": ["top", "a"]}, {"title": "Two", "order": ["b"], "visible": false},
                      {"title": "None", "order": []}]}"#,
        r#"{"properties": {"b": {"type": "string"}, "a": {"type": "string"}}, "titles": {"top": {"title": "Top"}}, "order": ["b", "top", "a"]}"#,
        r#"{"properties": {"b": {"type": "string"}, "a": {"type": "string"}}, "order": ["a"]}"#,
        r#"{"properties": {"b": {"type": "string"}, "a": {"type": "string"}}, "order": ["a", "b"],
            "required": {"jqQuery": "if .form.a then [\"b\"] else [] end"}}"#,
        r#"{"properties": {"a": {"type": "string", "enum": {"jqQuery": "[\"x\"]"}}, "n": {"type": "number", "enum": {"jqQuery": "[1]"}},
                           "l": {"type": "array", "items": {"type": "string", "enum": {"jqQuery": "[1]"}}}}, "order": ["n", "a", "l"]}"#,
    ] {
        assert_eq!(through_form(form, ""), Vec::<String>::new(), "{form}");
    }
}

#[test]
fn what_the_form_of_an_action_shows_and_is_not_there_is_told() {
    let action = r"action a create { input x string; heading h H; step S { shown h x gone; }; backend kafka }";
    let loaded = load(&MemoryLoader::new([("plat.kdl", PROJECT), ("a.kdl", action)])).unwrap();
    let told: Vec<&str> = loaded.diagnostics.iter().map(|one| &*one.message).collect();
    assert_eq!(told, ["the action `a` has neither an input nor a heading `gone`"]);
}

#[test]
fn what_an_action_and_a_blueprint_say_to_port_has_words() {
    let document = r#"{"blueprints": [{"identifier": "service", "teamInheritance": {"path": "self"},
            "schema": {"properties": {
                "at": {"type": "string", "format": "date-time", "dateFormat": "24-hour"},
                "all": {"type": "array", "items": {"type": "string"}, "union": true, "includeDuplicates": true},
                "board": {"type": "string", "format": "url", "spec": "embedded-url", "specAuthentication": {"clientId": "a",
                    "authorizationUrl": "https://a.example.com", "tokenUrl": "https://t.example.com", "authorizationScope": ["openid"]}}}},
            "relations": {"self": {"target": "service", "many": false, "required": false}},
            "calculationProperties": {"c": {"type": "string", "format": "date-time", "calculation": ".", "dateFormat": "24-hour",
                "specAuthentication": {"clientId": "a", "authorizationUrl": "https://a.example.com", "tokenUrl": "https://t.example.com"}}}}],
        "actions": [{"identifier": "a", "trigger": {"type": "self-service", "operation": "DAY-2", "blueprintIdentifier": "service",
                "userInputs": {"properties": {"x": {"type": "boolean"}}, "order": ["x"]},
                "condition": {"type": "SEARCH", "combinator": "and", "rules": [{"property": "at", "operator": "isEmpty"}]}},
            "invocationMethod": {"type": "WEBHOOK", "url": "https://example.com", "agent": "{{ .inputs.x }}", "synchronized": true}}]}"#;
    let imported = imported(Neighbour::Port, &[("a.json", document)]);
    assert_eq!(told(&imported), Vec::<String>::new(), "{:#?}", imported.files);
    let out = exported(Neighbour::Port, &imported.files);
    let Value::Object(went) = parse_json(document.as_bytes()).unwrap() else { panic!() };
    for (kind, name) in [(Kind::Blueprint, "blueprints"), (Kind::Action, "actions")] {
        let all = went.get(name).unwrap().as_array().unwrap();
        assert!(is_there(Neighbour::Port, kind, all[0].as_object().unwrap(), &out), "{out:?}");
    }
}

#[test]
fn of_an_input_that_says_too_much_only_that_member_is_kept_apart() {
    let jq = r#"{"jqQuery": ".form.x"}"#;
    let entity = r#""type": "string", "format": "entity", "blueprint": "service""#;
    for (rest, member, value, why) in [
        (r#""type": "string""#, "icon", jq, "E0118"),
        (r#""type": "string""#, "description", jq, "E0118"),
        (r#""type": "string""#, "format", "\"foo\"", "no words for the type `foo`"),
        (r#""type": "string", "format": "entity""#, "blueprint", jq, "E0118"),
        (entity, "dataset", jq, "E0118"),
    ] {
        let told = told_of(
            "actions.json",
            &format!(
                r#"{{"identifier": "a", "title": "A", "icon": "I", "description": "D", "trigger": {{"type": "self-service", "operation": "CREATE",
                    "userInputs": {{"required": ["n"], "order": ["n", "m"], "properties": {{"n": {{{rest}, "{member}": {value}}}, "m": {{"type": "number", "maximum": 3}}}}}}}},
                    "invocationMethod": {{"type": "KAFKA"}}}}"#
            ),
        );
        let [told] = told.as_slice() else { panic!("{member}: {told:#?}") };
        let place = format!(" E0803 `/1/trigger/userInputs/properties/n/{member}` is kept for Port alone: ");
        assert!(told.contains(&place) && told.contains(why), "{told}");
    }
    let list = r#""type": "array", "items": {"type": "string", "format": "foo"}"#;
    let told = told_of(
        "actions.json",
        &format!(
            r#"{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE",
                "userInputs": {{"order": ["n"], "properties": {{"n": {{{list}}}}}}}}}, "invocationMethod": {{"type": "KAFKA"}}}}"#
        ),
    );
    assert!(matches!(told.as_slice(), [one] if one.contains("/n/items/format` is kept")), "{told:#?}");
}

#[test]
fn what_an_action_of_port_asks_and_sends_is_said_in_words() {
    let text = said(
        "actions.json",
        r#"{"identifier": "order", "trigger": {"type": "self-service", "operation": "CREATE", "blueprintIdentifier": "service",
            "actionCardButtonText": "Order", "executeActionButtonText": "Order now",
            "userInputs": {"properties": {"name": {"type": "string"}}, "order": ["name"]}},
          "invocationMethod": {"type": "WEBHOOK", "url": "https://example.com/{{ .inputs.name }}", "agent": false, "synchronized": true, "method": "PUT",
            "headers": {"RUN_ID": "{{ .run.id }}", "Authorization": "Bearer {{ .secrets.TOKEN }}", "Content-Type": "application/json"},
            "body": {"text": "{{ .inputs.name | ascii_upcase }}!", "context": {"entity": "{{ .entity }}", "tags": ["{{ .inputs.name }}", 1, []]},
                     "list": ["only"], "none": {}, "{{ spreadValue() }}": "{{ .inputs }}"}},
          "requiredApproval": {"type": "ALL"}, "approvalNotification": {"type": "webhook", "url": "https://example.com/hook", "format": "slack"},
          "allowAnyoneToViewRuns": false}"#,
    );
    for line in [
        "    buttons card=Order execute=\"Order now\"\n",
        "        header RUN_ID $run.id\n",
        "        send text \"${inputs.name | upper}!\"\n",
        "        send context {\n            entity (jq)\".entity\"\n            tags {\n                - $inputs.name\n",
        "        (array)send list only\n        send none {}\n",
        "    approval all\n    approval-notification webhook url=\"https://example.com/hook\" format=slack\n    anyone-sees-runs #false\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let approved = |word: &str| {
        format!(
            r#"{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE", "userInputs": {{"properties": {{}}}}}}, "invocationMethod": {{"type": "KAFKA"}}, "requiredApproval": {word}}}"#
        )
    };
    assert!(said("actions.json", &approved("true")).contains("    approval\n"));
    assert!(!imported(Neighbour::Port, &[("a.json", &approved("false"))]).files["actions.kdl"].contains("approval"));
}

#[test]
fn the_inputs_of_a_form_are_picked_hidden_and_worked_out_in_words() {
    let text = said(
        "actions.json",
        r#"{"identifier": "order", "trigger": {"type": "self-service", "operation": "CREATE",
            "userInputs": {"order": ["one", "many", "note", "day"], "properties": {
                "one": {"type": "string", "format": "entity", "blueprint": "service", "title": "One", "default": {"jqQuery": ".user.teams[0]"},
                        "sort": {"property": "$title", "order": "ASC"}},
                "many": {"type": "array", "items": {"type": "string", "format": "entity", "blueprint": "service",
                            "dataset": {"combinator": "and", "rules": [{"property": "$identifier", "operator": "=", "value": {"jqQuery": ".form.one.identifier"}}]}},
                         "dependsOn": ["one"], "visible": {"jqQuery": ".form.one != null"}, "maxItems": 3, "default": {"jqQuery": "[]"}},
                "note": {"type": "string", "format": "multi-line", "visible": false, "encryption": "aes256-gcm"},
                "day": {"type": "string", "format": "date-time", "disabled": {"jqQuery": "true"}}}}},
          "invocationMethod": {"type": "KAFKA"}}"#,
    );
    for line in [
        "    input one entity blueprint=service default=(jq)\".user.teams[0]\" {\n        title One\n        sort {\n            property #\"$title\"#\n",
        "    input many array of=entity blueprint=service default=(jq)\"[]\" visible=(jq)\".form.one != null\" max-items=3 {\n        depends-on one\n",
        " value=(jq)\".form.one.identifier\"\n",
        "    input note multi-line visible=#false {\n        encryption aes256-gcm\n",
        "    input day date-time disabled=(jq)\"true\"\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn what_a_form_works_out_of_limits_patterns_and_titles_has_words() {
    let text = said(
        "actions.json",
        r#"{"identifier": "order", "trigger": {"type": "self-service", "operation": "CREATE",
            "userInputs": {"order": ["name", "count", "zones", "more"], "properties": {
                "name": {"type": "string", "title": {"jqQuery": ".form.kind + \" name\""}, "maxLength": 40, "minLength": {"jqQuery": ".form.n"},
                         "pattern": {"jqQuery": "if .form.x then\n  \"^\\\\d\"\nelse \"a\" end"}},
                "count": {"type": "number", "minimum": {"jqQuery": ".form.least"}, "maximum": 10},
                "zones": {"type": "array", "items": {"type": "string", "pattern": {"jqQuery": ".form.p"}}, "maxItems": {"jqQuery": "3"}},
                "more": {"type": "object", "additionalProperties": false}}}},
          "invocationMethod": {"type": "KAFKA"}, "publish": false}"#,
    );
    for line in [
        "    input name string min-length=(jq)\".form.n\" max-length=40 {\n        title (jq)#\".form.kind + \" name\"\"#\n",
        "        pattern (jq)#\"\"\"\n            if .form.x then\n              \"^\\\\d\"\n            else \"a\" end\n            \"\"\"#\n",
        "    input count number min=(jq)\".form.least\" max=10\n",
        "    input zones array of=string max-items=(jq)\"3\" {\n        pattern (jq)\".form.p\"\n",
        "    input more object other-members=#false\n",
        "    published #false\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
}

#[test]
fn a_payload_that_has_no_members_has_words() {
    let action = |method: &str| {
        let trigger = r#"{"type": "self-service", "operation": "CREATE", "userInputs": {"properties": {"n": {"type": "string"}}, "order": ["n"]}}"#;
        format!(r#"{{"identifier": "a", "trigger": {trigger}, "invocationMethod": {method}}}"#)
    };
    for (method, lines) in [
        (r#"{"type": "KAFKA", "payload": "{{ .inputs }}"}"#, "        payload (jq)\".inputs\"\n"),
        (r#"{"type": "KAFKA", "payload": ["{{ .inputs.n }}"]}"#, "        (array)payload $inputs.n\n"),
        (
            r#"{"type": "WEBHOOK", "url": "https://example.com", "body": [{"a": "{{ .run.id }}"}, "b"]}"#,
            "        payload {\n            - a=$run.id\n            - b\n        }\n",
        ),
        (
            r#"{"type": "GITHUB", "org": "o", "repo": "r", "workflow": "w", "reportWorkflowStatus": "{{ .inputs.n == \"a\" }}"}"#,
            "        report-status (jq)#\".inputs.n == \"a\"\"#\n",
        ),
        (
            r#"{"type": "KAFKA", "payload": {"a": "\"{{ .entity.title }}\"", "b": "[\"{{ .entity.title }}\"] | {{ .b }}"}}"#,
            "        send a (jq)#\"\"\\\"\\(.entity.title)\\\"\"\"#\n",
        ),
    ] {
        let text = said("actions.json", &action(method));
        assert!(text.contains(lines), "{lines}{text}");
    }
    // What plat sends is looked at there too.
    let text = "action a create {\n    backend kafka { payload { - $inputs.m; }; }\n}\n";
    let files = [("plat.kdl".to_owned(), "project p".to_owned()), ("a.kdl".to_owned(), text.to_owned())];
    let loaded = crate::workspace::load(&crate::resolve::MemoryLoader::new(files)).unwrap();
    let told: Vec<&str> = loaded.diagnostics.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(told, ["the action `a` has no input `m`"]);
}

#[test]
fn that_a_workflow_says_nothing_of_how_it_ended_is_not_lost() {
    let action = |report: &str| {
        let trigger = r#"{"type": "self-service", "operation": "CREATE", "userInputs": {"properties": {}}}"#;
        let method = format!(r#"{{"type": "GITHUB", "org": "o", "repo": "r", "workflow": "w"{report}}}"#);
        format!(r#"{{"identifier": "a", "trigger": {trigger}, "invocationMethod": {method}}}"#)
    };
    let text = |report: &str| said("actions.json", &action(report));
    assert!(text(r#", "reportWorkflowStatus": false"#).contains("report-status #false\n"));
    assert!(text(r#", "reportWorkflowStatus": true"#).contains("report-status\n"));
    assert!(!text("").contains("report-status"));
}

#[test]
fn what_an_automation_of_port_waits_for_is_said_in_words() {
    let text = said(
        "actions.json",
        r#"{"identifier": "tell", "trigger": {"type": "automation", "event": {"type": "ENTITY_UPDATED", "blueprintIdentifier": "service"},
            "condition": {"type": "JQ", "expressions": [".diff.after.properties.tier == \"a\""], "combinator": "or"}},
          "invocationMethod": {"type": "UPSERT_ENTITY", "blueprintIdentifier": "service",
            "mapping": {"identifier": "{{ .event.context.entityIdentifier }}", "properties": {"tier": "b"}, "relations": {}}},
          "publish": true}"#,
    );
    let condition = "    condition #\".diff.after.properties.tier == \"a\"\"# combinator=or\n";
    assert!(text.contains(condition), "{text}");
    assert!(
        text.contains("        send properties {\n            tier b\n        }\n        send relations {}\n"),
        "{text}"
    );
}

#[test]
fn spaces_within_the_braces_of_a_template_say_nothing() {
    let action = r#"{"identifier": "a", "trigger": {"type": "self-service", "operation": "CREATE"},
        "invocationMethod": {"type": "KAFKA", "payload": {"run": "{{.run.id}}", "deep": {"run": "x {{.run.id  }}"}}}}"#;
    let imported = imported(Neighbour::Port, &[("a.json", action)]);
    assert_eq!(told(&imported), Vec::<String>::new());
    let text = &imported.files["actions.kdl"];
    assert!(text.contains("send run $run.id\n") && text.contains("run \"x ${run.id}\"\n"), "{text}");
}
