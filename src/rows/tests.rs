use super::*;
use proptest::prelude::*;

/// The rows of a text, each as the JSON of its cells by name, and where and why others are none.
fn rows(format: Format, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    read(format, FileId(0), text, &mut |columns, row| {
        found.push(match row {
            Ok(row) => {
                let cell = |(number, name): (usize, &Spanned<Name>)| {
                    Some(crate::model::Member { name: name.clone(), value: row.cell(number)?.clone() })
                };
                let mut json = Vec::new();
                crate::model::write_json(
                    &Value::Object(columns.names().iter().enumerate().filter_map(cell).collect()),
                    &mut json,
                );
                String::from_utf8(json).unwrap()
            }
            Err(broken) => format!("{}..{} {}", broken.span.start, broken.span.end, broken.message),
        });
    });
    found
}

#[test]
fn cells_are_those_of_rfc_4180() {
    for (text, expected) in [
        ("a,b\n1,2\n", vec![r#"{"a":"1","b":"2"}"#]),
        ("\u{feff}a,b\r\n1,2\r\n\r\n,\r\n", vec![r#"{"a":"1","b":"2"}"#, "{}"]),
        ("a\n\"x, \"\"y\"\"\nz\"", vec!["{\"a\":\"x, \\\"y\\\"\\nz\"}"]),
        ("a,b\n1\n2,3", vec!["4..5 this row has 1 cell, and the first line names 2 columns", r#"{"a":"2","b":"3"}"#]),
        ("a,b\n1,2,3\n", vec!["4..9 this row has 3 cells, and the first line names 2 columns"]),
        ("a\n\"x", vec!["2..3 a quote that is never closed"]),
        ("a\n\"x\"y\nz", vec!["5..6 something stands behind the quote that ends the cell"]),
        ("a\nx\"y\"", vec!["3..4 a quote within a cell that does not begin with one"]),
        ("a,a\n", vec!["2..3 two columns are called `a`"]),
        ("a,\n", vec!["2..2 column 2 has no name"]),
        ("", vec!["0..0 the file is empty, and its first line is to name the columns"]),
        ("a", vec![]),
    ] {
        assert_eq!(rows(Format::Csv, text), expected, "{text:?}");
    }
}

#[test]
fn rows_of_json_are_objects() {
    for (format, text, expected) in [
        (
            Format::Json,
            r#" [ {"a": 1, "b": [true, null]} , {"b": {"c": "\u00e9"}} ] "#,
            vec![r#"{"a":1,"b":[true,null]}"#, r#"{"b":{"c":"é"}}"#],
        ),
        (Format::Json, "[]", vec![]),
        (Format::Json, "{}", vec!["0..1 not JSON: '{' stands here, and a list of rows is needed"]),
        (Format::Json, "[1]", vec!["1..2 this is no row"]),
        (Format::Json, "[{\"a\":1}", vec![r#"{"a":1}"#, "8..8 not JSON: the text ends here, and `,` or `]` is needed"]),
        (
            Format::Json,
            "[{\"a\":1}] x",
            vec![r#"{"a":1}"#, "10..11 not JSON: 'x' stands here, and nothing more is needed"],
        ),
        (Format::Json, "[{\"a\":1,\"a\":2}]", vec!["8..11 `a` stands twice in one object"]),
        (Format::Json, "[{\"a\":{\"b\":1,\"b\":2}}]", vec!["13..16 `b` stands twice in one object"]),
        (Format::Json, "[{\"a\":{\"$secret\":\"x\"}}]", vec!["6..21 `$secret` is a name of plat's own"]),
        (
            Format::Json,
            "[{\"a\":18446744073709551615}]",
            vec!["6..26 neither 64 bits with a sign nor a float hold the number 18446744073709551615"],
        ),
        (
            Format::Ndjson,
            "{\"a\":1}\n\n{\"a\":}\r\n{\"a\":2} 3\n{\"a\":3}\r\n",
            vec![
                r#"{"a":1}"#,
                "14..15 not JSON: '}' stands here, and a value is needed",
                "25..26 not JSON: '3' stands here, and nothing more is needed",
                r#"{"a":3}"#,
            ],
        ),
        (Format::Yaml, "- a: 1\n  b: [x, 0o17]\n- a: 'yes'\n", vec![r#"{"a":1,"b":["x",15]}"#, r#"{"a":"yes"}"#]),
        (Format::Yaml, "a: 1\n---\na: yes\n", vec![r#"{"a":1}"#, r#"{"a":"yes"}"#]),
        (Format::Yaml, "- 1\n", vec!["2..3 this is no row"]),
    ] {
        assert_eq!(rows(format, text), expected, "{text:?}");
    }
    let deep = |depth: usize| format!("[{{\"a\":{}1{}}}]", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(rows(Format::Json, &deep(49)).len(), 1);
    assert!(rows(Format::Json, &deep(9_999)).concat().contains("nests deeper than 50"));
}

proptest! {
    #[test]
    fn what_is_written_as_csv_is_read_again(rows_of in prop::collection::vec(prop::collection::vec("[a,;\"\r\n é]{0,4}", 3), 0..5)) {
        let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n";
        let text = format!("x,y,z\n{}", rows_of.iter().map(line).collect::<String>());
        let mut found = Vec::new();
        read(Format::Csv, FileId(0), &text, &mut |_, row| {
            let row = row.unwrap();
            let cell = |number| row.cell(number).map_or("", |cell| cell.as_str().unwrap()).to_owned();
            found.push(vec![cell(0), cell(1), cell(2)]);
        });
        prop_assert_eq!(found, rows_of);
    }

    #[test]
    fn json_is_what_another_reader_has_for_it(text in "[\\[{\"a:1,.e\\\\u0}\\] -]{0,12}", depth in 0_usize..3) {
        let text = format!("{}{text}{}", "[".repeat(depth), "]".repeat(depth));
        let ours = value_of(&text, Origin::Nowhere);
        let theirs = crate::model::parse_json(text.as_bytes()).ok();
        prop_assert_eq!(ours, theirs, "{}", text);
    }

    #[test]
    fn any_text_ends_and_each_place_is_in_it(text in "(?s).{0,40}", number in 0_usize..4) {
        let format = Format::ALL[number].0;
        read(format, FileId(0), &text, &mut |_, row| {
            let spans: Vec<Span> = match row {
                Ok(row) => row.cells.iter().flatten().map(|cell| cell.span.shown()).chain([row.span]).collect(),
                Err(broken) => vec![broken.span],
            };
            for span in spans {
                assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
            }
        });
    }
}
