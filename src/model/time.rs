/// A moment in seconds since 1970 (UTC), as people read it: `2026-11-22T16:18:02Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

/// Seconds of a day.
const DAY: i64 = 86_400;

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (days, second) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        // Years that begin in March have their leap day at their end; 400 of them are 146097 days.
        let shifted = days + 719_468;
        let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let of_year = day - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (year, month) = (year + era * 400 + i64::from(month >= 10), (month + 2) % 12 + 1);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Days from the first day of the year 0 to the first of 1970, in the Gregorian calendar.
const DAYS_TO_1970: i64 = 719_528;

/// Days before each month of a common year.
const DAYS_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Days from the first of 1970 to a day; nothing for a day that no calendar has.
pub fn days_to(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => 31,
    };
    let before = DAYS_BEFORE.get(usize::try_from(month - 1).ok()?)?;
    // Leap years among those from 0 up to the year before.
    let leaps = (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    let leap_day = i64::from(leap && month > 2);
    (1..=length).contains(&day).then(|| year * 365 + leaps + before + leap_day + day - 1 - DAYS_TO_1970)
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, days_to};

    #[test]
    fn moments_are_read_as_dates() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_795_364_282, "2026-11-22T16:18:02Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp(seconds).to_string(), text);
        }
        for seconds in [i64::MIN, i64::MAX] {
            assert!(Timestamp(seconds).to_string().ends_with('Z'));
        }
    }

    #[test]
    fn the_days_of_four_centuries_follow_each_other() {
        let mut expected = days_to(1970, 1, 1).unwrap();
        assert_eq!(expected, 0);
        for year in 1970..2371 {
            for (month, day) in (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day))) {
                if let Some(count) = days_to(year, month, day) {
                    assert_eq!(count, expected, "{year}-{month}-{day}");
                    expected += 1;
                }
            }
        }
        assert_eq!(days_to(2370, 1, 1), Some(146_097), "400 years have 146,097 days");
    }
}
