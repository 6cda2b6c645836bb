use crate::model::days_to;

/// A moment in microseconds since 1970 (UTC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) i64);

impl Moment {
    /// The moment of a count of seconds since 1970 (UTC).
    pub(super) fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Reads a `date-time` of RFC 3339, section 5.6: `2026-03-01T12:30:00Z`, `2026-03-01T12:30:00.5+02:00`.
    /// What is finer than a microsecond is dropped; a leap second is the second behind it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (fixed, rest) = text.as_bytes().split_first_chunk::<19>()?;
        let marks = fixed[4] == b'-' && fixed[7] == b'-' && fixed[13] == b':' && fixed[16] == b':';
        let days = days_to(number(&fixed[..4])?, number(&fixed[5..7])?, number(&fixed[8..10])?)?;
        let (hour, minute, second) = (number(&fixed[11..13])?, number(&fixed[14..16])?, number(&fixed[17..])?);
        let clock = marks && matches!(fixed[10], b'T' | b't') && hour < 24 && minute < 60 && second <= 60;
        let (micros, zone) = fraction(rest)?;
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset(zone)?;
        clock.then_some(Self(seconds * 1_000_000 + micros))
    }
}

/// The value of decimal digits only.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

/// The microseconds of a fraction of a second, and what follows it.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(digits) = text.strip_prefix(b".") else { return Some((0, text)) };
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(length);
    let kept = &digits[..length.min(6)];
    let scale = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1][kept.len()];
    (length > 0).then_some((number(kept)? * scale, rest))
}

/// The seconds that a zone is ahead of UTC.
fn offset(zone: &[u8]) -> Option<i64> {
    match zone {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), hours @ .., b':', tens, ones] if hours.len() == 2 => {
            let (hours, minutes) = (number(hours)?, number(&[*tens, *ones])?);
            let seconds = hours * 3_600 + minutes * 60;
            (hours < 24 && minutes < 60).then_some(if *sign == b'+' { seconds } else { -seconds })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn moments_of_the_standard_are_read() {
        let seconds = [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59z", -1),
            ("2000-02-29t12:00:00Z", 951_825_600),
            ("1985-04-12T23:20:50Z", 482_196_050),
            ("1996-12-19T16:39:57-08:00", 851_042_397),
            ("1990-12-31T23:59:60Z", 662_688_000),
            ("1990-12-31T15:59:60-08:00", 662_688_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ];
        for (text, seconds) in seconds {
            assert_eq!(Moment::parse(text), Some(Moment::from_seconds(seconds)), "{text}");
        }
        assert_eq!(Moment::parse("1937-01-01T12:00:27.87+00:20"), Some(Moment(-1_041_337_172_130_000)));
        assert_eq!(Moment::parse("1970-01-01T00:00:00.0000019Z"), Some(Moment(1)));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        let texts = "|2026|2026-01-01|2026-01-01T00:00:00|2026-02-29T00:00:00Z|1900-02-29T00:00:00Z|2026-13-01T00:00:00Z|\
            2026-00-01T00:00:00Z|2026-01-32T00:00:00Z|2026-01-00T00:00:00Z|2026-01-01T24:00:00Z|2026-01-01T00:60:00Z|\
            2026-01-01T00:00:61Z|2026-01-01T00:00:00.Z|2026-01-01T00:00:00+24:00|2026-01-01T00:00:00+1:00|\
            2026-01-01T00:00:00+01|2026-01-01T00:00:00Z |2026-01-01 00:00:00Z|+026-01-01T00:00:00Z|é26-01-01T00:00:00Z";
        for text in texts.split('|') {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_crash(text in "\\PC{0,40}") {
            let _ = Moment::parse(&text);
        }

        #[test]
        fn a_zone_moves_a_moment_by_its_offset(hours in 0i64..24, minutes in 0i64..60) {
            let behind = Moment::parse(&format!("2026-03-01T12:00:00-{hours:02}:{minutes:02}")).unwrap();
            let here = Moment::parse("2026-03-01T12:00:00Z").unwrap();
            prop_assert_eq!(behind.0 - here.0, (hours * 3_600 + minutes * 60) * 1_000_000);
        }
    }
}
