/// The namespace of what says none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// A reference to an entity as a text writes it: `[KIND:][NAMESPACE/]NAME`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'t> {
    /// The kind, where it says one.
    pub kind: Option<&'t str>,
    /// The namespace, where it says one.
    pub namespace: Option<&'t str>,
    /// The name.
    pub name: &'t str,
}

/// What tells an entity from all others: its kind, its namespace and its name, in lower case, as the catalog compares them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key([String; 3]);

impl<'t> Reference<'t> {
    /// Reads a reference as the catalog does: a `:` behind the first `/` belongs to the name. Nothing where a part of it is empty.
    pub fn read(text: &'t str) -> Option<Self> {
        let slash = text.find('/');
        let colon = text.find(':').filter(|colon| slash.is_none_or(|slash| *colon < slash));
        let (kind, rest) = match colon {
            Some(colon) => (Some(text.get(..colon)?), text.get(colon + 1..)?),
            None => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, rest),
        };
        let is_whole = !name.is_empty() && kind != Some("") && namespace != Some("");
        is_whole.then_some(Self { kind, namespace, name })
    }

    /// What it leads to from an entity of a namespace; nothing where it says no kind, and there is none to take for it.
    pub fn key(self, default_kind: Option<&str>, namespace: &str) -> Option<Key> {
        Some(Key::of(self.kind.or(default_kind)?, self.namespace.unwrap_or(namespace), self.name))
    }
}

impl Key {
    /// That of an entity.
    pub fn of(kind: &str, namespace: &str, name: &str) -> Self {
        Self([kind, namespace, name].map(str::to_lowercase))
    }

    /// The kind.
    pub fn kind(&self) -> &str {
        &self.0[0]
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [kind, namespace, name] = &self.0;
        write!(f, "{kind}:{namespace}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::Reference;

    /// What the catalog's own reader made of these texts, where a group of the namespace `default` is meant.
    #[test]
    fn a_reference_is_read_as_the_catalog_does() {
        for (text, key) in [
            ("foo", "group:default/foo"),
            ("group:foo", "group:default/foo"),
            ("ns/foo", "group:ns/foo"),
            ("group:ns/foo", "group:ns/foo"),
            ("GROUP:Ns/Foo", "group:ns/foo"),
            ("group:redhat/xe-compass-devs", "group:redhat/xe-compass-devs"),
            ("a:b:c", "a:default/b:c"),
            ("a/b:c", "group:a/b:c"),
            ("a/b/c", "group:a/b/c"),
            ("component:default/a/b", "component:default/a/b"),
        ] {
            let read = Reference::read(text).and_then(|one| one.key(Some("Group"), "default"));
            assert_eq!(read.map(|key| key.to_string()).as_deref(), Some(key), "{text}");
        }
        for text in ["group:", "/x", "ns/", "", ":x", "group:/x"] {
            assert_eq!(Reference::read(text), None, "{text}");
        }
        assert_eq!(Reference::read("foo").and_then(|one| one.key(None, "default")), None);
    }
}
