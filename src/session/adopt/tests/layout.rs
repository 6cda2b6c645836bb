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
             resource \"g.io/v1\" Thing $name file={file} {{\n            data {{\n                {body}\n            }}\n        \
             }}\n        status message={status}\n    }}\n}}\n"
        )
    };
    let text = workflow("a plain", "x.yaml", "\"is ${name}\"");
    let json = |body: &str, file: &str, status: &str| {
        format!(
            r#"[{{"apiVersion":"g.io/v1","kind":"Thing","name":"$name","file":"{file}","body":{{"data":{{{body}}}}}}},{{"status":{{"message":"{status}"}}}}]"#
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
    let delivered = |anew, gone, left| Delivered { anew, taken: 0, gone, left };
    for (object, path, json, delivered) in [
        ("state-store:gitops", "branch", "\"prod\"", delivered(1, 0, 1)),
        ("promise:app", "workflow", workflow.as_str(), delivered(1, 0, 0)),
        ("promise:app", "workflow", "[]", delivered(0, 1, 0)),
        ("promise:app", "title", "\"Other\"", delivered(0, 0, 0)),
    ] {
        let value = crate::model::parse_json(json.as_bytes()).unwrap();
        let mut targets = applied(PLATFORM);
        others(&mut targets, &Address::parse(object).unwrap(), Some(vec![(path.to_owned(), Some(value))]));
        let adoption = take_over(PLATFORM, &mut targets, "*");
        assert_eq!(adoption.delivered, delivered, "{object} {path}: {adoption:?}");
    }
}

#[test]
fn a_block_of_steps_that_is_emptied_is_closed() {
    let workflow = |steps: &str| {
        format!(
            "project law\nstate-store s git {{\n    url \"../s.git\"\n}}\ndestination d {{\n    store s\n}}\npromise app {{\n    api \
             group=company.com version=v1 kind=App {{\n        field v string default=a\n    }}\n    workflow configure {{\n        \
             match $spec.v {{\n            {steps}\n        }}\n    }}\n}}\n"
        )
    };
    let text = workflow("case a {\n                status m=a\n            }\n            else { status m=b }");
    let json = r#"[{"match":"$spec.v","cases":[{"is":["a"],"steps":[]}],"else":[]}]"#;
    assert_eq!(taken(&text, "promise:app", "workflow", json), Ok(workflow("case a {}\n            else {}")));
}

/// A text within an object, and what it becomes where others set a field.
type Becomes<'a> = (&'a str, &'a str, &'a str);

#[track_caller]
fn becomes(text: impl Fn(&str) -> String, object: &str, path: &str, rows: &[Becomes<'_>]) {
    for (from, json, to) in rows {
        assert_eq!(taken(&text(from), object, path, json), Ok(text(to)), "{from} {json}");
    }
}

#[test]
fn text_among_properties_stays_on_its_line() {
    let text = |head: &str| {
        format!(
            "project law\nblueprint thing {{\n    property s string\n}}\nscorecard s for=thing {{\n    level A {{\n        \
             rule r {head} {{\n            s present\n        }}\n    }}\n}}\n"
        )
    };
    let rule = |description: &str| {
        format!(
            r#"{{"level":"A","title":"R","description":{description},"query":{{"all":[{{"field":"s","operator":"present"}}]}}}}"#
        )
    };
    let (json, one) = (rule(r#""two\nlines""#), rule("\"one\""));
    becomes(
        text,
        "scorecard:s",
        "rules.r",
        &[
            ("R description=one", &json, r#"R description="two\nlines""#),
            (
                "R description=\"\"\"\n            two\n            more\n            \"\"\"",
                &json,
                "R description=\"\"\"\n            two\n            lines\n            \"\"\"",
            ),
            ("R", &one, "R description=one"),
        ],
    );
    let entity = |line: &str| {
        format!("project law\nblueprint thing {{\n    property o object\n}}\nentity thing one {{\n    {line}\n}}\n")
    };
    becomes(
        entity,
        "entity:thing:one",
        "properties.o",
        &[("o a=1 b=two", r#"{"a":1,"b":"x\ny"}"#, r#"o a=1 b="x\ny""#)],
    );
}

#[test]
fn a_continued_line_leaves_nothing_behind() {
    let text =
        |line: &str| format!("project law\nblueprint thing {{\n    property n {line}\n    property m string\n}}\n");
    let json = |rest: &str| format!(r#"{{"type":"number"{rest}}}"#);
    let (none, min, max) = (json(""), json(r#","minimum":1"#), json(r#","maximum":9"#));
    let both = "number \\\n        min=1 \\\n        max=9";
    becomes(
        text,
        "blueprint:thing",
        "properties.n",
        &[
            (both, &none, "number"),
            (both, &min, "number \\\n        min=1"),
            (both, &max, "number \\\n        max=9"),
            ("number \\\n        min=1 max=9", &max, "number \\\n        max=9"),
            ("number \\\n        min=1 max=9", &min, "number \\\n        min=1"),
            (
                "number min=1 \\\n        max=9 { title T; }",
                &json(r#","minimum":1,"title":"T""#),
                "number min=1 { title T; }",
            ),
        ],
    );
}

#[test]
fn a_comment_at_a_property_of_a_line_of_its_own_comes_above() {
    let text = |node: &str| format!("project law\nblueprint thing {{\n    {node}\n    property m string\n}}\n");
    let before = "property n number \\ // why\n        min=1 \\ // at least\n        max=9 // at most";
    let json = |rest: &str| format!(r#"{{"type":"number"{rest}}}"#);
    becomes(
        text,
        "blueprint:thing",
        "properties.n",
        &[
            (
                before,
                &json(r#","minimum":1"#),
                "// at most\n\n    property n number \\ // why\n        min=1 // at least",
            ),
            (
                before,
                &json(r#","maximum":9"#),
                "// at least\n\n    property n number \\ // why\n        max=9 // at most",
            ),
        ],
    );
}

#[test]
fn an_emptied_block_goes() {
    let text = |line: &str| format!("project law\nblueprint thing {{\n  property n {line}\n}}\n");
    let json = r#"{"type":"string"}"#;
    becomes(
        text,
        "blueprint:thing",
        "properties.n",
        &[
            ("string {\n    title T\n  }", json, "string"),
            ("string { title T; }", json, "string"),
            ("string { title T }", json, "string"),
            ("string {\n    title T\n    // why\n  }", json, "string {\n    // why\n  }"),
        ],
    );
    let team = |block: &str| format!("project law\nteam a{block}\n");
    becomes(team, "team:a", "title", &[(" {\n\n  title T\n\n}", "", ""), (" { title T; } // x", "", " // x")]);
}

#[test]
fn what_is_new_stands_as_those_beside_it() {
    let text = |rules: &str| {
        format!(
            "project law\nblueprint thing {{\n    property s string\n}}\nscorecard s for=thing {{\n    level A {{\n{rules}    }}\n}}\naction \
             a create thing {{\n    input o object {{\n        field one object {{ field x string }}\n    }}\n    backend kafka\n}}\n"
        )
    };
    let (one, more) = ("        rule r { s present }\n", "        rule r {\n            s present\n        }\n");
    let other = "        rule r2 { s present }\n";
    for (rules, now) in [
        (format!("{one}{other}"), format!("{one}        rule r2 {{ s is x }}\n")),
        (format!("{more}{other}"), format!("{more}        rule r2 {{ s is x }}\n")),
    ] {
        let json = r#"{"level":"A","query":{"all":[{"field":"s","operator":"is","operands":["x"]}]}}"#;
        assert_eq!(taken(&text(&rules), "scorecard:s", "rules.r2", json), Ok(text(&now)));
    }
    let field = |name: &str| format!(r#""{name}":{{"type":"object","properties":{{"x":{{"type":"string"}}}}}}"#);
    let json = format!(r#"{{"type":"object","properties":{{{},{}}}}}"#, field("one"), field("two"));
    let line = "        field one object { field x string }\n";
    let now = text(one).replace(line, &format!("{line}        field two object {{ field x string }}\n"));
    assert_eq!(taken(&text(one), "action:a", "inputs.o", &json), Ok(now));
}

#[test]
fn properties_stand_in_the_order_of_the_language() {
    let text = |line: &str| format!("project law\nblueprint thing {{\n    property n {line}\n}}\n");
    becomes(
        text,
        "blueprint:thing",
        "properties.n",
        &[
            ("number min=1", r#"{"type":"array","items":{"type":"number","minimum":1}}"#, "array of=number min=1"),
            ("number max=9", r#"{"type":"number","minimum":1,"maximum":9}"#, "number min=1 max=9"),
            (
                "number default=5 max=9",
                r#"{"type":"number","default":5,"minimum":1,"maximum":9}"#,
                "number default=5 min=1 max=9",
            ),
            (
                "array of=string max-items=3",
                r#"{"type":"array","items":{"type":"string"},"uniqueItems":true,"maxItems":3}"#,
                "array unique of=string max-items=3",
            ),
        ],
    );
}

#[test]
fn a_comment_at_members_speaks_of_no_others() {
    let text = |lines: &str| format!("project law\nteam a {{\n    title A\n{lines}    lifecycle {{ protect; }}\n}}\n");
    let two = "    // lead\n    member ana@x\n    member bo@x // on leave\n";
    let words = "    member \\\n        ana@x \\ // lead\n        bo@x \\ // on leave\n        cy@x // new\n";
    becomes(
        text,
        "team:a",
        "members",
        &[
            (two, r#"["bo@x"]"#, "    // lead\n\n    member bo@x // on leave\n"),
            (two, r#"["ana@x","cy@x"]"#, "    // lead\n    member ana@x\n    // on leave\n\n    member cy@x\n"),
            (two, r#"["ana@x","bo@x","cy@x"]"#, &format!("{two}    member cy@x\n")),
            (two, r#"["cy@x","dan@x"]"#, "    // lead\n    // on leave\n\n    member cy@x\n    member dan@x\n"),
            (two, "[]", "    // lead\n    // on leave\n\n"),
            ("    member ana@x bo@x\n", r#"["bo@x","cy@x"]"#, "    member bo@x cy@x\n"),
            (
                "    member ana@x bo@x // both\n",
                r#"["ana@x","bo@x","cy@x"]"#,
                "    member ana@x bo@x // both\n    member cy@x\n",
            ),
            (
                words,
                r#"["ana@x","cy@x"]"#,
                "    // on leave\n\n    member \\\n        ana@x \\ // lead\n        cy@x // new\n",
            ),
            (
                words,
                r#"["bo@x","cy@x"]"#,
                "    // lead\n\n    member \\\n        bo@x \\ // on leave\n        cy@x // new\n",
            ),
            (
                "    member ana@x \\ // lead\n        bo@x // on leave\n",
                r#"["bo@x"]"#,
                "    // lead\n\n    member bo@x // on leave\n",
            ),
            (
                words,
                r#"["ana@x","bo@x"]"#,
                "    // new\n\n    member \\\n        ana@x \\ // lead\n        bo@x // on leave\n",
            ),
            (words, r#"["ana@x","bo@x","cy@x","dan@x"]"#, &format!("{words}    member dan@x\n")),
        ],
    );
}
