//! Patterns of file names: `*`, `?`, `**` for folders, and `{a,b}`.

/// The most patterns that the braces of one may stand for.
const MOST_PATTERNS: usize = 64;

/// Whether a pattern fits a path.
pub fn fits(pattern: &str, path: &str) -> bool {
    let path: Vec<&str> = path.split('/').collect();
    alternatives(pattern).iter().any(|pattern| {
        let pattern: Vec<&str> = pattern.split('/').collect();
        fit(&pattern, &path, |step| *step == "**", |pattern, name| fits_name(pattern, name))
    })
}

/// Why a pattern is none; nothing of one.
pub fn fault(pattern: &str) -> Option<&'static str> {
    let mut depth = 0_usize;
    for letter in pattern.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some("a `}` closes no `{`"),
            '}' => depth -= 1,
            _ => {}
        }
    }
    if depth > 0 {
        return Some("a `{` is not closed");
    }
    let is_whole = |one: &String| !one.contains('{');
    (!alternatives(pattern).iter().all(is_whole)).then_some("its braces stand for more than 64 patterns")
}

/// What a pattern stands for by its braces.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut open = vec![pattern.to_owned()];
    let mut found = Vec::new();
    while let Some(pattern) = open.pop() {
        let braces = pattern.find('}').and_then(|end| Some((pattern[..end].rfind('{')?, end)));
        match braces {
            Some((start, end)) if found.len() + open.len() < MOST_PATTERNS => {
                let inner = pattern[start + 1..end].split(',');
                open.extend(inner.map(|one| format!("{}{one}{}", &pattern[..start], &pattern[end + 1..])));
            }
            _ => found.push(pattern),
        }
    }
    found
}

fn fits_name(pattern: &str, name: &str) -> bool {
    let [pattern, name]: [Vec<char>; 2] = [pattern, name].map(|text| text.chars().collect());
    fit(&pattern, &name, |one| *one == '*', |pattern, one| *pattern == '?' || pattern == one)
}

/// Whether steps fit things one by one, where some steps stand for any number of things: in steps times things.
fn fit<T>(steps: &[T], things: &[T], is_any: impl Fn(&T) -> bool, fits: impl Fn(&T, &T) -> bool) -> bool {
    // Which numbers of things the steps so far fit.
    let mut fitted = vec![false; things.len() + 1];
    fitted[0] = true;
    for step in steps {
        if is_any(step) {
            let first = fitted.iter().position(|fits| *fits).unwrap_or(fitted.len());
            fitted[first.min(things.len() + 1)..].fill(true);
        } else {
            for count in (0..things.len()).rev() {
                fitted[count + 1] = fitted[count] && fits(step, &things[count]);
            }
            fitted[0] = false;
        }
    }
    fitted[things.len()]
}
