//! Fenced blocks of Markdown.

/// A fenced block of a Markdown text.
pub(crate) struct Fence {
    /// What follows the backticks.
    pub(crate) info: String,
    /// The line of the fence, from 1.
    pub(crate) line: usize,
    /// What is in it, a line break behind each line.
    pub(crate) text: String,
}

/// The fenced blocks of a page, in order.
pub(crate) fn fences(markdown: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut lines = markdown.lines().enumerate();
    while let Some((index, opening)) = lines.next() {
        let inner = opening.trim_start();
        let ticks = inner.bytes().take_while(|byte| *byte == b'`').count();
        if ticks < 3 {
            continue;
        }
        let (indent, closing) = (opening.len() - inner.len(), "`".repeat(ticks));
        let mut text = String::new();
        for (_, line) in lines.by_ref().take_while(|(_, line)| line.trim() != closing) {
            text.push_str(line.get(indent..).unwrap_or_default());
            text.push('\n');
        }
        fences.push(Fence { info: inner[ticks..].trim().to_owned(), line: index + 1, text });
    }
    fences
}

/// The files of data that stand on a page, by name: `yaml,PATH` and `csv,PATH`.
pub(crate) fn data(fences: &[Fence]) -> Vec<(&str, &str)> {
    let is_data = |mark: &str| matches!(mark, "csv" | "ndjson" | "yaml");
    let named = |fence| {
        let Fence { info, text, .. }: &Fence = fence;
        info.split_once(',').filter(|(mark, _)| is_data(mark)).map(|(_, path)| (path, &**text))
    };
    fences.iter().filter_map(named).collect()
}

#[test]
fn fences_are_found_wherever_they_stand() {
    let found = fences("a\n```kdl\nx\n  y\n```\n- b\n  ````kdl,bad\n  ```\n  z\n  ````\n```\nno end");
    let found: Vec<(&str, usize, &str)> =
        found.iter().map(|fence| (fence.info.as_str(), fence.line, fence.text.as_str())).collect();
    assert_eq!(found, [("kdl", 2, "x\n  y\n"), ("kdl,bad", 7, "```\nz\n"), ("", 11, "no end\n")]);
}
