//! What is written arrives as it is written, whatever it is, and is then no change.

use crate::project::Project;

const VALUES: &str = r#"blueprint thing {
    property object object
    property number number
    property integer integer
    property numbers array of=number
    property empty array of=string
    property text string
    property page markdown
    property flag boolean
    property when date-time
    relation many thing many
    relation one thing
}

entity thing x {
    object {
        b 1
        c {
            d #null
            e #true
        }
        l 1 2.50 three
        "x.y" 1
        "" 2
    }
    number 99.90
    integer 9223372036854775807
    numbers 1 1.0 1e3 -0.0 0.1 1e-7
    (array)empty
    text "tab\tline\n\u{1F600} \"quoted\" \u{0}"
    page """
        # Title

          indented
        """
    flag #false
    when "2024-01-01T00:00:00Z"
    many y x
    one y
}

entity thing y {
    text ""
}
"#;

#[test]
fn every_kind_of_value_is_written_once() {
    let project = Project::new().file("plat.kdl", "project demo\n").file("values.kdl", VALUES);
    project.apply();
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    project.run(["get", "entity", "x", "--format", "json"]).stdout(concat!(
        r##"{"address":"entity:thing:x","kind":"entity","body":{"properties":{"empty":[],"flag":false,"##,
        r##""integer":9223372036854775807,"number":99.9,"numbers":[1,1,1000,0,0.1,1e-7],"##,
        r##""object":{"":2,"b":1,"c":{"d":null,"e":true},"l":[1,2.5,"three"],"x.y":1},"page":"# Title\n\n  indented","##,
        r##""text":"tab\tline\n😀 \"quoted\" \u0000","when":"2024-01-01T00:00:00Z"},"##,
        r##""relations":{"many":["x","y"],"one":"y"}}}"##,
        "\n"
    ));
    // The same in other words.
    project.edit("values.kdl", "many y x", "many x y");
    project.edit("values.kdl", "number 99.90", "number 999e-1");
    project.edit("values.kdl", "    flag #false\n", "");
    project.edit("values.kdl", "    text \"\"\n", "    properties {\n        text #\"\"#\n    }\n");
    project.edit("values.kdl", "entity thing x {\n", "entity thing x {\n    flag #false\n");
    project.run(["plan", "--detailed-exitcode"]).no_changes();
}

#[test]
fn names_with_colons_stay_apart() {
    let names = "blueprint \"a:b\" {\n    property s string\n}\nblueprint a {\n    property s string\n}\n\
        entity \"a:b\" c {\n    s one\n}\nentity a \"b:c\" {\n    s two\n}\nteam \"x:y\"\n\
        scorecard s for=a {\n    level L {\n        rule r { s present }\n    }\n}\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("names.kdl", names);
    project.apply().says(["+ entity:a%3Ab:c  names.kdl:7\n", "L         1      b:c\n"]);
    project.run(["plan", "--detailed-exitcode"]).no_changes();
    project.edit("names.kdl", "s one", "s three");
    project.run(["plan"]).code(0).says(["~ entity:a%3Ab:c  names.kdl:7\n"]);
    project.apply();
    project.run(["get", "entity", "a%3Ab:c"]).stdout("entity:a%3Ab:c\n    properties.s  three\n");
    project.run(["get", "entity", "a:b:c"]).stdout("entity:a:b:c\n    properties.s  two\n");
}

#[test]
fn files_of_bytes_are_delivered_as_they_are() {
    let promise = "state-store g git create {\n    url \".plat/stores/g.git\"\n}\ndestination d {\n    store g\n    labels a=b\n}\n\
        promise p {\n    api group=g.io version=v1 kind=P\n    schedule a=b\n    workflow configure {\n        \
        files \"bytes/**\"\n    }\n}\nrequest p r\n";
    let bytes: Vec<u8> = (0..=255).collect();
    let project = Project::new()
        .file("plat.kdl", "project demo\n")
        .file("p.kdl", promise)
        .file("bytes/all.bin", &bytes)
        .file("bytes/crlf.txt", "a\r\nb");
    project.run(["plan", "--out", "plan"]).code(0);
    project.run(["apply", "plan"]).code(0);
    project.run(["plan"]).no_changes();
    let repository = git2::Repository::open(project.path(".plat/stores/g.git")).unwrap();
    let tree = repository.find_reference("refs/heads/main").unwrap().peel_to_tree().unwrap();
    let mut found = 0;
    tree.walk(git2::TreeWalkMode::PreOrder, |_, entry| {
        match entry.name().unwrap() {
            "all.bin" => {
                assert_eq!(repository.find_blob(entry.id()).unwrap().content(), bytes);
                found += 1;
            }
            "crlf.txt" => {
                assert_eq!(repository.find_blob(entry.id()).unwrap().content(), b"a\r\nb");
                found += 1;
            }
            _ => {}
        }
        git2::TreeWalkResult::Ok
    })
    .unwrap();
    assert_eq!(found, 2);
    project.write("bytes/all.bin", &bytes[1..]);
    project.run(["plan", "--rendered"]).code(0).says(["all.bin", "    (not text)\n"]);
}

/// As deep as a project may be, and with the steps that come to the most levels of JSON.
#[test]
fn what_is_nested_as_deep_as_can_be_is_kept_and_read_back() {
    let nested = |value: u8| {
        let open: String = (0..46).map(|level| format!("each x{level} in=$spec.names {{\n")).collect();
        let close = "}\n".repeat(46);
        format!(
            "promise deep {{\n api group=a.b version=v1 kind=K {{\n field names array of=string\n }}\n workflow configure {{\n{open}\
             resource v1 ConfigMap $name file=c.yaml {{\n data a=\"{value}\"\n}}\n{close}}}\n}}\n"
        )
    };
    let rest = "request deep r { names a; }\nstate-store s git create { url \"s.git\"; }\ndestination d { store s; }\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("rest.kdl", rest).file("deep.kdl", nested(1));
    project.apply();
    project.run(["plan"]).no_changes();
    project.write("deep.kdl", nested(2));
    project.run(["plan", "--out", "saved.json"]).code(0).says(["~ update 2"]);
    project.run(["apply", "saved.json"]).code(0);
    project.run(["plan"]).no_changes();
}
