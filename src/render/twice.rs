//! One object of Kubernetes that a destination gets twice: which of the two wins there is chance.
//!
//! Between two requests it is an error, as the end of one would take away what the other one has. Within a request nothing of
//! anybody else is lost, so that it is a warning.

use super::{Object, Rendered};
use crate::diag::{Diagnostic, Diagnostics, code};
use crate::kubernetes::Identity;
use crate::model::{Address, Destination, Name, Project};
use crate::source::Origin;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Every object that a destination gets twice. One mistake is told once, however many objects and requests it meets.
pub(super) fn twice(project: &Project, rendered: &[Rendered]) -> Diagnostics {
    let places: HashMap<&Name, Area<'_>> =
        project.destinations.iter().map(|destination| (&destination.name.value, place(destination))).collect();
    let mut delivered: HashMap<(&Area<'_>, &Identity), Delivery<'_>> = HashMap::new();
    let mut told = Told::default();
    for request in rendered {
        let Some(destination) = &request.destination else { continue };
        let Some(place) = places.get(destination) else { continue };
        for object in &request.objects {
            match delivered.entry((place, &object.identity)) {
                Entry::Vacant(entry) => drop(entry.insert(Delivery { request, object })),
                Entry::Occupied(first) => told.add(*first.get(), Delivery { request, object }, destination),
            }
        }
    }
    let mut diagnostics = Diagnostics::default();
    diagnostics.extend(told.found.iter().map(Found::diagnostic));
    diagnostics
}

/// What takes an object to a cluster reads a folder of a store: destinations of one folder are one to it.
type Area<'p> = (&'p Name, Vec<&'p str>);

fn place(destination: &Destination) -> Area<'_> {
    let parts = destination.path.value.split('/').filter(|part| !matches!(*part, "" | "."));
    (&destination.store.value, parts.collect())
}

/// An object with the request that it is delivered for.
#[derive(Clone, Copy)]
struct Delivery<'r> {
    request: &'r Rendered,
    object: &'r Object,
}

/// Two deliveries of one object, and how many more there are for the same reason.
struct Found<'r> {
    first: Delivery<'r>,
    second: Delivery<'r>,
    destination: &'r Name,
    more: usize,
}

/// What two deliveries have to do with each other, by which those of one mistake are known.
#[derive(PartialEq, Eq, Hash)]
enum Cause<'r> {
    /// Two steps of one promise, whatever the request.
    Steps([(Origin, Option<&'r str>); 2]),
    /// Two requests, whatever the object.
    Requests(&'r Address, &'r Address),
    /// An object, whatever the requests.
    Object(&'r Name, &'r Identity),
}

#[derive(Default)]
struct Told<'r> {
    found: Vec<Found<'r>>,
    causes: HashMap<Cause<'r>, usize>,
}

impl<'r> Told<'r> {
    fn add(&mut self, first: Delivery<'r>, second: Delivery<'r>, destination: &'r Name) {
        let causes = if first.is_of_request(second) {
            vec![Cause::Steps([first.step(), second.step()])]
        } else {
            let requests = Cause::Requests(&first.request.request, &second.request.request);
            vec![requests, Cause::Object(destination, &second.object.identity)]
        };
        let known = causes.iter().find_map(|cause| self.causes.get(cause).copied());
        match known.and_then(|at| self.found.get_mut(at)) {
            Some(found) => found.more += 1,
            None => self.found.push(Found { first, second, destination, more: 0 }),
        }
        let at = known.unwrap_or(self.found.len() - 1);
        for cause in causes {
            self.causes.entry(cause).or_insert(at);
        }
    }
}

impl<'r> Delivery<'r> {
    fn is_of_request(self, other: Self) -> bool {
        self.request.request == other.request.request
    }

    fn step(self) -> (Origin, Option<&'r str>) {
        (self.object.span, self.object.file.as_deref())
    }

    /// Where the object is said, for a label.
    fn said(self, what: &str) -> (Origin, String) {
        match &self.object.file {
            Some(file) => (self.object.span, format!("{what} in `{file}`")),
            None => (self.object.span, what.to_owned()),
        }
    }
}

impl Found<'_> {
    fn diagnostic(&self) -> Diagnostic {
        let (object, destination) = (&self.second.object.identity, self.destination);
        let (first, second) = (&self.first.request.request, &self.second.request.request);
        let more = match self.more {
            0 => String::new(),
            more => format!("; {more} more like it"),
        };
        let diagnostic = if self.first.is_of_request(self.second) {
            let message = format!("`{second}` delivers {object} to `{destination}` twice{more}");
            if self.first.step() == self.second.step() && self.second.object.file.is_none() {
                Diagnostic::warning(code::SAME_OBJECT, self.second.object.span, message)
                    .label("for several items of a list")
                    .other(self.second.request.span, "for this request")
            } else {
                let (span, label) = self.second.said("a second time here");
                let diagnostic = Diagnostic::warning(code::SAME_OBJECT, span, message).label(label);
                let (span, label) = self.first.said("first here");
                diagnostic.other(span, label).other(self.second.request.span, "for this request")
            }
        } else {
            let beside =
                self.beside().map_or_else(String::new, |other| format!(" to `{other}`, which is the same folder"));
            let message =
                format!("`{second}` delivers {object} to `{destination}`, and so does `{first}`{beside}{more}");
            let diagnostic = Diagnostic::error(code::SAME_OBJECT, self.second.request.span, message);
            let (span, label) = self.second.said("by this");
            let diagnostic =
                diagnostic.other(self.first.request.span, "it is delivered for this one too").other(span, label);
            if self.first.step() == self.second.step() {
                diagnostic
            } else {
                let (span, label) = self.first.said("and by this");
                diagnostic.other(span, label)
            }
        };
        diagnostic.help(if self.beside().is_some() {
            "what takes objects to a cluster reads a folder: give each destination a `path` of its own; without a `path` it is its name"
        } else {
            "group, kind, namespace and name make an object, whatever the version of its API: give each a name of its own, by \
             `$name` and `$namespace`, or deliver it once"
        })
    }

    /// The destination of the first, where it is another one in the folder of the second.
    fn beside(&self) -> Option<&Name> {
        self.first.request.destination.as_ref().filter(|first| *first != self.destination)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{place, render};
    use crate::diag::{Diagnostic, Severity};
    use crate::resolve::{MemoryLoader, resolve};

    const TARGET: &str = "state-store s git { url x }\ndestination d { store s }\n";

    /// What is said of a project of promises, by their workflows, and of requests, beside files from disk.
    fn problems(workflows: &[&str], rest: &str, files: &[(&str, &str)]) -> Vec<Diagnostic> {
        let promise = |(index, workflow): (usize, &&str)| {
            format!(
                "promise p{index} {{ api group=g.io version=v1 kind=P{index} {{ field l array of=string; field e string default=x }}; \
                 workflow configure {{\n{workflow}\n}}; }}\n"
            )
        };
        let promises: String = workflows.iter().enumerate().map(promise).collect();
        let text = format!("project demo\n{promises}{rest}\n");
        let files = files.iter().copied().chain([("plat.kdl", text.as_str())]);
        let resolved = resolve(&MemoryLoader::new(files)).unwrap();
        assert!(resolved.diagnostics.is_empty(), "{:#?}", resolved.diagnostics);
        let (rendered, diagnostics) = render(&resolved.project);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}");
        let (_, diagnostics) = place(&resolved.project, &rendered);
        diagnostics.iter().cloned().collect()
    }

    fn said(workflows: &[&str], requests: &str, files: &[(&str, &str)]) -> Vec<String> {
        let found = problems(workflows, &format!("{TARGET}{requests}"), files);
        found.into_iter().map(|one| format!("{} {}", one.code, one.message)).collect()
    }

    #[test]
    fn an_object_twice_in_one_request_names_both_steps_once_for_all_requests() {
        let steps = "resource v1 ConfigMap $name file=a.yaml\nresource v1 ConfigMap $name file=b.yaml";
        let found = problems(&[steps], &format!("{TARGET}request p0 r1; request p0 r2; request p0 r3"), &[]);
        let [one] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!(one.severity, Severity::Warning);
        assert_eq!(
            one.message,
            "`request:p0:default/r1` delivers ConfigMap `r1` in namespace `default` to `d` twice; 2 more like it"
        );
        let places: Vec<u32> =
            std::iter::once(&one.primary).chain(&one.others).map(|label| label.span().start).collect();
        assert!(places[1] < places[0] && places[0] < places[2], "{places:?}");
    }

    #[test]
    fn two_requests_of_one_object_are_named_once_however_many_objects_and_requests_there_are() {
        let steps = "resource v1 Namespace shared\nresource v1 Secret x { metadata namespace=shared }";
        let requests: String = (0..50).map(|n| format!("request p0 r{n} namespace=team-{n}\n")).collect();
        assert_eq!(
            said(&[steps], &requests, &[]),
            [
                "E0533 `request:p0:team-1/r1` delivers Namespace `shared` to `d`, and so does `request:p0:team-0/r0`; 97 more like it"
            ]
        );
    }

    #[test]
    fn objects_of_two_promises_collide() {
        let steps = ["resource v1 ConfigMap $name", "resource v1 ConfigMap \"${name}\" file=x.yaml"];
        let found = problems(&steps, &format!("{TARGET}request p0 r; request p1 r"), &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].severity, Severity::Error);
        assert_eq!(found[0].others.len(), 3, "both requests and both lines are named");
    }

    #[test]
    fn the_version_does_not_count_and_the_group_does() {
        let both = |first: &str, second: &str| {
            let steps =
                format!("resource {first:?} Event $name file=a.yaml\nresource {second:?} Event $name file=b.yaml");
            said(&[&steps], "request p0 r", &[]).len()
        };
        assert_eq!(both("extensions/v1", "extensions/v1beta1"), 1);
        assert_eq!(both("extensions/v1", "example.com/v1"), 0);
    }

    #[test]
    fn kinds_of_the_cluster_are_in_no_namespace_and_others_are_in_what_they_say() {
        let of = |step: &str| said(&[step], "request p0 r namespace=a; request p0 r namespace=b", &[]).len();
        assert_eq!(of("resource v1 Namespace $name"), 1);
        assert_eq!(of("resource \"storage.k8s.io/v1\" StorageClass $name { provisioner p; }"), 1);
        assert_eq!(of("resource v1 ConfigMap $name"), 0);
        assert_eq!(of("resource \"example.com/v1\" Thing $name"), 0);
        assert_eq!(of("resource \"example.com/v1\" Thing $name { metadata namespace=#null }"), 1);
    }

    #[test]
    fn items_of_a_list_share_no_object() {
        let each = "each x in=$spec.l { resource v1 ConfigMap $name { data x=$x } }";
        assert_eq!(said(&[each], "request p0 r { l a }", &[]), [""; 0]);
        assert_eq!(said(&[each], "request p0 r { l a b }", &[]).len(), 1);
        let list = "resource v1 ConfigMap $name file=a.yaml\nresource v1 List all { items { - apiVersion=v1 kind=ConfigMap { \
                    metadata name=$name namespace=default } } }";
        assert_eq!(said(&[list], "request p0 r", &[]).len(), 1);
    }

    #[test]
    fn each_destination_has_objects_of_its_own_unless_two_are_one_folder() {
        let promise = "promise p { api group=g.io version=v1 kind=P { field e string required }; schedule e=$spec.e; workflow \
                       configure { resource v1 Namespace shared } }";
        let told = |path: &str| -> Vec<String> {
            let text = format!(
                "project demo\n{promise}\nstate-store s git {{ url x }}\ndestination a {{ store s; path a; labels e=a }}\n\
                 destination b {{ store s; path {path:?}; labels e=b }}\nrequest p one {{ e a }}\nrequest p two {{ e b }}\n"
            );
            let project = resolve(&MemoryLoader::new([("plat.kdl", text.as_str())])).unwrap().project;
            place(&project, &render(&project).0).1.iter().map(|one| one.message.clone()).collect()
        };
        assert_eq!(told("b"), [""; 0]);
        assert_eq!(
            told("./a/"),
            [
                "`request:p:default/two` delivers Namespace `shared` to `b`, and so does `request:p:default/one` to `a`, which is the \
                 same folder"
            ]
        );
    }

    #[test]
    fn manifests_from_disk_count_as_far_as_they_can_be_read() {
        let steps = "files \"m/**\"";
        let map =
            |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  namespace: default\n");
        let (a, both) = (map("a"), format!("{}---\n{}", map("b"), map("a")));
        let found = problems(&[steps], &format!("{TARGET}request p0 r"), &[("m/a.yaml", &a), ("m/x/b.yml", &both)]);
        let [one] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!(one.primary.text, "a second time here in `x/b.yml`");
        assert_eq!(one.others[0].text, "first here in `a.yaml`");
        let broken = format!("{}---\n{{{{ template }}}}: [\n", map("a"));
        assert_eq!(said(&[steps], "request p0 r", &[("m/a.yaml", &a), ("m/b.yaml", &broken)]).len(), 1);
        assert_eq!(said(&[steps], "request p0 r", &[("m/a.yaml", &a), ("m/b.txt", &a), ("m/c.yaml", "[")]), [""; 0]);
        let list =
            "kind: ConfigMapList\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n";
        assert_eq!(said(&[steps], "request p0 r", &[("m/a.yaml", &a), ("m/b.yaml", list)]).len(), 1);
        // Numbers as keys, an item that is no manifest, and a document that is none.
        let odd = format!("80: x\n---\nkind: 1\n---\n{}data: {{1: 2}}\nitems: [x]\n", map("a"));
        assert_eq!(said(&[steps], "request p0 r", &[("m/a.yaml", &a), ("m/b.yaml", &odd)]).len(), 1);
        let resource = "resource v1 ConfigMap a\nfiles \"m/**\"";
        assert_eq!(said(&[resource], "request p0 r", &[("m/a.yaml", &a)]).len(), 1);
    }

    #[test]
    fn what_kustomize_puts_together_is_in_pieces() {
        let steps = "files \"m/**\"";
        let a = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n";
        let files = [("m/k/kustomization.yaml", "resources: [a.yaml]\n"), ("m/k/a.yaml", a), ("m/k/patches/a.yaml", a)];
        assert_eq!(said(&[steps], "request p0 r", &files), [""; 0]);
        let beside = [files[0], files[1], ("m/a.yaml", a), ("m/b.yaml", a)];
        assert_eq!(said(&[steps], "request p0 r", &beside).len(), 1);
    }
}
