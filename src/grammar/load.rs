//! The files of the grammar to its tables.

use super::elsewhere::{Elsewhere, OfEach};
use super::placed::{At, Fit, Manner};
use super::shape::{
    AnnotationShape, Block, Body, Choice, FileShape, Flag, Form, Grammar, Inside, Kind, KindId, NodeId, NodeShape,
    Occurs, OperatorShape, Pairs, Parameter, Role, Side, Slot, TypeId, initial,
};
use super::types::{AddressShape, Alphabet, Base, Type, Without};
use crate::kubernetes::NameRule;
use crate::syntax::{Entry, Node, Scalar, Tree};
use std::collections::HashMap;

/// Groups within groups: deeper ones are taken for a circle.
const DEEPEST_GROUP: usize = 8;

/// The tables of some files, and what is wrong with these.
///
/// What is wrong is left out of the tables, so that they are safe to use in any case.
pub(super) fn load(trees: &[Tree]) -> (Grammar, Vec<String>) {
    let mut loader = Loader::default();
    let declared = || trees.iter().flat_map(Tree::nodes);
    loader.collect_names(declared());
    let mut types: Vec<Type> =
        declared().filter(|node| node.name() == "type").map(|node| loader.value_type(node)).collect();
    loader.addresses(declared().filter(|node| node.name() == "type"), &mut types);
    let kinds = declared().filter(|node| node.name() == "kind").map(|node| loader.kind(node)).collect();
    let operators = declared().filter(|node| node.name() == "operator").map(|node| loader.operator(node)).collect();
    let nodes = declared().filter(|node| node.name() == "node").map(|node| loader.node(node)).collect();
    let files = declared().filter(|node| node.name() == "file").map(|node| loader.file(node)).collect();
    let annotations = declared().filter(|node| node.name() == "annotation").map(annotation).collect();
    let mut grammar = Grammar { annotations, types, kinds, operators, nodes, files };
    link(&mut grammar);
    mark_named(&mut grammar);
    (grammar, loader.problems)
}

/// The first argument of a child, as text.
fn text<'t>(node: Node<'t>, child: &str) -> Option<&'t str> {
    node.child(child)?.argument(0)?.string()
}

/// The first argument of a child as an owned text; empty where it is missing.
fn owned(node: Node<'_>, child: &str) -> Box<str> {
    text(node, child).unwrap_or_default().into()
}

/// The first argument of a node; empty where it is missing.
fn name(node: Node<'_>) -> &str {
    node.argument(0).and_then(Entry::string).unwrap_or_default()
}

/// The first argument of a child as a number.
fn number(node: Node<'_>, child: &str) -> Option<i64> {
    match node.child(child)?.argument(0)?.value() {
        Scalar::Integer(number) => Some(number),
        _ => None,
    }
}

/// All arguments that are text.
fn words(node: Option<Node<'_>>) -> impl Iterator<Item = &str> {
    node.into_iter().flat_map(Node::arguments).filter_map(Entry::string)
}

/// Whether a modifier stands behind the arguments.
fn has_flag(node: Node<'_>, flag: &str) -> bool {
    node.arguments().skip(1).any(|argument| argument.string() == Some(flag))
}

fn annotation(node: Node<'_>) -> AnnotationShape {
    let is_before_nodes = text(node, "before") == Some(Side::Node.word());
    let before = if is_before_nodes { Side::Node } else { Side::Value };
    AnnotationShape { word: name(node).into(), doc: owned(node, "doc"), before }
}

/// The index of a table's row, where the table has that many.
fn index<T: TryFrom<usize> + Default>(count: usize, problems: &mut Vec<String>) -> T {
    T::try_from(count).unwrap_or_else(|_| {
        problems.push(format!("{count} are too many"));
        T::default()
    })
}

#[derive(Default)]
struct Loader<'t> {
    types: HashMap<&'t str, TypeId>,
    kinds: HashMap<&'t str, KindId>,
    nodes: HashMap<&'t str, (NodeId, &'t str)>,
    groups: HashMap<&'t str, Node<'t>>,
    problems: Vec<String>,
}

impl<'t> Loader<'t> {
    fn collect_names(&mut self, declared: impl Iterator<Item = Node<'t>>) {
        for node in declared {
            let name = name(node);
            let again = match node.name() {
                "type" => {
                    let id = TypeId(index(self.types.len(), &mut self.problems));
                    self.types.insert(name, id).is_some()
                }
                "kind" => {
                    let id = KindId(index(self.kinds.len(), &mut self.problems));
                    self.kinds.insert(name, id).is_some()
                }
                "node" => {
                    let id = NodeId(index(self.nodes.len(), &mut self.problems));
                    self.nodes.insert(text(node, "id").unwrap_or(name), (id, name)).is_some()
                }
                "group" => self.groups.insert(name, node).is_some(),
                _ => false,
            };
            if again {
                self.problems.push(format!("{} {name} is there twice", node.name()));
            }
        }
    }

    fn value_type(&mut self, node: Node<'t>) -> Type {
        let base = node.argument(1).and_then(|base| Base::from_word(base.string()?));
        if base.is_none() {
            self.problems.push(format!("type {} has no base", name(node)));
        }
        let letters = text(node, "letters");
        let rule = text(node, "kubernetes");
        if rule.is_some_and(|rule| NameRule::from_word(rule).is_none()) {
            self.problems.push(format!("type {} is by no rule of Kubernetes", name(node)));
        }
        Type {
            name: name(node).into(),
            doc: owned(node, "doc"),
            base: base.unwrap_or(Base::Any),
            words: words(node.child("values")).map(Into::into).collect(),
            elsewhere: OfEach::read(node, |line| words(line).map(Into::into).collect()),
            alphabet: letters.map(|letters| Alphabet::new(letters, text(node, "characters").unwrap_or_default())),
            rule: rule.and_then(NameRule::from_word),
            contains: text(node, "contains").map(Into::into),
            starts_with: text(node, "starts-with").map(Into::into),
            longest: number(node, "longest").and_then(|longest| usize::try_from(longest).ok()),
            least: number(node, "least"),
            annotations: words(node.child("annotations")).map(Into::into).collect(),
            addresses: Vec::new(),
            patterns: node.child("patterns").is_some(),
            interpolated: node.child("interpolated").is_some(),
            without: match (node.child("without-password"), node.child("without-query")) {
                (None, None) => Without::Nothing,
                (Some(_), None) => Without::Password,
                (_, Some(_)) => Without::Query,
            },
        }
    }

    /// Gives types what their addresses look like, once all types are known: the names in an address have types.
    fn addresses(&mut self, nodes: impl Iterator<Item = Node<'t>>, types: &mut [Type]) {
        for (index, node) in nodes.enumerate() {
            let other = text(node, "addresses").map(|other| self.type_id(other));
            let words = text(node, "words-of").map(|other| self.type_id(other));
            if let Some(other) = words.and_then(|id| types.get(id.0 as usize)).map(|other| other.words.clone())
                && let Some(value_type) = types.get_mut(index)
            {
                value_type.words.splice(..0, other);
            }
            let mut shapes =
                other.and_then(|id| types.get(id.0 as usize)).map(|other| other.addresses.clone()).unwrap_or_default();
            let lines = node.children().filter(|child| child.name() == "address");
            shapes.extend(lines.filter_map(|line| self.address(line, types)));
            if let Some(value_type) = types.get_mut(index) {
                value_type.addresses = shapes;
            }
        }
    }

    fn address(&mut self, line: Node<'t>, types: &[Type]) -> Option<AddressShape> {
        let id = self.type_id(line.property("of").and_then(Entry::string).unwrap_or_default());
        let pattern = line.argument(1).and_then(Entry::string).unwrap_or_default().into();
        let doc = owned(line, "doc");
        Some(AddressShape { kind: name(line).into(), pattern, doc, name: types.get(id.0 as usize)?.clone() })
    }

    fn kind(&mut self, node: Node<'t>) -> Kind {
        let inside = match text(node, "inside") {
            None => Inside::Project,
            Some("parent") => Inside::Parent,
            Some(name) => {
                if !self.nodes.contains_key(name) {
                    self.problems.push(format!("kind {} is inside of no node", self::name(node)));
                }
                Inside::Node(name.into())
            }
        };
        Kind {
            name: name(node).into(),
            title: owned(node, "doc"),
            declare: owned(node, "declare"),
            inside,
            lenient: node.child("lenient").is_some(),
            built_in: text(node, "built-in").map(Into::into),
            alone: node.child("alone").is_some(),
        }
    }

    fn operator(&mut self, node: Node<'t>) -> OperatorShape {
        let fewest = number(node, "operands").and_then(|fewest| usize::try_from(fewest).ok());
        if fewest.is_none() {
            self.problems.push(format!("operator {} does not count its operands", name(node)));
        }
        OperatorShape {
            word: name(node).into(),
            doc: owned(node, "doc"),
            port: text(node, "port").map(Into::into),
            operand: text(node, "operand").map(|name| self.type_id(name)),
            fewest: fewest.unwrap_or(0),
            or_more: node.child("operands").is_some_and(|operands| has_flag(operands, "or-more")),
            symbols: words(node.child("symbol")).map(Into::into).collect(),
            also: words(node.child("also")).map(Into::into).collect(),
        }
    }

    fn file(&mut self, node: Node<'t>) -> FileShape {
        FileShape { name: name(node).into(), form: self.form(node) }
    }

    fn node(&mut self, node: Node<'t>) -> NodeShape {
        let children = |name: &'static str| node.children().filter(move |child| child.name() == name);
        let mut forms: Vec<(Box<str>, Form)> =
            children("form").map(|form| (name(form).into(), self.form(form))).collect();
        for (_, form) in &mut forms {
            form.arguments.splice(..0, self.form(node).arguments);
        }
        NodeShape {
            id: text(node, "id").unwrap_or(name(node)).into(),
            name: name(node).into(),
            doc: owned(node, "doc"),
            examples: children("example").map(|example| name(example).into()).collect(),
            elsewhere: Elsewhere::said(node),
            role: match (node.child("object"), node.child("in-body")) {
                (Some(_), _) => Role::Object,
                (None, Some(_)) => Role::InBody,
                (None, None) => Role::Part,
            },
            at: self.at(node.child("at")),
            annotations: words(node.child("annotations")).map(Into::into).collect(),
            form: self.form(node),
            forms,
            otherwise: node.child("otherwise").map(|otherwise| self.form(otherwise)),
            with: node.child("with").map(|with| (name(with).into(), self.form(with))),
            parents: Vec::new(),
            top: false,
            reachable: false,
        }
    }

    /// The parts of a node, of one of its forms, or of a file.
    fn form(&mut self, node: Node<'t>) -> Form {
        let mut form = Form {
            doc: owned(node, "doc"),
            elsewhere: Elsewhere::said(node),
            block_at: self.at(node.child("block")),
            block_or: node.child("block").and_then(|block| block.property("or")?.string()).map(Into::into),
            ..Form::default()
        };
        let mut choices = Vec::new();
        self.parts(node, &mut form, &mut choices, 0);
        for choice in choices {
            let choice = self.choice(choice, &form);
            form.block.choices.push(choice);
        }
        let bits = |flags: &mut dyn Iterator<Item = bool>| {
            flags.enumerate().fold(0, |bits, (index, flag)| bits | u64::from(flag) << (index & 63))
        };
        form.required = bits(&mut form.properties.iter().map(|property| property.required));
        form.block.required = bits(&mut form.block.slots.iter().map(|slot| slot.occurs.is_required()));
        if form.block.slots.len() > 64 || form.properties.len() > 64 {
            self.problems.push(format!("{} has more than 64 children or properties", name(node)));
        }
        let optional = form.arguments.iter().any(|argument| !argument.required);
        if optional && !form.flags.is_empty() {
            self.problems.push(format!("{}: an optional argument and a flag cannot be told apart", name(node)));
        }
        form
    }

    fn parts(&mut self, node: Node<'t>, form: &mut Form, choices: &mut Vec<Node<'t>>, depth: usize) {
        for part in node.children() {
            match part.name() {
                "arg" => {
                    form.arguments.push(self.value(part));
                    form.rest = has_flag(part, "rest");
                }
                "prop" => form.properties.push(self.value(part)),
                "flag" => form.flags.push(Flag {
                    word: name(part).into(),
                    at: self.at(part.child("at")),
                    doc: owned(part, "doc"),
                    elsewhere: Elsewhere::said(part),
                }),
                "pairs" => {
                    let key_type = part.property("keys").and_then(Entry::string).map(|keys| self.type_id(keys));
                    let value_type = self.type_id(name(part));
                    let at = self.at(part.child("at"));
                    form.pairs = Some(Pairs { at, key_type, value_type, doc: owned(part, "doc") });
                }
                "once" => self.slots(part, Occurs::Once, &mut form.block),
                "many" => self.slots(part, Occurs::Many, &mut form.block),
                "one" => self.slots(part, Occurs::One, &mut form.block),
                "some" => self.slots(part, Occurs::Some, &mut form.block),
                "one-of" => choices.push(part),
                "body" => {
                    form.block.body = self.body(part);
                    form.block.body_at = self.at(part.child("at"));
                }
                "include" if depth < DEEPEST_GROUP => {
                    let taken = (form.arguments.len(), form.properties.len());
                    for group in words(Some(part)) {
                        match self.groups.get(group) {
                            Some(group) => self.parts(*group, form, choices, depth + 1),
                            None => self.problems.push(format!("there is no group {group}")),
                        }
                    }
                    for entry in part.properties() {
                        let [from, to] = [entry.key(), entry.string()].map(|of| self.type_id(of.unwrap_or_default()));
                        let arguments = form.arguments.iter_mut().skip(taken.0);
                        let values = arguments.chain(form.properties.iter_mut().skip(taken.1));
                        values.filter(|one| one.value_type == from).for_each(|one| one.value_type = to);
                    }
                }
                "include" => self.problems.push(format!("group {} includes itself", name(part))),
                _ => {}
            }
        }
    }

    fn value(&mut self, node: Node<'t>) -> Parameter {
        let word = |key: &str| node.property(key).and_then(Entry::string);
        let (defines, reference, or) = (word("defines"), word("ref"), word("or"));
        Parameter {
            name: name(node).into(),
            doc: owned(node, "doc"),
            elsewhere: Elsewhere::said(node),
            value_type: self.type_id(node.argument(1).and_then(Entry::string).unwrap_or_default()),
            required: has_flag(node, "required"),
            default: node.property("default").map(|property| property.raw().into()),
            at: self.at(node.child("at")),
            missing: text(node, "missing").map(Into::into),
            below: text(node, "below").map(Into::into),
            needed: words(node.child("needed")).map(Into::into).collect(),
            defines: defines.and_then(|kind| self.kind_id(kind)),
            within: words(node.child("within")).map(Into::into).collect(),
            references: [reference, or].into_iter().flatten().filter_map(|kind| self.kind_id(kind)).collect(),
        }
    }

    fn at(&mut self, line: Option<Node<'t>>) -> Option<At> {
        let line = line?;
        let way = name(line);
        let word = |key: &str| line.property(key).and_then(Entry::string);
        let manner = line.argument(1).and_then(Entry::string).map_or(Some(Manner::Value), Manner::from_word);
        if manner.is_none() {
            self.problems.push(format!("{way} stands there in no manner"));
        }
        Some(At {
            way: way.trim_start_matches('/').split('.').map(Into::into).collect(),
            from_object: way.starts_with('/'),
            manner: manner.unwrap_or(Manner::Value),
            word: word("word").map(Into::into),
            order: word("order").map(Into::into),
            by: word("by").map(Into::into),
            names: word("names").and_then(|kind| self.kind_id(kind)),
            unless: word("unless").map(Into::into),
            fits: word("fits").and_then(Fit::from_word),
        })
    }

    fn slots(&mut self, part: Node<'t>, occurs: Occurs, block: &mut Block) {
        let (at, elsewhere) = (self.at(part.child("at")), Elsewhere::said(part));
        for id in words(Some(part)) {
            match self.nodes.get(id) {
                Some((node, name)) => {
                    block.initials |= 1 << initial(name);
                    let (name, at, elsewhere) = ((*name).into(), at.clone(), elsewhere.clone());
                    block.slots.push(Slot { name, at, elsewhere, node: *node, occurs });
                }
                None => self.problems.push(format!("there is no node {id}")),
            }
        }
    }

    fn choice(&mut self, node: Node<'t>, form: &Form) -> Choice {
        let mut choice = Choice::default();
        for name in words(Some(node)) {
            let id = self.nodes.get(name).map_or(name, |(_, name)| name);
            let slot = form.block.slot(id).map_or(0, |(index, _)| 1 << (index & 63));
            let property = form.property(name).map_or(0, |(index, _)| 1 << (index & 63));
            if slot | property == 0 {
                self.problems.push(format!("one-of {name}: there is no such child or property"));
            }
            choice.slots |= slot;
            choice.properties |= property;
            choice.names.push(id.into());
        }
        choice
    }

    fn body(&mut self, node: Node<'t>) -> Option<(Body, Box<str>)> {
        let body = match name(node) {
            "fields" => Body::Fields,
            "json" => Body::Json,
            "template" => Body::Template,
            "predicate" => Body::Predicate,
            "nodes" => Body::Nodes,
            other => {
                self.problems.push(format!("there is no body of {other}"));
                return None;
            }
        };
        Some((body, owned(node, "doc")))
    }

    fn type_id(&mut self, name: &str) -> TypeId {
        self.types.get(name).copied().unwrap_or_else(|| {
            self.problems.push(format!("there is no type {name}"));
            TypeId(0)
        })
    }

    fn kind_id(&mut self, name: &str) -> Option<KindId> {
        let id = self.kinds.get(name).copied();
        if id.is_none() {
            self.problems.push(format!("there is no kind {name}"));
        }
        id
    }
}

/// Notes for each node where it may stand, from the top of a project's file down.
fn link(grammar: &mut Grammar) {
    let mut waiting: Vec<(Option<NodeId>, NodeId)> = Vec::new();
    let project = grammar.files.iter().filter(|file| &*file.name == "project");
    waiting.extend(project.flat_map(|file| &file.form.block.slots).map(|slot| (None, slot.node)));
    waiting.reverse();
    let in_body = grammar.nodes.iter().enumerate().filter(|(_, node)| node.role == Role::InBody);
    let in_body: Vec<NodeId> = in_body.map(|(at, _)| NodeId(u16::try_from(at).unwrap_or_default())).collect();
    while let Some((parent, id)) = waiting.pop() {
        let node = &mut grammar.nodes[id.0 as usize];
        match parent {
            None => node.top = true,
            Some(parent) if !node.parents.contains(&parent) => node.parents.push(parent),
            Some(_) => {}
        }
        if !std::mem::replace(&mut node.reachable, true) {
            let below = node.every_form().flat_map(|(_, form)| &form.block.slots).map(|slot| (Some(id), slot.node));
            let mut below: Vec<_> = below.collect();
            let is_template = |form: &Form| matches!(form.block.body, Some((Body::Template, _)));
            if node.all_forms().any(|(_, form)| is_template(form)) {
                below.extend(in_body.iter().map(|inner| (Some(id), *inner)));
            }
            below.reverse();
            waiting.extend(below);
        }
    }
    for node in &mut grammar.nodes {
        node.parents.sort_unstable();
    }
}

/// Notes which forms hold names, so that the index can pass the others by.
fn mark_named(grammar: &mut Grammar) {
    let own = |form: &Form| {
        form.arguments
            .iter()
            .chain(&form.properties)
            .any(|value| value.defines.is_some() || !value.references.is_empty())
    };
    loop {
        let named: Vec<bool> = grammar.nodes.iter().map(|node| node.every_form().any(|(_, form)| form.named)).collect();
        let below = |form: &Form| form.block.slots.iter().any(|slot| named[slot.node.0 as usize]);
        let mut changed = false;
        let files = grammar.files.iter_mut().map(|file| &mut file.form);
        let forms = grammar.nodes.iter_mut().flat_map(|node| {
            std::iter::once(&mut node.form)
                .chain(node.forms.iter_mut().map(|(_, form)| form))
                .chain(&mut node.otherwise)
                .chain(node.with.as_mut().map(|(_, form)| form))
        });
        for form in files.chain(forms) {
            let is_named = own(form) || below(form);
            changed |= is_named != form.named;
            form.named = is_named;
        }
        if !changed {
            return;
        }
    }
}
