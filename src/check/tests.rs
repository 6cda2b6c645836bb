use super::check;
use crate::diag::Diagnostic;
use crate::model::{Api, Format, Map, Name, Path, Piece, Promise, Request, Template, Value};
use crate::resolve::{MemoryLoader, Resolved, resolve};
use std::fmt::Write;

/// What a blueprint of many types declares.
const THING: &str = r#"blueprint thing {
    property tier enum { value critical; value standard }
    property level enum { values 1 2 3 }
    property size integer min=1 max=10
    property ratio number above=0 below=1
    property code string min-length=2 max-length=4 { pattern "^[a-z]+$" }
    property tags array unique of=string min-items=1 max-items=3
    property ready boolean
    property page url
    property since date-time
    property mail email
    property host ipv4
    property host6 ipv6
    property person user
    property group team
    property type blueprints
    property link labeled-url
    property any object
    property address object { field city string required; field zip string }
    property must string required
    relation owner thing
    relation parts thing many
}
"#;

fn loaded(text: &str) -> Resolved {
    resolve(&MemoryLoader::new([("plat.kdl", "project demo"), ("a.kdl", text)])).unwrap()
}

/// A project without problems up to here.
fn resolved(text: &str) -> Resolved {
    let resolved = loaded(text);
    assert_eq!(told(&resolved, resolved.diagnostics.iter()), Vec::<String>::new(), "{text}");
    resolved
}

/// The problems as `CODE text: message`, where the text is what the problem is at.
fn told<'d>(resolved: &Resolved, found: impl Iterator<Item = &'d Diagnostic>) -> Vec<String> {
    let one = |found: &Diagnostic| {
        format!("{} {}: {}", found.code, resolved.sources.text(found.primary.span()), found.message)
    };
    found.map(one).collect()
}

pub(super) fn problems(text: &str) -> Vec<String> {
    let resolved = resolved(text);
    told(&resolved, check(&resolved.project).iter())
}

#[test]
fn the_values_of_an_object_of_any_names_are_held_to_its_type() {
    let promise = "promise p { api group=e.com version=v1 kind=P {
        field ports object of=integer min=1
        field codes object of=string { pattern \"^a\" }
        field deep object of=object { field x string required; field y string default=z; }
    }; }\n";
    let of = |body: &str| problems(&format!("{promise}request p a {{ {body} }}"));
    for (body, told) in [
        ("ports { http 80; https 443; }; codes { one ab; }; deep { q { x \"1\"; }; }", &[][..]),
        ("ports { http 0; }", &["E0403 0: `ports.http` is at least 1, not 0"]),
        ("codes { one b; }", &["E0405 b: `b` does not match the pattern of `codes.one`"]),
        ("deep { q { x 1; }; }", &["E0401 1: `deep.q.x` takes a string, not a number"]),
        ("deep { q { x a; z 1; }; }", &["E0408 z: `deep.q` has no `z`"]),
    ] {
        assert_eq!(of(body), told, "{body}");
    }
}

/// The problems of an entity of the blueprint above.
fn of_thing(body: &str) -> Vec<String> {
    problems(&format!("{THING}entity thing a {{ must x; {body} }}"))
}

/// The text after all fixes of the only problem.
fn mended(text: &str) -> String {
    let resolved = resolved(text);
    let found = check(&resolved.project);
    assert_eq!(found.len(), 1, "{:?}", told(&resolved, found.iter()));
    let mut text = text.to_owned();
    let found = found.into_iter().next().unwrap();
    for edit in found.fixes.iter().flat_map(|fix| &fix.edits).rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

#[test]
fn good_values_have_no_problems() {
    let body = r#"tier critical; level 2; size 10; ratio 0.5; code ab; tags a b; ready #true; page "https://x.org/a"
        since "2026-01-31T10:00:00Z"; mail a@x.org; host "10.0.0.1"; host6 "::1"; person a@x.org; group nobody; type thing
        link url="https://x.org"; any { a 1; b { c #null } }; address { city x }; owner a; parts a"#;
    assert_eq!(of_thing(body), Vec::<String>::new());
}

#[test]
fn each_wrong_value_has_one_problem_at_its_place() {
    for (body, expected) in [
        ("tier gold", "E0402 gold: `gold` is not one of the values of `tier`"),
        ("tier 5", "E0401 5: `tier` takes one of `critical`, `standard`, not a number"),
        ("level 4", "E0402 4: 4 is not one of the values of `level`"),
        ("level high", "E0401 high: `level` takes one of 1, 2, 3, not a string"),
        ("size 0", "E0403 0: `size` is at least 1, not 0"),
        ("size 11", "E0403 11: `size` is at most 10, not 11"),
        ("size 1.5", "E0401 1.5: `size` takes a whole number, not a number"),
        ("ratio 0", "E0403 0: `ratio` is above 0, not 0"),
        ("ratio 1.0", "E0403 1.0: `ratio` is below 1, not 1"),
        ("code a", "E0404 a: `code` has at least 2 characters"),
        ("code abcde", "E0404 abcde: `code` has at most 4 characters"),
        ("code AB", "E0405 AB: `AB` does not match the pattern of `code`"),
        ("code A", "E0404 A: `code` has at least 2 characters"),
        ("code #null", "E0401 #null: `code` takes a string, not null"),
        ("tags a a", "E0409 a a: `tags` has an item twice"),
        ("tags a 2", "E0401 2: an item of `tags` takes a string, not a number"),
        ("tags a b c d", "E0404 a b c d: `tags` has at most 3 items"),
        ("(array)tags", "E0404 (array)tags: `tags` has at least 1 item"),
        ("ready yes", "E0401 yes: `ready` takes #true or #false, not a string"),
        ("page x.org", "E0406 x.org: `x.org` is no URL, which `page` takes"),
        ("since \"2026-01-31\"", "E0406 \"2026-01-31\": `2026-01-31` is no date and time, which `since` takes"),
        ("mail x", "E0406 x: `x` is no email address, which `mail` takes"),
        ("host \"10.0.0\"", "E0406 \"10.0.0\": `10.0.0` is no IPv4 address, which `host` takes"),
        ("host6 \"10.0.0.1\"", "E0406 \"10.0.0.1\": `10.0.0.1` is no IPv6 address, which `host6` takes"),
        ("person x", "E0406 x: `x` is no email address, which `person` takes"),
        ("type thng", "E0412 thng: there is no blueprint `thng`"),
        ("link { displayText x; }", "E0407 link { displayText x; }: `link` has no `url`, which is required"),
        ("link url=x", "E0406 x: `x` is no URL, which `link.url` takes"),
        ("link url=\"https://x\" label=x", "E0408 label: `link` has no `label`"),
        ("any 1", "E0401 1: `any` takes an object, not a number"),
        ("address { city 1; }", "E0401 1: `address.city` takes a string, not a number"),
        ("address { city x; zap y; }", "E0408 zap: `address` has no `zap`"),
        ("titel x", "E0408 titel: `thing` has no `titel`"),
        ("owner b", "E0410 b: there is no `b` of the blueprint `thing`"),
        ("owner a b", "E0411 a b: the relation `owner` points at one entity"),
        ("owner 1", "E0401 1: `owner` takes the name of an entity of `thing`, not a number"),
        ("parts a c", "E0410 c: there is no `c` of the blueprint `thing`"),
        ("parts a 1", "E0401 1: `parts` takes the name of an entity of `thing`, not a number"),
        ("relations { owned a; }", "E0408 owned: `thing` has no relation `owned`"),
    ] {
        assert_eq!(of_thing(body), [expected], "{body}");
    }
}

#[test]
fn all_mistakes_of_an_entity_are_told_at_once() {
    let text = "blueprint thing { property a string required; property b integer; relation r thing required; }\nentity thing x {\n  b no\n  c 1\n}";
    assert_eq!(
        problems(text),
        [
            "E0407 entity thing x: thing `x` has no `a`, which is required",
            "E0407 entity thing x: thing `x` has no `r`, which is required",
            "E0401 no: `b` takes a whole number, not a string",
            "E0408 c: `thing` has no `c`",
        ]
    );
}

#[test]
fn mistakes_of_a_name_are_mended() {
    let of = |line: &str| mended(&format!("{THING}entity thing a {{ must x; {line} }}")).replace(THING, "");
    assert_eq!(of("teir critical"), "entity thing a { must x; tier critical }");
    assert_eq!(of("tier critcal"), "entity thing a { must x; tier critical }");
    assert_eq!(of("ready yes"), "entity thing a { must x; ready #true }");
    assert_eq!(of("size \"5\""), "entity thing a { must x; size 5 }");
    assert_eq!(of("code 15"), "entity thing a { must x; code \"15\" }");
    let missing =
        mended("blueprint thing { property a integer required; property b string }\nentity thing x {\n    b y\n}");
    assert!(missing.ends_with("entity thing x {\n    a 0\n    b y\n}"), "{missing}");
    let many = mended("blueprint thing { relation r thing }\nentity thing x { r x y }\nentity thing y");
    assert!(many.contains("relation r thing many }"), "{many}");
}

#[test]
fn an_address_is_mended_to_the_name_that_it_holds() {
    for address in ["thing:b", "\"thing/b\"", "entity:thing:b", "\"entity/thing/b\""] {
        let text = format!("{THING}entity thing a {{ must x; owner {address}; }}\nentity thing b {{ must x; }}");
        assert!(mended(&text).contains("owner b;"), "{address}");
    }
}

#[test]
fn a_group_before_a_field_is_left_out() {
    for (path, field) in [
        ("properties.tier", "tier"),
        ("spec.tier", "tier"),
        ("relations.owner", "owner"),
        ("owner.properties.tier", "owner.tier"),
    ] {
        let text = format!("{THING}scorecard s for=thing {{ level A {{ rule r {{ {path} present }} }} }}");
        assert!(mended(&text).contains(&format!("rule r {{ {field} present }}")), "{path}");
    }
}

#[test]
fn a_url_that_a_comment_cuts_off_is_told_elsewhere() {
    let cut_off = loaded(&format!("{THING}entity thing a {{\n must x\n page https://x.org\n}}"));
    assert!(check(&cut_off.project).is_empty());
    assert_eq!(of_thing("page \"https:\"").len(), 1);
}

#[test]
fn a_team_is_known_where_teams_are_declared() {
    let text = "team payments\nblueprint thing { property group team; property groups array of=team }\nentity thing a { group paymets; groups payments other }";
    assert_eq!(problems(text), ["E0412 paymets: there is no team `paymets`", "E0412 other: there is no team `other`"]);
}

#[test]
fn declarations_make_sense() {
    for (declaration, expected) in [
        ("property a enum { values x y x; }", "E0421 x: the value `x` stands twice"),
        ("property a enum { values x 1; }", "E0422 1: the values of an enum are all text or all numbers"),
        ("property a enum default=1 { values x 1; }", "E0422 1: the values of an enum are all text or all numbers"),
        ("property a enum default=#true { values #true; }", "E0422 #true: a boolean cannot be a value of an enum"),
        (
            "property a array of=enum { values x 1; default 1 x; }",
            "E0422 1: the values of an enum are all text or all numbers",
        ),
        ("property a enum { values #true; }", "E0422 #true: a boolean cannot be a value of an enum"),
        (
            "property a string { pattern \"[\"; }",
            "E0423 \"[\": `[` is no regular expression that texts can be matched with: a bracket or a parenthesis is open",
        ),
        (
            "property a array of=string { pattern \"(a)\\\\1\"; }",
            "E0423 \"(a)\\\\1\": `(a)\\1` is no regular expression that texts can be matched with: it refers back to a group",
        ),
        ("property a number min=2 max=1", "E0424 1: no value meets both limits"),
        ("property a integer above=1 below=1", "E0424 1: no value meets both limits"),
        ("property a string min-length=2 max-length=1", "E0424 1: no value meets both limits"),
        ("property a array min-items=2 max-items=1", "E0424 1: no value meets both limits"),
        ("property a integer default=x", "E0401 x: `a` takes a whole number, not a string"),
        ("property a enum default=z { values x y; }", "E0402 z: `z` is not one of the values of `a`"),
        ("property a object { field b integer default=x; }", "E0401 x: `b` takes a whole number, not a string"),
        ("property a array of=integer { default 1 x; }", "E0401 x: an item of `a` takes a whole number, not a string"),
        ("relation a thing required many", "E0420 required: the relation `a` is many and required"),
    ] {
        assert_eq!(problems(&format!("blueprint thing {{ {declaration} }}")), [expected], "{declaration}");
        if declaration.starts_with("property") {
            let input = declaration.replacen("property", "input", 1);
            assert_eq!(problems(&format!("action make create {{ {input} }}")), [expected], "{input}");
        }
    }
}

#[test]
fn limits_that_one_value_meets_are_fine() {
    let text = "blueprint thing { property a number min=1 max=1; property b string min-length=0 max-length=0; property c integer above=1 below=3 }";
    assert_eq!(problems(text), Vec::<String>::new());
}

#[test]
fn a_bad_pattern_does_not_hide_other_problems() {
    let text = "blueprint thing { property a string { pattern \"[\"; }; property b integer }\nentity thing x { a anything; b no }";
    assert_eq!(problems(text).len(), 2);
}

#[test]
fn a_property_may_have_any_name() {
    let text = "blueprint thing { property additionalProperties string; property type integer; property properties object { field required string required } }
        entity thing x { additionalProperties a; type 1; properties { properties { required x } } }";
    assert_eq!(problems(text), Vec::<String>::new());
}

#[test]
fn conditions_that_go_with_their_fields_have_no_problems() {
    let text = r#"tier is critical; tier is-not standard; tier in critical standard; tier contains crit; level above 1; level is 2
        size between 1 5; ratio at-most 0.5; code starts-with x; code matches "^a"; tags contains x; tags contains-any x y
        ready is #true; since within "90d"; since above "2026-01-01T00:00:00Z"; page present; any absent; owner is a
        owner.owner.tier is critical; parts contains a; parts.tier contains critical; $team contains x; $identifier is a
        $updatedAt not-within "2w"; owner.$title present; parts present; all { any { size is 1; }; none { size is 2; } }
        address.city is Rome; owner.address.zip absent; parts.address.city contains Rome; any.x.y is 3; any.x contains-any a b
        tags.$count above 1; parts.$count below 10; address.$count is 2; any.x.$count at-least 1; parts.tags.$count is 3
        size at-most (field)ratio; size between 1 (field)level; must in (field)tags; must is-not (field)owner.must
        since above (field)owner.since; tags contains (field)must; parts.$count at-least (field)size; must starts-with (field)code"#;
    assert_eq!(condition(text), Vec::<String>::new());
}

fn condition(text: &str) -> Vec<String> {
    problems(&format!("{THING}scorecard s for=thing {{ level A {{ rule r {{ {text} }} }} }}"))
}

#[test]
fn each_wrong_condition_has_one_problem_at_its_place() {
    for (text, expected) in [
        ("tire is critical", "E0450 tire: `thing` has no `tire`"),
        ("owner.tire is critical", "E0450 owner.tire: `thing` has no `tire`"),
        ("ownr.tier is critical", "E0451 ownr.tier: `thing` has neither a relation nor a property `ownr`"),
        ("tier.x is critical", "E0451 tier.x: there is no `x` in `tier`, which is an enum"),
        ("tags.x.y present", "E0451 tags.x.y: there is no `x` in `tags`, which is a string"),
        ("address.ctiy is Rome", "E0450 address.ctiy: `address` has no `ctiy`"),
        ("owner.address.ctiy is Rome", "E0450 owner.address.ctiy: `address` has no `ctiy`"),
        ("address.city above 1", "E0452 above: `above` does not go with `address.city`, which is a string"),
        ("parts.address.city is Rome", "E0452 is: `is` does not go with `parts.address.city`, which is a list"),
        ("size.$count above 1", "E0452 size.$count: `size` has no count: there is one at most"),
        ("owner.$count above 1", "E0452 owner.$count: `owner` has no count: there is one at most"),
        ("address.city.$count above 1", "E0452 address.city.$count: `address.city` has no count: there is one at most"),
        ("parts.$count is some", "E0453 some: `parts.$count` is compared with a number here, not a string"),
        (
            "address.$title present",
            "E0451 address.$title: `address` is a property of `thing`, and this path goes through relations",
        ),
        ("$namespace is a", "E0357 $namespace: an entity has no `$namespace`"),
        ("size at-most (field)sice", "E0450 sice: `thing` has no `sice`"),
        (
            "size at-most (field)code",
            "E0453 code: `at-most` does not compare `size`, which is a whole number, with `code`, which is a string",
        ),
        (
            "must is (field)tags",
            "E0453 tags: `is` does not compare `must`, which is a string, with `tags`, which is a list",
        ),
        (
            "size in (field)tags",
            "E0453 tags: `in` does not compare `size`, which is a whole number, with `tags`, which is a list of another type",
        ),
        ("must matches (field)code", "E0453 code: `matches` compares with no other field"),
        ("since within (field)must", "E0453 must: `within` compares with no other field"),
        ("any { none { tire present; }; }", "E0450 tire: `thing` has no `tire`"),
        ("tier above 1", "E0452 above: `above` does not go with `tier`, which is an enum"),
        ("tags is x", "E0452 is: `is` does not go with `tags`, which is a list"),
        ("tier contains-any x", "E0452 contains-any: `contains-any` does not go with `tier`, which is an enum"),
        ("parts.size above 1", "E0452 above: `above` does not go with `parts.size`, which is a list"),
        ("size within \"1d\"", "E0452 within: `within` does not go with `size`, which is a whole number"),
        ("ready starts-with x", "E0452 starts-with: `starts-with` does not go with `ready`, which is a boolean"),
        ("any is 1", "E0452 is: `is` does not go with `any`, which is an object"),
        ("tier is critcal", "E0453 critcal: `critcal` is not one of the values of `tier`"),
        ("tier in critical x", "E0453 x: `x` is not one of the values of `tier`"),
        ("tier is 1", "E0453 1: `tier` is compared with a string here, not a number"),
        ("size above \"1\"", "E0453 \"1\": `size` is compared with a whole number here, not a string"),
        ("ready is yes", "E0453 yes: `ready` is compared with #true or #false here, not a string"),
        ("since above 1", "E0453 1: `since` is compared with a time here, not a number"),
        ("tags contains 1", "E0453 1: `tags` is compared with a string here, not a number"),
        ("$identifier is 1", "E0453 1: `$identifier` is compared with text here, not a number"),
        ("since within \"90 days\"", "E0454 \"90 days\": `90 days` is no length of time"),
        (
            "code matches \"[\"",
            "E0423 \"[\": `[` is no regular expression that texts can be matched with: a bracket or a parenthesis is open",
        ),
    ] {
        assert_eq!(condition(text), [expected], "{text}");
    }
}

/// The problems of a condition, with the help behind each, where there are teams and things.
fn helped(text: &str) -> Vec<String> {
    let text = format!(
        "{THING}team payments\nentity thing cart {{ must x }}
        scorecard s for=thing {{ level A {{ rule r {{ {text} }} }} }}"
    );
    let resolved = resolved(&text);
    let found = check(&resolved.project);
    found
        .iter()
        .map(|one| format!("{} {} ({})", one.code, one.message, one.help.as_deref().unwrap_or_default()))
        .collect()
}

#[test]
fn an_operand_that_no_value_can_be_is_told_with_what_can() {
    for (text, expected) in [
        ("group is paymnts", "there is no team `paymnts` (did you mean `payments`?)"),
        ("group in payments nobody", "there is no team `nobody` (there is `payments`)"),
        ("$team contains nobody", "there is no team `nobody` (there is `payments`)"),
        ("owner.group is-not nobody", "there is no team `nobody` (there is `payments`)"),
        ("type is thng", "there is no blueprint `thng` (did you mean `thing`?)"),
        ("owner is crat", "there is no entity `crat` of the blueprint `thing` (did you mean `cart`?)"),
        ("parts contains nothing", "there is no entity `nothing` of the blueprint `thing` (there is `cart`)"),
        ("mail is notamail", "notamail` is no email address, which `mail` takes (write it like `ana@example.com`)"),
        (
            "page is \"example.com\"",
            "`example.com` is no URL, which `page` takes (write it like `\"https://example.com\"`)",
        ),
        ("host is \"10.0.0\"", "`10.0.0` is no IPv4 address, which `host` takes (write it like `\"10.0.0.1\"`)"),
        ("person is ana", "`ana` is no email address, which `person` takes (write it like `ana@example.com`)"),
        (
            "since is yesterday",
            "`since` is compared with a time here, not a string (write it like `\"2026-01-31T10:00:00Z\"`)",
        ),
        ("code is LONGER", "`code` has at most 4 characters ()"),
        ("code is A1", "`A1` does not match the pattern of `code` (the pattern is `^[a-z]+$`)"),
        ("size is 11", "`size` is at most 10, not 11 ()"),
        ("size in 1 0", "`size` is at least 1, not 0 ()"),
        ("ready is yes", "`ready` is compared with #true or #false here, not a string (write `#true`)"),
        ("must is 5", "`must` is compared with a string here, not a number (write `\"5\"`)"),
        (
            "size above 10",
            "`size` is never above 10: it is at least 1 and at most 10 (compare it with a number within its limits, or change them)",
        ),
        (
            "size at-least 11",
            "`size` is never at least 11: it is at least 1 and at most 10 (compare it with a number within its limits, or change them)",
        ),
        (
            "size at-most 200",
            "`size` is always at most 200: it is at least 1 and at most 10 (compare it with a number within its limits, or change them)",
        ),
        (
            "size below 1",
            "`size` is never below 1: it is at least 1 and at most 10 (compare it with a number within its limits, or change them)",
        ),
        (
            "ratio at-least 1",
            "`ratio` is never at least 1: it is above 0 and below 1 (compare it with a number within its limits, or change them)",
        ),
        (
            "size between 11 20",
            "`size` is never between 11 and 20: it is at least 1 and at most 10 (compare it with a number within its limits, or change them)",
        ),
        (
            "size not-between 11 20",
            "`size` is always not between 11 and 20: it is at least 1 and at most 10 (compare it with a number within its limits, or change them)",
        ),
        ("size between 5 2", "nothing lies between 5 and 2 (the smaller one comes first: `between 2 5`)"),
        ("tier starts-with crt", "no value of `tier` starts with `crt` (it takes `critical` and `standard`)"),
        ("tier matches \"^x\"", "no value of `tier` matches `^x` (it takes `critical` and `standard`)"),
    ] {
        let found = helped(text);
        assert!(matches!(&*found, [one] if one.starts_with("E0453 ") && one.ends_with(expected)), "{text}: {found:?}");
    }
}

#[test]
fn an_operand_that_a_value_can_be_is_left_alone() {
    for text in [
        "group is payments",
        "owner is cart",
        "type is _user",
        "mail is ana@example.com",
        "mail ends-with \"@example.com\"",
        "page starts-with \"https://\"",
        "page contains github",
        "size at-least 1",
        "size at-most 10",
        "size above 1",
        "size between 0 5",
        "size not-between 2 50",
        "ratio above 0.5",
        "tier starts-with crit",
        "tier matches \"^(critical|other)$\"",
        "code is abc",
        "$identifier is whatever",
    ] {
        assert_eq!(helped(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn names_of_what_nobody_declares_come_from_elsewhere() {
    for text in ["group is anybody", "$team contains anybody", "owner is something"] {
        assert_eq!(condition(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_filter_is_judged_like_a_rule() {
    let text = format!("{THING}scorecard s for=thing {{ only-for {{ tire present; }}; level A; }}");
    assert_eq!(problems(&text), ["E0450 tire: `thing` has no `tire`"]);
}

#[test]
fn what_an_unknown_blueprint_hides_is_not_told_again() {
    let text = "blueprint thing { relation r nothing }\nentity thing a { r x }\nentity nothing b { x 1 }
        scorecard s for=nothing { level A { rule r { x is 1 } } }\nscorecard t for=thing { level A { rule r { r.x is 1 } } }";
    assert!(check(&loaded(text).project).is_empty());
}

#[test]
fn what_could_not_be_read_is_not_told_again() {
    let text = "blueprint thing { property a string required; property b enum { values 99999999999999999999 x }; relation r thing; relation s thing many }
        entity thing x { a 99999999999999999999; b; r; s 99999999999999999999 }
        scorecard s for=thing { level A { rule q { a is 99999999999999999999 } } }";
    let loaded = loaded(text);
    assert_eq!(loaded.diagnostics.len(), 6);
    assert_eq!(told(&loaded, check(&loaded.project).iter()), Vec::<String>::new());
}

#[test]
fn requests_fit_the_api_of_their_promise() {
    let mut resolved = resolved("blueprint thing { property size integer required; property name string }");
    let fields = std::mem::take(&mut resolved.project.blueprints[0].properties);
    let name = fields[0].name.clone().map(|_| Name::from("database"));
    let (group, plural) = (name.clone(), name.clone());
    let api = Api { group, version: name.clone(), kind: name.clone(), plural, fields, also: Map::default() };
    let promise = Promise {
        name: name.clone(),
        span: name.span,
        api: Some(api),
        schedule: Vec::new(),
        dependencies: None,
        configure: None,
    };
    let mut spec = Map::default();
    spec.put("name", Value::integer(1), name.span);
    let span = name.span;
    let namespace = name.clone();
    resolved.project.requests = vec![Request {
        promise: name.clone(),
        name,
        namespace,
        title: None,
        teams: Vec::new(),
        labels: Map::default(),
        destination: None,
        span,
        spec,
        beyond: None,
        lifecycle: None,
    }];
    resolved.project.promises = vec![promise];
    let found = check(&resolved.project);
    let codes: Vec<&str> = found.iter().map(|found| found.code.id).collect();
    assert_eq!(codes, ["E0401", "E0407"]);
}

const WEB: &str = r#"promise web {
    api group=example.com version=v1 kind=Web {
        meets-one { - { (array)required image; }; - { (array)required source; }; }
        field image string
        field source url
        field port int-or-string default=8080
        field share int-or-string { pattern "^[0-9]+%?$" }
        field anything any
        field note string nullable
        field tier enum nullable { values a b }
        field quotas object min-members=1 { of integer min=1; }
        field matrix array { of array of=number min-items=2; }
        field rules array of=object { field name string required; field v integer default=3; keys name; }
        field template object resource other-members=#true { field apiVersion string }
        field mixed object { of number; field x string; }
        field steps integer multiple-of=5
        field backend object {
            field service string
            field url url
            field way string default=a
            meets-any { - { required service way; }; - { (array)required url; }; }
            meets-none { required service url; }
        }
        field patterned object { member-patterns { "^x-" { type integer; }; }; field a string; }
        field short string { meets-all { - { pattern "^a"; }; } }
        field closed object other-members=#false
    }
}
"#;

#[test]
fn values_are_held_to_all_that_a_schema_says() {
    let good = "request web good {
        image x; port http; share 5; note #null; tier #null; quotas { cpu 2; }; matrix { - { - 1; - 2; }; }; anything { a { b 1; }; }
        rules { - name=a; - name=b; }; template { apiVersion v1; kind X; spec { a 1; }; }; mixed x=a z=2; steps 10
        backend service=a; patterned a=b x-y=1; short ab; closed {}
    }";
    assert_eq!(problems(&format!("{WEB}{good}")), Vec::<String>::new());
    for (line, expected) in [
        (
            "source \"https://example.com\"",
            "E0413 request web r: web `r` meets several schemas of `meets-one`, of which it may meet one",
        ),
        ("port #true", "E0401 #true: `port` takes a whole number or a string, not a boolean"),
        ("share \"x%\"", "E0405 \"x%\": `x%` does not match the pattern of `share`"),
        ("note 3", "E0401 3: `note` takes a string, not a number"),
        ("tier c", "E0402 c: `c` is not one of the values of `tier`"),
        ("quotas {}", "E0404 quotas {}: `quotas` has at least 1 member"),
        ("quotas cpu=0", "E0403 0: `quotas.cpu` is at least 1, not 0"),
        ("matrix { - { - 1; }; }", "E0404 - { - 1; }: an item of `matrix` has at least 2 items"),
        (
            "rules { - name=a; - name=a v=2; }",
            "E0409 rules { - name=a; - name=a v=2; }: two items of `rules` have the same `name`",
        ),
        (
            "template apiVersion=v1 spec=1",
            "E0407 template apiVersion=v1 spec=1: `template` has no `kind`, which is required",
        ),
        ("mixed z=b", "E0401 b: `mixed.z` takes a number, not a string"),
        ("mixed x=1", "E0401 1: `mixed.x` takes a string, not a number"),
        ("steps 7", "E0403 7: `steps` is a multiple of 5, and 7 is none"),
        ("steps #null", "E0401 #null: `steps` takes a whole number, not null"),
        ("backend {}", "E0413 backend {}: `backend` meets no schema of `meets-any`"),
        (
            "backend service=a url=\"https://example.com\"",
            "E0413 backend service=a url=\"https://example.com\": `backend` is what `meets-none` forbids",
        ),
        ("patterned a=b zz=1", "E0408 zz: `patterned` has no `zz`"),
        ("patterned x-y=b", "E0401 b: `patterned.x-y` takes another type, not a string"),
        ("short b", "E0405 b: `b` does not match the pattern of `short`"),
        ("closed a=1", "E0408 closed a=1: `closed` has no members"),
    ] {
        assert_eq!(problems(&format!("{WEB}request web r {{ image x; {line}; }}")), [expected], "{line}");
    }
}

#[test]
fn what_is_no_schema_and_no_field_is_told_where_it_stands() {
    for (line, expected) in [
        ("field a object { meets-any { - { required b; }; }; field b string; }", "E0427"),
        ("field a object { member-patterns { \"(\" { type string; }; }; }", "E0427"),
        ("field a object { meets-none { type strin; }; }", "E0427"),
        ("meets-all { - { minimum x; }; }", "E0427"),
        (
            "field a string { validations { - rul=x; }; }",
            "E0407 - rul=x: what is in `validations` has no `rule`, which is a text",
        ),
        ("validations { - rule=1; }", "E0407 - rule=1: what is in `validations` has no `rule`, which is a text"),
        (
            "field a array of=object { field name string; keys nam; }",
            "E0408 nam: the items of the list have no field `nam`",
        ),
    ] {
        let told = problems(&format!("promise p {{ api group=g.io version=v1 kind=K {{ {line}; }} }}"));
        assert!(matches!(&*told, [one] if one.starts_with(expected)), "{line}: {told:?}");
    }
}

#[test]
fn a_missing_value_that_is_named_like_a_word_is_asked_for_in_its_group() {
    let text = "blueprint thing { property title string required; relation team thing required }\n\
                entity thing a { title A; team x }\n\
                promise p { api group=g.io version=v kind=K { field lifecycle string required; field size integer; }; }\n\
                request p r { size 1; lifecycle { protect }; }";
    let resolved = resolved(text);
    let helps: Vec<String> = check(&resolved.project).into_iter().filter_map(|found| found.help).collect();
    assert_eq!(
        helps,
        [
            "add a line `properties { title ...; }`; it takes a string",
            "add a line `relations { team ...; }` with the name of an entity of `thing`",
            "add a line `spec { lifecycle ...; }`; it takes a string",
        ]
    );
}

#[test]
fn a_payload_refers_to_inputs_that_are_there() {
    let mut resolved = resolved("action make create { input name string; backend kafka { send x y } }");
    for (path, expected) in [
        ("inputs.name", None),
        ("run.id", None),
        ("inputs.nam", Some("the action `make` has no input `nam`")),
        ("inputs", Some("`$inputs` is no value")),
        ("run.url", Some("`$run.url` is no value")),
        ("spec.size", Some("there is no `$spec` in a payload")),
    ] {
        let path = Path { segments: path.split('.').map(Name::from).collect() };
        let backend = resolved.project.actions[0].backend.as_mut().unwrap();
        backend.send[0].value = Template::Reference(path.clone(), Vec::new());
        let alone = check(&resolved.project);
        assert_eq!(alone.iter().next().map(|found| found.message.as_str()), expected);
        let backend = resolved.project.actions[0].backend.as_mut().unwrap();
        backend.send[0].value = Template::Text(vec![Piece::Value { path, calls: Vec::new() }]);
        assert_eq!(check(&resolved.project), alone);
    }
}

#[test]
fn a_huge_object_is_judged_in_linear_time() {
    let mut fields = String::new();
    for index in 0..2_000 {
        let _ = writeln!(fields, "property p{index} integer");
    }
    let mut values = String::new();
    for index in 0..2_000 {
        let _ = writeln!(values, "p{index} {index}");
    }
    let text = format!("blueprint thing {{\n{fields}}}\nentity thing a {{\n{values}}}");
    assert_eq!(problems(&text), Vec::<String>::new());
}

#[test]
fn many_unknown_targets_are_told_in_linear_time() {
    let mut text = String::new();
    for index in 0..20_000 {
        let _ = writeln!(text, "entity thing e{index} {{ r x{index} }}");
    }
    let resolved = resolved(&format!("blueprint thing {{ relation r thing }}\n{text}"));
    assert_eq!(check(&resolved.project).len(), 20_000);
}

/// The codes of what is wrong where a value of a type stands in each place that it can stand in.
fn in_every_place(declared: &str, value: &str) -> Vec<String> {
    let name = declared.split_whitespace().next().unwrap();
    let api =
        |field: &str| format!("promise w {{ api group=e.com version=v1 kind=W {{ {field} }}; workflow configure; }}");
    let texts = [
        format!("blueprint b {{ property {declared} }}\nentity b x {{ {name} {value} }}"),
        format!("blueprint b {{ property o object {{ field {declared} }} }}\nentity b x {{ o {{ {name} {value} }} }}"),
        format!(
            "blueprint b {{ property l array of=object {{ field {declared} }} }}\nentity b x {{ l {{ - {{ {name} {value} }}; }} }}"
        ),
        format!("{}\nrequest w x {{ {name} {value} }}", api(&format!("field {declared}"))),
        format!("{}\nrequest w x {{ spec {{ {name} {value} }} }}", api(&format!("field {declared}"))),
        format!(
            "{}\nrequest w x {{ l {value} }}",
            api(&format!("field l array of={}", declared.split_whitespace().nth(1).unwrap()))
        ),
        format!("blueprint b {{ property {declared} {{ default {value} }} }}"),
        format!("blueprint b {{ property o object {{ field {declared} {{ default {value} }} }} }}"),
        format!("action a create {{ input {declared} {{ default {value} }} }}"),
        api(&format!("field {declared} {{ default {value} }}")),
        api(&format!(
            "field o object {{ field {declared} }}; field p object {{ field {declared} {{ default {value} }} }}"
        )),
    ];
    let code = |text: &String| {
        problems(&format!("team payments\n{text}")).iter().map(|one| one[..5].to_owned()).collect::<Vec<_>>().join(" ")
    };
    texts.iter().map(code).collect()
}

#[test]
fn each_type_is_judged_wherever_it_is_offered() {
    let (type_of, format, name) = (["E0401"; 11], ["E0406"; 11], ["E0412"; 11]);
    for (declared, wrong, expected, right) in [
        ("a string", "1", type_of, "x"),
        ("a number", "x", type_of, "1.5"),
        ("a integer", "1.5", type_of, "1"),
        ("a boolean", "x", type_of, "#true"),
        ("a object", "x", type_of, "y=1"),
        ("a date-time", "yesterday", format, "\"2026-01-31T10:00:00Z\""),
        ("a timer", "yesterday", format, "\"2026-01-31T10:00:00Z\""),
        ("a url", "example.com", format, "\"https://example.com\""),
        ("a email", "\"not an email\"", format, "ana@example.com"),
        ("a idn-email", "\"not an email\"", format, "\"änne@exämple.com\""),
        ("a user", "\"ana @example.com\"", format, "ana@example.com"),
        ("a ipv4", "\"10.0.0\"", format, "\"10.0.0.1\""),
        ("a ipv6", "\"10.0.0.1\"", format, "\"2001:db8::1\""),
        ("a yaml", "\"{ [ : not yaml\"", format, "\"a: 1\""),
        ("a proto", "\"???\"", format, "\"message A {}\""),
        ("a markdown", "1", type_of, "\"# anything\""),
        ("a team", "nobody", name, "payments"),
    ] {
        assert_eq!(in_every_place(declared, wrong), expected, "{declared}");
        assert_eq!(in_every_place(declared, right), [""; 11], "{declared}");
    }
    // What an input alone may be is no type of what is stored.
    let stored = Format::ALL.into_iter().filter(|(format, _)| !matches!(format, Format::Entity | Format::MultiLine));
    for (_, word) in stored {
        assert!(
            problems(&format!("blueprint b {{ property a {word} }}\nentity b x {{ a 1 }}"))[0].starts_with("E0401"),
            "{word}"
        );
    }
    let blueprints = "blueprint c { property a blueprints }\nentity c x { a nothing }";
    assert_eq!(problems(blueprints), ["E0412 nothing: there is no blueprint `nothing`"]);
    let api = "promise w { api group=e.com version=v1 kind=W { field a array of=blueprints { default w } }; workflow configure; }";
    assert_eq!(problems(api), ["E0412 w: there is no blueprint `w`"]);
}

#[test]
fn a_pattern_is_what_ecma_262_says() {
    let of = |pattern: &str, value: &str| {
        problems(&format!(
            "blueprint s {{ property v string {{ pattern #\"{pattern}\"#; }}; }}\nentity s a {{ v {value} }}"
        ))
    };
    let misfit = |pattern: &str, value: &str, shown: &str| {
        assert_eq!(
            of(pattern, value),
            [format!("E0405 {value}: `{shown}` does not match the pattern of `v`")],
            "{pattern}"
        );
    };
    misfit("^.+$", "\"a\\rb\"", "a\rb");
    misfit("^.+$", "\"a\\u{2028}b\"", "a\u{2028}b");
    assert_eq!(of(r"\bfoo", "\"éfoo\""), [""; 0]);
    misfit(r"\Bfoo", "\"éfoo\"", "éfoo");
    misfit(r"^[\w.-]+$", "\"é\"", "é");
    assert_eq!(of(r"^[\W\d]+$", "\"é1\""), [""; 0]);
    assert_eq!(of("^[[a]+$", "\"[a\""), [""; 0]);
    let text = "blueprint s { property v string { pattern \"^(?!x)\"; }; }";
    let resolved = resolved(text);
    let found = check(&resolved.project);
    let help = found.iter().next().unwrap().help.clone().unwrap();
    assert!(help.starts_with("look-ahead and look-behind can take for ever"), "{help}");
}

#[test]
fn a_default_stands_for_what_is_required() {
    let of =
        |declared: &str, values: &str| problems(&format!("blueprint b {{ {declared} }}\nentity b x {{ {values} }}"));
    assert_eq!(of("property a string required default=y", ""), [""; 0]);
    assert_eq!(
        of("property a object { field c string required default=y; field d string required }", "a { d x; }").len(),
        0
    );
    assert_eq!(
        of("property a object { field c string required }", "a {}"),
        ["E0407 a {}: `a` has no `c`, which is required"]
    );
    assert_eq!(of("property a string required default=y", "a #null").len(), 1);
    let api = "promise w { api group=e.com version=v1 kind=W { field s string required default=small }; \
               workflow configure { resource \"g.io/v1\" A $name { x \"${spec.s}\" } } }\nrequest w x";
    assert_eq!(problems(api), [""; 0]);
}

#[test]
fn a_default_may_be_empty() {
    let of = |default: &str, of: &str| problems(&format!("blueprint b {{ property z {of} {{ {default}; }} }}"));
    assert_eq!(of("(array)default", "array of=string"), [""; 0]);
    assert_eq!(of("default {}", "object"), [""; 0]);
    assert_eq!(of("(object)default", "object"), [""; 0]);
    assert_eq!(of("default { - 1; - 2; }", "array of=integer"), [""; 0]);
    assert_eq!(of("default { x 1; }", "object"), [""; 0]);
    assert_eq!(of("(array)default", "array of=string min-items=1"), ["E0404 (array)default: `z` has at least 1 item"]);
    let resolved = loaded("blueprint b { property z array of=string { default; } }");
    assert_eq!(told(&resolved, resolved.diagnostics.iter()), ["E0352 default: `default` has no value"]);
}

#[test]
fn what_an_input_depends_on_is_another_input() {
    let of = |name: &str| {
        problems(&format!("action a create {{ input region string; input zone string {{ depends-on {name} }} }}"))
    };
    assert_eq!(of("region"), [""; 0]);
    assert_eq!(of("regio"), ["E0470 regio: the action `a` has no input `regio`"]);
}

#[test]
fn what_an_action_sends_has_its_dollar_and_the_path_of_an_input() {
    let sent = |value: &str| {
        problems(&format!("{THING}action a create thing {{ input n string; backend kafka {{ send x {value}; }}; }}"))
    };
    assert_eq!(sent("$n"), ["E0470 $n: there is no `$n` in a payload"]);
    assert_eq!(sent("inputs.n"), ["E0229 inputs.n: `inputs.n` is text, and there is a value of that name"]);
    assert_eq!(sent("run.id"), ["E0229 run.id: `run.id` is text, and there is a value of that name"]);
    for value in ["$inputs.n", "inputs.m", "\"inputs.n\"", "n"] {
        assert_eq!(sent(value), [""; 0], "{value}");
    }
}
