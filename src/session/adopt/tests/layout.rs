//! What is taken over stands as the text around it does: on one line, with its comments, in its notation.

use super::{PLATFORM, applied, others, replaced, take_over, taken};
use crate::model::Address;
use crate::session::adopt::Delivered;

const ENUM: &str = r#"{"type":"string","enum":["a","b"],"enumColors":{"a":"red","b":"blue"}}"#;

#[test]
fn what_stands_on_one_line_stays_on_it() {
    let plain = r#"{"type":"string","enum":["b","c"]}"#;
    for (block, json, now) in [
        ("values a b;", ENUM, "value a color=red; value b color=blue;"),
        ("/* 1 */ values a b; /* 2 */", ENUM, "/* 1 */ value a color=red; value b color=blue; /* 2 */"),
        ("/* 1 */ value a; /* 2 */ value b", plain, "/* 1 */ /* 2 */ value b; value c"),
        (
            "/* 1 */ value b color=blue; /* 2 */ value a color=red",
            ENUM,
            "/* 2 */ value a color=red; /* 1 */ value b color=blue",
        ),
    ] {
        let text = |block: &str| format!("project law\nblueprint thing {{\n    property tier enum {{ {block} }}\n}}\n");
        let now = text(now);
        assert_eq!(taken(&text(block), "blueprint:thing", "properties.tier", json), Ok(now), "{block}");
    }
}

#[test]
fn conditions_that_come_into_another_block_keep_their_comments() {
    let field = |name: &str| format!(r#"{{"field":"{name}","operator":"present"}}"#);
    let (x, y) = (field("x"), field("y"));
    for (block, query, now) in [
        (
            "            any {\n                // why x\n                x present // x\n            } // any\n",
            format!("[{x}]"),
            "            // why x\n            x present // x\n            // any\n",
        ),
        (
            "            any {\n                // why x\n                x present // x\n                y present // y\n            }\n",
            format!("[{x},{y}]"),
            "            // why x\n            x present // x\n            y present // y\n",
        ),
        (
            "            x present // x\n            any {\n                y present // y\n            }\n",
            format!(r#"[{{"any":[{x},{y}]}}]"#),
            "            any {\n                x present // x\n                y present // y\n            }\n",
        ),
        (
            "            all { /* 1 */ x present; /* 2 */ y present; }\n",
            format!(r#"[{{"any":[{y},{x}]}}]"#),
            "            any { /* 2 */ y present; /* 1 */ x present; }\n",
        ),
    ] {
        let text = |block: &str| {
            format!(
                "project law\nblueprint thing {{\n    property x string\n    property y string\n}}\nscorecard s for=thing {{\n    \
                 level A {{\n        rule r {{\n{block}        }}\n    }}\n}}\n"
            )
        };
        let query = format!(r#"{{"r":{{"level":"A","query":{{"all":{query}}}}}}}"#);
        assert_eq!(taken(&text(block), "scorecard:s", "rules", &query), Ok(text(now)), "{block}");
    }
}

#[test]
fn text_of_several_lines_is_written_on_lines_where_it_has_its_own() {
    let text = |first: &str| {
        format!("project law\nteam a {{\n    description {first}\n}}\nteam b {{ description {first}; }}\n")
    };
    let before = text("one");
    for (json, on_lines, in_one) in [
        (r#""two\nlines""#, "\"\"\"\n        two\n        lines\n        \"\"\"", r#""two\nlines""#),
        (r#""a \\ b\n\n  \"\"\" c\n""#, "\"\"\"\n        a \\\\ b\n\n          \\\"\\\"\\\" c\n\n        \"\"\"", ""),
        (r#""one line\n""#, r#""one line\n""#, r#""one line\n""#),
        (r#""a\r\nb""#, r#""a\r\nb""#, r#""a\r\nb""#),
    ] {
        let found = taken(&before, "team:a", "description", json);
        assert_eq!(found, Ok(before.replacen("description one", &format!("description {on_lines}"), 1)), "{json}");
        if !in_one.is_empty() {
            let found = taken(&before, "team:b", "description", json);
            assert_eq!(found, Ok(before.replace("{ description one", &format!("{{ description {in_one}"))), "{json}");
        }
    }
}

#[test]
fn the_path_of_a_value_is_a_bare_word_where_one_is_read() {
    let workflow = |body: &str, file: &str, status: &str| {
        format!(
            "project law\nstate-store s git {{\n    url \"../s.git\"\n}}\ndestination d {{\n    store s\n}}\npromise app {{\n    api \
             group=company.com version=v1 kind=App {{\n        field v string default=a\n    }}\n    workflow configure {{\n        \
             resource v1 ConfigMap $name file={file} {{\n            data {{\n                {body}\n            }}\n        \
             }}\n        status message={status}\n    }}\n}}\n"
        )
    };
    let text = workflow("a plain", "x.yaml", "\"is ${name}\"");
    let json = |body: &str, file: &str, status: &str| {
        format!(
            r#"[{{"apiVersion":"v1","kind":"ConfigMap","name":"$name","file":"{file}","body":{{"data":{{{body}}}}}}},{{"status":{{"message":"{status}"}}}}]"#
        )
    };
    for (body, file, status, lines) in [
        (r#""a":"$spec.v""#, "x.yaml", "is ${name}", ("a $spec.v", "x.yaml", "\"is ${name}\"")),
        (r#""a":["$spec.v","b"]"#, "$name", "$name", ("a $spec.v b", "$name", "$name")),
    ] {
        let now = workflow(lines.0, lines.1, lines.2);
        assert_eq!(taken(&text, "promise:app", "workflow", &json(body, file, status)), Ok(now), "{body}");
    }
    let entity = "project law\nblueprint thing {\n    property s string\n}\nentity thing one {\n    s plain\n}\n";
    let found = taken(entity, "entity:thing:one", "properties.s", "\"$x\"");
    assert_eq!(found, Ok(entity.replace("s plain", "s \"$x\"")));
}

#[test]
fn files_that_are_delivered_anew_are_counted() {
    let workflow = replaced(PLATFORM, "promise:app", "workflow", "\"plain\"", "\"other\"");
    let delivered = |anew, gone| Delivered { anew, gone };
    for (object, path, json, delivered) in [
        ("state-store:gitops", "branch", "\"prod\"", delivered(1, 0)),
        ("promise:app", "workflow", workflow.as_str(), delivered(1, 0)),
        ("promise:app", "workflow", "[]", delivered(0, 1)),
        ("promise:app", "title", "\"Other\"", delivered(0, 0)),
    ] {
        let value = crate::model::parse_json(json.as_bytes()).unwrap();
        let mut targets = applied(PLATFORM);
        others(&mut targets, &Address::parse(object).unwrap(), Some(vec![(path.to_owned(), Some(value))]));
        let adoption = take_over(PLATFORM, &mut targets, "*");
        assert_eq!(adoption.delivered, delivered, "{object} {path}: {adoption:?}");
    }
}
