//! The words of a lifecycle that change.

use crate::plan::{Lifecycle, ObjectChange};

/// A word, with what stands behind it before and after.
pub(in crate::report) struct Word {
    pub(in crate::report) name: &'static str,
    pub(in crate::report) before: String,
    pub(in crate::report) after: String,
}

/// The words of an object's lifecycle that change; none where it stays. What a text does not say is the default.
pub(in crate::report) fn lifecycle_words(change: &ObjectChange) -> Vec<Word> {
    let Some(before) = &change.lifecycle_before else { return Vec::new() };
    let default = Lifecycle::new(&crate::model::Lifecycle::default());
    let after = change.lifecycle.as_ref().unwrap_or(&default);
    let list = |paths: &[String]| if paths.is_empty() { "(nothing)".to_owned() } else { paths.join(" ") };
    let word = |name, side: &dyn Fn(&Lifecycle) -> String| Word { name, before: side(before), after: side(after) };
    let mut words = vec![
        word("protect", &|side| format!("#{}", side.protect)),
        word("on-drift", &|side| side.on_drift.clone()),
        word("deletion", &|side| side.deletion.clone()),
        word("ignore", &|side| list(&side.ignore)),
    ];
    words.retain(|word| word.before != word.after);
    words
}
