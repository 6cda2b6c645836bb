//! `plat drift --adopt`: comments stay with what they speak of, and lines stay as they were laid out.

use crate::drift_kinds::{adopted, change, everything};
use crate::project::Project;

#[test]
fn comments_stay_where_what_they_speak_of_goes() {
    let project = everything();
    change(&project, "entity", "ledger", "json_remove(body, '$.properties.extra')");
    project.sql("DELETE FROM objects WHERE kind = 'entity' AND name = 'core'");
    change(&project, "entity", "cart", "json_remove(body, '$.relations.system')");
    adopted(
        &project,
        &[
            ("    extra {\n        city Rome // a comment\n        zip \"00100\"\n    }\n", "    // a comment\n"),
            ("entity system core {\n    // nothing yet\n}\n", "// nothing yet\n"),
            ("    system core\n", ""),
        ],
    );
}

const BEFORE_OTHERS: &str = r"blueprint service { property tier string; property count number; }
action make create service {
    input a string // name of a
    input b string // name of b
}
scorecard ready for=service {
    level Basic {
        // has a tier
        rule tiered { tier present; }
    }
    level Solid {
        rule many { count above 1; }
    }
}
page home {
    widgets {
        // what it is for
        - type=markdown title=Read
        - type=table
    }
}
";

const AFTER_OTHERS: &str = r"blueprint service { property tier string; property count number; }
action make create service {
    input b string // name of b
    input region string
    input a string // name of a
}
scorecard ready for=service {
    level Solid {
        rule many { count above 1; }
    }
    level Basic {
        // has a tier
        rule tiered { tier present; }
    }
    level Top {
        rule top {
            $team present
        }
    }
}
page home {
    widgets {
        - type=table
        - title=New type=links
        // what it is for
        - type=markdown title=Read
    }
}
";

#[test]
fn what_a_list_speaks_of_comes_with_it_and_lines_move_with_their_comments() {
    let project = Project::new();
    project.write("plat.kdl", "project demo\n");
    project.write("a.kdl", BEFORE_OTHERS);
    project.run(["apply", "--auto-approve"]).code(0);
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.inputs.region', json('{"type":"string"}'), '$.order',
            json('["b","region","a"]')) WHERE name = 'make'"#,
    );
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.levels', json('[{"title":"Solid"},{"title":"Basic"},{"title":"Top"}]'),
            '$.rules.top', json('{"level":"Top","query":{"all":[{"field":"$team","operator":"present"}]}}')) WHERE name = 'ready'"#,
    );
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.widgets', json('[{"type":"table"},{"title":"New","type":"links"},
            {"title":"Read","type":"markdown"}]')) WHERE name = 'home'"#,
    );
    project.run(["drift", "--adopt", "*"]).code(0).says(["rules.top", "inputs.region"]);
    assert_eq!(project.read("a.kdl"), AFTER_OTHERS);
    project.run(["plan", "--detailed-exitcode"]).code(0);
}

#[test]
fn an_object_on_one_line_stays_on_one_and_tabs_stay_tabs() {
    let project = Project::new();
    project.write("plat.kdl", "project demo\n");
    let text = "blueprint s {\n\tproperty o object\n\tproperty p object\n}\nentity s one { o { a 1; }; }\nentity s two {\n\tp x=1\n}\n";
    project.write("a.kdl", text);
    project.run(["apply", "--auto-approve"]).code(0);
    project.set("s", "one", "properties.o", r#"{"a":1,"b":{"c":[1,{"d":2}]}}"#);
    project.set("s", "two", "properties.p", r#"{"x":1,"y":{"z":{"w":1}}}"#);
    project.run(["drift", "--adopt", "*"]).code(0);
    let expected = text
        .replace("o { a 1; }", "o { a 1; b { c { - 1; - d=2 } }; }")
        .replace("\tp x=1\n", "\tp x=1 {\n\t\ty {\n\t\t\tz {\n\t\t\t\tw 1\n\t\t\t}\n\t\t}\n\t}\n");
    assert_eq!(project.read("a.kdl"), expected);
}

const LINES: &str = r"blueprint s { property a string; property b string; }
page home {
    widgets {
        // one's
        - type=markdown title=one markdown=a // behind one
        /* two's */
        - type=markdown title=two markdown=b
    }
}
scorecard m for=s {
    level L1 {
        rule r1 { a present; } // why r1
        rule r2 {
            // either
            any {
                a is x // the x
                a is y // the y
            }
            b present // there
        }
    }
    level L2 {
        rule r3 { b is x; }
    }
}
";

#[test]
fn what_moves_and_changes_keeps_its_comments() {
    let project = Project::new();
    project.write("plat.kdl", "project demo\n");
    project.write("a.kdl", LINES);
    project.run(["apply", "--auto-approve"]).code(0);
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.widgets', json('[{"type":"table","title":"new"},
            {"type":"markdown","title":"two","markdown":"B"},{"type":"markdown","title":"one","markdown":"A"}]'))
            WHERE name = 'home'"#,
    );
    project.sql(
        r#"UPDATE objects SET body = json_set(body, '$.rules.r1.level', 'L2', '$.rules.r2.query', json('{"all":[
            {"field":"b","operator":"present"},{"any":[{"field":"a","operator":"is","operands":["x"]},
            {"field":"a","operator":"is","operands":["y"]},{"field":"a","operator":"is","operands":["z"]}]}]}'))
            WHERE name = 'm'"#,
    );
    project.run(["drift", "--adopt", "*"]).code(0);
    let expected = r"blueprint s { property a string; property b string; }
page home {
    widgets {
        - type=table title=new
        /* two's */
        - type=markdown title=two markdown=B
        // one's
        - type=markdown title=one markdown=A // behind one
    }
}
scorecard m for=s {
    level L1 {
        rule r2 {
            b present // there
            // either
            any {
                a is x // the x
                a is y // the y
                a is z
            }
        }
    }
    level L2 {
        rule r3 { b is x; }
        rule r1 { a present; } // why r1
    }
}
";
    assert_eq!(project.read("a.kdl"), expected);
}

const SHARED: &str = r"blueprint service {
    property tier string
    property tags array of=string
}
scorecard ready for=service {
    // both of them
    level A /* one */ { rule a { tier present; }; }; level B { rule b { tier present; }; } // two
    // alone
    level C { rule c { tier present; }; }
}
action make create service { // what it asks for
    input a string; input b string // behind b
    input c string /* behind c */; /* before d */ input d string
    backend kafka
}
page home { widgets { - type=table title=a; /* of b */ - type=table title=b /* of b too */; /* and too */ } }
entity service cart { tags a /* of a */ b c; /* tier */ tier x; } // the cart
entity service shop {
    tags first \
        a \ // of a
        /* before b */ b \
        c // of c
}
";

const SHARED_AFTER: &str = r"blueprint service {
    property tier string
    property tags array of=string
}
scorecard ready for=service {
    // both of them
    // alone
    level C { rule c { tier present; }; }
    level B { rule b { tier present; }; } // two
    level A /* one */ { rule a { tier present; }; }
}
action make create service { // what it asks for
    /* before d */ input d string; input c string /* behind c */
    input b string // behind b
    input a string
    backend kafka
}
page home { widgets { /* of b */ - type=table title=b /* of b too */ /* and too */; - type=table title=a } }
entity service cart { tags c b a /* of a */; /* tier */ tier x; } // the cart
entity service shop {
    tags c \ // of c
        /* before b */ b \
        a // of a
}
";

#[test]
fn what_shares_its_line_takes_along_what_is_said_of_it() {
    let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", SHARED);
    project.apply();
    change(&project, "action", "make", r#"json_set(body, '$.order', json('["d","c","b","a"]'))"#);
    let levels = r#"json_set(body, '$.levels', json('[{"title":"C"},{"title":"B"},{"title":"A"}]'))"#;
    change(&project, "scorecard", "ready", levels);
    let widgets = r#"json('[{"type":"table","title":"b"},{"type":"table","title":"a"}]')"#;
    change(&project, "page", "home", &format!("json_set(body, '$.widgets', {widgets})"));
    for name in ["cart", "shop"] {
        change(&project, "entity", name, r#"json_set(body, '$.properties.tags', json('["c","b","a"]'))"#);
    }
    project.run(["drift", "--adopt", "*"]).code(0);
    assert_eq!(project.read("a.kdl"), SHARED_AFTER);
    project.run(["plan", "--detailed-exitcode"]).code(0);
}

#[test]
fn what_leaves_a_shared_line_takes_along_what_is_said_of_it() {
    let text = "blueprint s { property a string; }\nscorecard m for=s {\n    \
        level A { rule a { a present; }; /* of b */ rule b { a present; } /* behind b */; /* of c */ rule c { a present; }; /* c too */ }\n    \
        level B {\n        rule d { a present; } // d\n    }\n}\n";
    let project = Project::new().file("plat.kdl", "project demo\n").file("a.kdl", text);
    project.apply();
    change(&project, "scorecard", "m", "json_set(body, '$.rules.b.level', 'B', '$.rules.c.level', 'B')");
    project.run(["drift", "--adopt", "*"]).code(0);
    let expected = "blueprint s { property a string; }\nscorecard m for=s {\n    level A { rule a { a present; } }\n    level B {\n        \
        rule d { a present; } // d\n        /* of b */ rule b { a present; } /* behind b */\n        \
        /* c too */ /* of c */ rule c { a present; }\n    }\n}\n";
    assert_eq!(project.read("a.kdl"), expected);
}
