//! An object that nobody declares, and its text at the end of a file that has others like it.

use super::{Adopted, Taken, Version};
use crate::catalog::Presence;
use crate::diag::Edit;
use crate::diff::{Desired, Veil};
use crate::drift::Unmanaged;
use crate::model::{Address, Kind, Map, Name, Value, extern_file};
use crate::object::fields;
use crate::session::listing::listing;
use crate::source::{FileId, Span, Spanned};
use crate::syntax::edit::write_string;
use crate::workspace::Loaded;
use crate::writer::{Stuck, end_lines, newline_of, on_lines, write};
use std::collections::{BTreeMap, HashMap};

/// An object that nobody declares, and where its text is to stand.
pub(super) struct Found<'a> {
    pub(super) address: &'a Address,
    body: &'a Map,
    /// The end of the file.
    pub(super) end: Span,
    /// The node that declares it, with what sets it apart.
    text: String,
}

impl<'a> Found<'a> {
    /// # Errors
    /// Why nothing of the object can be written.
    pub(super) fn of(
        loaded: &'a Loaded,
        homes: &Homes,
        (object, delivered_by): (&'a Unmanaged, &BTreeMap<Address, Name>),
    ) -> Result<Self, Stuck> {
        let body = match &object.live {
            Presence::Read(body) => body,
            Presence::Unreadable(unreadable) => {
                return Err(Stuck::new(format!("{unreadable}, so that there is nothing to write down")));
            }
        };
        let address = &object.address;
        if loaded.project.externs.declared().any(|one| one.address() == *address) {
            return Err(Stuck::new(format!(
                "the project uses it as others have it: copy its node out of `{}` into a file of your own, take out the `extern` \
                 line that brings it, and the next apply owns it",
                extern_file(loaded.project.environment.as_deref())
            )));
        }
        let is_hidden = |(path, value): (String, &Spanned<Value>)| Veil::default().over(&path, value).1.is_some();
        if fields(body).into_iter().any(is_hidden) {
            return Err(Stuck::new("an address in it holds a password, which stands in no text"));
        }
        let listings = |group: &str, name: &str| listing(&loaded.project, address, group, name);
        let mut node = on_lines(&write(address, body, &listings)?.to_string());
        // What its files belong to is another project to their state store, from which they are taken over with it.
        if let Some(owner) = delivered_by.get(address) {
            let owner = loaded.project.in_each_environment(owner);
            let (request, owner) = (write_string(&address.to_string()), write_string(&owner));
            node.push_str(&format!("adopt {request} from={owner}\n"));
        }
        let file = homes.file(address).ok_or_else(|| Stuck::new("the project has no file that it could stand in"))?;
        let before = &loaded.sources.file(file).text;
        let newline = newline_of(before);
        let apart = if before.is_empty() || before.ends_with('\n') { newline.to_owned() } else { newline.repeat(2) };
        let end = u32::try_from(before.len()).unwrap_or(u32::MAX);
        let end = Span { file, start: end, end };
        let mut edit = Edit { span: end, text: apart + &node };
        end_lines(&mut edit, newline);
        Ok(Self { address, body, end, text: edit.text })
    }

    /// The text with it.
    pub(super) fn version(&self) -> Version {
        Version {
            edit: Edit { span: self.end, text: self.text.clone() },
            body: Some(self.body.clone()),
            adopted: Adopted { address: self.address.clone(), span: self.end, taken: Taken::Whole, overwrites: false },
        }
    }
}

/// Which file most of each sort of object are declared in.
pub(super) struct Homes {
    /// Those of one blueprint or promise, and those of a kind.
    files: HashMap<(Kind, Option<Name>), FileId>,
    /// The file of the project.
    main: Option<FileId>,
}

impl Homes {
    /// As the declarations of a project stand.
    pub(super) fn of(loaded: &Loaded, wanted: &[Desired<'_>]) -> Self {
        let mut counts: HashMap<(Kind, Option<Name>), BTreeMap<FileId, usize>> = HashMap::new();
        for desired in wanted {
            let Some(span) = desired.span.text() else { continue };
            let file = loaded.sources.file(span.file);
            if !file.may_be_changed() {
                continue;
            }
            let Address { kind, parent, .. } = &desired.address;
            for key in [(*kind, Some(parent.clone())), (*kind, None)] {
                *counts.entry(key).or_default().entry(span.file).or_default() += 1;
            }
        }
        // Of as many the first file.
        let most = |files: BTreeMap<FileId, usize>| files.into_iter().rev().max_by_key(|(_, count)| *count);
        let files = counts.into_iter().filter_map(|(key, files)| Some((key, most(files)?.0))).collect();
        let main = loaded.project.name.as_ref().map(|name| name.span.shown().file);
        Self { files, main }
    }

    /// The file of what is most like an object: of the same blueprint or promise, then of the same kind, then the project's own.
    fn file(&self, address: &Address) -> Option<FileId> {
        let of = |parent: Option<Name>| self.files.get(&(address.kind, parent)).copied();
        of(Some(address.parent.clone())).or_else(|| of(None)).or(self.main)
    }
}
