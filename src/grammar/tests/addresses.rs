//! Addresses of objects.

use super::{fixed, language, shape, tree};
use crate::grammar::types::AddressShape;
use crate::model::{Address, Kind};

fn shapes() -> &'static [AddressShape] {
    &language().types.iter().find(|value_type| &*value_type.name == "address").unwrap().addresses
}

fn help(text: &str) -> String {
    let diagnostics = language().validate(&tree(text));
    diagnostics.iter().next().and_then(|item| item.help.clone()).unwrap_or_default()
}

#[test]
fn kinds_are_those_of_the_model_and_their_addresses_are_read_by_it() {
    let kinds: Vec<&str> = shapes().iter().map(|shape| &*shape.kind).collect();
    assert_eq!(kinds, Kind::ALL.map(|row| row.1));
    for shape in shapes() {
        let line = shape.line();
        let address = Address::parse(&line).unwrap();
        assert_eq!(address.to_string(), line);
        assert_eq!(address.parent.is_empty(), !matches!(address.kind, Kind::Entity | Kind::Request));
    }
}

#[test]
fn whole_addresses_are_taken() {
    for address in [
        "blueprint:service",
        "user:ana@example.com",
        "\"entity:service:a/b=c:d\"",
        "entity:a%3Ab:c",
        "\"request:postgresql:my-team/my-app-db\"",
        "#\"request:postgresql:my-team/my-app-db\"#",
    ] {
        assert_eq!(shape(&format!("removed {address}")), [""; 0], "{address}");
    }
}

#[test]
fn a_kind_is_suggested_where_it_stands() {
    let text = "moved from=blueprnt:a to=blueprint:b";
    assert_eq!(shape(text), ["E0710 [blueprnt] there is no kind of objects `blueprnt`"]);
    assert_eq!(fixed(text, &language().validate(&tree(text))), "moved from=blueprint:a to=blueprint:b");
    let text = "removed #\"entiti:service:a\"# keep";
    assert_eq!(shape(text), ["E0710 [entiti] there is no kind of objects `entiti`"]);
    assert_eq!(fixed(text, &language().validate(&tree(text))), "removed #\"entity:service:a\"# keep");
    let text = "adopt \"\\u{65}ntiti:service:a\"";
    assert_eq!(shape(text), ["E0710 [\"\\u{65}ntiti:service:a\"] there is no kind of objects `entiti`"]);
    assert_eq!(help("adopt level:a").split(", ").count(), crate::model::Kind::ALL.len());
    assert_eq!(shape("adopt \":a\""), ["E0710 [\":a\"] there is no kind of objects ``"]);
}

#[test]
fn an_address_without_a_kind_says_how_to_write_one() {
    assert_eq!(shape("adopt service"), ["E0710 [service] service does not say which kind of object it is"]);
    assert!(help("adopt service").contains("`request:PROMISE:NAMESPACE/NAME`"));
    assert_eq!(shape("adopt 5"), ["E0205 [5] address is text, not a number"]);
    assert_eq!(shape("adopt"), ["E0203 [adopt] `adopt` needs an address"]);
    assert_eq!(shape("moved from=team:a"), ["E0209 [moved from=team:a] `moved` needs `to=`"]);
}

#[test]
fn an_address_has_the_names_of_its_kind() {
    for address in [
        "blueprint:",
        "\"blueprint:a b\"",
        "blueprint:..",
        "user:ana",
        "entity:service",
        "entity::a",
        "entity:service:",
        "entity:a%25b:c",
        "request:postgresql:db",
        "\"request:postgresql:/db\"",
        "\"request:postgresql:team/\"",
        "\"request:postgresql:team/a/b\"",
        "\"request:Postgresql:team/a\"",
    ] {
        let kind = address.trim_matches('"').split(':').next().unwrap();
        let said = format!("E0711 [{address}] {address} is no address of kind `{kind}`");
        assert_eq!(shape(&format!("removed {address}")), [said], "{address}");
    }
    let told = help("adopt request:a:b");
    assert!(told.starts_with(
        "write it as `request:PROMISE:NAMESPACE/NAME`. A request that says no namespace is in `default`. A name in"
    ));
}
