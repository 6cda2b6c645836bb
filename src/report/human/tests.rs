use super::*;
use crate::diag::code::NOT_UTF8;
use crate::report::fixture::{one, sources, span};
use crate::source::Span;

fn drawn(diagnostic: Diagnostic, sources: &Sources) -> String {
    human(&one(diagnostic), sources, Style::PLAIN)
}

fn at(start: u32, end: u32) -> Diagnostic {
    Diagnostic::error(NOT_UTF8, Span::new(FileId(0), start, end), "wrong").label("here")
}

/// The picture alone, of a place in a text.
fn picture(text: &str, start: u32, end: u32) -> String {
    let out = drawn(at(start, end), &sources(&[("a.kdl", text)]));
    let picture = out.strip_prefix("error[E0100]\n\n  × wrong\n").unwrap();
    picture.strip_suffix("\n1 error\nmore about it: plat explain E0100\n").unwrap().to_owned()
}

#[test]
fn a_problem_shows_its_line_its_words_and_what_to_do() {
    let sources = sources(&[("plat.kdl", "project demo\nblueprnt service\nteam a\n")]);
    let diagnostic = Diagnostic::error(NOT_UTF8, span(&sources, 0, "blueprnt"), "unknown node `blueprnt`")
        .label("not a node of the language")
        .did_you_mean(Some("blueprint"))
        .fix("remove the node", span(&sources, 0, "blueprnt service\n"), "");
    let expected = "\
error[E0100]

  × unknown node `blueprnt`
   ╭─[plat.kdl:2:1]
 1 │ project demo
 2 │ blueprnt service
   · ────┬───
   ·     ╰── not a node of the language
 3 │ team a
   ╰────
  help: did you mean `blueprint`?
        remove the node

1 error
more about it: plat explain E0100
";
    assert_eq!(drawn(diagnostic, &sources), expected);
}

#[test]
fn places_in_other_files_have_pictures_of_their_own() {
    let sources = sources(&[("a.kdl", "team a\n\n\n\n\n\nteam b\nteam a\n"), ("b.kdl", "team x\nteam a\n")]);
    let diagnostic = Diagnostic::error(NOT_UTF8, Span::new(FileId(0), 19, 25), "team `a` is declared twice")
        .label("again here")
        .other(span(&sources, 0, "team a"), "first here")
        .other(span(&sources, 1, "team a"), "and here")
        .help("remove one");
    let expected = "\
error[E0100]

  × team `a` is declared twice
   ╭─[a.kdl:1:1]
 1 │ team a
   · ───┬──
   ·    ╰── first here
 2 │ 
   ╰────
   ╭─[a.kdl:8:1]
 7 │ team b
 8 │ team a
   · ───┬──
   ·    ╰── again here
   ╰────
  ☞ and here
   ╭─[b.kdl:2:1]
 1 │ team x
 2 │ team a
   · ──────
   ╰────
  help: remove one

1 error
more about it: plat explain E0100
";
    assert_eq!(drawn(diagnostic, &sources), expected);
}

#[test]
fn columns_fit_wide_letters_tabs_and_any_line_end() {
    let text = "a\r\n\tñ 漢字 bad\r\nb\rc\u{1b}\r\n";
    let expected = "   ╭─[a.kdl:2:7]
 1 │ a
 2 │     ñ 漢字 bad
   ·            ─┬─
   ·             ╰── here
 3 │ b
   ╰────
";
    assert_eq!(picture(text, 14, 17), expected);
    let expected = "   ╭─[a.kdl:4:1]
 3 │ b
 4 │ c?
   · ─┬
   ·  ╰── here
   ╰────
";
    assert_eq!(picture(text, 21, 23), expected);
}

#[test]
fn the_end_of_a_file_can_be_pointed_at() {
    let arrow = "   · ▲\n   · ╰── here\n   ╰────\n";
    assert_eq!(picture("", 0, 0), format!("   ╭─[a.kdl:1:1]\n 1 │  \n{arrow}"));
    assert_eq!(picture("a {\n", 4, 4), format!("   ╭─[a.kdl:2:1]\n 1 │ a {{\n 2 │  \n{arrow}"));
    let behind = "   ╭─[a.kdl:1:4]\n 1 │ a { \n   ·    ▲\n   ·    ╰── here\n   ╰────\n";
    assert_eq!(picture("a {", 3, 3), behind);
    assert_eq!(picture("a {", 3, 99), behind);
}

#[test]
fn a_block_is_underlined_on_its_first_line() {
    let expected = "   ╭─[a.kdl:1:1]\n 1 │ a {\n   · ─┬─\n   ·  ╰── here\n 2 │   b\n   ╰────\n";
    assert_eq!(picture("a {\n  b\n}\n", 0, 9), expected);
}

#[test]
fn ascii_and_colours_are_chosen_by_the_style() {
    let sources = sources(&[("a.kdl", "a\n")]);
    let ascii = Style { symbols: Symbols::Ascii, ..Style::PLAIN };
    let expected = "error[E0100]\n\n  x wrong\n   ,-[a.kdl:1:1]\n 1 | a\n   : |\n   : `-- here\n   `----\n\n1 error\n";
    assert!(human(&one(at(0, 1)), &sources, ascii).starts_with(expected));
    let coloured = Style { color: Color::Always, ..Style::PLAIN };
    assert!(human(&one(at(0, 1)), &sources, coloured).starts_with("\u{1b}[31merror[E0100]\u{1b}[0m\n"));
}

#[test]
fn words_cannot_steer_the_terminal() {
    let sources = sources(&[("a\u{1b}.kdl", "\u{1b}[2J\u{202e}\n")]);
    let diagnostic = at(0, 4).label("\u{1b}[1m\n").help("\u{7}").other(Span::new(FileId(0), 4, 5), "\u{9b}");
    let out = drawn(Diagnostic { message: "\u{1b}]0;x".into(), ..diagnostic }, &sources);
    assert!(!out.contains(|character: char| character != '\n' && character.is_control()), "{out:?}");
    assert!(!out.contains('\u{202e}'), "{out:?}");
}

#[test]
fn of_many_problems_a_hundred_are_shown_errors_first_in_the_order_of_their_places() {
    let sources = sources(&[("a.kdl", &"x\n".repeat(300))]);
    let mut diagnostics = Diagnostics::default();
    for line in 0..150 {
        diagnostics.push(Diagnostic { severity: Severity::Warning, ..at(line * 2, line * 2 + 1) });
    }
    diagnostics.push(at(298, 299));
    diagnostics.push(at(300, 301));
    let out = human(&diagnostics, &sources, Style::PLAIN);
    assert_eq!((out.matches("warning[").count(), out.matches("error[").count()), (98, 2));
    assert!(out.find("warning[") < out.find("error["));
    assert!(out.ends_with("52 more problems not shown\n2 errors, 150 warnings\nmore about it: plat explain E0100\n"));
    assert_eq!(human(&Diagnostics::default(), &sources, Style::PLAIN), "");
}

#[test]
fn of_many_places_eight_are_shown() {
    let sources = sources(&[("a.kdl", &"x\n".repeat(300))]);
    let diagnostic = (1..100)
        .fold(at(0, 1), |diagnostic, line| diagnostic.other(Span::new(FileId(0), line * 2, line * 2 + 1), "also"));
    let out = drawn(diagnostic, &sources);
    assert_eq!(out.matches("also").count(), 8);
    assert!(out.contains("help: 91 more places not shown"), "{out}");
}

proptest::proptest! {
    #[test]
    fn any_places_in_any_text_are_drawn(text in "[a-cé漢\u{1b}\t\r\n ]{0,40}|[a漢]{290,310}\n?", places in proptest::collection::vec((0u32..400, 0u32..400), 1..4)) {
        let sources = sources(&[("a.kdl", &text)]);
        let mut others = places.iter().map(|(a, b)| Span::new(FileId(0), *a.min(b), *a.max(b)));
        let first = others.next().unwrap();
        let diagnostic = others.fold(at(first.start, first.end), |diagnostic, span| diagnostic.other(span, "other"));
        let out = drawn(diagnostic, &sources);
        proptest::prop_assert!(out.contains("a.kdl:") && !out.contains("Failed to read"), "{}", out);
    }
}

#[test]
fn a_password_is_in_no_picture() {
    let text = "state-store s git {\n    nonsense\n    url \"https://somebody:hunter2@git.example/r\"\n}\n";
    let start = text.find("nonsense").unwrap() as u32;
    let shown = picture(text, start, start + 8);
    assert!(shown.contains("url \"https://****************@git.example/r\"") && !shown.contains("hunter2"), "{shown}");
}
