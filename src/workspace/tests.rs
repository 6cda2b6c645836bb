//! What is said once and used many times comes to what it would be if it were written out, and is told where somebody wrote it.

use super::{Loaded, load};
use crate::model::{Value, write_json};
use crate::resolve::{Given, MemoryLoader};
use crate::source::Origin;
use proptest::prelude::*;

fn loaded(text: &str) -> Loaded {
    load(&MemoryLoader::new([("plat.kdl", "project demo\n"), ("a.kdl", text)])).unwrap()
}

/// The problems, each as `line:column CODE message`, with the lines of the other places.
fn problems(loaded: &Loaded) -> Vec<String> {
    let line = |span| loaded.sources.location(span).replace("a.kdl:", "");
    let told = |one: &crate::diag::Diagnostic| {
        let others: String =
            one.others.iter().map(|other| format!(" [{} {}]", line(other.span()), other.text)).collect();
        format!("{} {} {}{others}", line(one.primary.span()), one.code, one.message)
    };
    loaded.diagnostics.iter().map(told).collect()
}

/// The objects, each as its address and its body.
fn objects(loaded: &Loaded) -> Vec<String> {
    let told = |one: &(dyn crate::model::Declared + Sync)| {
        let mut bytes = Vec::new();
        write_json(&Value::Object(one.body()), &mut bytes);
        format!("{} {}", one.address(), String::from_utf8(bytes).unwrap())
    };
    let mut objects: Vec<String> = loaded.project.declared().into_iter().map(told).collect();
    objects.sort();
    objects
}

/// That a text says what another one says, and neither has a problem.
fn same(short: &str, long: &str) {
    let (short_one, long_one) = (loaded(short), loaded(long));
    assert_eq!(problems(&short_one), [""; 0], "{short}");
    assert_eq!(problems(&long_one), [""; 0], "{long}");
    assert!(!objects(&long_one).is_empty(), "{long}");
    assert_eq!(objects(&short_one), objects(&long_one), "{short}");
    let files = |loaded: &Loaded| -> Vec<(String, String)> {
        let text = |placed: &crate::render::Placed| String::from_utf8(placed.content.to_vec()).unwrap();
        loaded.placed.iter().map(|placed| (placed.path.clone(), text(placed))).collect()
    };
    assert_eq!(files(&short_one), files(&long_one), "{short}");
}

const SERVICE: &str = "blueprint service {
    property image string
    property tier enum { values critical standard }
    property tags array of=string
    property replicas number
    property limits object
    property open boolean
    relation uses service many
}
";

#[test]
fn a_value_under_a_name_stands_for_itself() {
    let lets = "let registry \"ghcr.io/acme\"\nlet tags a b\nlet one \"${registry}/x\"\nlet few 3\nlet yes #true\n\
                let limits cpu=\"500m\" { memory { max 1.5; }; }\n(array)let alone a\n(array)let none\n";
    let entity = |body: &str| format!("{SERVICE}entity service x {{\n{body}\n}}\n");
    for (short, long) in [
        ("image $one", "image \"ghcr.io/acme/x\""),
        ("image \"${registry}/y:${few}\"", "image \"ghcr.io/acme/y:3\""),
        ("image \"$registry | upper\"", "image \"GHCR.IO/ACME\""),
        ("image \"${tags | join '-'}\"", "image a-b"),
        ("image \"$$one\"", "image \"$one\""),
        ("image \"$5 and $unknown\"", "image \"$5 and $unknown\""),
        ("image \"US$$ ${few}$$ $$one\"", "image \"US$ 3$ $one\""),
        ("image #\"$one\"#", "image \"$one\""),
        ("tags $tags", "tags a b"),
        ("tags $tags c", "tags a b c"),
        ("tags $alone", "tags a"),
        ("tags $none", "(array)tags"),
        ("replicas $few", "replicas 3"),
        ("open $yes", "open #true"),
        ("limits $limits", "limits { cpu \"500m\"; memory { max 1.5; }; }"),
        ("limits { cpu $limits.cpu; max $limits.memory.max; }", "limits { cpu \"500m\"; max 1.5; }"),
        ("limits { tags $tags; alone $alone; none $none; }", "limits { tags a b; (array)alone a; (array)none; }"),
    ] {
        same(&format!("{lets}{}", entity(short)), &entity(long));
    }
    let escaped = loaded(&format!("{lets}{}", entity("image \"$${one} ${few}\"")));
    assert_eq!(problems(&escaped), [""; 0]);
    assert!(objects(&escaped).iter().any(|one| one.contains(r#""image":"${one} 3""#)), "{:#?}", objects(&escaped));
}

#[test]
fn templates_and_each_make_what_they_say() {
    let template = "template service {
        param name string required
        param tier enum default=standard { values critical standard }
        param tags array of=string
        param note string
        let image \"acme/${name}\"
        entity service $name {
            // A comment stays.
            title \"${name} (${tier})\"
            image $image
            tier $tier
            tags $tags
            description \"none\"
            limits { note $note; size 1; }
        }
    }\n"
    .replace("            description \"none\"\n", "");
    let made = |name: &str, tier: &str, rest: &str| {
        format!("entity service {name} {{ title \"{name} ({tier})\"; image \"acme/{name}\"; tier {tier}; {rest} }}\n")
    };
    let long = [
        made("a", "standard", "limits { size 1; }"),
        made("b", "critical", "tags x; limits { note n; size 1; }"),
        made("c", "critical", "tags x y; limits { size 1; }"),
        made("z1", "standard", "limits { size 1; }"),
        made("z2", "standard", "limits { size 1; }"),
    ];
    let short = "new service name=a\nnew service name=b tier=critical note=n tags=x\n\
                 let top critical\nnew service { name c; tags x y; tier $top; }\n\
                 each n from=1 to=2 {\n    let called \"z${n}\"\n    new service name=$called\n}\n";
    same(&format!("{SERVICE}{template}{short}"), &format!("{SERVICE}{}", long.concat()));
    same(
        "let all a b\neach one in=$all { team $one; }\neach one c \"d e\" { team $one; }\nlet more f=1 g=2\n\
         each one in=$more { team $one.key { description \"n${one.value}\"; }; }\neach n from=2 to=1 { team x; }\n",
        "team a\nteam b\nteam c\nteam \"d e\"\nteam f { description n1; }\nteam g { description n2; }\n",
    );
    same("each x a b {\n each y 1 2 {\n  team \"${x}-${y}\"\n }\n}\n", "team a-1\nteam a-2\nteam b-1\nteam b-2\n");
}

#[test]
fn what_is_put_in_later_is_left_to_that() {
    let long = r#"state-store g git { url "./g.git"; branch main; }
    destination d { store g; labels region=eu; }
    promise p {
        api group=e.com version=v1 kind=P { field size string required; field zones array of=string; }
        schedule region=eu
        workflow configure {
            resource "g.io/v1" Thing $name {
                metadata { namespace $namespace; }
                data image="ghcr.io/acme/${spec.size}" cost="$$5" {
                    (array)tags a
                    zones "${spec.zones | default 'none' | json}"
                }
            }
            each zone in=$spec.zones { resource v1 ConfigMap "${name}-${zone}"; }
        }
    }
    request p r { size small; zones a b; }
    "#;
    let short = long
        .replace("ghcr.io/acme/", "${registry}/")
        .replace("cost=\"$$5\"", "cost=$cost")
        .replace("(array)tags a", "tags $alone")
        .replace("region=eu", "region=$region");
    let lets = "let registry \"ghcr.io/acme\"\nlet cost \"$$5\"\n(array)let alone a\nlet region eu\nlet zone other\n";
    same(&format!("{lets}{short}"), long);
    let in_template = "template t {\n param zone string required\n param owner string required\n promise p {\n api group=e.com \
                       version=v1 kind=P { field size string required; }\n workflow configure {\n resource v1 ConfigMap $name { data \
                       owner=$owner size=$spec.size; }\n }\n }\n}\nnew t zone=a owner=b\n";
    let plain = "promise p {\n api group=e.com version=v1 kind=P { field size string required; }\n workflow configure {\n resource v1 \
                 ConfigMap $name { data owner=b size=$spec.size; }\n }\n}\n";
    same(in_template, plain);
}

#[test]
fn what_a_condition_is_about_stays() {
    let service = "blueprint service { property tier string; }\n";
    same(
        &format!(
            "{service}let team core\nlet top gold\ntemplate ready {{\n description \"x\"\n param title string required\n scorecard \
             $title for=service {{ level A {{ rule r {{ $team present; tier is $top; $title starts-with $title; }}; }}; }}\n}}\n\
             new ready title=k\n"
        ),
        &format!(
            "{service}scorecard k for=service {{ level A {{ rule r {{ $team present; tier is gold; $title starts-with k; }}; }}; }}\n"
        ),
    );
}

#[test]
fn a_problem_is_told_where_somebody_wrote_it() {
    let template = "template service {\n    param name string required\n    param tier enum { values critical standard }\n    entity \
                    service $name {\n        tier $tier\n        nothing 1\n    }\n}\n";
    let text = |lines: &str| format!("{SERVICE}{template}{lines}");
    let of = |lines: &str| problems(&loaded(&text(lines)));
    // Many that are made have one problem, and what is given is told once, where it is given.
    let found = of("new service name=a\nnew service name=b tier=gold\n");
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("nothing") && found[0].starts_with("15:9 "), "{found:#?}");
    assert!(found[0].contains("made for this line"), "{found:#?}");
    assert!(found[1].starts_with("19:25 E0402"), "{found:#?}");
    let mut wrong = Vec::new();
    for (lines, expected) in [
        ("new service tier=critical\n", "18:1 E0209 `service` needs `name` [11:11 asked for here]"),
        ("new services name=a\n", "18:5 E0302 there is no template `services`"),
        ("new service name=$nobody\n", "18:18 E0374 there is no value `$nobody` here"),
        ("let a $b\nlet b \"${a}\"\n", "18:1 E0371 a value is made of itself: `a`, `b`, `a` [19:1 made of the next]"),
        ("let a 1\nlet a 2\n", "19:5 E0301 value `a` is declared twice [18:5 first declared here]"),
        ("each x { team $x; }\n", "18:1 E0370 `each` without items"),
        ("each x in=$x { team $x; }\n", "18:11 E0374 there is no value `$x` here"),
        ("each x a in=b { team $x; }\n", "18:1 E0370 `each` with items from more than one place"),
        (
            "let x 5\neach y in=$x { team $y; }\n",
            "19:11 E0513 `each` needs a list, and this is a number [18:7 this is the value]",
        ),
        ("each x from=1 to=3000000000 { team $x; }\n", "18:18 E0541 `each` counts to 1000000 at most"),
        (
            "template q { param n string required; param l string; team $n { description $l; }; }\nnew q { n a; l; }\n",
            "19:14 E0352 `l` has no value",
        ),
        ("each x a { team x { description \"of $x\"; }; }\n", "18:33 E0502 `$x` inside a text"),
        (
            "let q \"${nope}\"\nlet r \"${q}\"\nteam u { description \"${r}\"; }\n",
            "18:7 E0374 there is no value `$nope` here",
        ),
        ("each x a { team $y; }\n", "18:17 E0374 there is no value `$y` here"),
        (
            "template t { new t; }\nnew t\n",
            "18:14 E0372 a template makes itself: `t` makes `t` [18:10 this template] [19:1 made for this line]",
        ),
        (
            "let l a b\nteam $l.x\n",
            "19:6 E0374 `$l.x` leads nowhere: it is a list, which has no parts [18:5 this is the value]",
        ),
        ("let l a=1\nteam \"$l.b\"\n", "19:6 E0374 `$l.b` leads nowhere: it has no `b` [18:5 this is the value]"),
        ("let l a b\nteam \"x-${l}\"\n", "19:6 E0511 `$l` is a list, and a string, a number or a boolean is needed"),
        (
            "each name a { promise p { api group=e.com version=v1 kind=P; workflow configure { resource v1 ConfigMap $name; }; }; }\n",
            "18:105 E0373 `$name` is a value of its own here, and the template has one of that name",
        ),
    ] {
        let found = of(lines);
        wrong.extend((found != [expected]).then(|| format!("{lines}{expected}\n{found:#?}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_mistake_of_what_is_made_is_told_once() {
    let mut wrong = Vec::new();
    for (lines, expected) in [
        // Many that are made have one problem also where nothing comes of them, with the line that the first was made for.
        (
            "template u { param d string; team a { description \"${d} b\"; }; }\neach i a b { new u; }\nnew u\n",
            "18:51 E0375 `$d` has no value here [19:14 made for this line] [19:1 made for this line]",
        ),
        (
            "template u { team a { title Same; }; }\nnew u\nnew u\n",
            "18:19 E0301 team `a` is declared twice [19:1 first declared here] [20:1 made for this line]",
        ),
        (
            "let o a=1\nentity service $o { image x; }\n",
            "19:16 E0511 `entity` takes one value for its `id`, and this is an object [18:5 this is the value]",
        ),
        (
            "let o a b\nteam $o { title x; }\n",
            "19:6 E0511 `team` takes one value for its `id`, and this is a list [18:5 this is the value]",
        ),
        ("let o $nope\nteam a { title $o.x; }\n", "18:7 E0374 there is no value `$nope` here"),
        // A word that nearly is a name is no text, unless it is raw; one mistake is told once.
        (
            "let registry r\nteam a { description \"${registri}/x\"; }\n",
            "19:22 E0374 there is no value `registri` here",
        ),
        ("let registry r\nteam $registri { title \"${registry}\"; }\n", "19:6 E0374 there is no value `registri` here"),
        (
            "let vals a b\nparam z enum default=$vals { values x y; }\nteam $z { title x; }\n",
            "19:22 E0202 no value is put into `param`: what may be given is known before any value is",
        ),
        (
            "let sizes a b\npromise p { api group=e.com version=v1 kind=P; workflow configure { table t by=$sizes { row a s=x; }; }; }\nrequest p r\n",
            "19:80 E0502 `table` goes by what a request says, and `$sizes` is known before",
        ),
    ] {
        let found = problems(&loaded(&format!("{SERVICE}{}{lines}", "\n".repeat(8))));
        wrong.extend((found != [expected]).then(|| format!("{lines}{expected}\n{found:#?}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_name_means_something_else_from_where_a_step_gives_it() {
    let long = "promise p {\n api group=e.com version=v1 kind=P { field size enum required { values s; }; field zones array of=string; }\n \
                workflow configure {\n status first=early\n table sizing by=$spec.size { row s cpu=1; }\n each zone in=$spec.zones {\n \
                resource v1 ConfigMap $zone { data cpu=\"${sizing.cpu}\"; }\n }\n status last=late\n }\n}\n";
    let short = long.replace("early", "$sizing.cpu").replace("late", "$zone");
    same(&format!("let sizing cpu=early\nlet zone late\n{short}"), long);
}

#[test]
fn every_circle_is_told_once() {
    let text = "let a $b\nlet b $a\nlet c $d\nlet d $e\nlet e $d\nlet f $a\n";
    let found = problems(&loaded(text));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("`a`, `b`, `a`") && found[1].contains("`d`, `e`, `d`"), "{found:#?}");
}

#[test]
fn a_dollar_that_is_meant_stays_one_wherever_it_comes_from() {
    same(
        "let price \"$${amount}\"\nlet amount 5\nteam a { title $price; description \"$${amount} of ${amount}\"; }\n",
        "team a { title #\"${amount}\"#; description #\"${amount} of 5\"#; }\n",
    );
}

#[test]
fn what_is_wrong_in_a_template_whatever_it_is_given_is_told_where_nobody_uses_it() {
    let of = |body: &str| {
        let parameters = "param a string required; param n number required; param l array of=string; param o object";
        problems(&loaded(&format!("blueprint service\ntemplate t {{\n{parameters}\n{body}\n}}\n")))
    };
    for right in [
        "entity service $a { x $n; y $o; z $o.part; l $l; t \"${a}-${n | default 1}\"; }",
        "each one in=$l { team $one { title \"${one.key} ${a}\"; }; }",
        "let b \"${a}-x\"; team $b { title $b; }; new u name=$a; entity service c $o",
        "blueprint $a { property $a $a { values $l; }; property q number min=$n; }",
        "state-store s git { url $a; branch $a; }; action go create service { webhook $a; input x $a; }",
    ] {
        let other = "\n}\ntemplate u { param name string required; team $name { title x; }";
        assert_eq!(of(&format!("{right}{other}")), [""; 0], "{right}");
    }
    for (wrong, expected) in [
        ("team $aa", "4:6 E0374 there is no value `$aa` here"),
        ("team $a { title \"${a} ${nobody}\"; }", "4:17 E0374 there is no value `$nobody` here"),
        ("each one in=$l { team $on; }", "4:23 E0374 there is no value `$on` here"),
        ("new other a=$a", "4:5 E0302 there is no template `other`"),
        ("temm $a", "4:1 E0201 "),
        ("team $a { titel x; }", "4:11 E02"),
        ("blueprint $a { property x strng; }", "4:27 E02"),
    ] {
        let found = of(wrong);
        assert!(found.len() == 1 && found[0].starts_with(expected), "{wrong}: {found:#?}");
    }
    // A problem of one that is used is told as ever, once.
    let found = problems(&loaded("template t { team a { titel x; }; }\nnew t\n"));
    assert_eq!(found.len(), 1, "{found:#?}");
}

#[test]
fn what_conditions_look_at_is_bounded() {
    let mut text = "blueprint service { property n integer; }\n".to_owned();
    for number in 0..100 {
        text += &format!("entity service e{number} {{ n {number}; }}\n");
    }
    text += "each a of=service { each b of=service { each c of=service { where { n is 999; }; team x; }; }; }\n";
    let found = problems(&loaded(&text));
    assert!(found.len() == 1 && found[0].contains("E0541 the project makes more than"), "{found:#?}");
}

#[test]
fn a_value_of_an_entity_that_does_not_fit_is_told_where_it_is_taken() {
    let text = "blueprint service { property tier string; }\nblueprint budget { property monthly integer; property tier enum { values gold tin; }; }\n\
        entity service x { tier iron; }\ntemplate bud { param t enum { values gold tin; }; }\n\
        each s of=service {\n entity budget a {\n monthly $s.properties.tier\n }\n entity budget b {\n tier $s.properties.tier\n }\n}\n";
    let made = "[5:1 made for this line] [3:25 this is the value]";
    assert_eq!(
        problems(&loaded(text)),
        [
            format!("7:10 E0401 `monthly` takes a whole number, not a string {made}"),
            format!("10:7 E0402 `iron` is not one of the values of `tier` {made}"),
        ]
    );
    let given = text.replace("entity budget a {\n monthly $s.properties.tier\n }", "new bud t=$s.properties.tier");
    let found = problems(&loaded(&given));
    assert_eq!(found[0], "6:2 E0402 `iron` is not one of the values of `t` [3:25 this is the value]", "{found:#?}");
    // What is put into an entity itself is wrong where it was written.
    let put_in = text.replace("\nentity service x { tier iron; }", "\nlet tier 3\nentity service x { tier $tier; }");
    let found = problems(&loaded(&put_in));
    assert!(found[0].starts_with("3:10 E0401 `tier` takes a string"), "{found:#?}");
}

#[test]
fn what_a_file_gives_is_of_the_type_that_it_has() {
    let text = "param region string required\nparam zones array of=string\nparam count integer\nteam a { description $region; }\n";
    let problems = |name: &str, given: &str| {
        let given = crate::resolve::given_in(name, given.into()).unwrap();
        problems(&load(&MemoryLoader::new([("plat.kdl", "project demo\n"), ("a.kdl", text)]).with(given)).unwrap())
    };
    assert_eq!(problems("p.json", r#"{"region": "15", "zones": ["a"], "count": 3}"#), [""; 0]);
    assert_eq!(problems("../p.kdl", "region \"[1]\"\nzones a\ncount 3\n"), [""; 0]);
    for (given, told) in [
        ("count 3.5\nregion a\n", "../p.kdl:1:7 E0401 "),
        ("region a\nzones b 4\n", "../p.kdl:2:9 E0401 "),
        ("region a\ncount \"3\"\n", "../p.kdl:2:7 E0401 "),
        ("region a\nzone b\n", "../p.kdl:2:1 E0408 the project has no parameter `zone`"),
    ] {
        let found = problems("../p.kdl", given);
        assert!(found.len() == 1 && found[0].starts_with(told), "{given}: {found:#?}");
    }
}

#[test]
fn a_project_takes_what_the_caller_gives() {
    let text = "param region string required\nparam count integer default=2\nparam zones array of=string\nparam on boolean\n\
                each zone in=$zones { team \"${region}-${zone}\" { description \"${count} ${on | default none}\"; }; }\n";
    let with = |given: &[(&str, &str)]| {
        let given = given.iter().map(|(name, value)| Given::typed(*name, *value)).collect();
        load(&MemoryLoader::new([("plat.kdl", "project demo\n"), ("a.kdl", text)]).with(given)).unwrap()
    };
    let one = with(&[("region", "15"), ("zones", "a, b"), ("on", "true")]);
    assert_eq!(problems(&one), [""; 0]);
    let expected = [r#"team:15-a {"description":"2 true"}"#, r#"team:15-b {"description":"2 true"}"#];
    assert_eq!(objects(&one), expected);
    assert_eq!(objects(&with(&[("region", "x")])), [""; 0]);
    assert_eq!(problems(&with(&[])), ["1:7 E0376 the project asks for `region`, and it is not given"]);
    let json = with(&[("region", "x"), ("zones", r#"["a, b", "c"]"#)]);
    assert_eq!(objects(&json).len(), 2);
    assert!(objects(&json)[0].starts_with("team:x-a, b "), "{:?}", objects(&json));
    let wrong = problems(&with(&[("region", "x"), ("zones", "[1]")]));
    assert!(wrong[0].starts_with("--param:2:7 E0401 ") && wrong.len() == 1, "{wrong:#?}");
    let wrong = problems(&with(&[("region", "x"), ("count", "many"), ("zone", "a")]));
    assert!(
        wrong[0].starts_with("--param:2:7 E0401 ")
            && wrong[1].starts_with("--param:3:1 E0408 the project has no parameter `zone`"),
        "{wrong:#?}"
    );
    assert_eq!(wrong.len(), 2, "{wrong:#?}");
}

#[test]
fn what_would_never_end_ends() {
    let twice = |last: &str| {
        let more: String = (1..60).map(|n| format!("let a{n} \"${{a{}}}${{a{}}}\"\n", n - 1, n - 1)).collect();
        format!("let a0 x\n{more}team {last}\n")
    };
    assert!(problems(&loaded(&twice("ok"))).iter().any(|one| one.contains("E0541")));
    let chain: String = (1..60).map(|n| format!("template t{n} {{ new t{}; }}\n", n - 1)).collect();
    let found = problems(&loaded(&format!("template t0 {{ }}\n{chain}new t59\n")));
    assert!(found.iter().any(|one| one.contains("more than 50 templates")), "{found:#?}");
    let empty: String = (1..45).map(|n| format!("template t{n} {{ new t{}; new t{}; }}\n", n - 1, n - 1)).collect();
    let found = problems(&loaded(&format!("template t0 {{ }}\n{empty}new t44\n")));
    assert!(found.len() == 1 && found[0].contains("E0541"), "{found:#?}");
    let cube =
        "each i from=1 to=1000 { each j from=1 to=1000 { each k from=1 to=1000 { team \"t${i}-${j}-${k}\"; }; }; }\n";
    let found = problems(&loaded(cube));
    assert!(found.len() == 1 && found[0].contains("E0541"), "{found:#?}");
}

proptest! {
    /// Whatever is written, no place of what is made is without one, and every text is read without a panic.
    #[test]
    fn any_text_is_made_and_told(parts in proptest::collection::vec(0..PARTS.len(), 0..9)) {
        let text: String = parts.into_iter().map(|part| PARTS[part]).collect();
        let loaded = loaded(&text);
        for one in loaded.diagnostics.iter() {
            let places = std::iter::once(&one.primary).chain(&one.others).filter_map(|label| label.origin.text());
            for span in places.chain(one.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span)) {
                prop_assert!(!loaded.sources.file(span.file).is_made(), "{text}");
                prop_assert!(span.end as usize <= loaded.sources.file(span.file).text.len(), "{text}");
            }
        }
        for one in loaded.project.declared() {
            if let Origin::Text(span) = one.span() {
                let cause = loaded.sources.cause(span);
                prop_assert!(!loaded.sources.file(cause.span.file).is_made(), "{text}");
            }
        }
    }
}

/// What texts are put together of.
const PARTS: &[&str] = &[
    "let a 1\n",
    "let a x y\n",
    "let b \"${a}-$$\"\n",
    "let c a=1 b=2 { d { - 1; - x; }; }\n",
    "param p string\n",
    "param q array of=string default=x\n",
    "template t { param n string required; param m object; ",
    "template u { new t n=$a; ",
    "each x in=$a { ",
    "each x in=$c { let y $x.key; ",
    "each x 1 b \"c d\" { ",
    "each x from=1 to=2 { ",
    "team $x\n",
    "team \"t-${x}\" { description $a; }\n",
    "entity s $n { title \"${n | upper}\"; m $m; $n 1; }\n",
    "blueprint s { property $p string; property n number default=$a; }\n",
    "promise p { api group=e.com version=v1 kind=P; workflow configure { resource \"g.io/v1\" K $name { data $c; \"${a}\" 1; }; }; }\n",
    "new t n=1\n",
    "new t n=$a { m $c; }\n",
    "new u\n",
    "}\n",
    "{ ",
    "} \n}\n",
    "\"$\" \"${\" $ \"$$\"\n",
    "scorecard k for=s { level L { rule r { title is $a; }; }; }\n",
    "é $é\n",
];
