mod mended;

use super::{LoadError, Loader, MemoryLoader, Resolved, resolve};
use crate::model::Scope;
use crate::model::{
    Adoption, Base, Combinator, Deletion, Format, Given, Kind, Leaf, Lifecycle, Number, OnDrift, Operator, Predicate,
    Request, Value, write_json,
};
use proptest::prelude::*;

/// A project of one file beside `plat.kdl`.
fn resolved(text: &str) -> Resolved {
    let thing = if text.contains("blueprint thing") { "" } else { "blueprint thing" };
    resolve(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", text), ("b.kdl", thing)])).unwrap()
}

/// The problems, each as `file:line:column CODE message`.
fn problems(resolved: &Resolved) -> Vec<String> {
    let told = |diagnostic: &crate::diag::Diagnostic| {
        let place = resolved.sources.location(diagnostic.primary.span());
        format!("{place} {} {}", diagnostic.code, diagnostic.message)
    };
    resolved.diagnostics.iter().map(told).collect()
}

/// A file without problems.
fn clean(text: &str) -> Resolved {
    let resolved = resolved(text);
    assert_eq!(problems(&resolved), Vec::<String>::new(), "{text}");
    resolved
}

fn json(value: &Value) -> String {
    let mut bytes = Vec::new();
    write_json(value, &mut bytes);
    String::from_utf8(bytes).unwrap()
}

/// The properties of the first entity, as JSON.
fn properties(resolved: &Resolved) -> String {
    json(&Value::Object(resolved.project.entities[0].properties.clone()))
}

#[test]
fn a_project_is_nested_at_most_fifty_deep() {
    let nested = |depth: usize| {
        let open = "a {\n".repeat(depth - 3);
        let close = "}\n".repeat(depth - 3);
        format!("promise p {{\n workflow configure {{\n resource \"g.io/v1\" K n {{\n{open}b 1\n{close}}}\n}}\n}}\n")
    };
    let codes = |depth: usize| {
        let files = [("plat.kdl", "project demo".to_owned()), ("a.kdl", nested(depth))];
        let found = resolve(&MemoryLoader::new(files)).unwrap().diagnostics;
        found.into_iter().map(|item| item.code.id).collect::<Vec<_>>()
    };
    assert_eq!(codes(50), [] as [&str; 0]);
    assert_eq!(codes(51), ["E0112"]);
    assert_eq!(codes(300), ["E0112"]);
}

#[test]
fn values_are_json_in_kdl() {
    let text = r"entity thing a {
        string word; number 1.50; hex 0xff; yes #true; nothing #null
        list a 2 #false
        one-item { - 1; }
        (array)single 1
        (array)empty
        (object)none
        block {}
        object a=1 b=x { c { d 2; }; list 1 2; }
        nested { - 1 2; - x=1; - { - 3; }; - {}; }
    }";
    let expected = concat!(
        r#"{"block":{},"empty":[],"hex":255,"list":["a",2,false],"nested":[[1,2],{"x":1},[3],{}],"none":{},"#,
        r#""nothing":null,"number":1.5,"object":{"a":1,"b":"x","c":{"d":2},"list":[1,2]},"one-item":[1],"#,
        r#""single":[1],"string":"word","yes":true}"#
    );
    assert_eq!(properties(&clean(text)), expected);
}

#[test]
fn values_that_json_cannot_hold_are_diagnosed() {
    let text = "entity thing a {\n  big 99999999999999999999\n  endless #inf\n  mixed 1 a=2\n  (array)odd a=1\n  bare\n  twice 1\n  twice 2\n}";
    assert_eq!(
        problems(&resolved(text)),
        [
            "a.kdl:2:7 E0350 `99999999999999999999` does not fit 64 bits",
            "a.kdl:3:11 E0350 `#inf` is no number that JSON can hold",
            "a.kdl:4:9 E0351 the value of `mixed` is a list and an object in one",
            "a.kdl:5:14 E0351 the value of `odd` is a list and an object in one",
            "a.kdl:6:3 E0352 `bare` has no value",
            "a.kdl:8:3 E0353 `twice` is set twice",
        ]
    );
}

#[test]
fn what_only_a_neighbour_knows_has_members() {
    assert_eq!(codes("blueprint b { only-port { - 1; - 2; } }"), ["E0205"]);
    assert_eq!(codes("blueprint b { only-port { a { - 1; }; } }"), [""; 0]);
}

#[test]
fn a_member_of_an_object_of_many_is_found_twice_too() {
    let members: Vec<String> = (0..100).map(|index| format!("m{index} 1")).collect();
    let members = members.join(
        "
",
    );
    let resolved = resolved(&format!("entity thing a {{ object {{\n{members}\nm99 2\nm0 2\n}} }}"));
    assert_eq!(resolved.diagnostics.len(), 2);
}

#[test]
fn the_blueprint_says_what_is_a_relation_and_what_is_a_list() {
    let resolved = clean(
        "blueprint thing {
            property tags array of=string
            property address object { field lines array of=string; field city string }
            relation owner thing
            relation parts thing many
        }
        entity thing a { tags x; address { lines one; city y }; owner b; parts c; odd 1 }
        entity thing b { relations { parts a b } }",
    );
    let entity = &resolved.project.entities[0];
    assert_eq!(properties(&resolved), r#"{"address":{"city":"y","lines":["one"]},"odd":1,"tags":["x"]}"#);
    assert_eq!(json(&Value::Object(entity.relations.clone())), r#"{"owner":"b","parts":["c"]}"#);
    let other = &resolved.project.entities[1];
    assert_eq!(json(&Value::Object(other.relations.clone())), r#"{"parts":["a","b"]}"#);
    assert_eq!(resolved.sources.text(entity.relations.get("parts").unwrap().span.shown()), "c");
}

#[test]
fn a_field_named_like_a_keyword_stands_in_its_group() {
    let resolved = clean(
        "blueprint thing { property title string; relation team thing }
        entity thing a { title A; properties { title B }; relations { team a } }",
    );
    let entity = &resolved.project.entities[0];
    assert_eq!(&*entity.title.as_ref().unwrap().value, "A");
    assert_eq!(properties(&resolved), r#"{"title":"B"}"#);
    assert_eq!(json(&Value::Object(entity.relations.clone())), r#"{"team":"a"}"#);
}

#[test]
fn a_field_of_a_request_named_like_a_keyword_stands_in_its_spec() {
    let promise = "promise p { api group=g.io version=v kind=K {\n field lifecycle string\n field spec array of=string\n \
                   field size integer\n} }";
    let ours = clean(&format!(
        "{promise}\nrequest p r {{ lifecycle {{ protect }}; size 1; spec {{ lifecycle short; spec a }} }}\n\
         test t {{ given p r {{ spec {{ lifecycle x }}; size 2 }}; expect no-resource A b }}"
    ));
    let spec = |request: &Request| json(&Value::Object(request.spec.clone()));
    let request = &ours.project.requests[0];
    assert_eq!(spec(request), r#"{"lifecycle":"short","size":1,"spec":["a"]}"#);
    assert!(request.lifecycle.as_ref().unwrap().protect);
    let Given::Request(given) = &ours.project.tests[0].given[0] else { panic!() };
    assert_eq!(spec(given), r#"{"lifecycle":"x","size":2}"#);
    let twice = resolved(&format!("{promise}\nrequest p r {{ size 1; spec {{ size 2 }} }}"));
    assert_eq!(problems(&twice), ["a.kdl:6:30 E0353 `size` is set twice"]);
}

#[test]
fn a_relation_set_in_both_ways_is_set_twice() {
    let text = "blueprint thing { relation owner thing }\nentity thing a {\n  owner a\n  relations { owner a }\n}";
    assert_eq!(problems(&resolved(text)), ["a.kdl:3:3 E0353 `owner` is set twice"]);
}

#[test]
fn properties_have_types_limits_values_and_defaults() {
    let resolved = clean(
        r#"blueprint thing {
            title Thing; description "A thing."; icon Box
            lifecycle { protect }
            property size integer required min=1 max=10
            property kind enum { value a color=red; value b }
            property level enum { values 1 2 }
            property tags array unique of=string min-items=1 max-length=5 default=x { pattern "^a" }
            property links array of=labeled-url
            property page url spec=embedded-url { title Page }
            relation owner thing required { title Owner }
        }"#,
    );
    let thing = &resolved.project.blueprints[0];
    let object = &resolved.project.objects[0];
    assert!(object.lifecycle.as_ref().unwrap().protect);
    assert_eq!(object.body.get("icon").unwrap().as_str(), Some("Box"));
    let size = thing.property("size").unwrap();
    assert_eq!(size.schema.base, Base::Integer);
    assert_eq!(size.schema.limits.max.as_ref().unwrap().value, Value::integer(10));
    assert!(size.required.is_some());
    let kind = &thing.property("kind").unwrap().schema;
    assert_eq!(kind.values.iter().map(|value| json(&value.value)).collect::<Vec<_>>(), ["\"a\"", "\"b\""]);
    assert_eq!(&*kind.values[0].color.as_ref().unwrap().value, "red");
    assert_eq!(thing.property("level").unwrap().schema.base, Base::Number);
    let tags = thing.property("tags").unwrap();
    assert_eq!(json(&tags.default.as_ref().unwrap().value), r#"["x"]"#);
    assert!(tags.schema.limits.unique_items.is_some() && tags.schema.limits.min_items.is_some());
    let item = tags.schema.items.as_ref().unwrap();
    assert!(item.limits.pattern.is_some() && item.limits.max_length.is_some() && item.limits.min_items.is_none());
    assert_eq!(thing.property("links").unwrap().schema.items.as_ref().unwrap().format, Some(Format::LabeledUrl));
    assert_eq!(thing.property("page").unwrap().schema.json.get("title").unwrap().as_str(), Some("Page"));
    assert!(thing.relation("owner").unwrap().required.is_some());
}

#[test]
fn keywords_that_do_not_go_with_the_type_are_diagnosed() {
    let text = "blueprint thing {
  property a string min=1
  property b boolean { pattern x }
  property c string of=string
  property d array { pattern x }
  property e enum
  property f array of=enum
  property g string unique
  property h number { values 1 2 }
  property i string { field x string }
  property j object of=string { field x string }
  property k enum min=1 { values 1 2 }
}";
    assert_eq!(
        problems(&resolved(text)),
        [
            "a.kdl:2:21 E0354 `min` does not go with the type `string`",
            "a.kdl:3:24 E0354 `pattern` does not go with the type `boolean`",
            "a.kdl:4:21 E0355 `of=` is for lists and objects, and `c` is neither",
            "a.kdl:5:22 E0355 `pattern` describes the items of the list, whose type is not given",
            "a.kdl:6:14 E0356 the enum `e` has no values",
            "a.kdl:7:20 E0356 the enum `f` has no values",
            "a.kdl:8:21 E0354 `unique` does not go with the type `string`",
            "a.kdl:9:23 E0354 `values` does not go with the type `number`",
            "a.kdl:10:23 E0354 `field` does not go with the type `string`",
            "a.kdl:11:33 E0354 `field` does not go with the type `string`",
            "a.kdl:12:19 E0354 `min` does not go with the type `enum`",
        ]
    );
}

#[test]
fn scorecards_have_levels_rules_and_conditions() {
    let resolved = clean(
        r#"scorecard ready for=thing {
            only-for { tier in a b }
            level Bronze color=bronze {
                rule named "Has a name" description="Why." { system.owner.$identifier present; any { x above 1; all { y present } } }
            }
        }"#,
    );
    let card = &resolved.project.scorecards[0];
    let rule = &card.levels[0].rules[0];
    let body = resolved.project.objects[0].body.get("rules").unwrap().as_object().unwrap().get("named").unwrap();
    assert_eq!(body.as_object().unwrap().get("description").unwrap().as_str(), Some("Why."));
    let Some(Predicate::Combined(Combinator::All, parts)) = &rule.predicate else { panic!() };
    let Predicate::Test(test) = &parts[0] else { panic!() };
    assert_eq!((test.field.to_string().as_str(), test.operator.value), ("system.owner.$identifier", Operator::Present));
    assert_eq!(test.field.leaf, Leaf::Identifier);
    assert!(matches!(&parts[1], Predicate::Combined(Combinator::Any, inner) if inner.len() == 2));
    let Some(Predicate::Combined(Combinator::All, filter)) = &card.only_for else { panic!() };
    assert!(matches!(&filter[0], Predicate::Test(test) if test.operands.len() == 2));
}

#[test]
fn unknown_metadata_is_diagnosed() {
    let text = "scorecard ready for=thing {\n level A {\n  rule r { owner.$identifer present }\n }\n}";
    let resolved = resolved(text);
    assert_eq!(problems(&resolved), ["a.kdl:3:12 E0357 what a scorecard judges has no `$identifer`"]);
    let fix = &resolved.diagnostics.iter().next().unwrap().fixes[0];
    assert_eq!(fix.edits[0].text, "owner.$identifier");
}

#[test]
fn teams_users_and_actions_are_lowered() {
    let resolved = clean(
        r#"team payments { title P; member a@x.org b@x.org; member c@x.org }
        user a@x.org { title Ana }
        action make create thing {
            input name string required
            backend webhook url="https://x.org" synchronized=#true { send name $inputs.name; report-status }
        }"#,
    );
    assert_eq!(resolved.project.teams[0].members.len(), 3);
    assert_eq!(resolved.project.users[0].name.value, "a@x.org");
    let action = &resolved.project.actions[0];
    assert_eq!(action.blueprint.as_ref().unwrap().value, "thing");
    let backend = action.backend.as_ref().unwrap();
    assert!(backend.report_status.is_some() && backend.send.len() == 1);
}

#[test]
fn a_project_is_declared_once_in_its_file() {
    let of = |files: &[(&str, &str)]| problems(&resolve(&MemoryLoader::new(files.iter().copied())).unwrap());
    assert_eq!(of(&[("a.kdl", ""), ("plat.kdl", "")]), ["plat.kdl:1:1 E0361 no file declares the project"]);
    assert_eq!(of(&[("a.kdl", "project x"), ("plat.kdl", "")]), ["a.kdl:1:1 E0361 `project` belongs in `plat.kdl`"]);
    let text = "project x {\n plat \">=99\"\n}";
    assert_eq!(
        of(&[("plat.kdl", text)]),
        [format!("plat.kdl:2:7 E0363 plat >=99 is asked for here, and this is {}", env!("CARGO_PKG_VERSION"))]
    );
    assert_eq!(of(&[("plat.kdl", "project x { plat latest; }")]), ["plat.kdl:1:18 E0362 `latest` says no versions"]);
    assert!(matches!(resolve(&MemoryLoader::default()), Err(LoadError::NoProject(_))));
}

#[test]
fn guards_are_those_of_the_project() {
    let of = |text: &str| resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().project;
    assert_eq!(of("project x").guards.max_deletes, None);
    assert_eq!(of("project x { guards max-deletes=0; }").guards.max_deletes, Some(0));
    assert_eq!(of("project x").guards.adoption, Adoption::IfUnowned);
    for (adoption, word) in Adoption::ALL {
        assert_eq!(of(&format!("project x {{ guards adoption={word}; }}")).guards.adoption, adoption);
    }
    assert_eq!(of("project x").name.unwrap().value, "x");
}

#[test]
fn every_object_has_a_lifecycle() {
    let resolved = resolved(
        r#"blueprint thing { lifecycle { protect } }
        team t { lifecycle { deletion orphan } }
        user a@x.org { lifecycle { on-drift fail } }
        entity thing a { lifecycle { ignore title; ignore "properties.*" title } }
        scorecard s for=thing { level l { rule r { $title present } }; lifecycle { deletion forbid } }
        action make create { lifecycle { deletion confirm } }
        promise p { api group=g.io version=v kind=K; lifecycle { on-drift keep } }
        request p r { lifecycle { protect; on-drift keep; deletion orphan } }
        state-store g git { url x; lifecycle { protect } }
        destination d { store g; lifecycle { protect } }"#,
    );
    assert_eq!(problems(&resolved), Vec::<String>::new());
    let project = &resolved.project;
    let of = |lifecycle: &Option<Box<Lifecycle>>| *lifecycle.clone().unwrap();
    let object = |kind| of(&project.objects.iter().find(|object| object.address.kind == kind).unwrap().lifecycle);
    assert!(object(Kind::Blueprint).protect);
    assert_eq!(object(Kind::Team).deletion, Deletion::Orphan);
    assert_eq!(object(Kind::User).on_drift, OnDrift::Fail);
    let ignore = of(&project.entities[0].lifecycle).ignore;
    assert_eq!(ignore.iter().map(|path| &*path.value).collect::<Vec<_>>(), ["properties.*", "title"]);
    assert_eq!(resolved.sources.location(ignore[1].span.shown()), "a.kdl:4:45");
    assert_eq!(object(Kind::Scorecard).deletion, Deletion::Forbid);
    assert_eq!(object(Kind::Action).deletion, Deletion::Confirm);
    assert_eq!(object(Kind::Promise).on_drift, OnDrift::Keep);
    let request = of(&project.requests[0].lifecycle);
    assert_eq!((request.protect, request.on_drift, request.deletion), (true, OnDrift::Keep, Deletion::Orphan));
    assert!(object(Kind::StateStore).protect && object(Kind::Destination).protect);
}

#[test]
fn a_lifecycle_that_says_nothing_new_is_none() {
    let resolved =
        clean("blueprint thing { lifecycle { on-drift revert; deletion delete } }\nentity thing a { lifecycle }");
    assert_eq!((&resolved.project.objects[0].lifecycle, &resolved.project.entities[0].lifecycle), (&None, &None));
}

#[test]
fn what_becomes_of_objects_is_lowered() {
    let resolved = clean(
        r#"moved from=blueprint:old to=blueprint:thing
        removed "request:p:ns/r" keep
        removed entity:thing:a:b
        adopt blueprint:thing from=other
        adopt entity:a%3Ab:c
        removed "file:gitops:old/*"
        moved "request:p:*" from=destination:one to=destination:two"#,
    );
    let project = &resolved.project;
    let moved = &project.moved[0];
    assert_eq!((moved.from.to_string().as_str(), moved.to.to_string().as_str()), ("blueprint:old", "blueprint:thing"));
    assert_eq!(resolved.sources.text(moved.from.span.shown()), "blueprint:old");
    assert_eq!(resolved.sources.text(moved.span.shown()), "moved from=blueprint:old to=blueprint:thing");
    assert_eq!(project.removed[0].scope.to_string(), "request:p:ns/r");
    assert_eq!(resolved.sources.text(project.removed[0].keep.unwrap().shown()), "keep");
    let object = |scope: &Scope| scope.object().map(|address| (address.parent.to_string(), address.name.to_string()));
    let of = |parent: &str, name: &str| Some((parent.to_owned(), name.to_owned()));
    assert_eq!((object(&project.removed[1].scope.value), project.removed[1].keep), (of("thing", "a:b"), None));
    assert_eq!(project.removed[2].scope.value, Scope::Pattern("file:gitops:old/*".into()));
    assert_eq!(project.adopted[0].from.as_ref().unwrap().value, "other");
    assert_eq!((object(&project.adopted[1].scope.value), &project.adopted[1].from), (of("a:b", "c"), &None));
    let [relocated] = &*project.relocated else { panic!("{:?}", project.relocated) };
    assert_eq!(relocated.requests.value, Scope::Pattern("request:p:*".into()));
    assert_eq!(
        (relocated.from.to_string(), relocated.to.to_string()),
        ("destination:one".into(), "destination:two".into())
    );
}

#[test]
fn modules_are_taken_in_once() {
    let resolved = clean("use \"std:services\"\nuse std:services\nuse \"std:environments\"");
    let names: Vec<&str> = resolved.project.blueprints.iter().map(|blueprint| &*blueprint.name.value).collect();
    assert_eq!(names, ["thing", "environment", "service", "system", "team"]);
    assert!(resolved.sources.iter().any(|(_, file)| file.name == "std:services.kdl"));
    assert!(crate::check::check(&resolved.project).is_empty());
}

#[test]
fn an_unknown_module_is_diagnosed() {
    let resolved = resolved("use \"std:service\"\nuse catalog");
    assert_eq!(
        problems(&resolved),
        ["a.kdl:1:5 E0360 there is no module `std:service`", "a.kdl:2:5 E0360 there is no module `catalog`"]
    );
    let first = resolved.diagnostics.iter().next().unwrap();
    assert_eq!(first.fixes[0].edits[0].text, "\"std:services\"");
}

#[test]
fn a_file_that_is_no_utf_8_is_read_all_the_same() {
    let loader = MemoryLoader::new([("plat.kdl", b"project x\nteam a { title \"\xff\"; }\n".to_vec())]);
    let resolved = resolve(&loader).unwrap();
    assert_eq!(problems(&resolved), ["plat.kdl:2:17 E0100 this byte is not UTF-8"]);
    assert_eq!(resolved.project.teams.len(), 1);
}

#[test]
fn what_is_broken_is_skipped_in_silence() {
    for text in [
        "entity",
        "entity thing",
        "entity 1 2",
        "blueprint",
        "blueprint 1",
        "blueprint b { property; relation; relation x }",
        "blueprint b { property x strng; property y array of=nothing; }",
        "scorecard",
        "scorecard s for=1",
        "action",
        "action a make",
        "action a create x { backend nothing; }",
        "team",
        "user",
        "use",
        "use 1",
        "moved",
        "moved from=team:a",
        "moved from=team: to=team:a",
        "moved from=1 to=2",
        "removed request:a:b",
        "removed entity::a",
        "removed thing:a keep",
        "adopt",
        "adopt 1 from=2",
        "nothing 1 { x 2; }",
        "scorecard s for=b { level; level A { rule; rule r { x; x like 1; x 1 } } }",
        "blueprint b { property x string min-length=-1 min=a default { pattern; }; }",
        "action a create x { backend kafka { send; send k; }; input; }",
    ] {
        let codes: Vec<&str> =
            resolved(text).diagnostics.iter().map(|found| found.code.id).filter(|code| *code >= "E0350").collect();
        let allowed = ["E0354", "E0352", "E0710", "E0711"]; // the last two are the grammar's
        assert!(codes.iter().all(|code| allowed.contains(code)), "{text}: {codes:?}");
    }
}

#[test]
fn a_malformed_address_names_no_object() {
    for text in ["moved from=team: to=team:a", "removed request:a:b", "removed entity::a", "adopt entity:a:", "adopt a"]
    {
        let project = resolved(text).project;
        assert_eq!((project.moved.len(), project.removed.len(), project.adopted.len()), (0, 0, 0), "{text}");
    }
}

#[test]
fn the_deepest_text_is_lowered() {
    let depth = 600;
    let text = format!(
        "blueprint thing {{ property x object; }}\nentity thing a {{ x {}1{} }}",
        "{ y ".repeat(depth),
        "}".repeat(depth)
    );
    let resolved = resolved(&text);
    assert!(resolved.diagnostics.has_errors());
    assert!(crate::check::check(&resolved.project).is_empty());
}

#[test]
fn a_memory_loader_lists_what_is_below_a_folder() {
    let loader = MemoryLoader::new([("plat.kdl", ""), ("a/x.yaml", ""), ("a/b/y.yaml", ""), ("ab/z.yaml", "")]);
    assert_eq!(loader.files().unwrap().files, ["plat.kdl"]);
    assert_eq!(loader.list("a").unwrap().files, ["a/b/y.yaml", "a/x.yaml"]);
    assert!(loader.read("b", 9).is_err());
}

#[test]
fn the_same_names_of_a_file_are_one_piece_of_memory() {
    let resolved = clean("entity thing a { size 1; }\nentity thing b { size 2; }");
    let name =
        |index: usize| std::ptr::from_ref::<str>(&resolved.project.entities[index].properties.members[0].name.value);
    assert_eq!(name(0), name(1));
}

#[test]
fn a_whole_float_is_an_integer() {
    let resolved = clean("entity thing a { size 2.0; }");
    let size = &resolved.project.entities[0].properties.get("size").unwrap().value;
    assert!(matches!(size, Value::Number(Number::Integer(2))));
}

/// Pieces of the language, put together at random.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("blueprint thing { property size integer; relation parts thing many }\n".to_owned()),
        Just("team a { member x@y }\n".to_owned()),
        (0..5u8).prop_map(|name| format!("entity thing e{name} {{ size 1; parts e0 }}\n")),
        Just("entity thing broken { bare; twice 1; twice 2 }\n".to_owned()),
        Just("use \"std:environments\"\n".to_owned()),
        Just("use \"std:nothing\"\n".to_owned()),
        "[ -~\n]{0,40}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(crate::laws::cases(64))]

    #[test]
    fn any_texts_give_the_same_project_in_parallel_and_serially(texts in prop::collection::vec(text(), 0..6)) {
        let mut files = vec![("plat.kdl".to_owned(), "project demo".to_owned())];
        files.extend(texts.into_iter().enumerate().map(|(index, text)| (format!("{index}.kdl"), text)));
        let loader = MemoryLoader::new(files);
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let resolved = resolve(&loader).unwrap();
                let checked = crate::check::check(&resolved.project);
                (format!("{:?}", resolved.project), problems(&resolved), checked)
            })
        };
        prop_assert_eq!(run(1), run(4));
    }
}

#[test]
fn a_path_of_files_starts_at_the_file_that_says_it() {
    let step = |pattern: &str| {
        format!("promise c {{ api group=e.com version=v1 kind=C; workflow configure {{ files \"{pattern}\" }} }}")
    };
    let told = |pattern: &str, files: &[&str]| {
        let own = [("plat.kdl", "project demo".to_owned()), ("a/b/c.kdl", step(pattern))];
        let others = files.iter().map(|name| (*name, "kind: X".to_owned()));
        let resolved = resolve(&MemoryLoader::new(own.into_iter().chain(others))).unwrap();
        let found = resolved.diagnostics.iter().next().cloned();
        found.map(|found| {
            let fix = found.fixes.first().map_or(String::new(), |fix| fix.edits[0].text.clone());
            (found.code.id, found.help.unwrap_or_default(), fix)
        })
    };
    assert_eq!(told("m/**", &["a/b/m/x.yaml"]), None);
    assert_eq!(told("../../m/**", &["m/x.yaml"]), None);
    assert_eq!(told("m/**", &["m/x.yaml", "a/b/m/y.yaml"]), None);
    let both =
        "looked for a/b/m/**, as a path starts at the file that says it; m/x.yaml is there: write `\"../../m/**\"`";
    let fix = "\"../../m/**\"";
    assert_eq!(told("m/**", &["m/x.yaml"]), Some(("E0506", both.to_owned(), fix.to_owned())));
    let rooted = "a path starts at the file that says it; m/x.yaml is there: write `\"../../m/x.yaml\"`";
    assert_eq!(told("/m/x.yaml", &["m/x.yaml"]), Some(("E0507", rooted.to_owned(), "\"../../m/x.yaml\"".to_owned())));
    assert_eq!(told("/etc/passwd", &["m/x.yaml"]).unwrap().2, "");
    assert_eq!(told("./m/*.yaml", &["m/x.yaml"]).unwrap().2, "\"../../m/*.yaml\"");
    let nothing = "looked for a/b/m/*; `dir/*` takes the files of a folder, `dir/**` those below it too";
    assert_eq!(told("m/*", &["m/x/y.yaml"]), Some(("E0506", nothing.to_owned(), String::new())));
}

#[test]
fn a_name_is_the_same_in_either_form_of_its_letters() {
    let (composed, decomposed) = ("\u{e9}", "e\u{301}");
    let both = |text: &str| text.replace('1', composed).replace('2', decomposed);
    let sound = both(
        "team 1
blueprint 1 { relation to 2; property p string }
entity 2 a1 { team 2; to a2; p 2 }
scorecard s2 for=1 { level L { rule r { $identifier is a1; $team contains 2; to.$identifier is a2 } } }
moved from=entity:1:old2 to=entity:2:a2
test t { given entity 1 a1 { to a2 }; expect level s1 a2 L }",
    );
    let resolved = clean(&sound);
    let entity = &resolved.project.entities[0];
    assert_eq!((&*entity.blueprint.value, &*entity.name.value), (composed, "a\u{e9}"));
    assert_eq!(json(&Value::Object(entity.relations.clone())), "{\"to\":\"a\u{e9}\"}");
    // A value is no name.
    assert_eq!(properties(&resolved), "{\"p\":\"e\u{301}\"}");
    assert_eq!(&*resolved.project.moved[0].from.value.name, "old\u{e9}");
    assert_eq!(&*resolved.project.moved[0].to.value.name, "a\u{e9}");
    assert_eq!(codes(&both("team 1\nteam 2")), ["E0301"]);
    assert_eq!(codes(&both("entity thing 1\nentity thing \"\\u{65}\u{301}\"")), ["E0301"]);
}

#[test]
fn names_have_letters_of_any_script_with_their_marks() {
    for name in ["שָׁלוֹם", "เชียงใหม่", "हिन्दी", "q\u{307}", "日本", "Ωμέγα"]
    {
        clean(&format!("team \"{name}\"\nblueprint \"{name}\"\nentity \"{name}\" \"{name}\""));
    }
    for name in ["\u{301}a", "a\u{fe0f}", "a\u{34f}", "a😀", "a\u{2009}b"] {
        assert_eq!(codes(&format!("team \"{name}\"")), ["E0220"], "{name:?}");
    }
    // Kubernetes' own names have letters of ASCII alone.
    assert_eq!(codes("promise d\u{e9}"), ["E0220"]);
}

fn codes(text: &str) -> Vec<&'static str> {
    resolved(text).diagnostics.iter().map(|found| found.code.id).collect()
}

#[test]
fn a_broken_project_node_is_one_problem() {
    let codes = |text: &str| {
        let found = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap().diagnostics;
        found.into_iter().map(|item| item.code.id).collect::<Vec<_>>()
    };
    assert_eq!(codes("Project acme"), ["E0201"]);
    assert_eq!(codes("PROJECT acme { Title A; }"), ["E0201", "E0201"]);
    assert_eq!(codes("project"), ["E0203"]);
    assert_eq!(codes("name: acme\nversion: 1"), ["E0365"]);
    assert_eq!(codes("team a"), ["E0361"]);
    let capitals = "project acme\nBlueprint service { Property tier string; }\nEntity service a { tier x; }";
    assert_eq!(codes(capitals), ["E0201"; 3]);
}

#[test]
fn a_reference_without_its_dollar_is_one_problem() {
    let text = "promise p { api group=a.b version=v1 kind=P { field size enum required { values s; }; }
        workflow configure { table t by=spec.size { row s a=1; }; }; }";
    assert_eq!(problems(&resolved(text)), ["a.kdl:2:41 E0205 spec.size does not begin with `$`"]);
}
