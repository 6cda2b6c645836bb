//! Pages say what they are about, and their widgets are each of a type that Port has and say what Port asks for with that type.

use super::words::{list, quoted};
use crate::diag::{Diagnostic, code, suggest};
use crate::model::{Declaration, Kind, Map, Project, Value};
use crate::source::{Origin, Spanned};
use std::collections::{HashMap, HashSet};

/// Every type of widget with the members that it cannot be without (Port's `def-3` and `def-4`, and what its portal sends).
const TYPES: [(&str, &[&str]); 27] = [
    ("dashboard-widget", &["layout", "widgets"]),
    ("grouper", &["groups"]),
    ("table-entities-explorer", &["dataset"]),
    ("table-entities-explorer-by-direction", &[]),
    ("entities-pie-chart", &["dataset", "property"]),
    ("bar-chart", &["dataset", "property"]),
    ("entities-number-chart", &["unit"]),
    ("line-chart", &["chartType", "blueprint"]),
    ("markdown", &["title"]),
    ("iframe-widget", &["title", "url", "urlType"]),
    ("entity-info", &["blueprint", "entity"]),
    ("entity-details", &["blueprint", "entity"]),
    ("action-card-widget", &["actions"]),
    ("action-runs-table-widget", &["action"]),
    ("links-widget", &["links"]),
    ("graph-entities-explorer", &["dataset"]),
    ("table-audit-log", &["query"]),
    ("users-table", &[]),
    ("teams-table", &[]),
    ("runs-table", &[]),
    ("workflow-runs-history-table", &[]),
    ("run-info", &["runId"]),
    ("user-info", &["user_email"]),
    ("team-info", &["team_name"]),
    ("my-entities", &["title"]),
    ("recently-viewed-entities", &["title"]),
    ("recently-used-actions", &["title"]),
];

/// The pages and the widgets that a portal could not show.
pub(super) fn check(project: &Project) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for page in project.objects.iter().filter(|object| object.address.kind == Kind::Page) {
        diagnostics.extend(of_nothing(page));
        if let Some(widgets) = page.body.get("widgets") {
            let mut found = Found { diagnostics: &mut diagnostics, ids: HashMap::new() };
            found.all(widgets);
        }
    }
    diagnostics
}

/// That a page is about the entities of a blueprint, and says not of which.
fn of_nothing(page: &Declaration) -> Option<Diagnostic> {
    let kind = page.body.get("type")?;
    let word = kind.as_str().filter(|word| ["blueprint-entities", "entity"].contains(word))?;
    if page.body.get("blueprint").is_some() {
        return None;
    }
    let message = format!("page `{}` is of the type `{word}`, and names no blueprint", page.address.name);
    let help = "write a line `blueprint NAME` into its block";
    Some(Diagnostic::error(code::PAGE_OF_NOTHING, kind.span, message).help(help))
}

/// What is found on a page.
struct Found<'p, 'd> {
    diagnostics: &'d mut Vec<Diagnostic>,
    /// The widgets that have an `id`, by that.
    ids: HashMap<&'p str, Origin>,
}

impl<'p> Found<'p, '_> {
    fn all(&mut self, widgets: &'p Spanned<Value>) {
        match widgets.as_array() {
            Some(items) => items.iter().for_each(|item| self.widget(item)),
            None => self.diagnostics.push(no_widget(widgets)),
        }
    }

    fn widget(&mut self, item: &'p Spanned<Value>) {
        let Some(widget) = item.as_object() else { return self.diagnostics.push(no_widget(item)) };
        let Some(kind) = widget.get("type") else { return self.diagnostics.push(untyped(item.span)) };
        let Some(word) = kind.as_str() else { return self.diagnostics.push(no_type(kind)) };
        match TYPES.iter().find(|row| row.0 == word) {
            Some((_, needed)) => {
                let missing: Vec<String> =
                    needed.iter().filter(|name| widget.get(name).is_none()).map(|name| quoted(name)).collect();
                if !missing.is_empty() {
                    let message = format!("a widget of the type `{word}` needs {}", list(missing));
                    self.diagnostics.push(Diagnostic::error(code::INCOMPLETE_WIDGET, item.span, message));
                }
            }
            None => {
                let message = format!("there is no type `{word}` of widgets");
                let near = suggest(word, TYPES.iter().map(|row| row.0));
                let diagnostic = Diagnostic::warning(code::UNKNOWN_WIDGET, kind.span, message);
                self.diagnostics.push(match near {
                    Some(near) => diagnostic.did_you_mean(Some(near)),
                    None => diagnostic.help("it goes to the portal as it is, which shows what it knows"),
                });
            }
        }
        self.identified(widget);
        layout(widget, self.diagnostics);
        let groups = widget.get("groups").and_then(|groups| groups.as_array()).unwrap_or_default();
        let inner = groups.iter().filter_map(|group| group.as_object()?.get("widgets"));
        widget.get("widgets").into_iter().chain(inner).for_each(|widgets| self.all(widgets));
    }

    /// The `id` of a widget is that of no other one of the page.
    fn identified(&mut self, widget: &'p Map) {
        let Some((id, name)) = widget.get("id").and_then(|id| Some((id, id.as_str()?))) else { return };
        if let Some(first) = self.ids.get(name) {
            let message = format!("two widgets of the page have the `id` `{name}`");
            let diagnostic = Diagnostic::error(code::WIDGET_TWICE, id.span, message);
            self.diagnostics.push(diagnostic.other(*first, "the first one").help("give each its own, or leave it out"));
        } else {
            self.ids.insert(name, id.span);
        }
    }
}

const LINES: &str = "write a line for each: `widgets { - type=markdown title=\"Who to ask\" markdown=\"...\"; }`";

fn no_widget(found: &Spanned<Value>) -> Diagnostic {
    let message = format!("a widget is an object with a `type`, and here is {}", found.type_name());
    Diagnostic::error(code::INCOMPLETE_WIDGET, found.span, message).help(LINES)
}

fn untyped(widget: Origin) -> Diagnostic {
    Diagnostic::error(code::INCOMPLETE_WIDGET, widget, "a widget needs a `type`, and here is none").help(LINES)
}

fn no_type(found: &Spanned<Value>) -> Diagnostic {
    let message = format!("the `type` of a widget is a string, and here is {}", found.type_name());
    Diagnostic::error(code::INCOMPLETE_WIDGET, found.span, message).help(LINES)
}

/// The columns of a dashboard that show a widget which is not there.
fn layout(dashboard: &Map, diagnostics: &mut Vec<Diagnostic>) {
    let items = |map: &Map, name: &str| -> Vec<Map> {
        let items = map.get(name).and_then(|items| items.as_array()).unwrap_or_default();
        items.iter().filter_map(|item| item.as_object().cloned()).collect()
    };
    let known: HashSet<String> =
        items(dashboard, "widgets").iter().filter_map(|widget| Some(widget.get("id")?.as_str()?.to_owned())).collect();
    let columns = items(dashboard, "layout").into_iter().flat_map(|row| items(&row, "columns"));
    for id in columns.filter_map(|column| column.get("id").cloned()) {
        if let Some(name) = id.as_str().filter(|name| !known.contains(*name)) {
            let message = format!("the layout shows the widget `{name}`, and there is none of that `id`");
            let near = suggest(name, known.iter().map(String::as_str));
            diagnostics.push(Diagnostic::error(code::INCOMPLETE_WIDGET, id.span, message).did_you_mean(near));
        }
    }
}
