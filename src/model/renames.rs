use super::{Address, Moved};
use crate::source::Origin;
use std::collections::HashMap;

/// What `moved` nodes say of the names of objects: one after another, and with what lies below blueprints and promises.
///
/// Where `a` was moved to `b` and later `b` to `c`, both lines stay in the text: what is still called `a` becomes `c`.
#[derive(Debug)]
pub struct Renames<'m> {
    moved: HashMap<&'m Address, &'m Moved>,
}

impl<'m> Renames<'m> {
    /// What some nodes say; of several that move one object, the first counts.
    pub fn of(nodes: &'m [Moved]) -> Self {
        let mut moved = HashMap::with_capacity(nodes.len());
        for node in nodes {
            moved.entry(&node.from.value).or_insert(node);
        }
        Self { moved }
    }

    /// The node that moves an object itself, not with what it lies below.
    pub fn direct(&self, address: &Address) -> Option<&'m Moved> {
        self.moved.get(address).copied()
    }

    /// The name that an object gets next, with the node that says it: its own, or that of the blueprint or promise that
    /// it lies below.
    pub fn next(&self, address: &Address) -> Option<(Address, &'m Moved)> {
        match self.direct(address) {
            Some(node) => Some((node.to.value.clone(), node)),
            None => self.handed_down(address),
        }
    }

    /// The name that an object gets next because what it lies below gets another, with the node that says it.
    pub fn handed_down(&self, address: &Address) -> Option<(Address, &'m Moved)> {
        let node = self.direct(&address.above()?)?;
        Some((Address::below(address.kind, node.to.name.clone(), address.name.clone()), node))
    }

    /// The name that an object has in the end, with the line that says so: the first that names the object itself, or else
    /// the first that takes it along. Nothing where it keeps its name, and where the nodes lead in a circle.
    pub fn last(&self, address: &Address) -> Option<(Address, Origin)> {
        let (mut name, mut said) = self.next(address)?;
        // No node leads twice to another name but in a circle.
        for _ in 0..self.moved.len() {
            match self.next(&name) {
                Some((next, node)) => {
                    if said.from.kind != address.kind && node.from.kind == address.kind {
                        said = node;
                    }
                    name = next;
                }
                None => return Some((name, said.span)),
            }
        }
        None
    }

    /// The name that something remembered under a name has now: that name where it is declared, or nothing says that it got
    /// another one.
    pub fn present(&self, address: &Address, is_declared: impl Fn(&Address) -> bool) -> Address {
        if self.moved.is_empty() || is_declared(address) {
            return address.clone();
        }
        self.last(address).map_or_else(|| address.clone(), |(name, _)| name)
    }

    /// The same of something that may go: what is not declared any more has its old name until then, unless it is there, as
    /// `is_there` says, under the new one alone.
    pub fn present_or_going(
        &self,
        address: &Address,
        is_declared: impl Fn(&Address) -> bool,
        is_there: impl Fn(&Address) -> bool,
    ) -> Address {
        let name = self.present(address, &is_declared);
        let has_new_name = is_declared(&name) || is_there(&name) && !is_there(address);
        if has_new_name { name } else { address.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Spanned;

    fn nodes(lines: &[(&str, &str)]) -> Vec<Moved> {
        let address = |text: &str, span| Spanned::new(Address::parse(text).unwrap(), span);
        let node = |(line, (from, to)): (u32, &(&str, &str))| {
            let span = Origin::Live { object: line, part: None };
            Moved { span, from: address(from, span), to: address(to, span) }
        };
        (0..).zip(lines).map(node).collect()
    }

    /// The last name of an object, and the number of the line that first moves it.
    fn last(nodes: &[Moved], address: &str) -> Option<(String, u32)> {
        let (name, span) = Renames::of(nodes).last(&Address::parse(address).unwrap())?;
        let Origin::Live { object: line, .. } = span else { return None };
        Some((name.to_string(), line))
    }

    #[test]
    fn names_follow_one_another() {
        let nodes = nodes(&[("team:b", "team:c"), ("team:a", "team:b")]);
        assert_eq!(last(&nodes, "team:a"), Some(("team:c".to_owned(), 1)));
        assert_eq!(last(&nodes, "team:b"), Some(("team:c".to_owned(), 0)));
        assert_eq!(last(&nodes, "team:c"), None);
        assert_eq!(last(&nodes, "user:a"), None);
    }

    #[test]
    fn what_lies_below_goes_along_whichever_line_came_first() {
        let before = [("entity:a:x", "entity:a:y"), ("blueprint:a", "blueprint:b")];
        let after = [("blueprint:a", "blueprint:b"), ("entity:b:x", "entity:b:y")];
        let both = [("blueprint:a", "blueprint:b"), ("entity:a:x", "entity:b:y")];
        for lines in [before, after, both] {
            let nodes = nodes(&lines);
            let own = lines.iter().position(|line| line.0.starts_with("entity")).unwrap() as u32;
            assert_eq!(last(&nodes, "entity:a:x"), Some(("entity:b:y".to_owned(), own)), "{lines:?}");
            assert_eq!(last(&nodes, "entity:a:z").unwrap().0, "entity:b:z", "{lines:?}");
            assert_eq!(last(&nodes, "scorecard:a"), None);
        }
        let nodes = nodes(&[("promise:p", "promise:q")]);
        assert_eq!(last(&nodes, "request:p:ns/r").unwrap().0, "request:q:ns/r");
    }

    #[test]
    fn a_circle_leads_nowhere() {
        let nodes = nodes(&[("blueprint:a", "blueprint:b"), ("blueprint:b", "blueprint:a"), ("team:a", "team:a")]);
        for address in ["blueprint:a", "blueprint:b", "entity:a:x", "team:a"] {
            assert_eq!(last(&nodes, address), None, "{address}");
        }
    }

    #[test]
    fn a_long_chain_is_followed_to_its_end() {
        let names: Vec<String> = (0..1_000).map(|index| format!("team:t{index}")).collect();
        let lines: Vec<(&str, &str)> = names.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
        assert_eq!(last(&nodes(&lines), "team:t0").unwrap().0, "team:t999");
    }
}
