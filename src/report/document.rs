//! Documents for programs: one line of JSON each.

use serde::Serialize;

/// A value as one line of JSON.
pub(super) fn json_line(value: &impl Serialize) -> String {
    // Its parts are strings, numbers and lists of such: writing it cannot fail.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

/// Each value as one line of JSON.
pub(super) fn json_lines<T: Serialize>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| json_line(&value)).collect()
}

/// A member that is left out where there is nothing.
pub(super) trait Nothing {
    /// Whether there is nothing.
    fn is_nothing(&self) -> bool;
}

impl<T> Nothing for Option<T> {
    fn is_nothing(&self) -> bool {
        self.is_none()
    }
}

/// A document of some members in their order, which serializes; one `or Nothing` is left out where it is `None`.
macro_rules! document {
    ($($name:ident $(or $nothing:ident)?: $value:expr),* $(,)?) => {{
        #[expect(non_camel_case_types, reason = "a member has the type of its name")]
        let members = {
            #[derive(serde::Serialize)]
            struct Members<$($name $(: $crate::report::document::$nothing)?),*> {
                $(
                    $(#[serde(skip_serializing_if = "crate::report::document::Nothing::is_nothing")]
                    #[doc = stringify!($nothing)])?
                    $name: $name,
                )*
            }
            Members { $($name: $value),* }
        };
        members
    }};
}
pub(super) use document;
