use super::fragment::Fragment;
use super::names::Names;
use super::template;
use super::value::count;
use super::value::{flag, name_at, text};
use super::version::Requirement;
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::model::{
    Adoption, Auth, AuthMethod, CatalogType, DatabaseSchema, DatabaseUrl, Environment, GitFolder, Guards, Map, Member,
    Name, Repository, SharedCatalog,
};
use crate::source::{Origin, Sources, Span, Spanned};
use crate::syntax::Node;

/// The name of the file that says that a folder is a project.
pub const PROJECT_FILE: &str = "plat.kdl";

/// Lowers a `project` node.
pub(super) fn project(node: Node<'_>, fragment: &mut Fragment) {
    let diagnostics = &mut fragment.diagnostics;
    if let Some(range) = node.child("plat").and_then(|child| text(child.argument(0)?)) {
        diagnostics.extend(supported(&range));
    }
    if let Some(guards) = node.child("guards") {
        fragment.project.guards = self::guards(guards, diagnostics);
    }
    if let Some(id) = node.child("id").and_then(|child| text(child.argument(0)?)) {
        fragment.project.id.get_or_insert(id);
    }
    if let Some(problem) = node.child("catalog").and_then(|node| node.child("url")).and_then(unclear) {
        diagnostics.push(problem);
    }
    if let Some(catalog) = node.child("catalog").and_then(catalog) {
        fragment.project.catalog.get_or_insert(catalog);
    }
    if let Some(name) = name_at(node, 0, &mut Names::default()) {
        fragment.project.name.get_or_insert_with(|| name.clone());
        fragment.projects.push(Spanned::new(name.value, node.head_span()));
    }
}

/// Lowers an `environment` node.
pub(super) fn environment(node: Node<'_>, file: &str, fragment: &mut Fragment) {
    let diagnostics = &mut fragment.diagnostics;
    let Some(name) = name_at(node, 0, &mut Names::default()) else { return };
    if file != PROJECT_FILE {
        let message = format!("`environment` belongs in `{PROJECT_FILE}`");
        let problem = Diagnostic::error(code::MISPLACED_NODE, node.head_span(), message);
        return diagnostics
            .push(problem.help("move it there: it says where the catalog is, before anything else is read"));
    }
    diagnostics.extend(node.child("catalog").and_then(|node| node.child("url")).and_then(unclear));
    let given = node.children().filter(|child| child.name() == "param");
    let given = given.filter_map(|line| {
        let name = name_at(line, 0, &mut Names::default())?;
        let value = template::behind(line, 1, diagnostics);
        Some(Member { name, value: Spanned::new(value.value.written(value.span), value.span) })
    });
    let parameters = Map { members: given.collect() };
    let lines: Vec<Node<'_>> = node.children().filter(|child| child.name() == "param").collect();
    for (index, line) in lines.iter().enumerate() {
        let named = |line: &Node<'_>| line.argument(0).and_then(|entry| entry.string().map(str::to_owned));
        if let Some(first) = lines[..index].iter().find(|first| named(first) == named(line)) {
            let message = format!("`{}` is given twice in this environment", named(line).unwrap_or_default());
            let problem = Diagnostic::error(code::DUPLICATE_NAME, line.head_span(), message);
            diagnostics.push(problem.other(first.head_span(), "it is given here").help("keep one of them"));
        }
    }
    if *name.value == *Environment::ALL {
        let message = format!("`{}` is the word for every environment, and none can be called so", name.value);
        let problem = Diagnostic::error(code::DUPLICATE_NAME, name.span, message);
        diagnostics.push(problem.help("call it otherwise, such as `production`"));
    }
    fragment.project.environments.push(Environment {
        name,
        span: node.head_span().into(),
        id: node.child("id").and_then(|child| text(child.argument(0)?)),
        catalog: node.child("catalog").and_then(catalog),
        guards: node.child("guards").map(|guards| self::guards(guards, diagnostics)),
        parameters,
    });
}

/// What a `guards` node says.
fn guards(node: Node<'_>, diagnostics: &mut Diagnostics) -> Guards {
    let adoption = || Adoption::from_word(node.property("adoption")?.string()?);
    Guards {
        span: Some(node.head_span().into()),
        max_deletes: count(node, "max-deletes", diagnostics).map(|limit| limit.value),
        adoption: adoption().unwrap_or_default(),
    }
}

/// Where a `catalog` node says that the catalog is.
fn catalog(node: Node<'_>) -> Option<SharedCatalog> {
    let said = |child: &str| node.child(child).and_then(|child| text(child.argument(0)?));
    let or = |child: &str, usual: &str| {
        said(child).unwrap_or_else(|| Spanned::new(usual.into(), Origin::Default(node.head_span())))
    };
    let auth = node.child("auth").and_then(auth);
    match CatalogType::from_word(node.argument(0)?.string()?)? {
        CatalogType::Git => {
            let url = said("url")?;
            Some(SharedCatalog::Git(GitFolder {
                repository: Repository::of(&url.value),
                url,
                branch: or("branch", SharedCatalog::BRANCH),
                path: or("path", ""),
                auth,
                create: flag(node, 1, "create").map(Into::into),
            }))
        }
        CatalogType::Postgres => {
            let url = said("url").map(DatabaseUrl::Said);
            let url = url.or_else(|| Some(DatabaseUrl::Secret(secret(node.child("url")?)?)))?;
            Some(SharedCatalog::Postgres(DatabaseSchema { url, schema: or("schema", SharedCatalog::SCHEMA), auth }))
        }
    }
}

/// What is wrong with a `url` that may say an address, or a secret that holds it, and says both or neither.
fn unclear(node: Node<'_>) -> Option<Diagnostic> {
    match (node.argument(0), node.property("secret")) {
        (None, None) => {
            let message = "the `url` of the catalog says neither an address nor the secret that holds it";
            let help = "write `url \"postgres://HOST/DATABASE\"`, or `url secret=NAME`";
            Some(Diagnostic::error(code::MISSING_ARGUMENT, node.head_span(), message).help(help))
        }
        (Some(address), Some(secret)) => {
            let message = "the `url` of the catalog says an address and a secret that holds one";
            let problem = Diagnostic::error(code::EXCLUSIVE_PARTS, secret.key_span(), message);
            let help = "keep one of them; the secret to log in with stands in `auth basic secret=NAME`";
            Some(problem.other(address.value_span(), "this is here already").help(help))
        }
        (Some(_), None) | (None, Some(_)) => None,
    }
}

/// How an `auth` node says that one logs in.
fn auth(node: Node<'_>) -> Option<Auth> {
    let method = AuthMethod::from_word(node.argument(0)?.string()?)?;
    Some(Auth { span: node.head_span().into(), method, secret: secret(node) })
}

/// The secret that a node names.
fn secret(node: Node<'_>) -> Option<Spanned<Name>> {
    let entry = node.property("secret")?;
    Some(Names::default().at(entry.string()?, entry.value_span()))
}

/// What is wrong with the versions of plat that a project asks for.
pub(super) fn supported(range: &Spanned<Box<str>>) -> Option<Diagnostic> {
    let version = env!("CARGO_PKG_VERSION");
    match Requirement::parse(&range.value) {
        Some(requirement) if requirement.accepts(version) => None,
        Some(_) => Some(
            Diagnostic::error(
                code::UNSUPPORTED_VERSION,
                range.span,
                format!("plat {} is asked for here, and this is {version}", range.value),
            )
            .help("use a version of plat that fits, or change what it asks for"),
        ),
        None => Some(
            Diagnostic::error(code::BAD_VERSION, range.span, format!("`{}` says no versions", range.value))
                .help("write it like `\">=0.1\"`, or `\">=0.1, <0.3\"`"),
        ),
    }
}

/// Judges where a project is declared; that there is one only is judged with all names. `first` is the start of the
/// file that speaks for the project.
pub(super) fn is_declared(declared: &[Spanned<Name>], first: Span, sources: &Sources, diagnostics: &mut Diagnostics) {
    // A file that was refused may well declare it.
    let refused = |diagnostic: &Diagnostic| {
        diagnostic.primary.span() == first
            && [code::FILES_OUTSIDE, code::FILE_TOO_BIG, code::UNREADABLE_FILE].contains(&diagnostic.code)
    };
    match declared {
        [] if diagnostics.iter().any(refused) => {}
        [] => diagnostics.push(
            Diagnostic::error(code::NO_PROJECT, first, "no file declares the project")
                .help(format!("write `project NAME` into `{PROJECT_FILE}`")),
        ),
        [one] if sources.file(one.span.shown().file).name != PROJECT_FILE => diagnostics.push(
            Diagnostic::error(code::NO_PROJECT, one.span, format!("`project` belongs in `{PROJECT_FILE}`"))
                .help(format!("move it to `{PROJECT_FILE}`, in the project's folder")),
        ),
        _ => {}
    }
}
