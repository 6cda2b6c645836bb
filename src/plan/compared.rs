use super::document::{Action, Changes, Extent, Following, Looked, Operation, Place, Plan, Target};
use crate::diff::Desired;
use crate::render::Placed;
use crate::source::{Origin, Sources};
use std::collections::BTreeMap;

/// What stood where a plan starts from, of a plan that compares two texts.
pub struct Former<'f> {
    /// The objects, by address.
    pub objects: &'f [Desired<'f>],
    /// The files.
    pub files: &'f [Placed],
    /// The texts that they are of.
    pub sources: &'f Sources,
}

impl Plan {
    /// The plan as one of two texts: what goes names the line where it stood, and what the catalog and the stores hold of others
    /// was not looked at.
    #[must_use]
    pub fn compared(self, former: &Former<'_>) -> Self {
        let mut plan = self.placed(former);
        plan.impact.invalid = None;
        plan.impact.broken = None;
        plan.impact.looked.iter_mut().for_each(by_texts_alone);
        plan
    }

    /// The plan with the line where that stood which goes, where an older text says it.
    #[must_use]
    pub fn placed(mut self, former: &Former<'_>) -> Self {
        let files: BTreeMap<(&str, &str), Origin> =
            former.files.iter().map(|file| ((&*file.store, file.path.as_str()), file.span)).collect();
        for operation in &mut self.operations {
            former.place(operation, &files);
        }
        self
    }
}

/// How much was looked at where two texts are compared.
fn by_texts_alone(looked: &mut Looked) {
    const OTHERS: &str = "two texts are compared, and nobody knows what others have in the catalog";
    const PLACES: &str = "two texts are compared, and nobody knows where requests really stand";
    let (most, why) = match looked.kind {
        Following::Invalid | Following::Broken => (Extent::NotAtAll, OTHERS),
        Following::Referring | Following::Closures => (Extent::Partly, OTHERS),
        Following::Moves | Following::Lost | Following::Rendered => (Extent::Partly, PLACES),
        Following::Renamed | Following::Levels => return,
    };
    if looked.extent < most || most == Extent::NotAtAll {
        (looked.extent, looked.why) = (most, vec![why.to_owned()]);
    }
}

impl Former<'_> {
    fn place(&self, operation: &mut Operation, files: &BTreeMap<(&str, &str), Origin>) {
        let known = operation.from.as_ref().unwrap_or(&operation.thing);
        let goes = matches!(operation.action, Action::Delete | Action::Release) && operation.source.is_none();
        match &mut operation.target {
            Target::File(file) if goes => {
                let span = files.get(&(&*file.store, &*file.path));
                operation.source = span.map(|span| Place::of(*span, self.sources));
            }
            Target::File(_) => {}
            Target::Object(change) => {
                let Some(address) = known.object() else { return };
                let found = self.objects.binary_search_by(|object| object.address.cmp(address));
                let Some(former) = found.ok().and_then(|index| self.objects.get(index)) else { return };
                if goes {
                    operation.source = Some(Place::of(former.span, self.sources));
                    return;
                }
                let Changes::Fields(fields) = &mut change.changes else { return };
                let mut removed =
                    fields.iter_mut().filter(|field| field.after.is_none() && field.source.is_none()).peekable();
                if removed.peek().is_none() {
                    return;
                }
                let body = former.declared.body();
                let spans: BTreeMap<String, Origin> =
                    crate::object::fields(&body).into_iter().map(|(path, value)| (path, value.span)).collect();
                for field in removed {
                    field.source = spans.get(&field.path).map(|span| Place::of(*span, self.sources));
                }
            }
        }
    }
}
