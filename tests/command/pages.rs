//! Pages of the portal: kept like any object, made behind the page that they come after, and never with a widget that cannot be shown.

use crate::project::Project;

const PAGES: &str = r##"project p
page delivery {
    title "Delivery"
    after overview
    widgets {
        - type=dashboard-widget id=board {
            layout { - height=400 { columns { - id=who size=12; }; }; }
            widgets { - type=markdown id=who title="Who to ask" markdown="#platform"; }
        }
    }
}
page overview { title "Overview"; locked; }
"##;

#[test]
fn a_page_is_made_behind_the_one_that_it_comes_after_and_shown_by_its_parts() {
    let project = Project::new().file("plat.kdl", PAGES);
    let plan = project.run(["plan", "--format", "json"]).out;
    let (first, second) = (plan.find("page:overview").unwrap(), plan.find("page:delivery").unwrap());
    assert!(first < second, "{plan}");
    project.apply();
    project.run(["plan"]).no_changes();
    project.edit("plat.kdl", "markdown=\"#platform\"", "markdown=\"#delivery\"");
    project.run(["plan"]).says(["\"#platform\" -> \"#delivery\""]);
    project.edit("plat.kdl", "    after overview\n", "    after delivered\n");
    project.run(["why", "page:delivery"]).says(["after"]);
}

#[test]
fn a_widget_without_what_its_type_needs_is_refused_where_it_stands() {
    for (from, to, told) in [
        ("title=\"Who to ask\" ", "", "a widget of the type `markdown` needs `title`"),
        ("id=who size=12", "id=whom size=12", "the layout shows the widget `whom`, and there is none of that `id`"),
        ("type=markdown ", "", "a widget needs a `type`, and here is none"),
        ("type=markdown ", "type=3 ", "the `type` of a widget is a string, and here is a number"),
        ("id=board", "id=who", "two widgets of the page have the `id` `who`"),
    ] {
        let project = Project::new().file("plat.kdl", PAGES.replace(from, to));
        project.run(["check"]).code(3).says([told]);
    }
}

#[test]
fn pages_that_lead_back_to_themselves_and_old_names_are_mistakes_of_the_text() {
    for (more, told) in [
        ("page a { parent b; }\npage b { parent a; }\n", "error[E0482]: page `a` lies below itself"),
        ("page a { after a; }\n", "error[E0482]: page `a` comes after itself"),
        (
            "moved from=page:old to=page:overview\npage a { after old; }\n",
            "error[E0302]: page `old` is called `overview` now",
        ),
        (
            "moved from=page:old to=page:overview\npage a { parent old; }\n",
            "error[E0302]: page `old` is called `overview` now",
        ),
        ("policy p for=page { require { type is hom; } }\n", "E0453"),
    ] {
        let project = Project::new().file("plat.kdl", PAGES).file("more.kdl", more);
        project.run(["check"]).code(3).says([told]);
    }
    let project =
        Project::new().file("plat.kdl", PAGES).file("p.kdl", "policy p for=page { require { widgets contains x; } }\n");
    project.run(["check"]).code(5).says(["a list of 1 objects, lists or secrets"]);
}
