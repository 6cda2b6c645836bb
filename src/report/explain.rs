//! The page of a code.

use crate::diag::{CODES, Code, suggest};

/// The page of a code in either case, as `plat explain` prints it; for an unknown code, what to say instead.
pub fn explain(code: &str) -> Result<&'static str, String> {
    find(code, CODES)
}

fn find(code: &str, codes: &[Code]) -> Result<&'static str, String> {
    if let Some(found) = codes.iter().find(|known| known.id.eq_ignore_ascii_case(code.trim())) {
        return Ok(found.page);
    }
    let hint = match suggest(&code.to_uppercase(), codes.iter().map(|known| known.id)) {
        Some(near) => format!(": did you mean {near}?"),
        None => codes.first().map(|first| format!(": codes look like {}", first.id)).unwrap_or_default(),
    };
    Err(format!("there is no code `{}`{hint}", super::clean::one_line(code)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_either_case() {
        assert!(explain(" e0100").unwrap().starts_with("# E0100: not UTF-8"));
    }

    #[test]
    fn an_unknown_code_is_said_with_the_nearest() {
        let codes = &CODES[..1];
        assert_eq!(find("e010", codes).unwrap_err(), "there is no code `e010`: did you mean E0100?");
        assert_eq!(find("nonsense", codes).unwrap_err(), "there is no code `nonsense`: codes look like E0100");
    }
}
