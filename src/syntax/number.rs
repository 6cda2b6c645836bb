use super::tree::ScalarData;

/// The value of a number as it is written, or nothing where KDL knows no such number.
///
/// Underscores may stand between and behind digits. An integer of any radix that does not fit an
/// `i64` is told as such; a decimal beyond the range of `f64` becomes an infinity or zero.
pub(super) fn parse(written: &str) -> Option<ScalarData> {
    if let Some(value) = short(written) {
        return Some(ScalarData::Integer(value));
    }
    let (negative, unsigned) = match written.as_bytes().first()? {
        b'-' => (true, &written[1..]),
        b'+' => (false, &written[1..]),
        _ => (false, written),
    };
    let radix = match unsigned.get(..2) {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => return decimal(written, unsigned, negative),
    };
    is_digits(&unsigned[2..], radix).then(|| integer(&unsigned[2..], radix, negative))
}

/// The commonest numbers: a few decimal digits.
fn short(written: &str) -> Option<i64> {
    if written.is_empty() || written.len() > 18 || !written.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(written.bytes().fold(0, |value, byte| value * 10 + i64::from(byte - b'0')))
}

/// Digits of a radix, the first of them no underscore.
fn is_digits(text: &str, radix: u32) -> bool {
    !text.is_empty()
        && !text.starts_with('_')
        && text.chars().all(|character| character == '_' || character.is_digit(radix))
}

fn decimal(written: &str, unsigned: &str, negative: bool) -> Option<ScalarData> {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent_digits = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    let sound =
        is_digits(whole, 10) && [fraction, exponent_digits].into_iter().flatten().all(|text| is_digits(text, 10));
    if !sound {
        return None;
    }
    if fraction.is_none() && exponent.is_none() {
        return Some(integer(whole, 10, negative));
    }
    without_underscores(written).parse().ok().map(ScalarData::Float)
}

fn integer(digits: &str, radix: u32, negative: bool) -> ScalarData {
    let mut value: i64 = 0;
    for digit in digits.chars().filter_map(|character| character.to_digit(radix)) {
        let digit = if negative { -i64::from(digit) } else { i64::from(digit) };
        match value.checked_mul(i64::from(radix)).and_then(|value| value.checked_add(digit)) {
            Some(next) => value = next,
            None => return ScalarData::BigInteger,
        }
    }
    ScalarData::Integer(value)
}

fn without_underscores(written: &str) -> String {
    written.chars().filter(|character| *character != '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(written: &str) -> String {
        match parse(written) {
            Some(ScalarData::Integer(value)) => value.to_string(),
            Some(ScalarData::BigInteger) => "big".to_owned(),
            Some(ScalarData::Float(value)) => format!("{value:?}"),
            Some(ScalarData::String(_) | ScalarData::Bool(_) | ScalarData::Null) | None => "none".to_owned(),
        }
    }

    #[test]
    fn every_radix_sign_and_underscore_is_read() {
        let cases = [
            ("0", "0"),
            ("0755", "755"),
            ("+7", "7"),
            ("-7", "-7"),
            ("1_000_", "1000"),
            ("0xfF_", "255"),
            ("-0x10", "-16"),
            ("0o17", "15"),
            ("0b1_01", "5"),
            ("1.5", "1.5"),
            ("1e3", "1000.0"),
            ("1_0.2_5E-0_1", "1.025"),
            ("-0.0", "-0.0"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("9223372036854775808", "big"),
            ("0xffff_ffff_ffff_ffff_f", "big"),
            ("1e999", "inf"),
        ];
        for (written, value) in cases {
            assert_eq!(shown(written), value, "{written}");
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_none() {
        for written in [
            "", "-", "1.", ".5", "-.5", "1._5", "1.2.3", "1e", "1e+", "1ee2", "0x", "0x_1", "0xg", "0o8", "0b2",
            "500m", "1-2", "1:2", "1é",
        ] {
            assert_eq!(shown(written), "none", "{written}");
        }
    }
}
