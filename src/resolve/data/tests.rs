use crate::diag::Diagnostic;
use crate::model::{Declared, Value, write_json};
use crate::resolve::{MemoryLoader, Resolved, Workspace, resolve};

/// What the blueprint of these tests is.
const BLUEPRINT: &str = "blueprint service {
    property tier enum { values critical standard }
    property replicas integer
    property public boolean
    property ports array of=integer
    property labels object
    property note string
    relation owner person
    relation dependencies service many
}
blueprint person
";

fn resolved(kdl: &str, name: &str, data: &str) -> Resolved {
    let text = format!("{BLUEPRINT}{kdl}");
    resolve(&MemoryLoader::new([("plat.kdl", "project demo"), ("a/b.kdl", &*text), (name, data)])).unwrap()
}

/// The problems, each as `place code message`.
fn problems(resolved: &Resolved) -> Vec<String> {
    let told =
        |one: &Diagnostic| format!("{} {} {}", resolved.sources.location(one.primary.span()), one.code, one.message);
    resolved.diagnostics.iter().map(told).collect()
}

/// The entities without problems, each as its name and its body.
fn entities(kdl: &str, name: &str, data: &str) -> Vec<String> {
    let resolved = resolved(kdl, name, data);
    assert_eq!(problems(&resolved), Vec::<String>::new(), "{kdl}\n{data}");
    let said = |entity: &crate::model::Entity| {
        let mut json = Vec::new();
        write_json(&Value::Object(entity.body()), &mut json);
        format!("{} {}", entity.name.value, String::from_utf8(json).unwrap())
    };
    resolved.project.entities.iter().map(said).collect()
}

#[test]
fn columns_fill_what_is_called_like_them_by_its_type() {
    let csv = "id,title,tier,replicas,public,ports,labels,note,owner,dependencies,team\n\
               a,A,critical,3,TRUE,80;81,\"{\"\"x\"\": 1}\",007,ana,b,\"x, y\"\n\
               b,,standard,,,\"[1]\",,,,a; b,\n";
    let expected = [
        r#"a {"properties":{"labels":{"x":1},"note":"007","ports":[80,81],"public":true,"replicas":3,"tier":"critical"},"relations":{"dependencies":["b"],"owner":"ana"},"team":["x","y"],"title":"A"}"#,
        r#"b {"properties":{"ports":[1],"tier":"standard"},"relations":{"dependencies":["a","b"]}}"#,
    ];
    assert_eq!(entities("entity service from=\"s.csv\"", "a/s.csv", csv), expected);
    let json = r#"[{"identifier": "a", "title": "A", "tier": "critical", "replicas": 3, "public": true, "ports": [80, 81], "labels": {"x": 1},
                    "note": "007", "owner": "ana", "dependencies": "b", "team": ["x", "y"]},
                   {"identifier": "b", "tier": "standard", "ports": 1, "dependencies": ["a", "b"], "owner": null}]"#;
    assert_eq!(entities("entity service from=\"s.json\"", "a/s.json", json), expected);
    let lines =
        json[1..json.len() - 1].replace('\n', " ").replace("{\"identifier\": \"b\"", "\n{\"identifier\": \"b\"");
    let lines = lines.replacen("},                    \n", "}\n", 1);
    assert_eq!(entities("entity service from=\"../s.txt\" format=ndjson", "s.txt", &lines), expected);
}

#[test]
fn a_block_says_what_is_made_of_a_row() {
    let csv = "Name,Service Level,who,deps,x.y,old\nShop,CRITICAL,ana,\"a,b\",1,z\nCart,,,,,\n";
    let block = r#"let suffix "-1"
        entity service from="s.csv" {
            id "${Name | slug}${suffix}"
            title "${Name} ($$)"
            team $who platform
            tier "$Service_Level | lower"
            replicas $x_y
            note "$old | default none"
            owner ana
            dependencies $deps
            labels { from $Name; list $who x; odd (jq)"[.Name | ascii_downcase]"; }
            public (jq)".Name == \"Shop\""
            ignore old
            lifecycle { protect; }
        }"#;
    let found = entities(block, "a/s.csv", csv);
    assert_eq!(
        found,
        [
            r#"shop-1 {"properties":{"labels":{"from":"Shop","list":["ana","x"],"odd":["shop"]},"note":"z","public":true,"replicas":1,"tier":"critical"},"relations":{"dependencies":["a","b"],"owner":"ana"},"team":["ana","platform"],"title":"Shop ($)"}"#,
            r#"cart-1 {"properties":{"labels":{"from":"Cart","list":["x"],"odd":["cart"]},"note":"none","public":false},"relations":{"owner":"ana"},"team":["platform"],"title":"Cart ($)"}"#,
        ]
    );
}

/// What asks for the rows of the file as they are.
const ALL: &str = "entity service from=\"s.csv\"";

#[test]
fn each_mistake_in_a_file_is_told_where_it_is() {
    for (kdl, data, expected) in [
        (ALL, "id,tier\na,critical\na,standard\n", vec!["a/s.csv:3:1 E0301 entity `a` is declared twice"]),
        (
            "entity service a\nentity service from=\"s.csv\"",
            "id\na\n",
            vec!["a/s.csv:2:1 E0301 entity `a` is declared twice"],
        ),
        (
            ALL,
            "id,tier\n,critical\na b,standard\n",
            vec![
                "a/s.csv:2:1 E0564 this row does not say what its entity is called",
                "a/s.csv:3:1 E0220 `a b` is no name of an entity: it holds ' '",
            ],
        ),
        (
            ALL,
            "Name,tier\na,critical\nb,critical\n",
            vec![
                "a/b.kdl:12:1 E0564 nothing says what each entity is called",
                "a/s.csv:1:1 E0566 the column `Name` goes nowhere",
            ],
        ),
        (ALL, "id,x,y\na,1,2\nb,1,2\n", vec!["a/s.csv:1:4 E0566 the columns `x`, `y` go nowhere"]),
        (
            "entity service from=\"s.csv\" { id $name; ignore z; note \"${id}\"; }",
            "id\na\n",
            vec![
                "a/b.kdl:12:34 E0565 `s.csv` has no column `name`",
                "a/b.kdl:12:48 E0565 `s.csv` has no column `z`",
                "a/s.csv:2:1 E0564 this row does not say what its entity is called",
            ],
        ),
        ("entity service from=\"s.csv\" { note \"x ${tier}\"; }", "id,tier\na,\n", vec![]),
        (
            "entity service from=\"s.csv\" { tier (jq)\".tier\"; }",
            "id\na\n",
            vec!["a/b.kdl:12:40 E0565 `s.csv` has no column `tier`"],
        ),
        (
            "entity service from=\"s.csv\" { tier (jq)\".id |\"; }",
            "id\na\n",
            vec!["a/b.kdl:12:40 E0567 this is no jq: it ends where an expression is needed"],
        ),
    ] {
        assert_eq!(problems(&resolved(kdl, "a/s.csv", data)), expected, "{kdl}\n{data}");
    }
}

#[test]
fn each_mistake_in_a_block_is_told_where_it_is() {
    for (kdl, data, expected) in [
        (
            "entity service from=\"s.csv\" { note (jq)\".id + 1\"; }",
            "id\na\n",
            vec!["a/b.kdl:12:40 E0567 nothing comes of this: a string and a number do not go together here"],
        ),
        (
            "entity service from=\"s.csv\" { tier (cel)\"id\"; }",
            "id\na\n",
            vec!["a/b.kdl:12:41 E0227 no `cel` is read here"],
        ),
        (
            "entity service from=\"../../s.csv\"",
            "id\n",
            vec!["a/b.kdl:12:21 E0507 `../../s.csv` leads out of the project's folder"],
        ),
        (
            "entity service from=\"s.txt\"",
            "id\n",
            vec!["a/b.kdl:12:21 E0563 the name of `s.txt` does not say what is in it"],
        ),
        ("entity service from=\"t.csv\"", "id\n", vec!["a/b.kdl:12:21 E0506 cannot read a/t.csv: entity not found"]),
        (
            "let tier critical\nentity service from=\"s.csv\" { tier $tier; }",
            "id,tier\na,standard\n",
            vec!["a/b.kdl:13:36 E0373 `$tier` is a column here, and the project has a value of that name"],
        ),
        (
            "entity service from=\"s.csv\" { note a; note b; }",
            "id\na\n",
            vec!["a/b.kdl:12:39 E0353 `note` is set twice"],
        ),
        (ALL, "id,tier\na,\"critical\n", vec!["a/s.csv:2:3 E0563 a quote that is never closed"]),
        (
            ALL,
            "id,dependencies\na,gone\nb,a,x\n",
            vec!["a/s.csv:3:1 E0563 this row has 3 cells, and the first line names 2 columns"],
        ),
        (
            "entity service from=\"s.csv\" { id same; ignore n; }",
            "n\n1\n2\n",
            vec!["a/s.csv:3:1 E0301 entity `same` is declared twice"],
        ),
    ] {
        assert_eq!(problems(&resolved(kdl, "a/s.csv", data)), expected, "{kdl}\n{data}");
    }
}

#[test]
fn every_value_knows_its_cell() {
    let csv = "id,tier,dependencies\na,\"gold\",b;c\n";
    let resolved = resolved("entity service from=\"s.csv\" { note \"is ${tier}\"; }", "a/s.csv", csv);
    let entity = &resolved.project.entities[0];
    let place = |origin: crate::source::Origin| resolved.sources.location(origin.text().unwrap());
    let property = |name: &str| place(entity.properties.get(name).unwrap().span);
    assert_eq!(property("tier"), "a/s.csv:2:3");
    assert_eq!(property("note"), "a/s.csv:2:3");
    assert_eq!(place(entity.relations.get("dependencies").unwrap().span), "a/s.csv:2:10");
    assert_eq!((place(entity.span), place(entity.name.span)), ("a/s.csv:2:1".to_owned(), "a/s.csv:2:1".to_owned()));
}

#[test]
fn templates_may_name_the_file() {
    let csv = "id\na\n";
    let block = "template of-file {\nparam file string required\nparam tier string required\n\
                 entity service from=$file { tier $tier; title \"${id}!\"; }\n}\nnew of-file file=\"s.csv\" tier=standard\n";
    assert_eq!(entities(block, "a/s.csv", csv), [r#"a {"properties":{"tier":"standard"},"title":"a!"}"#]);
}

#[test]
fn what_is_computed_of_a_row_is_bounded() {
    let csv = "id,note\na,\"\"\"\"\n";
    let quotes = " | quote".repeat(60);
    let found =
        problems(&resolved(&format!("entity service from=\"s.csv\" {{ title \"$note{quotes}\"; }}"), "a/s.csv", csv));
    assert_eq!(found, ["a/b.kdl:12:37 E0541 this value comes to more than 8 MiB"]);
}

#[test]
fn a_changed_file_is_read_again() {
    let mut workspace = Workspace::default();
    let mut names = |csv: &str| -> Vec<String> {
        let kdl = format!("{BLUEPRINT}entity service from=\"s.csv\"");
        let files = MemoryLoader::new([("plat.kdl", "project demo"), ("b.kdl", &*kdl), ("s.csv", csv)]);
        let resolved = workspace.resolve(&files).unwrap();
        resolved.project.entities.iter().map(|entity| entity.name.value.to_string()).collect()
    };
    assert_eq!(names("id\na\n"), ["a"]);
    assert_eq!(names("id\na\nb\n"), ["a", "b"]);
    assert_eq!(names("id\na\nb\n"), ["a", "b"]);
    assert_eq!(workspace.lowered(), 2, "the texts of KDL are lowered once");
}
