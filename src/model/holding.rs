use super::{Address, Lifecycle, Map, Name, Value, parse_json, write_json};
use crate::source::{Origin, Spanned};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a project delivered for one request to one destination, as the state store that it lies in remembers it: what
/// protects a request is there too, so that it outlives its text and the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Holding {
    /// The request.
    pub request: Address,
    /// The destination.
    pub destination: Name,
    /// What may happen to the request in its life, as last declared; nothing for the defaults.
    #[serde(default, skip_serializing_if = "Lifecycle::is_default")]
    pub lifecycle: Lifecycle,
    /// The paths of its files below the store's folder. A holding without files is no longer one.
    pub files: BTreeSet<String>,
}

impl Holding {
    /// What tells two holdings of a store apart.
    pub fn key(&self) -> (&Address, &Name) {
        (&self.request, &self.destination)
    }

    /// Puts changes into holdings that are sorted by their keys: each replaces the one of its key.
    pub fn merge(holdings: &mut Vec<Self>, changes: &[Self]) {
        for change in changes {
            let found = holdings.binary_search_by(|holding| holding.key().cmp(&change.key()));
            match (found, change.files.is_empty()) {
                (Ok(at), true) => drop(holdings.remove(at)),
                (Ok(at), false) => holdings[at] = change.clone(),
                (Err(_), true) => {}
                (Err(at), false) => holdings.insert(at, change.clone()),
            }
        }
    }

    /// Its text: one line of canonical JSON, without its end.
    pub fn to_line(&self) -> Vec<u8> {
        let mut map = Map::default();
        map.put("request", Value::string(self.request.to_string()), Origin::Nowhere);
        map.put("destination", Value::string(&*self.destination), Origin::Nowhere);
        if !self.lifecycle.is_default() {
            map.put("lifecycle", Value::Object(self.lifecycle.to_body()), Origin::Nowhere);
        }
        let files = self.files.iter().map(|path| Spanned::new(Value::string(path.as_str()), Origin::Nowhere));
        map.put("files", Value::Array(files.collect()), Origin::Nowhere);
        let mut line = Vec::new();
        write_json(&Value::Object(map), &mut line);
        line
    }

    /// The holding of a line; nothing where it is none. What it says and this plat does not know makes it none, never less: a
    /// protection must not get lost.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let Ok(Value::Object(map)) = parse_json(line) else { return None };
        let (mut request, mut destination, mut lifecycle, mut files) = (None, None, Lifecycle::default(), None);
        for member in &map.members {
            let value = &member.value.value;
            match &*member.name.value {
                "request" => request = Some(Address::parse(value.as_str()?)?),
                "destination" => destination = Some(value.as_str()?.into()),
                "lifecycle" => lifecycle = Lifecycle::of_body(value.as_object()?)?,
                "files" => files = Some(paths(value)?),
                _ => return None,
            }
        }
        Some(Self { request: request?, destination: destination?, lifecycle, files: files? })
    }
}

fn paths(value: &Value) -> Option<BTreeSet<String>> {
    let Value::Array(items) = value else { return None };
    items.iter().map(|item| Some(item.value.as_str()?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Deletion;

    fn holding(request: &str, destination: &str, files: &[&str]) -> Holding {
        Holding {
            request: Address::parse(request).unwrap(),
            destination: destination.into(),
            lifecycle: Lifecycle::default(),
            files: files.iter().map(|path| (*path).to_owned()).collect(),
        }
    }

    #[test]
    fn a_line_says_all_of_a_holding() {
        let mut one = holding("request:db:default/a", "east", &["a/b.yaml", "a/\"c\".yaml"]);
        assert_eq!(Holding::parse(&one.to_line()), Some(one.clone()));
        one.lifecycle = Lifecycle { protect: true, deletion: Deletion::Forbid, ..Lifecycle::default() };
        assert_eq!(Holding::parse(&one.to_line()), Some(one));
    }

    #[test]
    fn what_is_not_understood_is_no_holding() {
        for line in [
            "",
            "[]",
            r#"{"request":"request:db:x","destination":"a"}"#,
            r#"{"request":"nothing","destination":"a","files":[]}"#,
            r#"{"request":"request:db:x","destination":"a","files":[1]}"#,
            r#"{"request":"request:db:x","destination":"a","files":[],"lifecycle":{"protect":"maybe"}}"#,
            r#"{"request":"request:db:x","destination":"a","files":[],"guard":true}"#,
        ] {
            assert_eq!(Holding::parse(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_change_replaces_makes_and_ends_a_holding() {
        let mut holdings = vec![holding("request:db:a", "east", &["1"]), holding("request:db:c", "east", &["3"])];
        Holding::merge(
            &mut holdings,
            &[
                holding("request:db:c", "east", &[]),
                holding("request:db:a", "east", &["1", "2"]),
                holding("request:db:b", "east", &["4"]),
                holding("request:db:a", "west", &[]),
            ],
        );
        let expected = vec![holding("request:db:a", "east", &["1", "2"]), holding("request:db:b", "east", &["4"])];
        assert_eq!(holdings, expected);
    }
}
