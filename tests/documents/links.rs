//! Links between the documents lead somewhere.

use crate::{manual, root, shown};
use std::collections::BTreeSet;
use std::path::Path;

/// The targets of a page's links, without those of the web.
fn links(markdown: &str) -> Vec<&str> {
    let targets = markdown.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains("://")).collect()
}

/// The anchors that a page has: its headings as GitHub names them, and those that it sets itself.
fn anchors(markdown: &str) -> BTreeSet<String> {
    let heading = |line: &str| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>()
    };
    let headings = markdown.lines().filter(|line| line.starts_with('#')).map(heading);
    let set = markdown.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    headings.chain(set).collect()
}

/// Why a link of a page leads nowhere; nothing where it leads somewhere.
fn broken(page: &Path, link: &str) -> Option<String> {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let target = if path.is_empty() { page.to_owned() } else { page.parent()?.join(path) };
    if !target.exists() {
        return Some(format!("{}: {link} leads nowhere", shown(page)));
    }
    let there = anchor.is_none_or(|anchor| anchors(&std::fs::read_to_string(&target).unwrap()).contains(anchor));
    (!there).then(|| format!("{}: {link} has no such heading", shown(page)))
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages = manual();
    pages.push(root().join("CHANGELOG.md"));
    let mut faults = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        faults.extend(links(&text).into_iter().filter_map(|link| broken(&page, link)));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_contents_of_the_manual_name_every_page_of_it() {
    let contents = std::fs::read_to_string(root().join("docs/README.md")).unwrap();
    let links: BTreeSet<&str> = links(&contents).into_iter().collect();
    let pages = manual().into_iter().map(|page| shown(&page));
    let missing: Vec<String> = pages
        .filter_map(|page| page.strip_prefix("docs/").map(str::to_owned))
        .filter(|page| page != "README.md" && !links.contains(page.as_str()))
        .collect();
    assert!(missing.is_empty(), "docs/README.md does not link to {missing:?}");
}

#[test]
fn anchors_are_named_as_on_github() {
    let anchors = anchors("# A `b` c-d: e\n<a id=\"x\"></a>\ntext # no\n");
    assert_eq!(anchors.into_iter().collect::<Vec<_>>(), ["a-b-c-d-e", "x"]);
}
