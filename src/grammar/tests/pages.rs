//! The pages of the codes that the grammar gives: the bad example gives the code, the good one nothing.

use super::{Sources, language};
use crate::diag::{CODES, Diagnostics};
use crate::grammar::Index;
use crate::source::SourceFile;
use crate::syntax::parse;

fn problems(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let mut index = Index::default();
    let mut diagnostics = Diagnostics::default();
    for (name, text) in [("plat.kdl", "project demo"), ("example.kdl", text)] {
        let id = sources.add(SourceFile::new(name, text.as_bytes().to_vec()));
        let (tree, syntax) = parse(id, &sources.file(id).text);
        diagnostics.append(syntax);
        diagnostics.append(language().validate(&tree));
        index.merge(language().index(&tree));
    }
    diagnostics.append(index.check(&sources));
    diagnostics.iter().map(|item| item.code.to_string()).collect()
}

fn fence<'p>(page: &'p str, info: &str) -> &'p str {
    let start = page.find(&format!("```{info}\n")).expect("a fence") + info.len() + 4;
    page[start..].split("\n```").next().expect("the end of the fence")
}

#[test]
fn each_page_shows_its_code_and_how_to_mend_it() {
    let own = CODES.iter().filter(|code| code.id.starts_with("E02") || code.id.starts_with("E030"));
    assert!(own.clone().count() >= 23);
    for code in own {
        assert!(code.page.starts_with(&format!("# {}: {}\n", code.id, code.title)), "{code}");
        assert_eq!(problems(fence(code.page, "kdl,bad")), [code.id], "{code}");
        assert_eq!(problems(fence(code.page, "kdl,good")), [""; 0], "{code}");
    }
}
