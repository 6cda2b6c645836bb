//! Documents for programs as YAML.

use crate::model::Json;

/// JSON documents, one a line, as YAML documents, each behind a line of `---` and with its members in the order of their names. A
/// line that is none stays as it is.
pub fn yaml(lines: &str) -> String {
    lines.lines().map(document).collect()
}

fn document(line: &str) -> String {
    let written = serde_json::from_str::<Json>(line).ok().and_then(|json| serde_saphyr::to_string(&json).ok());
    written.map_or_else(|| format!("{line}\n"), |text| format!("---\n{}\n", text.trim_end_matches('\n')))
}

#[cfg(test)]
mod tests {
    use super::yaml;

    #[test]
    fn each_line_is_a_document() {
        let text = yaml("{\"b\":[1,\"1\"],\"a\":{\"x\":null}}\n{\"c\":true}\n");
        assert_eq!(text, "---\na:\n  x: null\nb:\n- 1\n- \"1\"\n---\nc: true\n");
        assert_eq!(yaml(""), "");
        assert_eq!(yaml("no JSON\n"), "no JSON\n");
    }

    #[test]
    fn what_yaml_would_read_as_something_else_is_quoted() {
        let text = yaml(r#"{"a":"no","b":"1.0","c":"x: y","d":"a\nb","e":"\u001b[0m"}"#);
        let read: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
        let same: serde_json::Value =
            serde_json::from_str(r#"{"a":"no","b":"1.0","c":"x: y","d":"a\nb","e":"\u001b[0m"}"#).unwrap();
        assert_eq!(read, same);
    }
}
