use super::Address;
use super::thing::FILE;
use std::collections::HashMap;
use std::fmt;

/// What a line of the text speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One object.
    Object(Address),
    /// Everything that is called so: objects, or files (`file:STORE:PATH`). `*` stands for any text.
    Pattern(Box<str>),
}

impl Scope {
    /// That of a text; nothing where it is neither a pattern nor an address.
    pub fn parse(text: &str) -> Option<Self> {
        if text.contains('*') || text.starts_with(FILE) {
            return Some(Self::Pattern(text.into()));
        }
        Address::parse(text).map(Self::Object)
    }

    /// The object, where it is one alone.
    pub fn object(&self) -> Option<&Address> {
        match self {
            Self::Object(address) => Some(address),
            Self::Pattern(_) => None,
        }
    }

    /// Whether an object is one of those.
    pub fn covers(&self, object: &Address) -> bool {
        match self {
            Self::Object(address) => address == object,
            Self::Pattern(pattern) => covers(pattern, &object.to_string()),
        }
    }
}

/// Whether a path is one of those of a pattern, in which `*` stands for any text.
pub fn covers(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            match rest.find(part) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
    }
    last.map_or(rest.is_empty(), |part| rest.ends_with(part))
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(address) => address.fmt(f),
            Self::Pattern(pattern) => f.write_str(pattern),
        }
    }
}

/// Lines, by what they speak of.
#[derive(Debug)]
pub struct Scopes<'l, L> {
    objects: HashMap<&'l Address, &'l L>,
    patterns: Vec<(&'l str, &'l L)>,
}

impl<'l, L> Scopes<'l, L> {
    /// Some lines; of several that speak of one object, the first counts.
    pub fn of(lines: impl IntoIterator<Item = &'l L>, scope: impl Fn(&'l L) -> &'l Scope) -> Self {
        let mut scopes = Self { objects: HashMap::new(), patterns: Vec::new() };
        for line in lines {
            match scope(line) {
                Scope::Object(address) => drop(scopes.objects.entry(address).or_insert(line)),
                Scope::Pattern(pattern) => scopes.patterns.push((pattern, line)),
            }
        }
        scopes
    }

    /// The line that speaks of an object: the one that names it, or else the first whose pattern covers it.
    pub fn of_object(&self, object: &Address) -> Option<&'l L> {
        let named = self.objects.get(object).copied();
        named.or_else(|| (!self.patterns.is_empty()).then(|| self.of_pattern(&object.to_string()))?)
    }

    /// The first line whose pattern covers a text: the address of a file, or a pattern that covers less.
    pub fn of_pattern(&self, text: &str) -> Option<&'l L> {
        self.patterns.iter().find(|(pattern, _)| covers(pattern, text)).map(|(_, line)| *line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    #[test]
    fn a_line_speaks_of_an_object_or_of_all_that_its_pattern_covers() {
        let lines: Vec<Scope> = ["entity:service:*", "entity:service:cart", "file:gitops:a.yaml", "destination:dev:*"]
            .map(|text| Scope::parse(text).unwrap())
            .into();
        let scopes = Scopes::of(&lines, |line| line);
        assert_eq!(scopes.of_object(&address("entity:service:cart")), Some(&lines[1]), "the name counts first");
        assert_eq!(scopes.of_object(&address("entity:service:web")), Some(&lines[0]));
        assert_eq!(scopes.of_object(&address("entity:team:web")), None);
        assert_eq!(scopes.of_object(&address("destination:dev")), None, "its files are not it");
        assert_eq!(scopes.of_pattern("file:gitops:a.yaml"), Some(&lines[2]), "a file without a star is itself");
        assert_eq!(scopes.of_pattern("file:gitops:b.yaml"), None);
        assert_eq!(scopes.of_pattern("destination:dev:*"), Some(&lines[3]), "a pattern covers itself");
        assert_eq!(scopes.of_pattern("destination:*"), None, "and none that covers more");
        assert!(lines[0].covers(&address("entity:service:web")) && !lines[1].covers(&address("entity:service:web")));
        assert_eq!(Scope::parse("cart"), None);
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, path) in [
            ("properties.a", "properties.a"),
            ("properties.*", "properties.a"),
            ("*", ""),
            ("*.a", "properties.a"),
            ("p*s.*a*", "properties.bab"),
            ("a*a", "aa"),
        ] {
            assert!(covers(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in
            [("properties.a", "properties.ab"), ("a*a", "a"), ("*.a", "properties.ab"), ("a*b*c", "acb")]
        {
            assert!(!covers(pattern, path), "{pattern} {path}");
        }
    }
}
