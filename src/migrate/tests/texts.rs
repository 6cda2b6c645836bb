//! What texts are read, and how they are written.

use super::{exported, imported, is_there, through, told};
use crate::grammar::Neighbour;
use crate::migrate::{Count, Fate, Thing};
use crate::model::{Kind, Map, Value, parse_json};

#[test]
fn a_text_of_several_lines_stands_on_them_wherever_it_is() {
    let page = r##"{"identifier": "p", "title": "P", "type": "dashboard", "widgets": [{"id": "d", "type": "dashboard-widget",
        "layout": [{"height": 400, "columns": [{"id": "m", "size": 12}]}],
        "widgets": [{"id": "m", "type": "markdown", "title": "M", "markdown": "# Hi\n\n* a \"q\"\n* b\n"}]}], "texts": ["a\nb", "c"]}"##;
    let imported = imported(Neighbour::Port, &[("a.json", &format!("[{page}]"))]);
    let said = &imported.files["pages.kdl"];
    assert!(!said.contains("\\n"), "{said}");
    assert!(
        said.contains("                    # Hi\n\n                    * a \"q\"\n") || said.contains("* a \"q\"\n"),
        "{said}"
    );
    let Value::Object(page) = parse_json(page.as_bytes()).unwrap() else { panic!() };
    let out = exported(Neighbour::Port, &imported.files);
    assert!(is_there(Neighbour::Port, Kind::Page, &page, &out), "{out:?}");
}

#[test]
fn yaml_is_read_however_much_there_is_and_told_in_words_where_not() {
    let many = "---\na: 1\n".repeat(3_000);
    assert_eq!(told(&imported(Neighbour::Kratix, &[("a.yaml", &many)])).len(), 1);
    let list = "kind: PromiseList\napiVersion: platform.kratix.io/v1alpha1\nitems:\n\
                - {apiVersion: platform.kratix.io/v1alpha1, kind: Promise, metadata: {name: p}}\n\
                - {apiVersion: v1, kind: List, items: {a: 1}}\n";
    let imported_list = imported(Neighbour::Kratix, &[("a.yaml", list)]);
    assert_eq!(imported_list.objects[&Kind::Promise], 1);
    assert_eq!(
        told(&imported_list),
        ["a.yaml:5:3: E0802 `/items/1` is not taken in: no promise that is taken in has this `apiVersion` and `kind`"]
    );
    let bomb: String = ('b'..='j')
        .zip('a'..='i')
        .map(|(one, of)| format!("{one}: &{one} [{}]\n", vec![format!("*{of}"); 9].join(",")))
        .collect();
    for (text, why) in [
        ("a: 1\nb: 2\na: 3\n".to_owned(), "a.yaml:3:1: E0801 `a` stands twice in one object"),
        (format!("a: {}{}\n", "[".repeat(130), "]".repeat(130)), "it nests deeper than 64 levels"),
        (format!("a: &a [x,x,x,x,x,x,x,x,x]\n{bomb}"), "its aliases stand for more than the text itself has"),
        ("a:\n  {null: 1}\n".to_owned(), "a.yaml:2:4: E0801 a name in it is null"),
        ("a: &x [*x]\n".to_owned(), "a.yaml:1:8: E0801 an alias in it stands for what it is in"),
        ("? [a]\n: 1\n".to_owned(), "a.yaml:1:3: E0801 a list or an object stands where the name of a member is"),
    ] {
        let told = told(&imported(Neighbour::Kratix, &[("a.yaml", &text)]));
        assert!(told.len() == 1 && told[0].contains(why), "{told:?}");
    }
}

#[test]
fn which_words_of_yaml_are_numbers_is_said_by_the_version_that_the_neighbour_reads() {
    let said = |neighbour, file, text: &str, words: &[&str]| -> Vec<String> {
        let imported = imported(neighbour, &[(file, &text.replace('%', &words.join(", ")))]);
        assert_eq!(told(&imported).iter().find(|told| told.contains("E0804")), None);
        let text = imported.files.values().find(|text| text.contains("n ")).unwrap();
        let line = text.lines().find(|line| line.trim_start().starts_with("n ")).unwrap();
        line.split_whitespace().skip(1).map(str::to_owned).collect()
    };
    let component = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: c}\nspec: {type: t, lifecycle: l, owner: o, n: [%]}\n";
    let of_backstage = |words: &[&str]| said(Neighbour::Backstage, "catalog-info.yaml", component, words);
    let texts = ["1_000", "0b11", "-0x1f", "0x1_0", "1_0.5", "0o8", "0X1F", "1:20"];
    let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    assert_eq!(of_backstage(&texts), of_backstage(&quoted.iter().map(String::as_str).collect::<Vec<_>>()));
    let numbers = ["0o14", "0x1f", "+12", "012", ".5", "1e3"];
    assert_eq!(of_backstage(&numbers), of_backstage(&["12", "31", "12", "12", "0.5", "1000.0"]));
}

#[test]
fn files_have_names_that_everybody_can_read_and_none_makes_its_folder_a_project() {
    let of = |names: &[&str]| -> Vec<String> {
        let documents: Vec<String> = names
            .iter()
            .map(|name| format!(r#"{{"identifier": "{name}", "schema": {{"properties": {{}}}}}}"#))
            .collect();
        let text = format!("[{}]", documents.join(","));
        imported(Neighbour::Port, &[("a.json", &text)]).files.into_keys().collect()
    };
    assert_eq!(of(&["plat"]), ["blueprints/plat-2.kdl"]);
    assert_eq!(of(&["plat.module"]), ["blueprints/plat.module-2.kdl"]);
    assert_eq!(of(&["PLAT", "plat"]), ["blueprints/PLAT-2.kdl", "blueprints/plat-3.kdl"]);
    assert_eq!(of(&["über.Dienst"]), ["blueprints/ber.Dienst.kdl"]);
    assert_eq!(of(&["日本"]), ["blueprints/unnamed.kdl"]);
    assert_eq!(of(&[".git", "-.-rf"]), ["blueprints/git.kdl", "blueprints/rf.kdl"]);
}

#[test]
fn a_number_that_no_value_can_be_is_left_out_alone_or_with_its_list() {
    let told = through(
        Neighbour::Port,
        "a.json",
        r#"{"identifier": "b", "title": "12345678901234567890", "schema": {"properties": {"n": {"type": "number", "maximum": 12345678901234567890}}}}"#,
        &[(
            "blueprints.json",
            r#"[{"identifier": "b", "title": "12345678901234567890", "schema": {"properties": {"n": {"type": "number"}}}}]"#,
        )],
    );
    let start = "a.json:1:115: E0804 `/schema/properties/n/maximum` is left out: ";
    assert!(matches!(told.as_slice(), [one] if one.starts_with(start)), "{told:?}");
    let told = through(
        Neighbour::Port,
        "a.tf",
        "resource \"port_blueprint\" \"b\" {\n  identifier = \"b\"\n  properties = { number_props = { n = { maximum = 12345678901234567890 } } }\n}\n",
        &[("blueprints.json", r#"[{"identifier": "b", "schema": {"properties": {"n": {"type": "number"}}}}]"#)],
    );
    assert!(
        matches!(told.as_slice(), [one] if one.starts_with("a.tf:3:51: E0804 `/properties/number_props/n/maximum` of `port_blueprint.b` is left out: neither")),
        "{told:?}"
    );
    let blueprint = r#"{"identifier": "b", "schema": {"properties": {"o": {"type": "object"}}}}"#;
    let entity = |holds: &str| format!(r#"{{"identifier": "e", "blueprint": "b", "properties": {{"o": {holds}}}}}"#);
    let left = entity(r#"{"d": 10000000000000000000, "e": [{"g": "1e-400"}], "h": "y"}"#);
    let out = [("blueprints.json", format!("[{blueprint}]")), ("entities.json", format!("[{left}]"))];
    let out = out.each_ref().map(|(file, text)| (*file, text.as_str()));
    let json = entity(
        r#"{"a": 12345678901234567890, "b": [1, -9223372036854775809, 1e-400], "c": 1e-400, "d": 10000000000000000000, "e": [{"f": 1e-324, "g": "1e-400"}], "h": "y"}"#,
    );
    let yaml = "- *b\n- identifier: e\n  blueprint: b\n  properties:\n    o:\n      a: 12345678901234567890\n      b: [1, -9223372036854775809, 1e-400]\n      c: 0xFFFFFFFFFFFFFFFF\n      d: 10000000000000000000\n      e: [{f: 1e-324, g: '1e-400'}]\n      h: y\n";
    let yaml = yaml.replace("*b", blueprint);
    let json = format!("[{blueprint}, {json}]");
    let mut texts = vec![("a.json", json.replace("\"c\": 1e-400", "\"c\": 1e400")), ("a.json", json)];
    let others = [".inf", "-.INF", ".nan", "1e400", "0xFFFFFFFFFFFFFFFFFF", "0o7777777777777777777777777"];
    texts.extend(others.map(|other| ("a.yaml", yaml.replace("0xFFFFFFFFFFFFFFFF", other))));
    texts.push(("a.yaml", yaml));
    for (file, text) in texts {
        let told = through(Neighbour::Port, file, &text, &out);
        let pointers: Vec<&str> = told.iter().filter_map(|line| line.split('`').nth(1)).collect();
        let wanted = ["a", "b", "c", "e/0/f"].map(|way| format!("/1/properties/o/{way}"));
        assert_eq!(pointers, wanted, "{told:#?}");
        assert!(told.iter().all(|line| line.contains("` is left out: neither 64 bits")), "{told:#?}");
        let counted = imported(Neighbour::Port, &[(file, &text)]).fates[&Fate::LeftOut][&Thing::Object(Kind::Entity)];
        assert_eq!(counted, Count { whole: 0, parts: 4, of: 1 });
    }
}

#[test]
fn a_tag_of_yaml_is_told_where_it_says_more_than_what_is_read() {
    let text = "- identifier: b\n  title: !Ref Foo\n  icon: !!str Yes\n  description: !!binary aGVsbG8=\n  schema: !map {properties: !!map {on: {type: string, enum: !vault [off]}}}\n";
    let wanted = r#"[{"identifier": "b", "title": "Foo", "icon": "Yes", "description": "hello", "schema": {"properties": {"on": {"type": "string", "enum": ["off"]}}}}]"#;
    let told = through(Neighbour::Port, "a.yaml", text, &[("blueprints.json", wanted)]);
    let wanted = [
        "a.yaml:2:15: E0805 `/0/title`: the tag `!Ref` says nothing here: read without it",
        "a.yaml:4:25: E0805 `/0/description`: `!!binary` is read as the text that it encodes",
        "a.yaml:5:16: E0805 `/0/schema`: the tag `!map` says nothing here: read without it",
        "a.yaml:5:68: E0805 `/0/schema/properties/on/enum`: the tag `!vault` says nothing here: read without it",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn a_word_of_yaml_1_1_is_a_text() {
    let text = "- identifier: b\n  title: yes\n  icon: =\n  description: y\n  schema: {properties: {on: {type: string, enum: [off, n, b]}}}\n";
    let imported = imported(Neighbour::Port, &[("a.yaml", text)]);
    let out = exported(Neighbour::Port, &imported.files);
    let Value::Object(map) = parse_json(out["blueprints.json"][0].as_bytes()).unwrap() else { panic!() };
    let text = |map: &Map, name: &str| map.get(name).unwrap().as_key().to_string();
    assert_eq!([text(&map, "title"), text(&map, "icon"), text(&map, "description")], ["yes", "=", "y"]);
}

#[test]
fn texts_that_cannot_be_read_are_told_where_they_end() {
    let imported = imported(Neighbour::Port, &[("a.json", "{\"a\": [1,}"), ("b.yaml", "a: [\n"), ("c.json", "[]")]);
    let told = told(&imported);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("a.json:1:") && told[0].contains("E0801"), "{told:?}");
    assert!(told[1].starts_with("b.yaml:") && told[1].contains("E0801"), "{told:?}");
}
