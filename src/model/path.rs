use super::Name;

/// A path to a value in scope: `spec.size`, `name`, `sizing.cpu`.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Its parts; at least one.
    pub segments: Vec<Name>,
}

impl Path {
    /// The path that a text is as a whole, without its dollar: names with dots between.
    pub fn read(text: &str) -> Option<Self> {
        let is_name = |one: char| one.is_alphanumeric() || matches!(one, '_' | '-');
        let is_segment = |part: &str| !part.is_empty() && part.chars().all(is_name);
        text.split('.').all(is_segment).then(|| Self { segments: text.split('.').map(Into::into).collect() })
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("$")?;
        for (index, segment) in self.segments.iter().enumerate() {
            let dot = if index > 0 { "." } else { "" };
            write!(f, "{dot}{segment}")?;
        }
        Ok(())
    }
}
