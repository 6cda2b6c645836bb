//! What comes in goes out, whatever it is.

use super::{exported, imported, is_there, told, written};
use crate::grammar::Neighbour;
use crate::laws::cases;
use crate::migrate::kratix;
use crate::model::{Kind, Value};
use crate::neighbour;
use crate::object::fixture;
use crate::source::Origin;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Whatever a neighbour has of an object is there when it is given back, or was told to be left out: which most are not, of any kind.
#[test]
fn what_comes_in_goes_out() {
    let counts = RefCell::new(BTreeMap::<(&str, &str), [usize; 2]>::new());
    let noise = proptest::collection::vec(any::<u8>(), 8..64);
    let mut runner = TestRunner::new(cases(24));
    let done = runner.run(&noise, |noise| {
        for (neighbour, ..) in Neighbour::ALL {
            // A request is one of a promise, which its own document does not say.
            for (kind, word) in Kind::ALL.into_iter().filter(|(kind, _)| *kind != Kind::Request) {
                if let Some(came) = comes_and_goes(neighbour, kind, &noise)? {
                    counts.borrow_mut().entry((neighbour.word(), word)).or_default()[usize::from(came)] += 1;
                }
            }
        }
        Ok(())
    });
    done.unwrap();
    let rare = counts.into_inner().into_iter().filter(|(_, [left_out, came])| left_out > came);
    assert_eq!(rare.collect::<Vec<_>>(), [], "[left out, came] of each kind");
}

/// Whether an object made of noise came in, and then went out whole; nothing where a neighbour has no such objects.
fn comes_and_goes(neighbour: Neighbour, kind: Kind, noise: &[u8]) -> Result<Option<bool>, TestCaseError> {
    let names: Vec<(&str, Box<str>)> =
        [("blueprint", "b"), ("id", "thing"), ("name", "thing")].map(|(word, name)| (word, name.into())).into();
    let mut body = fixture::body(kind, "thing", noise);
    for (_, word, _) in Neighbour::ALL {
        body.remove(word);
    }
    // What it cannot be without is there with it.
    let (besides, member, name) = match neighbour {
        Neighbour::Port => {
            (r#"{"identifier": "b", "schema": {"properties": {"x": {"type": "number"}}}}"#, "blueprint", "b")
        }
        Neighbour::Kratix => (
            r#"{"apiVersion": "platform.kratix.io/v1alpha1", "kind": "GitStateStore", "metadata": {"name": "main"},
                "spec": {"url": "https://example.com/a", "branch": "main", "authMethod": "basicAuth", "secretRef": {"name": "main", "namespace": "default"}}}"#,
            "store",
            "main",
        ),
        // Its entities are tried by themselves.
        Neighbour::Backstage => return Ok(None),
    };
    if body.get(member).is_some() || kind == Kind::Automation {
        body.put(member, Value::string(name), Origin::Nowhere);
    }
    if kind == Kind::Automation {
        body.put("property", Value::string("x"), Origin::Nowhere);
    }
    let Some(mut made) = neighbour::document(neighbour, kind, &names, &body, &|_| false, None) else { return Ok(None) };
    // What a neighbour would not take is nothing that it has.
    if (neighbour, kind) == (Neighbour::Kratix, Kind::Promise) && kratix::give(&mut made).is_err() {
        return Ok(None);
    }
    let text = written(&Value::Object(made.map.clone()));
    let whole = match neighbour {
        Neighbour::Port => format!(r#"{{"{}": {text}}}"#, kind.word()),
        Neighbour::Kratix | Neighbour::Backstage => text.clone(),
    };
    let imported = imported(neighbour, &[("a.json", besides), ("b.json", &whole)]);
    if told(&imported).iter().any(|line| line.contains("E0804") || line.contains("E0802")) {
        return Ok(Some(false));
    }
    let out = exported(neighbour, &imported.files);
    prop_assert!(is_there(neighbour, kind, &made.map, &out), "{text}\n{out:?}\n{:#?}", imported.files);
    Ok(Some(true))
}
