use super::{Program, Stop};
use crate::model::{Value, parse_json, write_json};

/// Of a row of this.
const ROW: &str =
    r#"{"name":"Shop","tags":["b","a","b"],"n":7,"half":2.5,"none":null,"owner":{"id":"x","mail":"x@y.z"}}"#;

fn run(program: &str) -> Result<String, String> {
    let input = parse_json(ROW.as_bytes()).unwrap();
    let output = Program::of(program)?.run(&input, &mut 100_000).map_err(|stop| format!("{stop:?}"))?;
    Ok(output.map_or_else(String::new, |value| {
        let mut json = Vec::new();
        write_json(&value, &mut json);
        String::from_utf8(json).unwrap()
    }))
}

/// Each expression with what comes of it.
#[test]
fn what_is_read_means_what_it_means_in_jq() {
    for (program, expected) in [
        (".name | ascii_downcase", r#""shop""#),
        (".owner.id", r#""x""#),
        (".\"name\"", r#""Shop""#),
        (".[\"name\"] + \"!\"", r#""Shop!""#),
        (".missing.deeper", "null"),
        (".missing // .none // \"d\"", r#""d""#),
        (".tags[0], .tags[-1] | select(. == \"c\")", ""),
        (".tags[1:]", r#"["a","b"]"#),
        (".name[:2]", r#""Sh""#),
        ("[.tags[] | ascii_upcase]", r#"["B","A","B"]"#),
        (".tags | unique | join(\"-\")", r#""a-b""#),
        (".tags | map(select(. != \"b\")) | length", "1"),
        (".n * 2 + 1", "15"),
        (".n / 2", "3.5"),
        ("8 / 2 - -1", "5"),
        (".n % 4", "3"),
        (".half | floor", "2"),
        ("if .n > 5 then \"big\" elif .n > 1 then \"some\" else \"few\" end", r#""big""#),
        ("if .none then 1 end | .name", r#""Shop""#),
        (".n > 5 and (.name == \"Shop\" or false) | not", "false"),
        ("{name, id: .owner.id, (\"a\" + \"b\"): [1, 2]}", r#"{"ab":[1,2],"id":"x","name":"Shop"}"#),
        ("\"\\(.name)-\\(.n + 1)\"", r#""Shop-8""#),
        ("\"\\u00e9\\ud83d\\ude00\\n\"", "\"é😀\\n\""),
        (".owner | to_entries | map(.key) | join(\",\")", r#""id,mail""#),
        (".owner | keys", r#"["id","mail"]"#),
        (".owner.mail | split(\"@\") | last", r#""y.z""#),
        ("\"12\" | tonumber", "12"),
        ("\"{\\\"a\\\": 1}\" | fromjson | .a", "1"),
        ("[3, 1, null, \"a\", false] | sort", r#"[null,false,1,3,"a"]"#),
        ("[1, 2] + [3] - [1] | add", "5"),
        (".n | tostring | startswith(\"7\")", "true"),
        (".name | ltrimstr(\"Sh\") | rtrimstr(\"x\")", r#""op""#),
        (".n.a?", ""),
        ("(.n | .a) // 3", "3"),
        ("[(1, 2) + (10, 20)]", "[11,12,21,22]"),
        ("[.tags[] as_is]", "ERROR"),
        ("[1, [2, [3]]] | flatten", "[1,2,3]"),
        ("[{\"key\": \"a\", \"value\": 1}] | from_entries", r#"{"a":1}"#),
        ("empty", ""),
        ("# a comment\n.n", "7"),
    ] {
        let found = run(program);
        assert_eq!(found.as_deref().unwrap_or("ERROR"), expected, "{program}: {found:?}");
    }
}

#[test]
fn what_is_not_read_or_fails_says_why() {
    for (program, expected) in [
        (".a |", "it ends where an expression is needed"),
        ("def f: 1; f", "`def` is not read here"),
        ("$x", "no variables"),
        ("..", "`..` is not read here"),
        ("range(10)", "there is no function `range` here; there is add, all, any"),
        ("map", "`map` is given 1, and has 0"),
        ("\"a", "a text is never closed"),
        (".name + 1", "a string and a number do not go together here"),
        (".name.x", "a string has nothing at x"),
        (".tags[]", "it comes to 3 values, and one is needed"),
        ("1 / 0", "it divides by zero"),
        ("\"a\" * 1000000000", "do not go together"),
    ] {
        let found = run(program).unwrap_err();
        assert!(found.contains(expected), "{program}: {found}");
    }
}

#[test]
fn what_grows_without_measure_is_stopped() {
    let doubled = format!("\"a\"{}", " | . + .".repeat(60));
    let many = format!("[{}]", ["(1,2)"; 40].join(" + "));
    for program in [doubled, many] {
        let stopped = Program::of(&program).unwrap().run(&Value::Null, &mut 1_000_000);
        assert_eq!(stopped, Err(Stop::Full), "{program}");
    }
    for program in ["[".repeat(9_999), "-".repeat(9_999), "(".repeat(9_999), "1 + ".repeat(9_999), "if ".repeat(9_999)]
    {
        Program::of(&program).unwrap_err();
    }
}

#[test]
fn the_members_that_are_asked_for_are_known() {
    let members = |program: &str| Program::of(program).unwrap().members();
    assert_eq!(members(".a.b + (.c | .d) // \"\\(.e)\""), ["a", "c", "e"]);
    assert_eq!(members("if .a == 1 then {b} else [.c[.d]] end | .f"), ["a", "b", "c", "d"]);
}
