//! The KDL of the manual goes through the whole pipeline. The marks of a fence:
//!
//! * `kdl`: a project of its own, beside a `plat.kdl` with `project demo` where it has no `project` itself;
//! * `kdl,part`: it stands beside the declarations of `examples/company`, without those that it makes itself and
//!   those that belong to these: the entities of its blueprints, the requests of its promises;
//! * `kdl,rules`: the rules of a level of a scorecard of `service`, in such a project;
//! * `kdl,steps`: the steps of a workflow, whose requests have `size`, `zones` and `users`, in such a project;
//! * `csv,PATH`, `yaml,PATH`: a file that stands beside each of them on its page;
//! * a code behind one of these, as in `kdl,part,E0302`: it gives exactly this code. Without one it gives nothing.

use crate::fence::{Fence, data, fences};
use crate::{manual, root, shown};
use plat::session::check_text;
use plat::source::FileId;
use plat::syntax::{self, Node};
use std::collections::BTreeSet;
use std::sync::Arc;

const COMPANY: [&str; 7] = [
    "catalog/environments",
    "catalog/service",
    "catalog/services",
    "catalog/teams",
    "delivery/destinations",
    "delivery/postgresql",
    "delivery/requests",
];

const RULES: (&str, &str) = ("scorecard demo for=service {\nlevel Gold {\n", "\n}\n}\n");

const STEPS: (&str, &str) = (
    "promise demo {
        api group=example.com version=v1 kind=Demo {
            field size enum required { values small medium large }
            field zones array of=string { default a b }
            field users array of=object {
                field name string required
                field admin boolean default=#false
            }
        }
        workflow configure {\n",
    "\n}\n}\n",
);

/// Files by name.
type Files = Vec<(String, String)>;

/// The files of a fence's project, and the code that they must give.
fn project(fence: &Fence) -> Option<(Files, Option<&str>)> {
    let mut marks = fence.info.split(',');
    if marks.next() != Some("kdl") {
        return None;
    }
    let (mut mark, mut code) = (None, None);
    for word in marks {
        if word.starts_with("E0") { code = Some(word) } else { mark = Some(word) }
    }
    let frame = |(before, after): (&str, &str)| format!("{before}{}{after}", fence.text);
    let (text, beside) = match mark {
        None => (fence.text.clone(), Vec::new()),
        Some("part") => (fence.text.clone(), company(&fence.text)),
        Some("rules") => (frame(RULES), company(&frame(RULES))),
        Some("steps") => (frame(STEPS), company(&frame(STEPS))),
        Some(mark) => (format!("{mark} is no mark"), Vec::new()),
    };
    let mut files = beside;
    if fence.text.lines().any(|line| line.starts_with("project ")) {
        files.push(("plat.kdl".to_owned(), text));
    } else {
        files.push(("plat.kdl".to_owned(), "project demo\n".to_owned()));
        files.push(("page.kdl".to_owned(), text));
    }
    Some((files, code))
}

/// The declarations of the company that go with those of a text.
fn company(text: &str) -> Files {
    let declared = names(text);
    let kept = |file: &str| {
        let text = std::fs::read_to_string(root().join(format!("examples/company/{file}.kdl"))).unwrap();
        let (tree, _) = syntax::parse(FileId(0), &Arc::from(text));
        let stays = |node: &Node<'_>| !declared.contains(&name(*node)) && !declared.contains(&owner(*node));
        let nodes = tree.nodes().filter(stays).map(|node| &tree.text()[node.span().range()]);
        nodes.collect::<Vec<&str>>().join("\n")
    };
    COMPANY.iter().map(|file| (format!("{file}.kdl"), kept(file))).collect()
}

fn names(text: &str) -> BTreeSet<String> {
    let (tree, _) = syntax::parse(FileId(0), &Arc::from(text));
    tree.nodes().map(name).collect()
}

fn argument(node: Node<'_>, index: usize) -> &str {
    node.argument(index).and_then(plat::syntax::Entry::string).unwrap_or_default()
}

/// What a declaration is called.
fn name(node: Node<'_>) -> String {
    let inner = if matches!(node.name(), "entity" | "request") { argument(node, 1) } else { "" };
    format!("{} {} {inner}", node.name(), argument(node, 0))
}

/// What a declaration cannot be without.
fn owner(node: Node<'_>) -> String {
    let (kind, owner) = match node.name() {
        "entity" => ("blueprint", argument(node, 0)),
        "scorecard" => ("blueprint", node.property("for").and_then(plat::syntax::Entry::string).unwrap_or_default()),
        "action" => ("blueprint", argument(node, 2)),
        "request" => ("promise", argument(node, 0)),
        _ => return String::new(),
    };
    format!("{kind} {owner} ")
}

/// What is wrong with a fence, where it is one of KDL.
fn fault(fence: &Fence, beside: &[(&str, &str)]) -> Option<String> {
    let (files, code) = project(fence)?;
    let own = files.iter().map(|(name, text)| (&**name, &**text));
    let files: Vec<(&str, &str)> = own.chain(beside.iter().copied()).collect();
    let told: Vec<String> =
        check_text(&files).unwrap().iter().map(|one| format!("{} {}", one.code, one.message)).collect();
    let expected = match code {
        None => told.is_empty(),
        Some(code) => !told.is_empty() && told.iter().all(|one| one.starts_with(code)),
    };
    (!expected).then(|| format!("its ```{} gives {told:#?}", fence.info))
}

#[test]
fn every_block_of_kdl_is_what_it_says() {
    let mut faults = Vec::new();
    for page in manual() {
        let all = fences(&std::fs::read_to_string(&page).unwrap());
        for fence in &all {
            faults.extend(fault(fence, &data(&all)).map(|fault| format!("{}:{}: {fault}", shown(&page), fence.line)));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_block_that_does_not_keep_its_word_is_found() {
    let fault = |info: &str, text: &str| fault(&Fence { info: info.to_owned(), line: 1, text: text.to_owned() }, &[]);
    assert_eq!(fault("kdl", "team a\n"), None);
    assert_eq!(fault("kdl", "project mine\nteam a\n"), None);
    assert_eq!(fault("text", "teem a\n"), None);
    assert!(fault("kdl", "teem a\n").unwrap().contains("E0201"));
    assert_eq!(fault("kdl,E0201", "teem a\n"), None);
    assert!(fault("kdl,E0201", "team a\n").is_some());
    assert!(fault("kdl,nonsense", "team a\n").is_some());
}

#[test]
fn a_part_stands_beside_the_company_in_place_of_what_it_declares() {
    let fault = |info: &str, text: &str| fault(&Fence { info: info.to_owned(), line: 1, text: text.to_owned() }, &[]);
    assert_eq!(fault("kdl,part", "request postgresql other {\n size small\n}\n"), None);
    assert_eq!(fault("kdl,part", "blueprint service {\n property new string\n}\n"), None);
    assert_eq!(fault("kdl,rules", "rule a { tier is critical; }\n"), None);
    assert!(fault("kdl,rules", "rule a { tire is critical; }\n").unwrap().contains("E0450"));
    assert_eq!(fault("kdl,steps", "resource v1 ConfigMap $name { data size=$spec.size; }\n"), None);
}
