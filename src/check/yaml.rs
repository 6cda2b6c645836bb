//! Whether a text is YAML.

use crate::yaml::options;
use serde::de::IgnoredAny;

/// Whether a text can be read as YAML: one document or several, whatever they hold.
pub(super) fn is_yaml(text: &str) -> bool {
    serde_saphyr::from_multiple_with_options::<IgnoredAny>(text, options(text.len(), false)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_yaml;

    #[test]
    fn what_a_reader_of_yaml_takes_is_yaml() {
        let aliases = format!("a: &a [{}]\nb: *a\n", "x, ".repeat(50));
        for text in [
            "a: 1",
            "- a\n- b: [1, 2]\n",
            "",
            "# nothing",
            "a: 1\n---\nb: 2\n",
            "!Ref x",
            "x",
            "1: a\n? [b]\n: c\n",
            "{\"a\": 1}",
            &aliases,
        ] {
            assert!(is_yaml(text), "{text}");
        }
        for text in ["{ [ : not yaml", "a: b: c", "a:\n\t- b", "\"open", "[1, 2", "a: *unknown"] {
            assert!(!is_yaml(text), "{text}");
        }
        let bomb: String =
            (0..20).map(|n| format!("a{}: &a{} [{}]\n", n + 1, n + 1, format!("*a{n}, ").repeat(9))).collect();
        assert!(!is_yaml(&format!("a0: &a0 [x]\n{bomb}")));
    }
}
