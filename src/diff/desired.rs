use crate::catalog::{Owned, OwnedFields};
use crate::model::{Address, Declared, Digest, Lifecycle, Map, Project, Value, write_json};
use crate::object::{fields, set_fields};
use crate::source::Origin;
use rayon::prelude::*;
use std::collections::HashSet;

/// A declaration as the diff sees it.
#[derive(Clone)]
pub struct Desired<'p> {
    /// What it is called.
    pub address: Address,
    /// The line that declares it.
    pub span: Origin,
    /// The digest of its body without the fields that its lifecycle leaves alone: of what is owned.
    pub digest: Digest,
    /// What may happen to it in its life; nothing where it does not say.
    pub lifecycle: Option<&'p Lifecycle>,
    /// The declaration itself.
    pub declared: &'p (dyn Declared + Sync),
    /// Its number in its project ([`crate::model::Made`]).
    pub number: usize,
}

impl<'p> Desired<'p> {
    fn new((number, declared): (usize, &'p (dyn Declared + Sync)), buffer: &mut Vec<u8>) -> Self {
        buffer.clear();
        match declared.lifecycle().filter(|lifecycle| !lifecycle.ignore.is_empty()) {
            Some(lifecycle) => write_json(&Value::Object(owned(declared.body(), lifecycle)), buffer),
            None => declared.write_body(buffer),
        }
        Self {
            address: declared.address(),
            span: declared.span(),
            digest: Digest::of(buffer),
            lifecycle: declared.lifecycle(),
            declared,
            number,
        }
    }

    /// The base of a record that owns it with fields that are left and not declared: a digest that no body has where there are such, so
    /// that the next plan opens the object.
    pub fn base(&self, left: &OwnedFields) -> Digest {
        if left.is_empty() {
            return self.digest;
        }
        let more: Vec<String> = left.iter().map(|(path, digest)| format!("\n{path} {digest}")).collect();
        Digest::of(format!("{} and{}", self.digest, more.concat()).as_bytes())
    }

    /// Whether it is another one than was written last: what its record says of it, and of which fields.
    pub fn is_changed(&self, owner: &Owned, owned: &OwnedFields) -> bool {
        if owner.base == self.digest {
            return false;
        }
        let body = self.declared.body();
        let declared: HashSet<String> = fields(&body).into_iter().map(|(path, _)| path).collect();
        let left: OwnedFields = owned.iter().filter(|(path, _)| !declared.contains(path)).cloned().collect();
        owner.base != self.base(&left)
    }
}

/// What of a body is owned: all but what a lifecycle leaves alone.
fn owned(mut body: Map, lifecycle: &Lifecycle) -> Map {
    let ignored: Vec<String> =
        fields(&body).into_iter().map(|(path, _)| path).filter(|path| lifecycle.ignores(path)).collect();
    set_fields(&mut body, ignored.iter().map(|path| (path.as_str(), None)));
    body
}

/// Every object that a project wants in its catalog, by address.
pub fn desired(project: &Project) -> Vec<Desired<'_>> {
    let all = project.declared().into_par_iter().enumerate();
    let mut desired: Vec<Desired<'_>> =
        all.map_init(Vec::new, |buffer, numbered| Desired::new(numbered, buffer)).collect();
    desired.par_sort_unstable_by(|a, b| a.address.cmp(&b.address));
    desired
}
