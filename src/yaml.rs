//! How YAML is read: as much of it as a text has, and no more.
//!
//! In: the length of a text. Out: the bounds for its reader, and why it cannot be read. Never: what is in it.

/// The most objects and lists around a value.
pub const DEEPEST: usize = 64;

/// How much of the stack a level of nesting may take: the library comes to the next one by way of some twenty functions.
const LEVEL: usize = 256 << 10;

/// How a text of so many bytes is read: what its aliases stand for no more often than it has bytes. In YAML 1.1 `yes` and `on` are true, and
/// 0644 is a number to the base of 8.
pub fn options(bytes: usize, is_1_1: bool) -> serde_saphyr::Options {
    let most = bytes.max(1 << 16);
    serde_saphyr::options! {
        strict_booleans: !is_1_1,
        legacy_octal_numbers: is_1_1,
        budget: serde_saphyr::budget! {
            max_events: most,
            max_nodes: most,
            max_documents: most,
            max_aliases: most,
            max_anchors: most,
            max_merge_keys: most,
            max_recorded_anchor_events: most,
            max_total_scalar_bytes: most,
            max_depth: DEEPEST,
            enforce_alias_anchor_ratio: false,
        },
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::PassThrough,
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: most },
    }
}

/// Reads with a stack that is large enough for the deepest.
///
/// # Errors
/// Where the system gives no thread.
pub fn deep<T: Send>(read: impl FnOnce() -> T + Send) -> Result<T, serde_saphyr::Error> {
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(DEEPEST * LEVEL).spawn_scoped(scope, read);
        let reader = reader.map_err(<serde_saphyr::Error as serde::de::Error>::custom)?;
        Ok(reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Why YAML cannot be read.
pub fn said(error: &serde_saphyr::Error) -> String {
    let text = first_line(&error.to_string());
    // The place is told beside it.
    let text = text.strip_prefix("line ").and_then(|rest| Some(rest.split_once(": ")?.1)).unwrap_or(&text);
    let has = |words: &str| text.contains(words);
    if let Some(rest) = text.strip_prefix("duplicate mapping key: ") {
        return format!("`{}` stands twice in one object", rest.split(", set ").next().unwrap_or(rest));
    }
    if has("Depth {") || has("recursion limit") {
        return format!("it nests deeper than {DEEPEST} levels");
    }
    if has("alias replay") || has("alias expansion") || has("budget breached") {
        return "its aliases stand for more than the text itself has".to_owned();
    }
    if has("null into string") {
        return "a name in it is null, and every name is a text: write it in quotes, or take the member out".to_owned();
    }
    if has("expected string scalar") {
        return "a list or an object stands where the name of a member is, and every name is a text".to_owned();
    }
    if has("recursive references") {
        return "an alias in it stands for what it is in, which has no end: write out what is meant".to_owned();
    }
    text.to_owned()
}

/// The first line of an error.
pub fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
