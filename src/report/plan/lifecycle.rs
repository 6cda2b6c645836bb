//! The words of a lifecycle that change.

use crate::model::Lifecycle;
use crate::plan::{Action, ObjectChange};
use crate::source::Spanned;

/// A word, with what stands behind it before and after.
pub(in crate::report) struct Word {
    pub(in crate::report) name: &'static str,
    /// Nothing where the object comes with it.
    pub(in crate::report) before: Option<String>,
    pub(in crate::report) after: String,
}

/// The words of an object's lifecycle that change, or that it comes with; none where it stays. What a text does not say is the default.
pub(in crate::report) fn lifecycle_words(action: Action, change: &ObjectChange) -> Vec<Word> {
    if change.lifecycle().is_none() && change.lifecycle_before.is_none() {
        return Vec::new();
    }
    let default = Lifecycle::default();
    let comes = matches!(action, Action::Create | Action::Adopt) && change.lifecycle_before.is_none();
    let Some(before) = change.lifecycle_before.as_deref().or(comes.then_some(&default)) else { return Vec::new() };
    let after = change.lifecycle().unwrap_or(&default);
    let list = |ignore: &[Spanned<Box<str>>]| match ignore {
        [] => "(nothing)".to_owned(),
        paths => paths.iter().map(|path| &*path.value).collect::<Vec<_>>().join(" "),
    };
    let word = |name, side: &dyn Fn(&Lifecycle) -> String| {
        let (before, after) = (side(before), side(after));
        (before != after).then(|| Word { name, before: Some(before).filter(|_| !comes), after })
    };
    let words = [
        word("protect", &|side| format!("#{}", side.protect)),
        word("on-drift", &|side| side.on_drift.word().to_owned()),
        word("deletion", &|side| side.deletion.word().to_owned()),
        word("ignore", &|side| list(&side.ignore)),
    ];
    words.into_iter().flatten().collect()
}
