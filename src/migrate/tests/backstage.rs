//! Backstage's catalog: every kind goes in and out as it was, and what its own policies and validators refuse is told where it stands.

use super::{PROJECT, imported, told};
use crate::backstage::{DEFAULT_NAMESPACE, Reference};
use crate::diag::Diagnostics;
use crate::grammar::Neighbour;
use crate::laws::cases;
use crate::migrate::text::documents;
use crate::migrate::{Found, Imported, Recognised, backstage, export};
use crate::model::{Kind, Map, Value, write_json};
use crate::resolve::MemoryLoader;
use crate::source::{FileId, SourceFile, Sources};
use crate::syntax::{format, parse};
use crate::workspace::load;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(SourceFile::new(*name, text.as_bytes().to_vec()));
    }
    sources
}

fn taken_in(files: &[(&str, &str)]) -> Imported {
    imported(Neighbour::Backstage, files)
}

/// The text that a project of files is to Backstage, and what is told of it.
fn given_back(imported: &Imported) -> (String, Vec<String>) {
    let files = imported.files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let loaded = load(&MemoryLoader::new(files.chain([("plat.kdl", PROJECT)]))).unwrap();
    assert!(!loaded.diagnostics.has_errors(), "{:?}\n{:#?}", loaded.diagnostics, imported.files);
    for text in imported.files.values() {
        assert_eq!(format(&parse(FileId(0), &Arc::from(text.as_str())).0), *text);
    }
    let exported = export(Neighbour::Backstage, &loaded.project);
    assert_eq!(exported.losses, []);
    let refused = exported.problems().iter().map(|one| one.message.clone()).collect();
    (exported.files().remove("catalog-info.yaml").unwrap_or_default(), refused)
}

/// The entities of texts, each as what it says to Backstage: without what says nothing, with every reference in full, and with lists of
/// references as sets.
fn entities(files: &[(&str, &str)]) -> BTreeSet<String> {
    let sources = sources(files);
    let mut recognised = Recognised::default();
    let read = documents(Neighbour::Backstage, &sources, &&[][..], &mut Diagnostics::default());
    for document in read {
        backstage::recognise(document, &mut recognised);
    }
    let text = |one: Found| {
        let mut bytes = Vec::new();
        write_json(&Value::Object(in_full(&one.document)), &mut bytes);
        String::from_utf8(bytes).unwrap()
    };
    recognised.found.into_iter().map(text).collect()
}

const REFERENCES: [(&str, Option<&str>); 13] = [
    ("owner", Some("group")),
    ("system", Some("system")),
    ("domain", Some("domain")),
    ("subdomainOf", Some("domain")),
    ("subcomponentOf", Some("component")),
    ("providesApis", Some("api")),
    ("consumesApis", Some("api")),
    ("dependsOn", None),
    ("dependencyOf", None),
    ("parent", Some("group")),
    ("children", Some("group")),
    ("members", Some("user")),
    ("memberOf", Some("group")),
];

fn in_full(document: &Map) -> Map {
    let mut document = document.clone();
    let metadata = document.members.iter_mut().find(|one| &*one.name.value == "metadata").unwrap();
    let Value::Object(metadata) = &mut metadata.value.value else { panic!() };
    let namespace = metadata.remove("namespace").and_then(|one| one.as_str().map(str::to_owned));
    let namespace = namespace.unwrap_or_else(|| DEFAULT_NAMESPACE.to_owned());
    metadata.put("namespace", Value::string(namespace.clone()), crate::source::Origin::Nowhere);
    if let Some(Value::Object(spec)) =
        document.members.iter_mut().find(|one| &*one.name.value == "spec").map(|spec| &mut spec.value.value)
    {
        for (name, kind) in REFERENCES {
            let full = |text: &str| {
                let key = Reference::read(text).and_then(|one| one.key(kind, &namespace));
                Value::string(key.map_or_else(|| text.to_owned(), |key| key.to_string()))
            };
            match spec.members.iter_mut().find(|one| &*one.name.value == name).map(|one| &mut one.value.value) {
                Some(Value::Array(items)) => {
                    items.iter_mut().filter(|item| item.as_str().is_some()).for_each(|item| {
                        item.value = full(item.as_str().unwrap());
                    });
                    items.sort_by_key(|item| item.as_key().to_string());
                    items.dedup();
                }
                Some(value) if value.as_str().is_some() => *value = full(value.as_str().unwrap()),
                _ => {}
            }
        }
    }
    without_nothing(&document, 0)
}

/// Without nulls, and without empty members of the entity, its metadata and its specification.
fn without_nothing(map: &Map, depth: usize) -> Map {
    let mut kept = Map::default();
    for member in &map.members {
        let value = match &member.value.value {
            Value::Object(inner) => Value::Object(without_nothing(inner, depth + 1)),
            other => other.clone(),
        };
        let is_nothing = match &value {
            Value::Null => true,
            Value::Array(items) => depth < 2 && items.is_empty(),
            Value::Object(map) => depth < 2 && map.is_empty(),
            _ => false,
        };
        if !is_nothing {
            kept.put(&member.name.value, value, member.value.span);
        }
    }
    kept
}

/// Takes texts in and gives them back: the same entities; what is told on the way in.
#[track_caller]
fn through(files: &[(&str, &str)]) -> Vec<String> {
    let imported = taken_in(files);
    let (text, _) = given_back(&imported);
    assert_eq!(
        entities(&[("catalog-info.yaml", &text)]),
        entities(files),
        "{:#?}\n{:#?}",
        imported.files,
        told(&imported)
    );
    let again = taken_in(&[("catalog-info.yaml", &text)]);
    assert_eq!(given_back(&again).0.lines().count(), text.lines().count(), "what is given back is the same project");
    assert!(again.files.keys().eq(imported.files.keys()));
    told(&imported)
}

const ALL_KINDS: &str = r#"# Everything that the catalog knows.
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Checkout
  title: The checkout
  description: |
    Takes money.

    A lot of it.
  labels: {example.com/tier: gold, empty: ""}
  annotations:
    github.com/project-slug: shop/checkout
    backstage.io/techdocs-ref: dir:.
    numbers: "1"
  tags: [java, c++, "a:b"]
  links:
    - {url: "https://example.com/dashboards", title: Dashboards, icon: dashboard, type: runbook}
    - url: mailto:ana@example.com
spec:
  type: service
  lifecycle: production
  owner: GROUP:default/Payments
  system: shop
  subcomponentOf: component:checkout
  providesApis: [orders, orders]
  consumesApis: [other/Orders]
  dependsOn: [Component:default/CHECKOUT, resource:db]
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders}
spec:
  type: openapi
  lifecycle: production
  owner: user:ana
  system: default/shop
  definition: {$text: ./openapi.yaml}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders, namespace: other}
spec: {type: graphql, lifecycle: experimental, owner: default/payments, definition: "type Query { a: Int }\n"}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: tools}
spec: {type: mcp-server, lifecycle: experimental, owner: payments, remotes: [{type: sse, url: "https://example.com/mcp"}]}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db}
spec: {type: database, owner: payments, system: shop, dependencyOf: ["component:checkout"], dependsOn: ["resource:DB"]}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: payments, domain: trade, type: product}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: trade}
spec: {owner: payments}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: cards}
spec: {owner: payments, subdomainOf: trade}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments}
spec:
  type: team
  profile: {displayName: Payments, email: payments@example.com, picture: "https://example.com/p.png"}
  parent: company
  children: []
  members: [ana]
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: company}
spec: {type: organization, children: [payments]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ana}
spec: {profile: {displayName: Ana}, memberOf: [payments]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: bo, namespace: default}
spec: {memberOf: []}
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec: {type: url, targets: [./more/kinds.yaml, "https://example.com/a/*.yaml"], presence: optional}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: new-service}
spec:
  type: service
  owner: payments
  parameters:
    - title: Fill in
      required: [name]
      properties:
        name: {type: string, pattern: '^[a-z]+$', "ui:autofocus": true}
  steps:
    - {id: fetch, action: "fetch:template", if: "${{ parameters.name === 'a' }}", input: {url: ./skeleton, values: {name: "${{ parameters.name }}"}}}
  output: {links: [{title: Repo, url: "${{ steps.publish.output.remoteUrl }}"}]}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: small}
spec: {type: service, parameters: {properties: {name: {type: string}}}, steps: [{action: "debug:log"}]}
---
"#;

const OWN_KINDS: &str = r#"{"apiVersion": "example.com/v1", "kind": "Environment", "metadata": {"name": "prod", "description": "Live"},
    "spec": {"type": "cloud", "owner": "payments", "lifecycle": "production", "dependsOn": ["resource:db"], "region": "eu", "replicas": 3,
             "spot": false, "description": "other", "nested": {"a": [1, {"b": null}]}, "mixed": 1, "odd name": "x"}}
---
{"apiVersion": "example.com/v2", "kind": "Environment", "metadata": {"name": "test"}, "spec": {"mixed": "one"}}
---
{"apiVersion": "example.com/v1", "kind": "Bare", "metadata": {"name": "thing"}}
"#;

#[test]
fn every_kind_goes_in_and_out_as_it_was() {
    let told = through(&[("org/catalog-info.yaml", ALL_KINDS), ("org/more/kinds.yaml", OWN_KINDS)]);
    let kept: Vec<&str> = told.iter().filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(kept, ["/spec/mixed", "/spec/odd name", "/apiVersion", "/spec/mixed"], "{told:#?}");
}

#[test]
fn entities_are_said_as_people_say_them() {
    let imported = taken_in(&[("org/catalog-info.yaml", ALL_KINDS), ("org/more/kinds.yaml", OWN_KINDS)]);
    let text = |name: &str| &*imported.files[name];
    assert!(text("entities/user.kdl").contains("entity user bo\n"), "{}", text("entities/user.kdl"));
    let component = text("entities/component.kdl");
    for line in [
        "entity component Checkout {\n    title \"The checkout\"\n",
        "    stage production\n    owner payments\n    system shop\n    subcomponentOf Checkout\n    providesApis orders\n",
        "    consumesApis \"other/orders\"\n    dependsOn Checkout\n    dependsOnResources db\n",
    ] {
        assert!(component.contains(line), "{line}\n{component}");
    }
    let kind = text("blueprints/environment.kdl");
    for line in [
        "    backstage Environment api-version=\"example.com/v1\" {\n",
        "        place owner spec.owner default-kind\n",
        "    property region string\n    property replicas number\n",
        "        place spec-description spec.description\n",
        "    relation owner group\n",
    ] {
        assert!(kind.contains(line), "{line}\n{kind}");
    }
    assert_eq!(text("backstage.kdl"), "use \"std:backstage\"\n");
}

#[test]
fn what_has_no_place_is_kept_and_what_is_not_there_too() {
    let text = "apiVersion: backstage.io/v1beta1\nkind: Component\nmetadata:\n  name: a\n  odd: {deep: [1], teams: {one: {}, two: [], three: {level: read}}}\n  title: [no, text]\nspec:\n  \
        type: {$text: ./type}\n  lifecycle: x\n  owner: user:nobody\n  subComponentOf: a\n  dependsOn: ['component:a', 'system:gone', 'component:gone']\n";
    let told = through(&[("catalog-info.yaml", text)]);
    let kept: Vec<String> = told
        .iter()
        .filter(|line| line.contains("E0803"))
        .map(|line| line.split('`').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(
        kept,
        [
            "/apiVersion",
            "/metadata/odd",
            "/metadata/title",
            "/spec/type",
            "/spec/owner",
            "/spec/subComponentOf",
            "/spec/dependsOn"
        ],
        "{told:#?}"
    );
    assert!(
        told.iter()
            .any(|line| line
                .contains("`/spec/owner` is kept for Backstage alone: there is no entity `nobody` of `user`"))
    );
}

/// Documents, each with what the catalog's own policies and validators refuse of it.
type Judged = Vec<(String, &'static [&'static str])>;

fn of(kind: &str, rest: &str) -> String {
    format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: a}}\n{rest}\n")
}

fn component(metadata: &str, spec: &str) -> String {
    of("Component", &format!("spec: {{type: s, lifecycle: l, owner: o{spec}}}"))
        .replace("name: a}", &format!("name: a{metadata}}}"))
}

fn api(definition: &str) -> String {
    of("API", &format!("spec: {{type: t, lifecycle: l, owner: o, definition: {definition}}}"))
}

fn template(version: &str, steps: &str) -> String {
    of("Template", &format!("spec: {{type: t, steps: [{steps}]}}"))
        .replace("backstage.io/v1alpha1", &format!("scaffolder.backstage.io/{version}"))
}

fn judged() -> Judged {
    vec![
        (component("", ", subComponentOf: a"), &[]),
        (of("Location", "spec: {owner: x}").replace("name: a", "name: a, namespace: devex"), &[]),
        (of("Domain", "spec: {owner: TBD}"), &[]),
        (
            component(", labels: {a: x, A: y}", ", note: '', Note: x"),
            &["/metadata/labels/A: `metadata.labels.a` differs", "/spec/Note: `spec.note` differs"],
        ),
        (component(", links: null", ""), &["/metadata/links: it must be a list"]),
        (component(", annotations: null", ""), &["/metadata/annotations: it must be an object"]),
        (component(", labels: {a: 1}", ""), &["/metadata/labels/a: it must be a text"]),
        (component(", annotations: {a: true, b: null}", ""), &["/metadata/annotations/a", "/metadata/annotations/b"]),
        (component("", "") + "relations: []\n", &["/relations: no entity has such a member"]),
        (component(", uid: x", "") + "relations: []\nstatus: {}\n", &[]),
        (of("Location", ""), &["the whole: `spec` is missing"]),
        (of("Group", "spec: {type: team}"), &["/spec: `children` is missing"]),
        (of("User", "spec: {}"), &["/spec: `memberOf` is missing"]),
        (of("API", "spec: {type: t, lifecycle: l, owner: o}"), &["/spec: `definition` is missing"]),
        (component("", "").replace("owner: o", "owner: {kind: Group, name: x}"), &["/spec/owner: it must be a text"]),
        (of("component", "spec: {type: s, lifecycle: l, owner: o}"), &["/kind: the kind is spelled `Component`"]),
        (of("Component", "spec: {type: s, owner: o}"), &["/spec: `lifecycle` is missing"]),
        (
            component(", tags: [Java, ok, 1]", ""),
            &["/metadata/tags/0: it holds 'J'", "/metadata/tags/2: it must be a text"],
        ),
        (
            component(", labels: {Example.com/x: ok, b: 'a b'}", ""),
            &["/metadata/labels/Example.com~1x: of its", "/metadata/labels/b"],
        ),
        (
            component(", links: [{url: ./docs}, {title: t}]", ""),
            &["/metadata/links/0/url", "/metadata/links/1: `url` is missing"],
        ),
        (component(", namespace: Default", ""), &["/metadata/namespace: it holds 'D'"]),
        (
            component("", ", dependsOn: [bare, 'component:']"),
            &["/spec/dependsOn/0: the reference says no kind", "/spec/dependsOn/1: it is no reference"],
        ),
        (component("", "").replace("name: a", "name: -a"), &["/metadata/name: it begins with `-`"]),
        (component("", "").replace("name: a", "name: 2001"), &["/metadata/name: it must be a text"]),
        (of("My-Kind", "spec: {}"), &["/kind: it holds '-'"]),
        (
            of("Location", "spec: {}").replace("backstage.io/v1alpha1", "backstage.io/v1-alpha"),
            &["/apiVersion: it holds '-'"],
        ),
    ]
}

fn judged_by_kind() -> Judged {
    vec![
        (of("API", "spec: {type: mcp-server, lifecycle: l, owner: o, remotes: [{type: sse, url: u}]}"), &[]),
        (of("API", "spec: {type: mcp-server, lifecycle: l, owner: o, remotes: []}"), &["/spec/remotes: it is empty"]),
        (
            of("API", "spec: {type: mcp-server, lifecycle: l, owner: o, remotes: [{type: '', more: 1}, 1]}"),
            &[
                "/spec/remotes/0/type: it is empty",
                "/spec/remotes/0: `url` is missing",
                "/spec/remotes/1: it must be an object",
            ],
        ),
        (
            of("API", "spec: {type: openapi, lifecycle: l, owner: o, remotes: [{type: sse, url: u}]}"),
            &["/spec: `definition` is missing"],
        ),
        (api("{openapi: 3.0.0, paths: {}}"), &["/spec/definition: it must be a text"]),
        (api("{$text: ./x, extra: 1}"), &["/spec/definition: it must be a text"]),
        (api("{$ref: '#/x'}"), &["/spec/definition: it must be a text"]),
        (api("{$text: 5}"), &["/spec/definition/$text: it must be a text"]),
        (api("{$openapi: ./x}"), &[]),
        (api("''"), &["/spec/definition: it is empty"]),
        (
            of("User", "spec: {memberOf: [], profile: {displayName: '', email: '', picture: 1, more: ''}}"),
            &[
                "/spec/profile/displayName: it is empty",
                "/spec/profile/email: it is empty",
                "/spec/profile/picture: it must be a text",
            ],
        ),
        (of("Group", "spec: {type: t, children: [], profile: x}"), &["/spec/profile: it must be an object"]),
        (
            of("Location", "spec: {targets: ['', x, 1]}"),
            &["/spec/targets/0: it is empty", "/spec/targets/2: it must be a text"],
        ),
        (of("Location", "spec: {target: ''}"), &["/spec/target: it is empty"]),
        (of("Location", "spec: {presence: sometimes}"), &["/spec/presence: it must be `required` or `optional`"]),
        (of("Location", "spec: {}").replace("v1alpha1", "v1beta1"), &[]),
        (
            of("Location", "spec: {}").replace("backstage.io/v1alpha1", "example.com/v1"),
            &["/apiVersion: that of `Location` is `backstage.io/v1alpha1` or `backstage.io/v1beta1`"],
        ),
        (of("Thing", "spec: {note: '', profile: {email: ''}}").replace("backstage.io", "example.com"), &[]),
    ]
}

fn judged_forms() -> Judged {
    vec![
        (template("v1beta3", "{action: a, name: '', if: true}"), &[]),
        (template("v1beta2", "{action: a}"), &["/apiVersion: that of `Template` is `scaffolder.backstage.io/v1beta3`"]),
        (
            of("Template", "spec: {type: t, templater: x, path: '.'}"),
            &["/apiVersion: that of `Template`", "/spec: `steps` is missing"],
        ),
        (
            template("v1beta3", "{id: 1, if: [], input: x, 'backstage:permissions': {tags: [1]}}, x"),
            &[
                "/spec/steps/0/if: it must be a text or `true` or `false`",
                "/spec/steps/0: `action` is missing",
                "/spec/steps/0/id: it must be a text",
                "/spec/steps/0/input: it must be an object",
                "/spec/steps/0/backstage:permissions/tags/0: it must be a text",
                "/spec/steps/1: it must be an object",
            ],
        ),
        (
            template("v1beta3", "{action: a}").replace(
                "spec: {",
                "spec: {output: {links: [{url: '', title: a}], text: [{content: ''}], more: x, less: 1}, \
                 parameters: [1], presentation: {buttonLabels: {backButtonText: 1}}, ",
            ),
            &[
                "/spec/output/links/0/url: it is empty",
                "/spec/output/less: it must be a text",
                "/spec/parameters/0: it must be an object",
                "/spec/presentation/buttonLabels/backButtonText: it must be a text",
            ],
        ),
        (
            of("AiResource", "spec: {type: rule, lifecycle: l, owner: o, category: ''}"),
            &["/spec: `rationale` is missing", "/spec/category: it is empty"],
        ),
        (of("AiResource", "spec: {type: other, lifecycle: l, owner: o}"), &[]),
        (
            of("AiResource", "spec: {type: plugin, lifecycle: l, owner: o}").replace("v1alpha1", "v1beta1"),
            &["/apiVersion: that of `AiResource` is `backstage.io/v1alpha1`", "/spec: `skills` is missing"],
        ),
    ]
}

#[test]
fn what_the_catalog_refuses_is_told_with_its_pointer() {
    for (text, expected) in [judged(), judged_by_kind(), judged_forms()].concat() {
        let imported = taken_in(&[("catalog-info.yaml", &text)]);
        let mut found: Vec<String> = imported
            .problems
            .iter()
            .filter(|one| one.code.id == "E0807")
            .map(|one| one.message.replace('`', "").replacen(" is refused by Backstage", "", 1))
            .collect();
        let mut expected: Vec<String> = expected.iter().map(|one| one.replace('`', "")).collect();
        let is_expected = |(found, expected): (&String, &String)| found.starts_with(expected);
        found.sort();
        expected.sort();
        assert!(
            found.len() == expected.len() && found.iter().zip(&expected).all(is_expected),
            "{text}\n{found:#?}\n{expected:#?}"
        );
        // Out of the project goes what is refused as it came in; what says nothing is not given back, and `spec` always is.
        let says_nothing = ["null", "relations:"].iter().any(|word| text.contains(word)) || !text.contains("spec:");
        if !says_nothing && imported.objects.contains_key(&Kind::Entity) {
            let (_, refused) = given_back(&imported);
            // Nothing in a list that must be there is written out.
            let is_written =
                |one: &&String| ["children is missing", "memberOf is missing"].iter().any(|end| one.ends_with(end));
            let written = expected.iter().filter(is_written).count();
            assert_eq!(refused.len(), expected.len() - written, "{text}\n{refused:#?}\n{expected:#?}");
        }
    }
}

#[test]
fn the_same_entity_twice_is_one_however_it_is_spelled() {
    let one = |name: &str, kind: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: {name}}}\nspec: {{type: {kind}}}\n---\n"
        )
    };
    let told = told(&taken_in(&[("catalog-info.yaml", &(one("a", "x") + &one("A", "y") + &one("a", "x")))]));
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].contains("E0804"), "{told:#?}");
}

#[test]
fn manifests_of_kubernetes_are_not_taken_for_kinds_of_ones_own() {
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {}\n";
    let imported = taken_in(&[("deploy/a.yaml", manifest)]);
    assert!(imported.objects.is_empty() && told(&imported)[0].contains("E0802"), "{:?}", told(&imported));
}

#[test]
fn kinds_of_ones_own_are_known_where_a_location_leads_by_a_path_or_a_pattern() {
    let own =
        |name: &str| format!("apiVersion: a.example/v1\nkind: Widget\nmetadata: {{name: {name}}}\nspec: {{size: 1}}\n");
    let taken = |targets: &str| {
        let location = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: all}}\nspec: {{targets: {targets}}}\n"
        );
        let [one, deep, other] = ["one", "deep", "other"].map(own);
        let files = [
            ("in/catalog-info.yaml", &*location),
            ("in/kinds/one.yaml", &one),
            ("in/kinds/of/deep.yaml", &deep),
            ("other.yaml", &other),
        ];
        let taken = taken_in(&files);
        let widgets = taken.files.get("entities/widget.kdl").map_or("", String::as_str);
        let names = widgets.lines().filter_map(|line| line.strip_prefix("entity widget ")?.split(' ').next());
        names.map(str::to_owned).collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(",")
    };
    for (targets, expected) in [
        ("[./kinds/one.yaml, ../other.yaml]", "one,other"),
        ("[./kinds/*.yaml]", "one"),
        ("[./kinds/**/*.yaml]", "deep,one"),
        ("['./kinds/{one,two}.yaml', '../oth??.yaml']", "one,other"),
        ("[./elsewhere/*.yaml, 'https://example.com/*.yaml']", ""),
    ] {
        assert_eq!(taken(targets), expected, "{targets}");
    }
}

#[test]
fn what_templates_make_files_of_is_none_of_the_catalog() {
    let template = |name: &str, url: &str| {
        format!(
            "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {{name: {name}}}\nspec: {{type: service, steps: \
             [{{action: 'fetch:template', input: {{url: '{url}'}}}}]}}\n"
        )
    };
    let component = |name: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\nspec: {{type: a, lifecycle: b, owner: c}}\n"
        )
    };
    let condition = "{% if values.docs %}\nsite_name: x\n{% endif %}\n";
    let texts = [
        ("t/one/template.yaml", template("one", "./skeleton")),
        ("t/one/skeleton/catalog-info.yaml", component("'${{ values.name }}'")),
        ("t/one/skeleton/mkdocs.yml", condition.to_owned()),
        ("t/one/skeleton/plain/catalog-info.yaml", component("plain")),
        ("t/two/template.yaml", template("two", "../kinds/${{ parameters.kind }}-x")),
        ("t/kinds/go-x/catalog-info.yaml", condition.to_owned()),
        ("t/three/template.yaml", template("three", ".")),
        ("t/three/catalog-info.yaml", component("here")),
        ("t/four/template.yaml", template("four", "https://example.com/skeleton")),
        ("t/four/files/catalog-info.yaml", component("'{{ cookiecutter.name }}'")),
        ("t/{{cookiecutter.name}}/catalog-info.yaml", component("{{cookiecutter.name}}")),
    ];
    let texts = texts.each_ref().map(|(name, text)| (*name, &**text));
    let imported = taken_in(&texts);
    let told = told(&imported);
    let left_out: Vec<&str> = told.iter().filter(|line| line.contains("template makes")).map(String::as_str).collect();
    assert_eq!(left_out.len(), 6, "{told:#?}");
    assert!(left_out.iter().all(|line| line.contains(": E0802 the whole is not taken in")), "{told:#?}");
    let is_known = |line: &String| ["E0802", "E0803", "E0805"].iter().any(|code| line.contains(code));
    assert!(told.iter().all(is_known), "{told:#?}");
    assert_eq!(imported.objects[&Kind::Entity], 5, "{:?}", imported.files);
}

#[test]
fn what_can_be_read_only_once_a_template_has_filled_it_in_is_none_of_the_catalog() {
    let component = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n";
    let owned = format!("{component}  name: {{{{cookiecutter.name}}}}\nspec: {{type: a, lifecycle: b, owner: c}}\n");
    let either = format!(
        "{{# made #}}\n{component}  name: x\nspec:\n  {{%- if values.team %}}\n  owner: ${{{{ values.team }}}}\n  {{%- else %}}\n  owner: c\n  {{%- endif %}}\n"
    );
    let broken = format!("{component}  name: {{{{cookiecutter.name}}}}\nspec: [\n");
    let texts = [
        ("skeleton/catalog-info.yaml", &*owned),
        ("other/catalog-info.yaml", &either),
        ("third/catalog-info.yaml", &broken),
        ("catalog-info.yaml", "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\nspec: {}\n"),
    ];
    let told = told(&taken_in(&texts));
    let codes: Vec<(&str, &str)> = told
        .iter()
        .filter_map(|line| Some((line.split(':').next()?, line.split(": ").nth(1)?.split(' ').next()?)))
        .collect();
    assert_eq!(
        codes,
        [
            ("skeleton/catalog-info.yaml", "E0802"),
            ("other/catalog-info.yaml", "E0802"),
            ("third/catalog-info.yaml", "E0801")
        ],
        "{told:#?}"
    );
}

#[test]
fn whom_a_reference_misses_is_told_however_it_is_spelled() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec:\n  type: service\n  lifecycle: x\n  \
                owner: Group:default/gone\n  dependsOn: [component:default/a, Component:other/gone]\n";
    let told = told(&taken_in(&[("catalog-info.yaml", text)]));
    let told: Vec<&str> = told.iter().filter_map(|line| Some(line.split_once("alone: ")?.1)).collect();
    assert_eq!(told, ["there is no entity `gone` of `group`", "there is no entity `other/gone` of `component`"]);
}

#[test]
fn no_text_breaks_it() {
    let head = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: a\n";
    let deep = format!("{head}spec: {{x: {}{}}}\n", "[".repeat(5_000), "]".repeat(5_000));
    let mut laughs = format!("{head}spec:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let last = format!("*a{}", level - 1);
        let _ = writeln!(laughs, "  a{level}: &a{level} [{}]", [&*last; 9].join(", "));
    }
    let crlf = format!("{head}spec: {{type: url}}\n---\n").replace('\n', "\r\n");
    let bom = format!("\u{feff}{head}spec: {{type: url}}\n");
    let huge = format!("{head}  description: {}\nspec: {{}}\n", "x".repeat(200_000));
    let many: String =
        (0..1_500).map(|at| format!("---\n{}spec: {{}}\n", head.replace("name: a", &format!("name: a{at}")))).collect();
    let rows = [
        (format!("{head}spec: &s {{type: url}}\n---\n---\n"), 1),
        (many, 1_500),
        (crlf, 1),
        (bom, 1),
        (huge, 1),
        (format!("{head}  name: b\nspec: {{}}\n"), 0),
        (deep, 0),
        (laughs, 0),
        ("{% if x %}\n".to_owned() + head, 0),
        (format!("%YAML 1.2\n---\n{head}spec: {{}}\n...\n"), 1),
        ("---\n---\n".to_owned(), 0),
        ("[1, {a: b}, null]".to_owned(), 0),
        ("apiVersion: backstage.io/v1\nkind: ''\nmetadata: {}\n".to_owned(), 0),
        (head.replace("kind: Location", "kind: My-Kind").replace("name: a", "name: '..'"), 0),
        (head.replace("name: a", "name: '${{ values.name }}'"), 0),
    ];
    for (text, expected) in rows {
        let start: String = text.chars().take(120).collect();
        let imported = taken_in(&[("catalog-info.yaml", &text)]);
        let taken: usize = imported.objects.values().sum();
        assert_eq!(taken, expected, "{start}\n{:?}", told(&imported));
        assert!(expected > 0 || !told(&imported).is_empty() || text == "---\n---\n", "{start}");
        given_back(&imported);
    }
}

/// Documents of noise: members that kinds have, with values that they have and others.
fn noisy(noise: &[u8]) -> String {
    let mut picks = noise.iter().copied().cycle().enumerate().map(|(at, byte)| usize::from(byte) + at / noise.len());
    let mut text = String::new();
    for _ in 0..=picks.next().unwrap_or_default() % 6 {
        entity(&mut text, &mut |most| picks.next().unwrap_or_default() % most);
    }
    text
}

const KINDS: [&str; 10] =
    ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template", "Odd"];
const NAMES: [&str; 6] = ["a", "B", "c.d-e_f", "a b", "-", "ns"];
const TARGETS: [&str; 11] =
    ["a", "b", "group:a", "User:ns/B", "component:default/a", "resource:c.d-e_f", "api:a", "x:", "", "a/b/c", "TBD"];
const VALUES: [&str; 14] = [
    "x",
    "",
    "1",
    "~",
    "[]",
    "[x, y]",
    "{}",
    "{a: {b: [1, null]}}",
    "true",
    "'1'",
    "{$text: ./x}",
    "[{url: x}]",
    "1.5",
    "[[]]",
];
const MEMBERS: [&str; 10] =
    ["type", "lifecycle", "definition", "profile", "target", "targets", "parameters", "steps", "presence", "tier"];

fn entity(text: &mut String, pick: &mut dyn FnMut(usize) -> usize) {
    let (kind, name) = (KINDS[pick(KINDS.len())], NAMES[pick(NAMES.len())]);
    let _ = write!(text, "---\napiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: '{name}'\n");
    if pick(3) == 0 {
        let _ = writeln!(text, "  namespace: '{}'", ["ns", "default", "Odd", "a/b"][pick(4)]);
    }
    for name in ["title", "description", "labels", "annotations", "tags", "links", "other"] {
        if pick(4) == 0 {
            let _ = writeln!(text, "  {name}: {}", VALUES[pick(VALUES.len())]);
        }
    }
    text.push_str("spec:\n  always: x\n");
    for (name, _) in REFERENCES {
        match pick(6) {
            0 => drop(writeln!(text, "  {name}: '{}'", TARGETS[pick(TARGETS.len())])),
            1 => {
                let list: Vec<String> = (0..=pick(4)).map(|_| format!("'{}'", TARGETS[pick(TARGETS.len())])).collect();
                let _ = writeln!(text, "  {name}: [{}]", list.join(", "));
            }
            2 if pick(3) == 0 => drop(writeln!(text, "  {name}: {}", VALUES[pick(VALUES.len())])),
            _ => {}
        }
    }
    for name in MEMBERS {
        if pick(3) == 0 {
            let _ = writeln!(text, "  {name}: {}", VALUES[pick(VALUES.len())]);
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    /// Whatever a catalog holds is there when it is given back, or was told to be left out.
    #[test]
    fn what_comes_in_goes_out(noise in proptest::collection::vec(any::<u8>(), 8..96)) {
        let text = noisy(&noise);
        let imported = taken_in(&[("catalog-info.yaml", &text)]);
        let (came, _) = given_back(&imported);
        let (came, went) = (entities(&[("catalog-info.yaml", &came)]), entities(&[("catalog-info.yaml", &text)]));
        let left_out = told(&imported).iter().filter(|line| line.contains("E0804")).count();
        prop_assert!(came.is_subset(&went), "{}\n{:#?}\n{:#?}\n{:#?}", text, came, went, imported.files);
        prop_assert!(left_out > 0 || came == went, "{}\n{:#?}", text, told(&imported));
    }
}

#[test]
fn what_stands_in_a_namespace_that_can_be_none_is_referred_to_by_nothing() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a, namespace: a/b}\nspec: {type: t, children: ['x:', TBD, 'group:a']}\n";
    let (came, _) = given_back(&taken_in(&[("catalog-info.yaml", text)]));
    assert_eq!(entities(&[("catalog-info.yaml", &came)]), entities(&[("catalog-info.yaml", text)]));
}
