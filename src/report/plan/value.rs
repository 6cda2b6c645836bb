use crate::diff::written;
use crate::model::Value;
use crate::syntax::Escapes;

/// A value in KDL's own notation, on one line.
pub(in crate::report) fn kdl_value(value: &Value) -> String {
    written(value, Escapes::Hidden)
}
