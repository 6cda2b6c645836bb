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
        ("type=markdown ", "", "a widget is an object with a `type`"),
    ] {
        let project = Project::new().file("plat.kdl", PAGES.replace(from, to));
        project.run(["check"]).code(3).says([told]);
    }
}
