//! What a project uses of others: the lines that ask for it, and the copy that holds it.
//!
//! The copy is a text like any other, so that what is used has places, and is known by the same names. What it says is set apart here:
//! the project refers to it, and neither wants it nor answers for it.

use super::loader::Loader;
use super::lock::{LeftOut, Lock, Unlocked};
use crate::diag::{Code, Diagnostic, Diagnostics, Label, Severity, code};
use crate::model::{
    Address, Asked, Declared, Digest, Extern, Kind, Name, Project, Scope, Scopes, extern_lock, is_extern_file,
};
use crate::source::{Origin, Sources, Span};
use crate::syntax::{Entry, Node, composed};
use std::collections::{BTreeMap, HashSet};

/// Lowers an `extern` node.
pub(super) fn lower(node: Node<'_>) -> Option<Extern> {
    let word = node.argument(0)?.string()?;
    // A name is the same in either form of its letters.
    let said =
        |position: usize| node.argument(position).and_then(Entry::string).map(|text| Name::from(&*composed(text)));
    let what = match (word, Kind::from_word(word)) {
        ("project", _) => Asked::Project(said(1)?),
        (_, Some(kind @ (Kind::Entity | Kind::Request))) => {
            let name = said(2).unwrap_or_else(|| "*".into());
            Asked::Objects(scope(&Address::below(kind, said(1)?, name)))
        }
        (_, Some(kind)) => Asked::Objects(scope(&Address::new(kind, said(1)?))),
        (_, None) => return None,
    };
    Some(Extern { span: node.head_span().into(), what })
}

/// What an address speaks of, which is several where there is `*` in it.
fn scope(address: &Address) -> Scope {
    let is_pattern = address.name.contains('*') || address.parent.contains('*');
    if is_pattern { Scope::Pattern(address.to_string().into()) } else { Scope::Object(address.clone()) }
}

/// Sets apart what the copy of what others own says, and says what is wrong with it. Every open body has its shape by now.
pub(super) fn set_apart(project: &mut Project, loader: &dyn Loader, sources: &Sources) -> Diagnostics {
    let mut problems = Diagnostics::default();
    let copy = sources.iter().find(|(_, file)| is_extern_file(&file.name));
    let Some((id, file)) = copy else {
        problems.extend(project.externs.asked.first().map(|first| {
            let message = "nothing of what other projects own is here yet";
            let help = format!(
                "`{}` brings it; `plat plan` and `plat apply` look into the catalog themselves",
                pulling(loader.environment().as_deref())
            );
            Diagnostic::error(code::NOTHING_PULLED, first.span, message).help(help)
        }));
        return problems;
    };
    let environment = loader.environment();
    let written = extern_lock(environment.as_deref());
    project.externs.file = Some(id);
    let is_apart = |place: Origin| place.text().is_some_and(|span| span.file == id);
    let externs = &mut project.externs;
    externs.objects = project.objects.extract_if(.., |object| is_apart(object.span)).collect();
    externs.entities = project.entities.extract_if(.., |entity| is_apart(entity.span)).collect();
    externs.requests = project.requests.extract_if(.., |request| is_apart(request.span)).collect();
    project.called.retain(|(_, url)| !is_apart(url.span));
    project.sent.retain(|(_, value)| !is_apart(value.span));
    if project.externs.asked.is_empty() {
        let message = format!("`{}` is here, and no `extern` line uses what others own", file.name);
        let problem = Diagnostic::error(code::EXTERN_CHANGED, Span::start_of(id), message);
        problems.push(problem.help(format!("take it away, with `{written}`, or write what is used of it")));
        return problems;
    }
    let lock = Lock::of(loader);
    let Some(lock) = lock.as_ref().ok().filter(|lock| lock.text == Digest::of(file.text.as_bytes())).cloned() else {
        let name = &file.name;
        let message = match lock {
            Ok(_) => format!("`{name}` is not what `{written}` says that was pulled"),
            Err(Unlocked::Missing) => format!("`{written}` is not here, which says what `{name}` is a copy of"),
            Err(Unlocked::Unreadable) => {
                format!(
                    "`{written}` is not what `plat catalog pull` writes, and nothing else says what `{name}` is a copy of"
                )
            }
        };
        let problem = Diagnostic::error(code::EXTERN_CHANGED, Span::start_of(id), message);
        project.externs.is_changed = true;
        problems.push(problem.help(format!(
            "`{}` writes both; what others own is changed by their projects",
            pulling(environment.as_deref())
        )));
        return problems;
    };
    problems.extend(missing(project, &lock));
    project.externs.unread = lock.left_out.into_iter().map(|out| out.address).collect();
    problems
}

/// The command that writes the copy of what others own.
fn pulling(environment: Option<&str>) -> String {
    environment.map_or_else(|| "plat catalog pull".to_owned(), |name| format!("plat catalog pull --env {name}"))
}

/// The lines that ask for what the catalog did not have, or not so that it could be had.
fn missing(project: &Project, lock: &Lock) -> Vec<Diagnostic> {
    let known: HashSet<Address> = project.externs.declared().map(Declared::address).collect();
    let mut problems = Vec::new();
    let names = |asked: &Extern, out: &LeftOut| match &asked.what {
        Asked::Objects(Scope::Object(address)) => address.to_string() == out.address,
        Asked::Project(_) | Asked::Objects(_) => false,
    };
    for asked in &project.externs.asked {
        let is_there = match &asked.what {
            Asked::Project(id) => lock.projects.iter().any(|project| *project.id == **id),
            Asked::Objects(Scope::Object(address)) => known.contains(address),
            Asked::Objects(pattern) => known.iter().any(|address| pattern.covers(address)),
        };
        if !is_there && !lock.left_out.iter().any(|out| names(asked, out)) {
            let message = format!("the catalog held nothing of others that is {} when it was looked at", asked.what);
            let help = given_away(asked, project).unwrap_or_else(|| {
                format!(
                    "`{}` brings what there is now; `plat catalog projects` shows who shares the catalog{}",
                    pulling(project.environment.as_deref()),
                    id_in_environment(asked, project)
                )
            });
            // Of what a pattern covers there may be nothing: what the text needs of it is missed where it is used.
            let is_pattern = matches!(asked.what, Asked::Objects(Scope::Pattern(_)));
            let new = if is_pattern { Diagnostic::warning } else { Diagnostic::error };
            problems.push(new(code::EXTERN_OF_NOTHING, asked.span, message).help(help));
        }
    }
    for out in &lock.left_out {
        // What nobody asks for by its name came along, and may not be missed.
        let asked = project.externs.asked.iter().find(|asked| names(asked, out));
        let Some(line) = asked.or(project.externs.asked.first()) else { continue };
        let whose = match &out.owner {
            Some(id) => format!(" of project {id}"),
            None if out.is_nobodys => ", which nobody owns,".to_owned(),
            None => " of another project".to_owned(),
        };
        let is_kept = known.iter().any(|address| address.to_string() == out.address);
        let kept = if is_kept { "; until that is put right, what was pulled of it before counts" } else { "" };
        let message = format!("{}{whose} could not be had: {}{kept}", out.address, out.why);
        let is_needed = asked.is_some() || rests_on(&out.address, project);
        let new = if is_needed && !is_kept { Diagnostic::error } else { Diagnostic::warning };
        problems.push(new(code::EXTERN_OF_NOTHING, line.span, message).help(way_to_mend(out.is_nobodys)));
    }
    problems
}

/// Whether what a project does rests on something of others that its text names nowhere: where its requests go, and what judges its plans. Without it
/// files would go elsewhere, and what is denied would pass.
fn rests_on(address: &str, project: &Project) -> bool {
    match Address::parse(address).map(|address| address.kind) {
        Some(Kind::Destination | Kind::StateStore) => !project.requests.is_empty(),
        Some(Kind::Policy) => true,
        _ => false,
    }
}

/// What to do where the project itself gives away what it asks for, and has it as long as nobody took it.
fn given_away(asked: &Extern, project: &Project) -> Option<String> {
    let Asked::Objects(Scope::Object(address)) = &asked.what else { return None };
    let line = Scopes::of(&project.removed, |line| &line.scope.value).of_object(address)?;
    let taker = &line.to_project.as_ref()?.value;
    Some(format!(
        "it is this project's own until project {taker} takes it over: where this text refers to it, let that one apply first, and declare it here \
         until then"
    ))
}

/// That a project has another id in each environment, where one is asked for by an id that does not name it.
fn id_in_environment(asked: &Extern, project: &Project) -> String {
    match (&asked.what, &project.environment) {
        (Asked::Project(id), Some(name)) if !id.ends_with(&format!("-{name}")) => {
            format!(", by their ids, of which each environment has its own: `extern project \"{id}-${{environment}}\"`")
        }
        _ => String::new(),
    }
}

/// What to do where something of others could not be had.
fn way_to_mend(is_nobodys: bool) -> &'static str {
    if is_nobodys {
        "put it right in the catalog, or take it away there"
    } else {
        "its project puts it right: where somebody broke it, by `plat apply --on-conflict ours`"
    }
}

/// What to do where both this project and another one declare something, whichever of the two texts comes first.
const OWNED_ELSEWHERE: &str = "another project owns it: to own it here, write an `adopt` line beside it, take out an `extern` line that \
                               names it, and `plat catalog pull`; or take out this one, or the `use` that it comes with, to use that one's";

/// What is said of the place where a project has what another one has.
pub(crate) const ANOTHER_HAS_IT: &str = "another project has it";

/// What is said besides of what is missing, which may be missing because of others.
fn theirs(what: Code, project: &Project) -> String {
    if what == code::NO_DESTINATION {
        "; those of a promise of another project are for its owner to declare".to_owned()
    } else if what.is_of_unknown_name() {
        let pull = pulling(project.environment.as_deref());
        format!("; what another project has under this name, `{pull}` brings, as long as that has it")
    } else {
        String::new()
    }
}

/// Whether a name is missing because what it names could not be had.
fn is_unread(one: &Diagnostic, project: &Project) -> bool {
    let is_named = |address: &String| {
        let name = address.rsplit(':').next().unwrap_or_default();
        one.message.contains(&format!("`{name}`"))
    };
    one.code.is_of_unknown_name() && project.externs.unread.iter().any(is_named)
}

/// What a project asks of promises and blueprints of others whose text is wrong, as where somebody broke them in the catalog: what came of it is
/// not known, whatever can be read of them.
fn of_broken(project: &Project, broken: &BTreeMap<Address, String>) -> Vec<Diagnostic> {
    if broken.is_empty() {
        return Vec::new();
    }
    let requests = project.requests.iter().map(|one| (Kind::Promise, &one.promise));
    let entities = project.entities.iter().map(|one| (Kind::Blueprint, &one.blueprint));
    let told = requests.chain(entities).filter_map(|(kind, name)| {
        let address = Address::new(kind, name.value.clone());
        let message =
            format!("{address} of another project is wrong as it stands in the catalog: {}", broken.get(&address)?);
        let help = "its project puts it right: what its text says, by `plat apply --on-conflict ours`; what is there besides is taken back in the \
                    catalog by who put it there";
        Some(Diagnostic::error(code::EXTERN_OF_NOTHING, name.span, message).help(help))
    });
    told.collect()
}

/// The object of others that something stands in, by the places of their lines.
fn around(place: Origin, project: &Project) -> Option<Address> {
    let start = place.text()?.start;
    let lines = project.externs.objects.iter().filter_map(|one| Some((one.span.text()?.start, &one.address)));
    lines.filter(|(line, _)| *line <= start).max_by_key(|(line, _)| *line).map(|(_, address)| address.clone())
}

/// The problems of a project without those of what other projects own, which are theirs.
pub(crate) fn without_theirs(problems: Diagnostics, project: &Project) -> Diagnostics {
    let Some(file) = project.externs.file else {
        // What nobody brought yet is missed wherever it is used, which is told once.
        let is_missing = !project.externs.asked.is_empty();
        let mut own = Diagnostics::default();
        own.extend(problems.into_iter().filter(|one| !(is_missing && one.code.is_of_unknown_name())));
        return own;
    };
    let is_theirs = |label: &Label| label.origin.text().is_some_and(|span| span.file == file);
    let mut broken = BTreeMap::new();
    for one in problems
        .iter()
        .filter(|one| one.severity == Severity::Error && one.code.is_of_words() && is_theirs(&one.primary))
    {
        let object = around(one.primary.origin, project);
        object.map(|object| broken.entry(object).or_insert_with(|| one.message.clone()));
    }
    let mut own = Diagnostics::default();
    own.extend(of_broken(project, &broken));
    // All of a copy that nobody uses is told once.
    let is_used = !project.externs.asked.is_empty();
    own.extend(problems.into_iter().filter_map(|mut one| {
        if one.code == code::EXTERN_CHANGED {
            return Some(one);
        }
        // What is no object counts nowhere in a copy, which is told to be another one than was pulled.
        if one.code == code::SECOND_OF_ONE && one.others.iter().chain([&one.primary]).any(is_theirs) {
            return None;
        }
        if one.code == code::DUPLICATE_NAME && !is_used && one.others.iter().chain([&one.primary]).any(is_theirs) {
            return None;
        }
        if one.code == code::DUPLICATE_NAME && !is_theirs(&one.primary) && one.others.iter().any(is_theirs) {
            one.primary.text.clear();
            let theirs = one.others.iter_mut().filter(|label| is_theirs(label));
            theirs.for_each(|label| ANOTHER_HAS_IT.clone_into(&mut label.text));
            return Some(one.help(OWNED_ELSEWHERE));
        }
        if !is_theirs(&one.primary) {
            if is_unread(&one, project) {
                return Some(
                    one.help(format!("another project has it, and it could not be had: {}", way_to_mend(false))),
                );
            }
            // Some say it themselves.
            let is_said = one.help.as_ref().is_some_and(|help| help.contains("`extern` line"));
            let more = if is_said { String::new() } else { theirs(one.code, project) };
            let help = one.help.take().map(|help| help + &more);
            return Some(Diagnostic { help, ..one });
        }
        // What both declare is a mistake of this one.
        let ours =
            one.others.iter_mut().find(|label| !is_theirs(label)).filter(|_| one.code == code::DUPLICATE_NAME)?;
        std::mem::swap(&mut ours.origin, &mut one.primary.origin);
        // What comes with plat is not where the words say that it is any more.
        if let Some(end) = one.message.find(", here and in ") {
            one.message.truncate(end);
            std::mem::swap(&mut ours.text, &mut one.primary.text);
        } else {
            one.primary.text.clear();
        }
        ANOTHER_HAS_IT.clone_into(&mut ours.text);
        Some(one.help(OWNED_ELSEWHERE))
    }));
    own
}
