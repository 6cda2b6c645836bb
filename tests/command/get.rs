//! What the catalog holds, asked for by kinds, blueprints, promises, names and conditions.

use crate::demo::{self, applied};
use crate::project::Project;

#[test]
fn things_are_found_by_what_they_are_called() {
    let project = applied();
    let services = "address                title\nentity:service:cart\nentity:service:ledger\n";
    for subject in ["service", "services", "entity", "entity:service"] {
        project.run(["get", subject]).code(0).stdout(services);
    }
    let cart = "entity:service:cart\n    properties.owner  shop\n    properties.tier  one\n";
    for words in [&["service/cart"][..], &["service", "cart"], &["entity", "service:cart"], &["entity:service:cart"]] {
        project.run(["get"].into_iter().chain(words.iter().copied())).code(0).stdout(cart);
    }
    project.run(["get", "app"]).code(0).says(["request:app:default/api\nrequest:app:default/web\n"]);
    project.run(["get", "app/web"]).code(0).says(["request:app:default/web\n    "]);
    project.run(["get", "service/crat"]).code(64).complains(["no service `crat`: did you mean `cart`?"]);
    project.run(["get", "servise"]).code(64).complains(["did you mean `service`?"]);
}

#[test]
fn without_a_word_all_is_counted() {
    demo::new().run(["get"]).code(0).stdout("").stderr("The catalog holds nothing yet.\n");
    applied().run(["get"]).code(0).says([
        "kind         of       count\n",
        "entity       service  2\n",
        "request      app      2\n",
    ]);
}

#[test]
fn conditions_choose_and_columns_show() {
    let project = applied();
    let address = |name: &str| format!("entity:service:{name}\n");
    let chosen = |condition: &str| project.run(["get", "service", "-o", "name", "--where", condition]).code(0);
    chosen("owner=shop").stdout(&address("cart")).stderr("");
    chosen("owner!=shop").stdout(&address("ledger"));
    chosen("owner is shop").stdout(&address("cart"));
    chosen("owner absent").stdout(&address("ledger"));
    chosen("any { owner is shop; $name starts-with l; }").stdout(&(address("cart") + &address("ledger")));
    chosen("tier=nine").stdout("").stderr("The catalog holds nothing of that.\n");
    project.run(["get", "service", "--where", "owner"]).code(64).complains(["`--where owner` is no condition: "]);
    let sizes = project.run(["get", "app", "--where", "size=2", "--columns", "size"]).code(0);
    sizes.stdout("address                  size\nrequest:app:default/api  2\n");
    project
        .run(["get", "service", "--columns", "tier,owner"])
        .code(0)
        .stdout("address                tier  owner\nentity:service:cart    one   shop\nentity:service:ledger  one\n");
    project
        .run(["get", "service/cart", "-o", "json", "--columns", "tier"])
        .code(0)
        .stdout("{\"address\":\"entity:service:cart\",\"kind\":\"entity\",\"body\":{\"tier\":\"one\"}}\n");
}

#[test]
fn a_name_of_nothing_is_told_with_what_was_meant() {
    let project = applied();
    for (asked, told) in [
        (["service", "--where", "teir=one"], "no service has a field `teir`: did you mean `tier`?"),
        (["service", "--columns", "teir"], "no service has a field `teir`: did you mean `tier`?"),
        (["service", "--columns", "tier,titel"], "no service has a field `titel`: did you mean `title`?"),
        (["service", "--where", "properties.teir=one"], "did you mean `properties.tier`?"),
        (["service", "--where", "identifier=cart"], "did you mean `$identifier`?"),
        (["service", "--where", "$owner=demo"], "no service has a field `$owner`: did you mean `owner`?"),
        (["service", "--where", "$action=create"], "no service has a field `$action` (there are owner, tier, "),
        (["entity", "--columns", "blueprint"], "no entity has a field `blueprint` (there are owner, tier, "),
        (["app", "--where", "siez=1"], "no app has a field `siez`: did you mean `size`?"),
        (["blueprint", "--columns", "titel"], "no blueprint has a field `titel`: did you mean `title`?"),
        (["service", "--columns", "tier,,owner"], "a field without a name"),
    ] {
        project.run(["get"].into_iter().chain(asked)).code(64).stdout("").complains([told]);
    }
    // Where nobody knows what there is, nothing is a mistake; and what nothing is there of is told of.
    project.run(["get", "service", "--columns", "icon"]).code(0).complains(["none of them has a field `icon`"]);
    let none = "no `owner` is an empty text; where there is none: `--where 'owner absent'`";
    project.run(["get", "service", "--where", "owner="]).code(0).complains([none]);
    project.sql("UPDATE objects SET body = '{' WHERE (kind, name) = ('blueprint', 'service')");
    project.run(["get", "service", "--where", "teir=one"]).code(1);
}

#[test]
fn what_an_entity_has_itself_is_told_apart_from_its_properties() {
    let project = Project::new().file(
        "plat.kdl",
        "project demo\nblueprint s { property title string; property icon string; property a string default=left; }\n\
         blueprint t { property a string; }\nentity t other { title Other; icon Box; }\n\
         entity s one { title One; icon Server; properties { title \"Her Majesty\"; icon Crown; }; }\n",
    );
    project.apply();
    for (condition, names) in [
        ("title=One", ""),
        ("$title=One", "entity:s:one\n"),
        ("title=Her Majesty", "entity:s:one\n"),
        ("properties.title=Her Majesty", "entity:s:one\n"),
        ("icon is Server", ""),
        ("$icon is Server", "entity:s:one\n"),
        ("a==left", "entity:s:one\n"),
    ] {
        project.run(["get", "s", "-o", "name", "--where", condition]).code(0).stdout(names);
    }
    project.run(["get", "s"]).code(0).stdout("address       title\nentity:s:one  One\n");
    project
        .run(["get", "s", "--columns", "title, $title,icon,$icon, a,$name"])
        .code(0)
        .says(["title        $title  icon   $icon   a     $name\n", "Her Majesty  One     Crown  Server  left  one\n"]);
    let json = project.run(["get", "s", "-o", "json", "--columns", "title,$title,a"]).code(0);
    json.says([r#""body":{"$title":"One","a":"left","title":"Her Majesty"}"#]);
    // Where no blueprint has such a property, the name alone means the entity itself.
    project.run(["get", "t", "--columns", "title,icon"]).code(0).says(["Other  Box\n"]);
}

#[test]
fn a_condition_is_read_by_the_kind_that_is_asked_for() {
    let project = Project::new().file(
        "plat.kdl",
        "project demo\nteam shop\nblueprint s { property a string; property n number; }\n\
         entity s one { title One; team shop; a x; n 1; }\nentity s two { a y; }\nblueprint a:b\nentity a:b t\n",
    );
    project.apply();
    for condition in ["$title=One", "$team contains shop", "$identifier=one", "$name=one"] {
        let found = project.run(["get", "s", "--where", condition, "-o", "name"]).code(0);
        assert_eq!(found.out, "entity:s:one\n", "{condition}");
    }
    project.run(["get", "blueprint", "--where", "$title present"]).code(0);
    for (condition, code) in [("a matches \"[\"", "E0423"), ("n above x", "E0453"), ("$namespace is x", "E0357")] {
        project.run(["get", "s", "--where", condition]).code(64).complains([code]);
    }
    for subject in ["a:b", "a:b/t", "entity:a%3Ab", "entity:a%3Ab:t"] {
        assert_eq!(project.run(["get", subject, "-o", "name"]).code(0).out, "entity:a%3Ab:t\n", "{subject}");
    }
    for (subject, told) in [
        ("entity:s:onee", "the catalog holds no `entity:s:onee`: did you mean `entity:s:one`?"),
        ("page:p", "the catalog holds no `page:p`"),
    ] {
        project.run(["get", subject]).code(64).complains([told]);
    }
}

#[test]
fn what_is_left_to_a_default_is_chosen_by_it() {
    let project = demo::new();
    project.write("stages.kdl", "blueprint stage {\n    property tier string default=free\n    property pods integer default=3\n}\nentity stage left\nentity stage said { tier paid; pods 5; }\n");
    project.apply();
    let left = "entity:stage:left\n";
    for (condition, names) in [
        ("tier=free", left),
        ("properties.tier is free", left),
        ("tier present", "entity:stage:left\nentity:stage:said\n"),
        ("pods below 4", left),
        ("tier!=free", "entity:stage:said\n"),
    ] {
        project.run(["get", "stage", "-o", "name", "--where", condition]).code(0).stdout(names).stderr("");
    }
    // Those of requests are what their promise says.
    project.edit("requests.kdl", "    size 1\n", "");
    project.apply();
    project.run(["get", "app", "-o", "name", "--where", "size=1"]).code(0).stdout("request:app:default/web\n");
    project.run(["get", "app", "-o", "name", "--where", "spec.size=2"]).code(0).stdout("request:app:default/api\n");
    // Where nobody can read what it says, nobody knows what is meant.
    project.sql("UPDATE objects SET body = '{' WHERE (kind, name) = ('blueprint', 'stage')");
    project
        .run(["get", "stage", "--where", "tier=paid"])
        .code(1)
        .complains(["blueprint:stage: its live body cannot be read"]);
}

#[test]
fn an_address_without_its_kind_is_told_as_one() {
    let project = demo::new().file("more.kdl", "blueprint b.c\nentity b.c \"d/e:x:y\"\n");
    project.apply();
    let told = |asked: &str, words: &str| drop(project.run(["get", asked]).code(64).complains([words]));
    told(
        "b.c:d/e:x:y",
        "`b.c:d/e:x:y` is no address, as there is no kind `b.c`: did you mean `entity:b.c:d/e:x:y`? (there are ",
    );
    told("b.c:d/e:x:z", "`b.c:d/e:x:z` is no address, as there is no kind `b.c`");
    told("entiti:service:cart", "there is no kind `entiti`: did you mean `entity:service:cart`?");
    project.run(["get", "b.c/d/e:x:y"]).code(0);
    project.run(["get", "entity:b.c:d/e:x:y"]).code(0);
}

#[test]
fn a_condition_leads_through_no_relation_and_says_so() {
    let text = "project demo\nblueprint s { property tier string; relation uses s many; }\n\
        entity s a { tier x; }\nentity s b { uses a; }\n";
    let project = Project::new().file("plat.kdl", text);
    project.apply();
    for field in ["uses.tier", "relations.uses.tier"] {
        let told =
            format!("`uses` is a relation, and `{field}` does not lead through it: ask for what it names by itself");
        project.run(["get", "s", "--where", &format!("{field}=x")]).code(0).complains([&*told]);
    }
}
