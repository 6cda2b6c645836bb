use super::*;
use crate::kubernetes::Schema;

/// The schema of what the names of members lead to.
fn at<'k>(schema: Schema<'k>, way: &str) -> Option<Schema<'k>> {
    way.split('.').filter(|name| !name.is_empty()).try_fold(schema, |schema, name| match (schema.nature(), name) {
        (Nature::List(items), "[]") => Some(items),
        (nature @ (Nature::Map(..) | Nature::Object(_)), name) => nature.member(name).ok().flatten(),
        _ => None,
    })
}

fn sort(kinds: &Kinds, api_version: &str, kind: &str, way: &str) -> Option<Sort> {
    at(kinds.schema(api_version, kind), way).map(Schema::sort)
}

fn described_by(text: &str) -> Kinds {
    let mut kinds = Kinds::default();
    described(text.as_bytes()).unwrap().kinds.into_iter().for_each(|one| kinds.add(Arc::new(one)));
    kinds
}

#[test]
fn kubernetes_own_kinds_are_built_in() {
    let kinds = Kinds::default();
    let of = |api_version, kind, way| sort(&kinds, api_version, kind, way);
    assert_eq!(of("apps/v1", "Deployment", "spec.replicas"), Some(Sort::Whole));
    assert_eq!(of("apps/v1", "Deployment", "spec.template.spec.containers.[].args.[]"), Some(Sort::Text));
    assert_eq!(
        of("apps/v1", "Deployment", "spec.template.spec.containers.[].resources.limits.cpu"),
        Some(Sort::Quantity)
    );
    assert_eq!(of("v1", "Service", "spec.ports.[].targetPort"), Some(Sort::WholeOrText));
    assert_eq!(of("v1", "ConfigMap", "data.anything"), Some(Sort::Text));
    assert_eq!(of("v1", "ConfigMap", "metadata.labels.app"), Some(Sort::Text));
    assert_eq!(of("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec.restartPolicy"), Some(Sort::Text));
    assert_eq!(
        of("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "webhooks.[].name"),
        Some(Sort::Text)
    );
    assert_eq!(of("v1", "ConfigMap", "spec"), None);
    let crd = "spec.versions.[].schema.openAPIV3Schema.properties.a.properties.b.type";
    assert_eq!(
        of("apiextensions.k8s.io/v1", "CustomResourceDefinition", crd),
        Some(Sort::Text),
        "types may hold themselves"
    );
    let (oldest, newest) = own::versions();
    assert!(oldest.starts_with("1.") && newest.starts_with("1.") && oldest != newest);
}

#[test]
fn a_kind_that_kubernetes_has_not_is_told_from_one_that_nobody_describes() {
    let kinds = Kinds::default();
    let alike = |api_version, kind| match kinds.of(api_version, kind) {
        Known::NoSuch(alike) => alike,
        Known::Kind(_) | Known::Elsewhere(_) | Known::Nothing => Vec::new(),
    };
    assert_eq!(alike("extensions/v1beta1", "Ingress"), ["networking.k8s.io/v1 Ingress"]);
    assert!(alike("apps/v1", "Deploiment").contains(&"apps/v1 Deployment"));
    assert!(matches!(kinds.of("example.com/v1", "Deployment"), Known::Nothing));
    assert!(matches!(kinds.of("v1", "List"), Known::Nothing));
}

const CUSTOM: &str = r#"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: g.io
  names: {kind: Thing}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        properties:
          metadata: {type: object}
          spec:
            type: object
            required: [size, kept]
            properties:
              size: {type: string, enum: [small, large]}
              kept: {type: integer, minimum: 1, default: 3}
              port: {x-kubernetes-int-or-string: true}
              name: {type: string, pattern: "^[a-z]+$", maxLength: 5}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: boolean}}}
              pod: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
              more: {type: object, additionalProperties: {type: number}}
              list: {type: array, maxItems: 2, items: {type: string}}
              any: {x-kubernetes-preserve-unknown-fields: true}
  - {name: v2}
"#;

#[test]
fn a_custom_kind_is_what_its_definition_says() {
    let kinds = described_by(CUSTOM);
    let of = |way| sort(&kinds, "g.io/v1", "Thing", way);
    assert_eq!(of("spec.port"), Some(Sort::WholeOrText));
    assert_eq!(of("spec.free.a"), Some(Sort::Truth));
    assert_eq!(of("spec.free.b"), Some(Sort::Any));
    assert_eq!(of("spec.pod.anything"), Some(Sort::Any));
    assert_eq!(of("spec.more.x"), Some(Sort::Number));
    assert_eq!(of("spec.any"), Some(Sort::Any));
    assert_eq!(of("spec.others"), None);
    assert_eq!(of("metadata.labels.a"), Some(Sort::Text), "every object has the same metadata");
    assert_eq!(sort(&kinds, "g.io/v2", "Thing", ""), Some(Sort::Any), "nothing is said of this version");
    let spec = at(kinds.schema("g.io/v1", "Thing"), "spec").unwrap();
    let Nature::Object(object) = spec.nature() else { panic!() };
    assert_eq!(object.required().collect::<Vec<_>>(), ["size"], "what has a default is filled in");
}

#[test]
fn limits_hold_single_values_and_lists() {
    let kinds = described_by(CUSTOM);
    let schema = |way| at(kinds.schema("g.io/v1", "Thing"), way).unwrap();
    let said = |way, value| schema(way).mismatch(value).map(|mismatch| mismatch.to_string());
    assert_eq!(said("spec.size", Plain::Text(Some("small"))), None);
    assert_eq!(said("spec.size", Plain::Text(None)), None);
    assert_eq!(said("spec.size", Plain::Text(Some("huge"))), Some("is one of `small`, `large`".to_owned()));
    assert_eq!(said("spec.kept", Plain::Number(Some(0.0))), Some("is at least 1".to_owned()));
    assert_eq!(
        said("spec.kept", Plain::Number(Some(1.5))),
        Some("is a whole number, and this is a number with a fraction".to_owned())
    );
    assert_eq!(said("spec.name", Plain::Text(Some("A"))), Some("matches `^[a-z]+$`, and this does not".to_owned()));
    assert_eq!(said("spec.name", Plain::Text(Some("abcdef"))), Some("has at most 5 characters".to_owned()));
    assert_eq!(
        said("spec.port", Plain::Truth(None)),
        Some("is a whole number or text, and this is a boolean".to_owned())
    );
    assert_eq!(said("spec.list", Plain::Text(None)), Some("is a list, and this is text".to_owned()));
    assert_eq!(
        schema("spec.list").mismatch_of_list(Some(3)).map(|one| one.to_string()),
        Some("has at most 2 items".to_owned())
    );
    assert_eq!(
        schema("spec.size").mismatch_of_object().map(|one| one.to_string()),
        Some("is text, and this is an object".to_owned())
    );
}

#[test]
fn what_a_cluster_says_of_itself_comes_before_what_is_built_in() {
    let kinds = described_by(
        r##"{"openapi": "3.0.0", "components": {"schemas": {
            "io.k8s.api.apps.v1.Deployment": {"type": "object",
                "properties": {"spec": {"allOf": [{"$ref": "#/components/schemas/Spec"}], "default": {}},
                               "metadata": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"}},
                "x-kubernetes-group-version-kind": [{"group": "apps", "kind": "Deployment", "version": "v1"}]},
            "Spec": {"type": "object", "properties": {
                "new": {"type": "string"}, "at": {"$ref": "#/components/schemas/Time"}, "self": {"$ref": "#/components/schemas/Spec"},
                "round": {"$ref": "#/components/schemas/Round"},
                "size": {"$ref": "#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"}}},
            "Time": {"type": "string", "format": "date-time"},
            "Round": {"type": "array", "items": {"$ref": "#/components/schemas/Round"}}}}}"##,
    );
    let of = |way| sort(&kinds, "apps/v1", "Deployment", way);
    assert_eq!(of("spec.self.self.new"), Some(Sort::Text));
    assert_eq!(of("spec.at"), Some(Sort::Time));
    assert_eq!(of("spec.round.[].[]"), Some(Sort::List));
    assert_eq!(of("spec.size"), Some(Sort::Quantity));
    assert_eq!(of("spec.replicas"), None, "the built-in one is not asked");
    assert_eq!(of("metadata.labels.a"), Some(Sort::Text));
}

#[test]
fn what_describes_no_kind_is_told() {
    assert_eq!(described(b"kind: ConfigMap\n").unwrap_err(), Unreadable::NoKinds);
    assert_eq!(described(b"").unwrap_err(), Unreadable::NoKinds);
    assert!(matches!(described(b"a: [1,\n").unwrap_err(), Unreadable::Text(_)));
    let bomb = format!(
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n{}",
        (0..30)
            .map(|n| format!(
                "b{n}: &b{n} [*{p},*{p},*{p},*{p},*{p},*{p}]\n",
                p = if n == 0 { "a".to_owned() } else { format!("b{}", n - 1) }
            ))
            .collect::<String>()
    );
    assert!(described(bomb.as_bytes()).is_err());
}
