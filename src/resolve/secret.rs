//! `(secret)"name"`: where it may stand, and how it is written.

use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{SECRET_MEMBER, is_secret_name};
use crate::source::{Sources, Span};
use crate::syntax::{Entry, Node};

/// The annotation of a reference to a secret.
pub(super) const ANNOTATION: &str = "secret";

/// The node that says how to log in.
const AUTH: &str = "auth";

/// What a text without secrets and logins does not say anywhere, so that its nodes need no look.
pub(super) const WORDS: [&str; 2] = [ANNOTATION, AUTH];

/// Whether a value of a place may be a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// It may: what stands there is delivered.
    Delivered,
    /// It may, and a dollar in a text is doubled there.
    Template,
    /// It may not: everybody reads what stands there.
    Open,
}

/// Every secret of a node of a file that is out of place or malformed.
pub(super) fn judge(node: Node<'_>, diagnostics: &mut Diagnostics) {
    walk(node, Position::Open, Position::Open, diagnostics);
}

/// Judges a node that stands in a place, and whose arguments and properties stand in another. How deep nodes nest is limited
/// where they are read.
fn walk(node: Node<'_>, place: Position, line: Position, diagnostics: &mut Diagnostics) {
    if node.annotation() == Some(ANNOTATION) {
        let problem = misplaced(node.head_span(), "`(secret)` stands before a value, not before a node");
        diagnostics.push(problem.help(format!("write `{} (secret)\"NAME\"`", node.name())));
    }
    reserved(node.name(), node.name_span(), place, diagnostics);
    for entry in node.arguments().chain(node.properties()) {
        reserved(entry.key().unwrap_or_default(), entry.key_span(), line, diagnostics);
        if entry.annotation() == Some(ANNOTATION) {
            diagnostics.extend(value(node, entry, line));
        } else if node.name() == AUTH && entry.key() == Some("secret") {
            diagnostics.extend(name(entry));
        }
    }
    for child in node.children() {
        let (place, line) = child_places(node, child, place);
        walk(child, place, line, diagnostics);
    }
}

/// The place of a child, and that of what stands on its line.
fn child_places(parent: Node<'_>, child: Node<'_>, place: Position) -> (Position, Position) {
    let word = |index: usize| parent.argument(index).and_then(Entry::string);
    match (parent.name(), child.name()) {
        _ if place != Position::Open => (place, place),
        ("request", "lifecycle" | "metadata") => (Position::Open, Position::Open),
        ("request", _) => (Position::Delivered, Position::Delivered),
        ("resource", _) => (Position::Template, Position::Template),
        ("given", _) if word(0) != Some("entity") => (Position::Delivered, Position::Delivered),
        ("expect", _) if word(0) == Some("resource") => (Position::Delivered, Position::Delivered),
        ("backend", "send" | "header" | "payload") => (Position::Open, Position::Template),
        _ => (Position::Open, Position::Open),
    }
}

/// What is wrong with a secret as a value.
fn value(node: Node<'_>, entry: Entry<'_>, line: Position) -> Option<Diagnostic> {
    let span = entry.value_span();
    if line == Position::Open
        || (matches!(node.name(), "send" | "header") && node.argument(0).is_some_and(|key| key.span() == entry.span()))
    {
        let help = "a secret goes into a request, the body of a `resource`, or what an action sends; elsewhere, write the name \
                    of what holds it as text";
        return Some(misplaced(span, "a secret cannot stand here").help(help));
    }
    if entry.string().is_none() {
        let problem = Diagnostic::error(code::MALFORMED_SECRET, span, "the name of a secret is text");
        return Some(problem.help("write `(secret)\"NAME\"`"));
    }
    name(entry)
}

/// What is wrong with the name of a secret, wherever it stands. What is no text is no name, which is told elsewhere.
fn name(entry: Entry<'_>) -> Option<Diagnostic> {
    if entry.string().is_none_or(is_secret_name) {
        return None;
    }
    // What was written in place of a name may be the secret itself, so that the message does not repeat it.
    let problem = Diagnostic::error(code::MALFORMED_SECRET, entry.value_span(), "this is no name of a secret");
    Some(
        problem.help(
            "a name has letters, digits, `-`, `_` and `.`, at most 100; the value itself never stands in the text",
        ),
    )
}

/// The places of what was written where a name belongs, which may be a secret itself: nobody is shown them.
pub(super) fn not_to_be_shown(diagnostics: &Diagnostics, sources: &Sources) -> Vec<Span> {
    let malformed = diagnostics.iter().filter(|problem| problem.code == code::MALFORMED_SECRET);
    let spans = malformed.map(|problem| problem.primary.span());
    spans.filter(|span| !sources.text(*span).contains(SECRET_MEMBER)).collect()
}

/// A part of what says how to log in, where whoever writes a credential into the text writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Login {
    /// All of the part.
    whole: Span,
    /// The value in it.
    value: Span,
    /// Whether the language has a word or a name there: nothing else is ever shown.
    is_known: bool,
}

/// The parts of what says how to log in, of a node and of those below it.
pub(super) fn logins(node: Node<'_>, found: &mut Vec<Login>) {
    let is_auth = node.name() == AUTH;
    let way = node.argument(0).map(Entry::span);
    if let Some(first) = node.entries().next().filter(|_| is_auth) {
        // What another language writes between a name and its value is told with the value.
        let (name, value) = (node.name_span(), first.value_span());
        let whole = Span::new(name.file, name.end.saturating_sub(1), value.end);
        found.push(Login { whole, value, is_known: true });
    }
    for entry in node.arguments().chain(node.properties()).filter(|_| is_auth) {
        let is_known = Some(entry.span()) == way || entry.key() == Some("secret");
        found.push(Login { whole: entry.span(), value: entry.value_span(), is_known });
    }
    for child in node.children() {
        if is_auth {
            found.push(Login { whole: child.span(), value: child.span(), is_known: false });
        } else {
            logins(child, found);
        }
    }
}

/// The same problems, none of which repeats what was written where a credential may have been; the texts do not show it either. What
/// is nearly a word of the language is that word.
pub(super) fn withhold(problems: Diagnostics, mut logins: Vec<Login>, sources: &mut Sources) -> Diagnostics {
    logins.sort_unstable();
    for login in logins.iter().filter(|login| !login.is_known) {
        sources.hide(login.value);
    }
    let mut kept = Diagnostics::new();
    for problem in problems {
        let at = problem.primary.span();
        let is_near = problem.code == code::UNKNOWN_WORD && !problem.fixes.is_empty();
        let next = logins.partition_point(|login| (login.whole.file, login.whole.start) <= (at.file, at.start));
        let login = next.checked_sub(1).and_then(|before| logins.get(before));
        match login.filter(|login| login.whole.file == at.file && at.start < login.whole.end && !is_near) {
            Some(login) => {
                sources.hide(login.value);
                kept.push(unsaid(problem, sources.text(login.value)));
            }
            None => kept.push(problem),
        }
    }
    kept
}

/// A problem that does not say what was written.
fn unsaid(problem: Diagnostic, written: &str) -> Diagnostic {
    let bare = written.trim_matches(|character: char| !character.is_alphanumeric());
    let start: String = bare.chars().take(8).collect();
    let says = |text: &str| text.contains(&start) || text.contains(written);
    let message = format!("{}: it is not repeated here, as it may be a credential", problem.code.title);
    let mut primary = problem.primary;
    if says(&primary.text) {
        primary.text.clear();
    }
    Diagnostic {
        message,
        primary,
        help: problem.help.filter(|help| !says(help)),
        fixes: problem
            .fixes
            .into_iter()
            .filter(|fix| !says(&fix.title) && !fix.edits.iter().any(|edit| says(&edit.text)))
            .collect(),
        ..problem
    }
}

/// The name that stands for a secret outside of KDL cannot be a member's own.
fn reserved(name: &str, span: Span, place: Position, diagnostics: &mut Diagnostics) {
    let plain = if place == Position::Template { name.strip_prefix('$') } else { Some(name) };
    if plain == Some(SECRET_MEMBER) {
        let problem = Diagnostic::error(code::MALFORMED_SECRET, span, "`$secret` cannot be the name of a member");
        diagnostics.push(problem.help("a reference to a secret is `(secret)\"NAME\"`"));
    }
}

fn misplaced(span: Span, message: &str) -> Diagnostic {
    Diagnostic::error(code::MISPLACED_SECRET, span, message)
}

#[cfg(test)]
mod tests {
    use crate::resolve::{MemoryLoader, resolve};

    /// The problems of a text, each with what it points at.
    fn problems(text: &str) -> Vec<String> {
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", format!("project demo\n{text}\n"))])).unwrap();
        let said = resolved.diagnostics.iter().filter(|one| one.code.id.starts_with("E073"));
        said.map(|one| format!("{} {}", one.code, resolved.sources.text(one.primary.span()))).collect()
    }

    #[test]
    fn a_secret_may_stand_in_what_is_delivered() {
        for text in [
            "request db one { password (secret)\"a\"; users { - name=x key=(secret)a.b-c_1 }; list (secret)a (secret)b }",
            "promise p { workflow configure { each z in=$spec.z { resource v1 Secret $name { stringData password=(secret)a } } } }",
            "action a create { backend kafka { send token (secret)a } }",
            "test t { given db one { password (secret)a }; expect resource Secret one { stringData password=(secret)a } }",
        ] {
            assert_eq!(problems(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_secret_may_stand_nowhere_else() {
        for text in [
            "entity service one { password (secret)SECRET }",
            "entity service one { properties { password (secret)SECRET } }",
            "blueprint b { property p string default=(secret)SECRET }",
            "promise p { api { field f string { default (secret)SECRET } } }",
            "promise p { workflow configure { resource v1 Secret (secret)SECRET } }",
            "promise p { workflow configure { resource v1 Secret a file=(secret)SECRET } }",
            "promise p { workflow configure { table t by=$spec.x { row a x=(secret)SECRET } } }",
            "promise p { workflow configure { status x=(secret)SECRET } }",
            "promise p { schedule x=(secret)SECRET }",
            "action a create { backend webhook url=(secret)SECRET }",
            "action a create { backend kafka { send (secret)SECRET x } }",
            "request db (secret)SECRET",
            "request db one { lifecycle { ignore (secret)SECRET } }",
            "test t { given entity service one { p (secret)SECRET } }",
            "state-store s git { url (secret)SECRET }",
            "project (secret)SECRET",
        ] {
            let found = problems(text);
            assert!(
                matches!(found.as_slice(), [one] if one.contains("E0730") && one.contains("SECRET")),
                "{text}: {found:?}"
            );
        }
        assert_eq!(problems("request db one { (secret)password \"a\" }"), ["E0730 (secret)password \"a\""]);
    }

    #[test]
    fn what_may_be_a_credential_is_repeated_nowhere() {
        for auth in [
            "auth hunter2",
            "auth basic hunter2",
            "auth basic secret=name token=hunter2",
            "auth basic secret=\"hunter2 \"",
            "auth basic secret=1234567hunter2",
            "auth basic secret=1e9 \"hunter2\"",
            "auth basic { password hunter2; }",
            "auth (token)hunter2",
            "auth \"hunter2\\\"\"",
            "auth basic secret=#hunter2",
            "auth = hunter2",
            "auth=hunter2",
            "auth: hunter2",
            "auth 'hunter2'",
            "auth basic 'hunter2', x",
            "auth basic hunter2,",
            "auth basic secret: hunter2",
            "auth basic \"secret\": \"hunter2\"",
            "auth basic ${hunter2}",
            "auth basic $hunter2",
        ] {
            let text = format!("project demo\nstate-store s git {{\n    url a\n    {auth}\n}}\n");
            let resolved = resolve(&MemoryLoader::new([("plat.kdl", text)])).unwrap();
            assert!(resolved.diagnostics.has_errors(), "{auth}");
            assert!(!format!("{:?}", resolved.diagnostics).contains("hunter2"), "{auth}: {:?}", resolved.diagnostics);
            let file = resolved.sources.file(resolved.diagnostics.iter().next().unwrap().primary.span().file);
            let shown = file.shown(0..file.text.len());
            assert!(!shown.contains("hunter2") && shown.contains("url a"), "{auth}: {shown}");
        }
        let near = "project demo\nstate-store s git { url a; auth basci secret=name; }\n";
        let resolved = resolve(&MemoryLoader::new([("plat.kdl", near)])).unwrap();
        assert!(resolved.diagnostics.iter().any(|one| one.message.contains("basci")));
    }

    #[test]
    fn a_malformed_secret_is_told() {
        assert_eq!(problems("request db one { p (secret)1 }"), ["E0731 1"]);
        assert_eq!(problems("request db one { p (secret)\"hunter 2!\" }"), ["E0731 \"hunter 2!\""]);
        assert_eq!(problems("request db one { p (secret)\"\" }"), ["E0731 \"\""]);
        for auth in ["auth basic secret=\"x\\nhost=other\"", "auth ssh secret=\"\"", "auth basic secret=\"a b\""] {
            let found = problems(&format!("state-store s git {{ url a; {auth}; }}"));
            assert!(matches!(found.as_slice(), [one] if one.starts_with("E0731")), "{auth}: {found:?}");
        }
        assert_eq!(problems("state-store s git { url a; auth basic secret=a.b-c_1; }"), [""; 0]);
        assert_eq!(problems("request db one { p \"$secret\"=a }"), ["E0731 \"$secret\""]);
        assert_eq!(problems("request db one { p { \"$secret\" a } }"), ["E0731 \"$secret\""]);
        let body = "promise p { workflow configure { resource v1 Secret $name { stringData { \"$$secret\" a } } } }";
        assert_eq!(problems(body), ["E0731 \"$$secret\""]);
        assert_eq!(problems("entity service one { p { \"$secret\" a } }"), ["E0731 \"$secret\""]);
        assert_eq!(problems(&body.replace("$$secret", "$secret")), [""; 0]);
    }
}
