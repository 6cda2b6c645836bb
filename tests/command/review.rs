//! The Markdown report where two texts are compared: what follows from each hunk, once.

use crate::demo::{applied, new};
use crate::diff::commit;
use crate::project::Project;

/// The comment of a command.
#[track_caller]
fn comment(project: &Project, command: &[&str]) -> String {
    let outcome = project.run(command.iter().copied().chain(["--report", "markdown=r.md"]));
    assert!(matches!(outcome.code, Some(0 | 4 | 5)), "{outcome}");
    let comment = project.read("r.md");
    std::fs::remove_file(project.path("r.md")).unwrap();
    comment
}

/// The section of a comment below a heading, up to the next one of that kind.
#[track_caller]
fn section<'c>(comment: &'c str, heading: &str) -> &'c str {
    let start = comment.find(&format!("\n#### {heading}"));
    assert!(start.is_some(), "{heading} in {comment}");
    let rest = &comment[start.unwrap() + 1..];
    rest.find("\n#### ").map_or(rest, |end| &rest[..end])
}

#[track_caller]
fn says<const COUNT: usize>(section: &str, texts: [&str; COUNT]) {
    for text in texts {
        assert!(section.contains(text), "{text:?} in {section}");
    }
}

#[test]
fn what_follows_from_a_hunk_stands_under_it() {
    let project = new();
    let first = commit(&project);
    project.edit("requests.kdl", "size 1", "size 3");
    project.write("services.kdl", "entity service cart {\n    tier two\n    owner shop\n}\n");
    let comment = comment(&project, &["diff"]);
    assert!(
        comment.starts_with("<!-- plat:diff project=demo -->\n### plan of `demo`: update 3, delete 1\n"),
        "{comment}"
    );
    let requests = section(&comment, "1. `requests.kdl` line 2\n");
    says(
        requests,
        [
            "\n```diff\n request app web {\n-    size 1\n+    size 3\n }\n \n```\n\n**update 2**\n",
            "\n~ request:app:default/web  requests.kdl:1\n    spec.size  1 -> 3  requests.kdl:2\n",
            "\n##### Consequences\n\n```diff\n    request:app:default/web renders 1 file anew\n",
            "\n<details><summary>1 manifest</summary>\n\n```diff\n~ file:gitops:main/",
            "\n-        size: \"1\"\n+        size: \"3\"\n",
        ],
    );
    let services = section(&comment, "2. `services.kdl` lines 2-3\n");
    says(
        services,
        [
            &*format!("\n##### Destroys 1\n\n```diff\n- entity:service:ledger  {first}:services.kdl:6"),
            "\n~ entity:service:cart  services.kdl:1\n    properties.tier  one -> two  services.kdl:2\n",
        ],
    );
    for told in ["~ request:app:default/web", "- entity:service:ledger", "~ entity:service:cart", "renders 1 file"] {
        assert_eq!(comment.matches(told).count(), 1, "{told} in {comment}");
    }
}

#[test]
fn a_file_follows_from_its_promise_and_what_several_hunks_bring_about_is_told_once() {
    let project = new();
    commit(&project);
    project.edit("plat.kdl", "data size=", "data level=low size=");
    project.edit("requests.kdl", "size 1", "size 3");
    let comment = comment(&project, &["diff"]);
    let promise = section(&comment, "1. `plat.kdl` line ");
    says(promise, ["~ promise:app  plat.kdl:12\n", "2 manifests</summary>", "default/app/api/", "default/app/web/"]);
    let request = section(&comment, "2. `requests.kdl` line 2\n");
    says(request, ["~ request:app:default/web", "\nMore of what follows from it stands under 1.\n"]);
    assert!(!request.contains("manifest"), "{request}");
}

#[test]
fn what_moves_and_what_changes_level_stands_under_its_hunk() {
    let project = new();
    let card =
        "scorecard ready for=service {\n    level Good {\n        rule one \"First\" { tier is one; }\n    }\n}\n";
    project.write("card.kdl", card);
    project.edit(
        "plat.kdl",
        "promise app",
        "destination other {\n    store gitops\n    labels side=other\n}\n\npromise app",
    );
    commit(&project);
    project.edit("card.kdl", "tier is one", "tier is two");
    project.edit("plat.kdl", "labels side=main", "labels side=left");
    project.edit("plat.kdl", "labels side=other", "labels side=main");
    let comment = comment(&project, &["diff"]);
    says(section(&comment, "1. `card.kdl` line 3\n"), ["~ scorecard:ready", "Good -> no level"]);
    let placement = section(&comment, "2. `plat.kdl` lines ");
    says(placement, ["~ destination:main", "request:app:default/web moves from main to other"]);
    assert!(!section(&comment, "What follows from no hunk").contains("request:"), "{comment}");
}

#[test]
fn a_broken_policy_stands_under_what_breaks_it() {
    let project = new();
    project.write(
        "policies.kdl",
        "policy owned for=entity {\n    when { tier is one; }\n    require { owner present; }\n}\n",
    );
    project.edit("services.kdl", "ledger {\n    tier one", "ledger {\n    tier two");
    commit(&project);
    project.edit("services.kdl", "ledger {\n    tier two", "ledger {\n    tier one");
    project.write("zero.kdl", "// nothing\n");
    let comment = comment(&project, &["diff"]);
    let broken = section(&comment, "1. `services.kdl` line 7\n");
    says(broken, ["**update 1, stopped by 1 denial**", "What stops it, or needs a look", "entity:service:ledger"]);
    says(section(&comment, "2. `zero.kdl` comes, line 1\n"), ["+// nothing\n", "Nothing follows from it."]);
}

#[test]
fn templates_and_files_that_move_are_traced_too() {
    let project = Project::new()
        .file("plat.kdl", "project demo { id demo }\nblueprint service {\n    property tier string\n    property team string\n}\n")
        .file("made.kdl", "template svc {\n    param name string\n    entity service $name {\n        tier gold\n    }\n}\nnew svc name=cart\nnew svc name=shop\n")
        .file("old.kdl", "entity service moved { tier one; }\n");
    commit(&project);
    project.edit("made.kdl", "tier gold", "tier silver");
    project.write("new.kdl", project.read("old.kdl"));
    std::fs::remove_file(project.path("old.kdl")).unwrap();
    let comment = comment(&project, &["diff"]);
    says(section(&comment, "1. `made.kdl` line 4\n"), ["**update 2**", "entity:service:cart", "entity:service:shop"]);
    says(section(&comment, "2. `old.kdl` is `new.kdl` now\n"), ["Nothing follows from it."]);
}

#[test]
fn a_row_of_data_is_a_hunk_too_and_what_stops_the_plan_comes_first() {
    let project = Project::new()
        .file("plat.kdl", "project demo { id demo }\nblueprint service {\n    property tier string\n}\n")
        .file("services.kdl", "entity service from=\"services.csv\" {\n    id $name\n    tier $tier\n}\n")
        .file("services.csv", "name,tier\ncart,one\nshop,one\nmail,one\n");
    commit(&project);
    project.write("services.csv", "name,tier\ncart,two\nshop,one\nmail,one\n");
    let row = comment(&project, &["diff"]);
    says(section(&row, "1. `services.csv` line 2\n"), ["\n+cart,two\n", "properties.tier  one -> two"]);
    project.write("services.csv", "name,tier\n");
    let all = comment(&project, &["diff"]);
    let (before, hunk) = all.split_at(all.find("\n#### 1. `services.csv` ").unwrap());
    says(before, ["What stops it, or needs a look", "REFUSED all 3 objects of kind entity are deleted"]);
    says(hunk, ["Destroys 3\n"]);
    assert_eq!(all.matches("REFUSED").count(), 1, "{all}");
}

#[test]
fn a_plan_says_what_follows_from_each_hunk_since_a_revision_and_keeps_the_rest() {
    let project = applied();
    commit(&project);
    project.set("service", "ledger", "properties.tier", "\"two\"");
    project.edit("services.kdl", "owner shop", "owner sales");
    project.edit("requests.kdl", "request app api {\n    size 2\n}\n", "");
    let comment = comment(&project, &["plan", "--since", "HEAD"]);
    assert!(comment.starts_with("<!-- plat:plan project=demo -->\n### plan of `demo`: "), "{comment}");
    says(
        section(&comment, "1. `requests.kdl` lines 5-7 that were there\n"),
        ["- request:app:default/api", "- file:gitops:"],
    );
    says(section(&comment, "2. `services.kdl` line 3\n"), ["properties.owner  shop -> sales"]);
    let rest = section(&comment, "What follows from no hunk\n");
    says(rest, ["Others changed what is marked with `!`", "! entity:service:ledger"]);
    let nowhere = project.run(["plan", "--since", "nowhere", "--report", "markdown=-"]).code(64).stdout("");
    nowhere.complains(["there is no revision `nowhere`"]);
    project.run(["plan", "--since", "HEAD"]).code(64).complains(["`--report markdown=FILE` writes it"]);
}

#[test]
fn a_host_links_the_lines_of_its_own_commit_alone() {
    let project = new();
    commit(&project);
    project.edit("requests.kdl", "size 1", "size 3");
    commit(&project);
    let (old, new) = (revision(&project, "HEAD~1"), revision(&project, "HEAD"));
    let run = |sha: &str| {
        let mut command = project.command(["diff", "HEAD~1..", "--report", "markdown=r.md"]);
        command.env("GITHUB_SERVER_URL", "https://github.com").env("GITHUB_REPOSITORY", "o/r").env("GITHUB_SHA", sha);
        assert!(command.output().unwrap().status.success());
        project.read("r.md")
    };
    let told = run(&new);
    let link = format!("#### 1. `requests.kdl` [line 2](https://github.com/o/r/blob/{new}/requests.kdl#L2)\n");
    assert!(told.contains(&link), "{told}");
    assert!(!run(&old).contains("https://"), "{}", run(&old));
    project.edit("services.kdl", "owner shop", "owner sales");
    assert!(!run(&new).contains("https://"), "{}", run(&new));
}

fn revision(project: &Project, name: &str) -> String {
    let repository = git2::Repository::open(project.root()).unwrap();
    repository.revparse_single(name).unwrap().id().to_string()
}

#[test]
fn a_comment_fits_whatever_there_is_and_says_what_it_leaves_out() {
    let project = new();
    let file = |number: usize, word: &str| -> String {
        (0..40).map(|line| format!("entity service e{number}x{line} {{ tier {word}{}; }}\n", "é".repeat(60))).collect()
    };
    for number in 0..200 {
        project.write(&format!("f{number:03}.kdl"), file(number, "a"));
    }
    commit(&project);
    for number in 0..200 {
        project.write(&format!("f{number:03}.kdl"), file(number, "b"));
    }
    project.write("f199.kdl", "");
    let comment = comment(&project, &["diff", "--max-deletes", "100"]);
    assert!(comment.chars().count() <= 65_536, "{}", comment.chars().count());
    let left = comment.lines().find(|line| line.contains("more hunks in ")).unwrap_or_else(|| panic!("{comment}"));
    let told = comment.lines().filter(|line| line.starts_with("#### ") && line.contains(". `f")).count();
    assert!(left.contains(&format!("{} more hunks in ", 200 - told)), "{told} told, {left}");
    says(
        section(&comment, left.trim_start_matches("#### ")),
        ["Destroys 40\n", "- entity:service:e199x0 ", "see the output of the run."],
    );
    assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
}

#[test]
fn what_was_written_has_no_power_and_no_secret_is_shown() {
    let project = new();
    commit(&project);
    project.edit(
        "services.kdl",
        "owner shop",
        "owner \"```\\u{202e}</details>\" // ```` @everyone <b> https://u:hunter22@h/x\n    // - no sign",
    );
    let comment = comment(&project, &["diff"]);
    assert!(!comment.contains("hunter22") && !comment.contains('\u{202e}'), "{comment}");
    let hunk = section(&comment, "1. `services.kdl` lines 3-4\n");
    assert!(hunk.contains("\n`````diff\n") && hunk.contains("\n+    // - no sign\n"), "{hunk}");
}

#[test]
fn what_a_name_says_to_be_a_secret_is_in_no_review() {
    let text = |value: &str| {
        format!(
            "project demo\nblueprint box {{ property password string; }}\nentity box a {{\n    password {value}\n}}\n"
        )
    };
    let project = Project::new().file("plat.kdl", text("pw-old9"));
    commit(&project);
    project.write("plat.kdl", text("pw-new9"));
    let comment = comment(&project, &["diff"]);
    assert!(comment.contains("entity:box:a") && !comment.contains("pw-"), "{comment}");
}

/// The platform with a scorecard, a destination more, and files in which the hunks come before those of the others.
fn judged() -> Project {
    let project = new();
    project.write(
        "card.kdl",
        "scorecard ready for=service {\n    level Good {\n        rule one \"First\" { tier is one; }\n        rule two \"Second\" { owner present; }\n    }\n}\n",
    );
    project
}

#[test]
fn a_level_stands_under_what_decides_it() {
    let project = judged();
    project.edit("services.kdl", "ledger {\n    tier one", "ledger {\n    tier one\n    owner shop");
    commit(&project);
    // Another title judges nothing.
    project.edit("services.kdl", "cart {\n    tier one", "cart {\n    tier two");
    project.edit("card.kdl", "\"Second\"", "\"Owned\"");
    let told = comment(&project, &["diff"]);
    says(section(&told, "1. `card.kdl` line 4\n"), ["~ scorecard:ready"]);
    assert!(!section(&told, "1. `card.kdl`").contains("no level"), "{told}");
    says(
        section(&told, "2. `services.kdl` line 2\n"),
        ["~ entity:service:cart", "Good -> no level: entity:service:cart"],
    );
    // Where both could, it is the entity's own; what only the rule changes stands under the rule.
    project.edit("card.kdl", "owner present", "owner is nobody");
    let told = comment(&project, &["diff"]);
    let card = section(&told, "1. `card.kdl` line 4\n");
    says(card, ["Good -> no level: entity:service:ledger\n", "\nMore of what follows from it stands under 2.\n"]);
    says(section(&told, "2. `services.kdl` line 2\n"), ["Good -> no level: entity:service:cart\n"]);
    // What of the entity no rule reads decides nothing.
    project.edit("services.kdl", "cart {\n    tier two", "cart {\n    title Cart\n    tier one");
    let told = comment(&project, &["diff"]);
    says(section(&told, "1. `card.kdl` line 4\n"), ["2 entities Good -> no level"]);
    assert!(!section(&told, "2. `services.kdl`").contains("no level"), "{told}");
}

#[test]
fn a_move_stands_under_what_decides_it() {
    let project = new();
    project.edit("plat.kdl", "schedule side=main", "schedule side=$request.labels.side");
    project.edit(
        "plat.kdl",
        "promise app",
        "destination other {\n    store gitops\n    labels side=other\n}\n\npromise app",
    );
    project.edit("requests.kdl", "web {", "web {\n    metadata { labels side=main; }");
    project.edit("requests.kdl", "api {", "api {\n    metadata { labels side=main; }");
    commit(&project);
    // The destinations get labels that nobody asks for, before the request in the order of the files.
    project.edit("plat.kdl", "labels side=main", "labels side=main zone=a");
    project.edit("plat.kdl", "labels side=other", "labels side=other zone=b");
    project.edit(
        "requests.kdl",
        "web {\n    metadata { labels side=main; }",
        "web {\n    metadata { labels side=other; }",
    );
    let told = comment(&project, &["diff"]);
    says(section(&told, "2. `requests.kdl` line 2\n"), ["request:app:default/web moves from main to other"]);
    assert!(!section(&told, "1. `plat.kdl`").contains("moves from"), "{told}");
}

#[test]
fn a_hunk_whose_effect_stands_under_another_says_where() {
    let project = new();
    commit(&project);
    project.edit("plat.kdl", "property tier string", "property level string");
    project.edit("services.kdl", "cart {\n    tier one", "cart {\n    level one");
    project.edit("services.kdl", "ledger {\n    tier one", "ledger {\n    level one");
    project.write("a_renamed.kdl", "renamed \"blueprint:service#properties.tier\" to=level\n");
    project.edit("requests.kdl", "request app api", "// Nothing.\nrequest app api");
    let told = comment(&project, &["diff"]);
    says(section(&told, "1. `a_renamed.kdl` comes"), ["~ entity:service:cart", "(renamed)"]);
    let model = section(&told, "2. `plat.kdl` line ");
    says(
        model,
        ["properties.level  { type string }  (renamed)", "properties.tier  { type string } -> (nothing)  (renamed)"],
    );
    says(section(&told, "3. `requests.kdl` line "), ["\nNothing follows from it.\n"]);
    says(section(&told, "4. `services.kdl` lines "), ["\nWhat follows from it stands under 1.\n"]);
}

#[test]
fn changes_that_are_the_same_are_folded() {
    let project = new();
    let services = |tier: &str| {
        let service = |index: usize| format!("entity service s{index:02} {{\n    tier {tier}\n    owner shop\n}}\n");
        (0..40).map(service).collect::<String>()
    };
    project.write("services.kdl", services("one"));
    let first = commit(&project);
    project.write("services.kdl", services("two").replacen("tier two", "tier three", 1));
    for command in [&["diff", &first][..], &["diff"]] {
        let told = comment(&project, command);
        assert_eq!(told.matches("properties.tier  one -> two").count(), 1, "{told}");
        assert_eq!(told.matches("properties.tier  one -> three").count(), 1, "{told}");
        let heading = "<details><summary>38 more of entity:service change the same</summary>";
        says(&told, [heading, "~ entity:service:s02  services.kdl:9\n", "~ entity:service:s39", "update 40"]);
    }
    project.apply();
    project.write("services.kdl", services("four"));
    let told = comment(&project, &["plan"]);
    says(&told, ["40 other changes</summary>", "38 more of entity:service change the same</summary>"]);
}

/// A catalog of a module that is given a parameter, with a template, an `each` and an overlay.
fn given() -> Project {
    let project = Project::new()
        .file("mod/plat.module.kdl", "module services\n")
        .file(
            "mod/services.kdl",
            "param image string required\nparam depth integer default=3\nlet full \"x-${image}-y\"\n\
             blueprint service {\n    property image string\n    property depth integer\n}\n\
             template svc {\n    param size string\n    entity service \"s-${size}\" {\n        image \"${full}-${size}\"\n    }\n}\n",
        )
        .file(
            "plat.kdl",
            "project demo { id demo; }\nenvironment staging { param limit one; }\nenvironment production\n\
             param limit string default=two\nuse \"./mod\" image=first\n",
        )
        .file(
            "things.kdl",
            "entity service cart { image one; }\nentity service shop {\n    image two\n}\n\
             new svc size=big\neach one of=service {\n    where { image is $limit; }\n    \
             entity service \"${one.identifier}-copy\" { depth 1; }\n}\n",
        );
    commit(&project);
    project
}

#[test]
fn what_is_made_of_a_parameter_stands_under_the_line_that_says_it() {
    let project = given();
    let told = |project: &Project| comment(project, &["diff", "--env", "staging"]);
    // What a module is given, through a value of its own, and beside other hunks in the nodes around.
    project.edit("plat.kdl", "image=first", "image=second");
    project.edit("mod/services.kdl", "    param size string\n", "    // as it is\n    param size string\n");
    project.edit("things.kdl", "new svc", "// nothing\nnew svc");
    let first = told(&project);
    says(section(&first, "1. `mod/services.kdl` line "), ["Nothing follows from it."]);
    says(section(&first, "2. `plat.kdl` line 5\n"), ["~ entity:service:s-big", "x-first-y-big -> x-second-y-big"]);
    // What an environment says, where a condition reads it: one comes, another goes.
    let project = given();
    project.edit("plat.kdl", "param limit one", "param limit two");
    project.edit("things.kdl", "each one", "// nothing\neach one");
    let second = told(&project);
    says(section(&second, "1. `plat.kdl` line 2\n"), ["- entity:service:cart-copy", "+ entity:service:shop-copy"]);
    // That of another environment says nothing in this one.
    let project = given();
    project.edit("plat.kdl", "environment production", "environment production { param limit two; }");
    says(section(&told(&project), "1. `plat.kdl` line 3\n"), ["Nothing follows from it."]);
}

#[test]
fn what_an_overlay_takes_away_and_gives_back_stands_under_it() {
    let project = given();
    let told = |project: &Project| comment(project, &["diff", "--env", "staging"]);
    let overlay = "overlay staging {\n    unset entity service shop\n    entity service cart { unset image; }\n}\n";
    project.write("over.kdl", overlay);
    project.edit("things.kdl", "    image two", "    // the second\n    image two");
    let first = told(&project);
    let comes = section(&first, "1. `over.kdl` comes");
    says(comes, ["- entity:service:shop", "~ entity:service:cart", "properties.image  one -> (nothing)"]);
    says(section(&first, "2. `things.kdl` line "), ["Nothing follows from it."]);
    commit(&project);
    std::fs::remove_file(project.path("over.kdl")).unwrap();
    says(section(&told(&project), "1. `over.kdl` goes"), ["+ entity:service:shop", "~ entity:service:cart"]);
}

#[test]
fn a_value_that_changes_stands_under_its_own_hunk_whatever_gets_another_name() {
    let project = new();
    commit(&project);
    project.edit("plat.kdl", "property tier string", "property level string");
    project.edit("services.kdl", "cart {\n    tier one", "cart {\n    level two");
    project.edit("services.kdl", "ledger {\n    tier one", "ledger {\n    level one");
    project.write("a_renamed.kdl", "renamed \"blueprint:service#properties.tier\" to=level\n");
    let told = comment(&project, &["diff"]);
    let renamed = section(&told, "1. `a_renamed.kdl` comes");
    says(renamed, ["~ entity:service:ledger", "\nMore of what follows from it stands under 3.\n"]);
    assert!(!renamed.contains("entity:service:cart"), "{renamed}");
    says(section(&told, "3. `services.kdl` lines "), ["~ entity:service:cart", "properties.level  two"]);
    // So it is where an object gets another name.
    let project = new();
    commit(&project);
    project.edit("services.kdl", "cart {\n    tier one", "basket {\n    tier two");
    project.edit("services.kdl", "service ledger", "service book");
    let line = |from: &str, to: &str| format!("moved from=entity:service:{from} to=entity:service:{to}\n");
    project.write("a_moved.kdl", line("cart", "basket") + &line("ledger", "book"));
    let told = comment(&project, &["diff"]);
    says(section(&told, "1. `a_moved.kdl` comes"), ["> entity:service:book", "stands under 2."]);
    says(section(&told, "2. `services.kdl` lines "), ["> entity:service:basket", "properties.tier  one -> two"]);
}

/// Services that are of squads, which a scorecard and a policy ask for a lead.
fn led() -> Project {
    let project = Project::new()
        .file(
            "plat.kdl",
            "project demo { id demo; }\nblueprint squad {\n    property lead string\n}\n\
             blueprint service {\n    property tier string\n    relation of squad\n}\n\
             scorecard ready for=service {\n    level Good {\n        rule one \"Led\" { of.lead present; }\n    }\n}\n\
             policy led for=entity of=service severity=warn {\n    require { of.lead present; }\n}\n",
        )
        .file(
            "services.kdl",
            "entity service cart {\n    tier one\n    of shops\n}\n\nentity service ledger {\n    tier one\n    of books\n}\n",
        )
        .file("squads.kdl", "entity squad shops {\n    lead bo\n}\n\nentity squad books {\n    lead al\n}\n");
    commit(&project);
    project
}

#[test]
fn a_level_and_a_policy_that_follow_from_another_entity_stand_under_its_hunk() {
    let project = led();
    project.edit("services.kdl", "cart {\n    tier one", "cart {\n    tier two");
    project.edit("squads.kdl", "    lead bo\n", "");
    let told = comment(&project, &["diff"]);
    let service = section(&told, "1. `services.kdl` line 2\n");
    assert!(!service.contains("no level"), "{service}");
    says(section(&told, "2. `squads.kdl` line "), ["~ entity:squad:shops", "Good -> no level: entity:service:cart"]);
    // Of several the one that it is of, also where that goes.
    let project = led();
    project.edit("squads.kdl", "lead al", "lead am");
    project.edit("squads.kdl", "entity squad shops {\n    lead bo\n}\n\n", "");
    project.write("z.kdl", "entity squad shops {\n}\n");
    let told = comment(&project, &["diff"]);
    let squads = section(&told, "1. `squads.kdl` ");
    says(squads, ["~ entity:squad:books"]);
}

#[test]
fn a_level_of_what_comes_or_goes_follows_from_nothing_else() {
    let project = led();
    project.edit("plat.kdl", "\"Led\" { of.lead present; }", "\"Led\" { of.lead is al; }");
    project.edit("services.kdl", "entity service cart {\n    tier one\n    of shops\n}\n\n", "");
    project.write("z.kdl", "entity service mail { of books; }\n");
    let told = comment(&project, &["diff"]);
    let card = section(&told, "1. `plat.kdl` line ");
    assert!(!card.contains("stands under"), "{card}");
    says(section(&told, "2. `services.kdl` "), ["- entity:service:cart", "not judged: entity:service:cart"]);
    says(section(&told, "3. `z.kdl` comes"), ["not judged -> Good: entity:service:mail"]);
}
