/// The suffixes of a quantity: binary, and decimal.
const SUFFIXES: [&str; 16] = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// Whether a text is a quantity, as <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/> defines it: a
/// number, and a suffix or an exponent.
pub(super) fn is_quantity(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let is_number = number.bytes().any(|byte| byte.is_ascii_digit()) && number.matches('.').count() <= 1;
    let is_exponent = suffix.strip_prefix(['e', 'E']).is_some_and(|rest| {
        let digits = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    is_number && (is_exponent || SUFFIXES.contains(&suffix))
}

#[cfg(test)]
mod tests {
    use super::is_quantity;

    #[test]
    fn a_number_with_a_suffix_or_an_exponent_is_one() {
        for text in ["1", "0.5", ".5", "5.", "-1", "+1k", "100m", "1Gi", "1E", "1e3", "1E-3", "12e+6", "1n"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", "m", "1 Gi", "1gi", "1GB", "1Kib", "1.2.3", "e3", "1e", "1ee3", "one", "1mi", "--1", "1K"] {
            assert!(!is_quantity(text), "{text}");
        }
    }
}
