//! Mistakes that KDL itself would not notice: what is said of each, and what to write.

use crate::project::Project;

#[test]
fn what_another_language_would_take_is_told_with_what_to_write() {
    let text = "project p\nblueprint svc { property tags array of=string; }\nentity svc x {\n    title 'Checkout'\n    \
                tags a, b\n    icon \"${team}\"\n}\n";
    let project = Project::new().file("plat.kdl", text);
    project.run(["check"]).code(3).says([
        "plat.kdl:4:11: error[E0121]: 'Checkout' is not in quotes",
        "write `\"Checkout\"`",
        "plat.kdl:5:10: error[E0122]: KDL reads the comma as a part of `a,`",
        "`tags a b`",
        "plat.kdl:6:10: warning[E0229]: `${team}` stays as it is",
        "`#\"${team}\"#`",
        "2 errors",
    ]);
}

#[test]
fn a_conflict_of_git_is_one_problem() {
    let text = "project p\nblueprint b { property n integer; }\nentity b x {\n<<<<<<< HEAD\n    n 1\n=======\n    n 2\n>>>>>>> feat\n}\n";
    let project = Project::new().file("plat.kdl", text);
    project.run(["check"]).code(3).says(["plat.kdl:4:1: error[E0125]", "plat.kdl:8:1: to here", "1 error\n"]);
    project.run(["fmt"]).code(3).complains(["E0125"]);
}

#[test]
fn an_annotation_of_no_language_changes_nothing_in_silence() {
    let promise = "promise c { api group=e.com version=v1 kind=C { field pw string required; }; workflow configure { resource v1 Secret \
                   $name { stringData pw=$spec.pw; }; }; }\nstate-store s git create { url \".plat/stores/s.git\"; }\n\
                   destination d { store s; encrypted; }\n";
    let project = Project::new()
        .file("plat.kdl", format!("project p\n{promise}request c one {{\n    pw (secert)checkout-password\n}}\n"));
    project.run(["plan"]).code(3).complains(["plat.kdl:6:8: error[E0227]", "did you mean `(secret)`?"]);
}

#[test]
fn what_to_do_about_a_misplaced_property_is_said_once() {
    for (text, help) in [
        ("team t title=x", "it is a child: write `title x` on a line of its own in the block"),
        ("destination d store=s path=b", "write each on a line of its own in the block: `store s; path b`"),
        ("blueprint b\nscorecard s { for b; level x; }", "write `scorecard s for=b`"),
    ] {
        let project = Project::new().file("plat.kdl", format!("project p\n{text}\n"));
        let outcome = project.run(["check"]).code(3).says([help]);
        let told = outcome.out.split("error[").find(|problem| problem.contains(help)).unwrap();
        assert_eq!(told.matches("help: ").count(), 1, "{told}");
    }
}
