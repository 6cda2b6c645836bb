use crate::model::days_to;

/// A moment and the zone that it is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970 (UTC).
    pub seconds: i64,
    /// By how many minutes clocks there are ahead of UTC.
    pub offset: i32,
}

/// Git has no moment before 1970.
const FIRST: i64 = 0;

/// The end of the year 9999.
const LAST: i64 = 253_402_300_799;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Moment {
    /// Reads a date as Git's variables have it: `1700000000 +0100` with or without `@` before it, `2026-11-22T16:18:02+01:00` with a space
    /// or a `T`, or `Sun, 22 Nov 2026 16:18:02 +0100`. Where no zone is given it is UTC.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let moment = Self::stamped(text).or_else(|| Self::written(text))?;
        (FIRST..=LAST).contains(&moment.seconds).then_some(moment)
    }

    fn stamped(text: &str) -> Option<Self> {
        let mut words = text.trim().strip_prefix('@').unwrap_or(text.trim()).split_whitespace();
        let seconds: i64 = words.next()?.parse().ok()?;
        let offset = words.next().map_or(Some(0), zone)?;
        // Of fewer digits it is more likely a day.
        let is_stamp = text.starts_with('@') || seconds >= 100_000_000;
        (is_stamp && words.next().is_none()).then_some(Self { seconds, offset })
    }

    fn written(text: &str) -> Option<Self> {
        let text = text.trim();
        let numbers =
            |text: &str, mark: char| text.split(mark).map(|part| part.parse().ok()).collect::<Option<Vec<i64>>>();
        let ([year, month, day], rest) = if text.contains(['-']) && text.as_bytes().first()?.is_ascii_digit() {
            let (date, rest) = text.split_once(['T', ' '])?;
            (<[i64; 3]>::try_from(numbers(date, '-')?).ok()?, rest.trim())
        } else {
            let text = text.split_once(',').map_or(text, |(_, text)| text).trim();
            let mut words = text.splitn(4, ' ');
            let day = words.next()?.parse().ok()?;
            let month = words.next()?.to_ascii_lowercase();
            let month = MONTHS.iter().position(|known| *known == month)?;
            let year = words.next()?.parse().ok()?;
            ([year, i64::try_from(month).ok()? + 1, day], words.next()?.trim())
        };
        let end = rest.find(['+', '-', 'Z', ' ']).unwrap_or(rest.len());
        let (clock, behind) = rest.split_at(end);
        let clock = clock.split('.').next().unwrap_or_default();
        let [hour, minute, second] = <[i64; 3]>::try_from(numbers(clock, ':')?).ok()?;
        let offset = if behind.trim().is_empty() { 0 } else { zone(behind.trim())? };
        let fits = (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
        if !(1970..=9999).contains(&year) {
            return None;
        }
        let seconds = days_to(year, month, day)? * 86_400 + hour * 3600 + minute * 60 + second - i64::from(offset) * 60;
        fits.then_some(Self { seconds, offset })
    }
}

/// The minutes of `+0130`, `-01:00` or `Z`.
fn zone(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, digits) =
        text.strip_prefix('+').map(|rest| (1, rest)).or_else(|| text.strip_prefix('-').map(|rest| (-1, rest)))?;
    let digits = digits.replace(':', "");
    let number: i32 = digits.parse().ok().filter(|_| digits.len() == 4)?;
    (number <= 1400 && number % 100 < 60).then_some(sign * (number / 100 * 60 + number % 100))
}

#[cfg(test)]
mod tests {
    use crate::adapter::git::commit::moment::Moment;

    #[test]
    fn dates_are_read_as_git_has_them() {
        let expected = Some(Moment { seconds: 1_795_364_282, offset: 90 });
        for text in [
            "1795364282 +0130",
            "@1795364282 +0130",
            "2026-11-22T17:48:02+01:30",
            "2026-11-22 17:48:02 +0130",
            "2026-11-22T17:48:02.5+0130",
            "Sun, 22 Nov 2026 17:48:02 +0130",
            "22 nov 2026 17:48:02 +01:30",
        ] {
            assert_eq!(Moment::parse(text), expected, "{text}");
        }
        let utc = Some(Moment { seconds: 1_795_364_282, offset: 0 });
        for text in ["1795364282", "2026-11-22T16:18:02Z", "2026-11-22 16:18:02"] {
            assert_eq!(Moment::parse(text), utc, "{text}");
        }
        assert_eq!(Moment::parse("2026-11-22T14:18:02-0200").map(|moment| moment.seconds), Some(1_795_364_282));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "now",
            "@",
            "12",
            "2026-13-01T00:00:00Z",
            "2026-11-22",
            "2026-11-22T25:00:00",
            "1795364282 +99",
            "1 Foo 2026 1:2:3",
            "@-1 +0000",
            "1970-01-01T00:00:00+01:00",
            "2026-02-30T00:00:00Z",
            "@253402300800",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }
}
