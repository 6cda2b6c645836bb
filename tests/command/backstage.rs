//! Backstage's catalog: in, out, and what blueprints say of it.

use crate::project::Project;
use std::fs;
use std::path::Path;

/// A project with Backstage's entities of the examples in a folder beside it.
fn with_catalog() -> Project {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/backstage/catalog-info.yaml");
    Project::new().file("in/catalog-info.yaml", fs::read(from).unwrap())
}

#[test]
fn a_catalog_of_backstage_becomes_a_project_that_plans_and_is_given_back() {
    let project = with_catalog();
    project
        .run(["import", "backstage", "in", "--out", "out"])
        .code(0)
        .says(["Took in 3 entities from 1 file."])
        .complains([
            "in/catalog-info.yaml:16:16: warning[E0807]: `/metadata/tags/1` of document 2 is refused by Backstage",
            "in/catalog-info.yaml:21:11: note[E0803]: `/spec/system` of document 2 is kept for Backstage alone",
        ]);
    project.run(["-C", "out", "fmt", "--check"]).code(0);
    project.run(["-C", "out", "check"]).code(0).says(["No problems."]);
    project.run(["-C", "out", "apply", "--auto-approve"]).code(0);
    project.run(["-C", "out", "plan"]).no_changes();
    project
        .run(["-C", "out", "export", "backstage", "--out", "back"])
        .code(0)
        .says(["Wrote 3 objects into 1 file."])
        .complains(["entities/component.kdl:1:1: warning[E0807]: `/metadata/tags/1` of entity:component:checkout is refused by Backstage"]);
    let text = project.read("out/back/catalog-info.yaml");
    assert!(
        text.starts_with("---\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: orders\n"),
        "{text}"
    );
    for line in ["  owner: payments\n", "    $text: ./orders.yaml\n", "  system: shop\n", "  children: []\n"] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // What is given back is taken in as the same project.
    project.run(["import", "backstage", "out/back", "--out", "again"]).code(0);
    assert_eq!(project.read("again/entities/api.kdl"), project.read("out/entities/api.kdl"));
    assert_eq!(project.read("again/entities/component.kdl"), project.read("out/entities/component.kdl"));
}

#[test]
fn blueprints_that_say_their_kind_go_to_backstage_and_others_are_counted() {
    let project = Project::new().file(
        "plat.kdl",
        r#"project mine { id mine-1; }
blueprint squad {
    backstage Group { place children spec.children default-kind required; }
    property type string
    relation children squad many
}
blueprint product {
    backstage Component { place stage spec.lifecycle required; place note metadata.description; place team spec.owner default-kind; place lead spec.owner; }
    property stage string
    property note string
    relation team squad
    relation lead product
}
blueprint secret
entity squad payments { type team; }
entity squad "other/payments" { type team; }
entity product "other/shop" { title Shop; icon Box; stage live; note "Sells."; relations { team payments; lead "other/shop"; } }
entity product "a@b" { relations { team "other/payments"; } }
entity secret x
"#,
    );
    let run = project.run(["export", "backstage"]);
    run.code(0).complains([
        "`icon` of entity:product:other/shop is left out: Backstage has no place for it",
        "`relations.lead` of entity:product:other/shop is left out: another value stands at `spec.owner`",
        "plat.kdl:18:1: warning[E0807]: `/metadata/name` of entity:product:a@b is refused by Backstage: it holds '@'",
        "`/spec` of entity:product:a@b is refused by Backstage: `lifecycle` is missing",
        "Backstage has no kind for entities of `secret`, whose blueprint has no `backstage`: 1 object left out",
    ]);
    let text = project.run(["export", "backstage"]).code(0).out;
    assert!(text.contains("  namespace: other\n  title: Shop\n  description: Sells.\nspec:\n  lifecycle: live\n  owner: default/payments\n"), "{text}");
    // Nothing of it is a loss to Port.
    let told = project.run(["export", "port"]).code(0).err;
    assert!(!told.contains("backstage"), "{told}");
}

#[test]
fn what_of_a_project_does_not_reach_backstage_is_told_once_with_how_much_of_it_there_is() {
    let project = Project::new().file(
        "plat.kdl",
        "project mine { id mine-1; }\nuse \"std:backstage\"\nteam red\nblueprint extra\n\
         blueprint product {\n    title Product\n    backstage Component { place stage spec.lifecycle; }\n    \
         property stage string default=live\n    relation extra extra\n}\n\
         entity extra e\nentity extra f\n\
         entity product a { icon Box; team red; extra e; }\nentity product b { icon Box; extra e; stage old; }\n\
         entity product c { icon Box; }\nentity product d { icon Box; }\nentity product e { icon Box; }\n\
         scorecard ready for=product {\n    level Gold { rule staged Staged { stage present }; }\n}\n",
    );
    let run = project.run(["export", "backstage"]).code(0).complains([
        "`icon` of entity:product:a is left out: Backstage has no place for it",
        "the same cause in 4 more places:",
        "`team` of entity:product:a is left out",
        "`relations.extra` of entity:product:a is left out: Backstage has no place for it",
        "Backstage has no blueprint: 1 object left out",
        "Backstage has no kind for entities of `extra`, whose blueprint has no `backstage`: 2 objects left out",
        "Backstage has no place for what a blueprint says beside its `backstage`",
        "Backstage has no scorecard: 1 object left out",
        "Backstage has no team: 1 object left out",
    ]);
    // No blueprint says there what stands where nothing is written.
    for line in ["  name: a\nspec:\n  lifecycle: live\n", "  name: b\nspec:\n  lifecycle: old\n"] {
        assert!(run.out.contains(line), "{}", run.out);
    }
}

#[test]
fn a_path_of_one_of_several_folders_means_the_same_in_the_one_file_that_is_given_back() {
    let api = |name: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: {name}\n  annotations: {{backstage.io/techdocs-ref: 'dir:.'}}\n\
             spec: {{type: openapi, lifecycle: live, owner: red, definition: {{$text: ./api.yaml}}}}\n"
        )
    };
    let all = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\n\
               spec: {type: s, steps: [{action: 'fetch:template', input: {url: '../skeletons/${{ parameters.kind }}'}}, {action: 'debug:log', input: {url: ./x}}]}\n\
               ---\napiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\n\
               spec: {targets: [./more/*.yaml, 'https://example.com/x.yaml', /x.yaml]}\n";
    let project = Project::new()
        .file("in/one/catalog-info.yaml", api("one"))
        .file("in/two/catalog-info.yaml", api("two"))
        .file("in/all/all.yaml", all);
    project.run(["import", "backstage", "in", "--out", "out"]).code(0).complains([
        "warning[E0805]: `/metadata/annotations/backstage.io~1techdocs-ref`",
        "it is a path, and is said from `in` now: the file that is given back belongs there",
    ]);
    project.run(["-C", "out", "export", "backstage", "--out", "back"]).code(0);
    let text = project.read("out/back/catalog-info.yaml");
    for line in [
        "    backstage.io/techdocs-ref: dir:./one\n",
        "    backstage.io/techdocs-ref: dir:./two\n",
        "    $text: ./one/api.yaml\n",
        "    $text: ./two/api.yaml\n",
        "url: ./skeletons/${{ parameters.kind }}\n",
        "url: ./x\n",
        "- ./all/more/*.yaml\n",
        "- https://example.com/x.yaml\n",
        "- /x.yaml\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    // Of one folder each path is as it was.
    project.run(["import", "backstage", "out/back", "in/one/catalog-info.yaml", "--out", "x"]).code(2);
    project.run(["import", "backstage", "out/back", "--out", "again"]).code(0);
    assert_eq!(project.read("again/entities/api.kdl"), project.read("out/entities/api.kdl"));
    // Of an earlier import nobody knows from where its paths are said.
    project.write("three/catalog-info.yaml", api("three").replace("kind: API", "kind: Resource"));
    project.run(["import", "backstage", "three", "--out", "out"]).code(0).complains([
        "warning[E0805]: the whole: it has paths, and so has entity:api:one, which the project has already",
    ]);
}

#[test]
fn a_value_in_an_annotation_can_be_one_of_the_blueprints_own() {
    let project = Project::new()
        .file(
            "out/plat.kdl",
            "project mine { id mine-1; }\n\
             blueprint service {\n    backstage Component {\n        place annotations metadata.annotations\n        \
             place slug \"metadata.annotations.'github.com/project-slug'\"\n    }\n    \
             property annotations object\n    property slug string\n}\n\
             scorecard ready for=service {\n    level Gold { rule slug Slug { slug present }; }\n}\n",
        )
        .file(
            "in/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart, annotations: {github.com/project-slug: shop/cart, a/b: c}}\nspec: {}\n---\n\
             apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: other, annotations: {github.com/project-slug: shop/other}}\nspec: {}\n",
        );
    project.run(["import", "backstage", "in", "--out", "out"]).code(0);
    assert_eq!(
        project.read("out/entities/service.kdl"),
        "entity service cart {\n    slug \"shop/cart\"\n    annotations {\n        \"a/b\" c\n    }\n}\n\n\
         entity service other {\n    slug \"shop/other\"\n}\n"
    );
    project.run(["-C", "out", "score"]).code(0).says(["Gold"]);
    let text = project.run(["-C", "out", "export", "backstage"]).code(0).out;
    let expected = "  annotations:\n    a/b: c\n    github.com/project-slug: shop/cart\n";
    assert!(text.contains(expected), "{text}");
    // A rule looks into an object too.
    project.write(
        "out/more.kdl",
        "scorecard deep for=service {\n    level Gold { rule slug Slug { \"annotations.a/b\" is c }; }\n}\n",
    );
    project.run(["-C", "out", "score"]).code(0).says(["deep: 2 entities: 1 Gold, 1 below Gold"]);
}

#[test]
fn a_reference_is_found_in_what_was_taken_in_before_as_in_what_is_taken_in_with_it() {
    let org = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: pay}\nspec: {type: team, children: []}\n---\n\
               apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: Ops, namespace: eu}\nspec: {type: team, children: []}\n";
    let component = |name: &str, owner: &str| {
        format!(
            "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\nspec: {{type: service, lifecycle: live, owner: {owner}}}\n"
        )
    };
    let project = Project::new()
        .file("org/catalog-info.yaml", org)
        .file("in/catalog-info.yaml", component("a", "PAY") + &component("b", "'group:EU/ops'"));
    project.run(["import", "backstage", "org", "in", "--out", "one"]).code(0);
    project.run(["import", "backstage", "org", "--out", "two"]).code(0);
    project.run(["import", "backstage", "in", "--out", "two"]).code(0);
    let text = project.read("two/entities/component.kdl");
    assert!(text.contains("    owner pay\n") && text.contains("    owner \"eu/Ops\"\n"), "{text}");
    assert_eq!(text, project.read("one/entities/component.kdl"));
}

#[test]
fn a_place_of_something_that_is_not_there_is_told_with_what_was_meant() {
    let project = Project::new().file(
        "plat.kdl",
        "project mine { id mine-1; }\nblueprint b {\n    backstage B { place tyep spec.type; }\n    property type string\n}\n",
    );
    project
        .run(["check"])
        .code(3)
        .says(["plat.kdl:3:25: error[E0408]: `b` has no property or relation `tyep`", "did you mean `type`?"]);
}

#[test]
fn the_blueprints_of_a_project_describe_what_is_taken_in_too() {
    let project = Project::new()
        .file(
            "out/plat.kdl",
            "project mine { id mine-1; }\n\
             blueprint squad { backstage Group { place children spec.children default-kind; }; property type string; relation children squad many; }\n\
             blueprint product {\n    backstage Component { place stage spec.lifecycle required; place owner spec.owner default-kind; }\n    \
             property stage string\n    relation owner squad\n}\n\
             blueprint component\n\
             entity squad red { type team; }\n",
        )
        .file(
            "in/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart}\nspec: {lifecycle: production, owner: red}\n",
        );
    project.run(["import", "backstage", "in", "--out", "out"]).code(0);
    assert_eq!(
        project.read("out/entities/product.kdl"),
        "entity product cart {\n    stage production\n    owner red\n}\n"
    );
    // Two that Backstage could not tell apart are told.
    project.write("out/twin.kdl", "entity product Cart { stage live; }\n");
    project.run(["-C", "out", "export", "backstage", "--out", "-"]).code(0).complains([
        "entity:product:Cart is refused by Backstage: `component:default/cart` is entity:product:cart already",
    ]);
    assert!(!project.path("-").exists() && !project.path("out/-").exists());
    project.run(["import", "backstage", "in", "--out", "-"]).code(64).complains(["`-` is none"]);
}

#[test]
fn what_refers_to_entities_of_ones_own_kinds_is_a_relation() {
    let entity = |kind: &str, name: &str, spec: &str| {
        format!("---\napiVersion: e.com/v1\nkind: {kind}\nmetadata: {{{name}}}\nspec: {{{spec}}}\n")
    };
    let all =
        "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: me}\nspec: {type: team, children: []}\n"
            .to_owned()
            + &entity(
                "Tool",
                "name: hammer",
                "owner: me, madeBy: 'database:orders', image: 'tool:1.2', either: ['tool:hammer', 'database:orders']",
            )
            + &entity("Tool", "name: saw, namespace: shop", "madeBy: 'Database:default/orders', image: 'x:1'")
            + &entity(
                "Database",
                "name: orders",
                "uses: ['tool:hammer', 'tool:shop/saw'], tool: hammer, run: 'group:me'",
            );
    let project = Project::new().file("catalog-info.yaml", &all);
    let run = project.run(["import", "backstage", "catalog-info.yaml", "--out", "out"]).code(0);
    assert_eq!(run.err, "");
    let (tool, database) = (project.read("out/blueprints/tool.kdl"), project.read("out/blueprints/database.kdl"));
    for line in ["relation madeBy database\n", "property image string\n", "property either array\n"] {
        assert!(tool.contains(line), "{line}: {tool}");
    }
    for line in ["relation uses tool many\n", "relation run group\n", "property tool string\n"] {
        assert!(database.contains(line), "{line}: {database}");
    }
    assert!(project.read("out/entities/database.kdl").contains("uses hammer \"shop/saw\""));
    project.run(["-C", "out", "check"]).code(0);
    let out = project.run(["-C", "out", "export", "backstage"]).code(0).out;
    for line in ["madeBy: database:orders\n", "- tool:hammer\n  - tool:shop/saw\n", "run: group:me\n"] {
        assert!(out.contains(line), "{line}: {out}");
    }
}

#[test]
fn a_reference_of_a_kind_of_ones_own_keeps_the_kind_that_it_says() {
    let group =
        "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: me}\nspec: {type: team, children: []}\n";
    let tool = |owner: &str| {
        format!("{group}---\napiVersion: e.com/v1\nkind: Tool\nmetadata: {{name: saw}}\nspec: {{owner: {owner}}}\n")
    };
    for owner in ["group:me", "me"] {
        let project = Project::new().file("catalog-info.yaml", tool(owner));
        project.run(["import", "backstage", "catalog-info.yaml", "--out", "out"]).code(0);
        assert!(project.read("out/entities/tool.kdl").contains("owner me"), "{owner}");
        project.run(["-C", "out", "export", "backstage"]).code(0).says([&*format!("  owner: {owner}\n")]);
    }
}
