use std::cmp::Ordering;

/// Which versions of plat a project can be used with: comparisons that must all hold, `>=0.1, <0.3`.
#[derive(Debug, PartialEq)]
pub(super) struct Requirement {
    comparisons: Vec<(Comparison, Vec<u64>)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    Less,
    AtMost,
    AtLeast,
    Greater,
    /// The same in every part that is written: `=0.1` takes `0.1.7`. No sign means this too.
    Same,
}

/// The signs; a longer one stands before its beginning.
const SIGNS: [(&str, Comparison); 5] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("=", Comparison::Same),
];

impl Requirement {
    /// Reads a requirement; nothing where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let comparisons = text.split(',').map(|part| comparison(part.trim())).collect::<Option<_>>()?;
        Some(Self { comparisons })
    }

    /// Whether a version holds all comparisons.
    pub(super) fn accepts(&self, version: &str) -> bool {
        let Some(version) = parts(version) else { return false };
        self.comparisons.iter().all(|(comparison, wanted)| {
            let order = compare(&version, wanted);
            match comparison {
                Comparison::Less => order.is_lt(),
                Comparison::AtMost => order.is_le() || version.starts_with(wanted),
                Comparison::AtLeast => order.is_ge(),
                Comparison::Greater => order.is_gt() && !version.starts_with(wanted),
                Comparison::Same => version.starts_with(wanted),
            }
        })
    }
}

fn comparison(text: &str) -> Option<(Comparison, Vec<u64>)> {
    let signed = SIGNS.iter().find_map(|(sign, comparison)| Some((*comparison, text.strip_prefix(sign)?)));
    let (comparison, version) = signed.unwrap_or((Comparison::Same, text));
    Some((comparison, parts(version.trim())?))
}

/// One to three whole numbers with dots between.
fn parts(version: &str) -> Option<Vec<u64>> {
    let parts: Vec<u64> = version.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    (parts.len() <= 3 && version.starts_with(|first: char| first.is_ascii_digit())).then_some(parts)
}

/// Compares part by part; a part that is not written is 0.
fn compare(a: &[u64], b: &[u64]) -> Ordering {
    let part = |version: &[u64], index: usize| version.get(index).copied().unwrap_or(0);
    (0..3).map(|index| part(a, index).cmp(&part(b, index))).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::Requirement;

    #[test]
    fn requirements_accept_what_they_say() {
        let accepts = |range: &str, version: &str| Requirement::parse(range).unwrap().accepts(version);
        assert!(accepts(">=0.1", "0.1.0"));
        assert!(accepts(">=0.1, <0.3", "0.2.9"));
        assert!(!accepts(">=0.1, <0.3", "0.3.0"));
        assert!(accepts("0.1", "0.1.7"));
        assert!(!accepts("=0.1.0", "0.1.7"));
        assert!(accepts("<=0.1", "0.1.7"));
        assert!(!accepts(">0.1", "0.1.7"));
        assert!(accepts(">0.1", "0.2.0"));
    }

    #[test]
    fn other_texts_are_no_requirements() {
        for text in ["", "latest", ">=", "1.x", "1.2.3.4", ">=0.1,", "+1", "99999999999999999999"] {
            assert_eq!(Requirement::parse(text), None, "{text}");
        }
    }
}
