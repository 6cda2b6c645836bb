/// The most steps of comparing letters that one look for a name takes.
const MOST_ALONE: usize = 200_000;
/// The most that many looks take together.
const MOST_TOGETHER: usize = 20_000_000;
/// The most letters of a name that others are compared with.
const LONGEST: usize = 100;
/// A distance that is more than any that counts.
const FAR: usize = usize::MAX / 2;

/// The candidate nearest to a mistyped `name`, if it is near enough to be meant.
///
/// Near is a Damerau-Levenshtein distance (optimal string alignment) of at most a third of the
/// name's length, and of one for the shortest of which at least half stays; letters of either case alike. Where there are too many candidates, the last ones are not looked at.
pub fn suggest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    Suggestions { left: MOST_ALONE }.nearest(name, candidates)
}

/// Looks for what was meant by many names among many: all of them together have a bound, as they would take a time that grows with
/// the square of a text. When it is reached, nothing more is suggested.
#[derive(Clone, Debug)]
pub struct Suggestions {
    /// How many more steps of comparing letters there may be.
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: MOST_TOGETHER }
    }
}

impl Suggestions {
    /// The candidate nearest to a name, as [`suggest`] has it.
    pub fn nearest<'c>(&mut self, name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        let name: Vec<char> = name.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
        if name.len() > LONGEST {
            return None;
        }
        let limit = (name.len() / 3).max(1);
        let mut best: Option<(usize, &str)> = None;
        let mut candidates = candidates.into_iter();
        while self.left > 0
            && let Some(candidate) = candidates.next()
        {
            let distance = self.distance(&name, candidate, limit).map(|distance| (distance, candidate));
            best = best.into_iter().chain(distance).min();
        }
        best.map(|(_, candidate)| candidate)
    }

    fn distance(&mut self, name: &[char], candidate: &str, limit: usize) -> Option<usize> {
        self.take(1);
        // A letter has four bytes at most.
        if candidate.len() > 4 * (name.len() + limit) {
            return None;
        }
        let candidate: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
        self.take(candidate.len());
        if candidate.len().abs_diff(name.len()) > limit {
            return None;
        }
        let (distance, steps) = distance(name, &candidate, limit);
        self.take(steps);
        // Of `a` nothing stays in `b`.
        distance.filter(|distance| 2 * distance <= name.len().max(candidate.len()))
    }

    fn take(&mut self, steps: usize) {
        self.left = self.left.saturating_sub(steps);
    }
}

/// The edit distance of two names where it is at most `limit`, and how many pairs of letters were compared: only those as near to each
/// other as the limit are, and no more once all ways are too long.
fn distance(a: &[char], b: &[char], limit: usize) -> (Option<usize>, usize) {
    let mut before = vec![FAR; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).map(|at| if at <= limit { at } else { FAR }).collect();
    let mut row = vec![FAR; b.len() + 1];
    let (mut steps, mut shortest) = (0, 0);
    for (i, x) in a.iter().enumerate() {
        let (from, to) = (i.saturating_sub(limit), (i + limit + 1).min(b.len()));
        row[from] = if from == 0 { i + 1 } else { FAR };
        let mut shortest_here = row[from];
        for (j, y) in b.iter().enumerate().take(to).skip(from) {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && *x == b[j - 1] {
                best = best.min(before[j - 1] + 1);
            }
            row[j + 1] = best;
            shortest_here = shortest_here.min(best);
        }
        steps += to.saturating_sub(from) + 1;
        // A swap goes over a row.
        if shortest.min(shortest_here) > limit {
            return (None, steps);
        }
        shortest = shortest_here;
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    (last.last().copied().filter(|distance| *distance <= limit), steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(suggest("blueprnt", ["entity", "blueprint"]), Some("blueprint"));
        assert_eq!(suggest("tilte", ["title", "tier"]), Some("title"));
        assert_eq!(suggest("x", ["title"]), None);
        assert_eq!((suggest("x", ["y"]), suggest("", ["y"])), (None, None));
        assert_eq!((suggest("X", ["y", "x"]), suggest("x", ["y", "xy"])), (Some("x"), Some("xy")));
        assert_eq!(suggest("og", ["go"]), Some("go"));
        assert_eq!(suggest("hasReadMe", ["hasReadme"]), Some("hasReadme"));
        assert_eq!(suggest(&"x".repeat(101), [&*"x".repeat(101)]), None);
    }

    /// The distance by its definition, with every pair of letters.
    fn whole(a: &[char], b: &[char]) -> usize {
        let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
        for i in 1..=a.len() {
            let mut row = vec![i];
            for j in 1..=b.len() {
                let mut best = (rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]))
                    .min(rows[i - 1][j] + 1)
                    .min(row[j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                row.push(best);
            }
            rows.push(row);
        }
        rows[a.len()][b.len()]
    }

    #[test]
    fn what_is_left_out_changes_no_distance_within_the_limit() {
        let mut seed = 7_u32;
        let mut next = |most: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) % most
        };
        for _ in 0..3_000 {
            let mut word = || -> Vec<char> { (0..next(9)).map(|_| ['a', 'b', 'c'][next(3) as usize]).collect() };
            let (a, b) = (word(), word());
            for limit in 1..4 {
                let expected = Some(whole(&a, &b)).filter(|distance| *distance <= limit);
                let near = a.len().abs_diff(b.len()) <= limit;
                assert_eq!(near.then(|| distance(&a, &b, limit).0).flatten(), expected, "{a:?} {b:?} {limit}");
            }
        }
    }

    #[test]
    fn many_looks_have_a_bound_together() {
        let names: Vec<String> = (0..1_000).map(|number| format!("{}{number}", "a".repeat(60))).collect();
        let mut suggestions = Suggestions::default();
        let mut look = || {
            let found = suggestions.nearest(&format!("{}_1", "a".repeat(60)), names.iter().map(String::as_str));
            (found.is_some(), suggestions.left)
        };
        let (found, left) = look();
        // A sixtieth of the letters of all pairs, and no more than a band of them.
        assert!(found && MOST_TOGETHER - left < 1_000 * 62 * 45, "{left}");
        let looks = (0..1_000).map(|_| look()).take_while(|(found, _)| *found).count();
        assert!((2..20).contains(&looks), "{looks}");
        assert_eq!(look(), (false, 0));
    }
}
