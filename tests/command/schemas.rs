//! Manifests are held to what their kinds have.

use crate::project::Project;

/// A project with one promise of the steps, and what else stands behind it.
fn delivering(steps: &str, rest: &str) -> Project {
    let text = format!(
        "project demo\nstate-store gitops git create {{ url \".plat/stores/gitops.git\"; }}\ndestination cluster {{ store gitops; }}\n\
         promise app {{\n    api group=example.com version=v1 kind=App {{\n        field text string default=x\n        field count integer default=1\n        \
         field args array of=string\n        field any object\n        field word string\n        field counts object of=integer\n    }}\n    workflow configure {{\n{steps}\n    }}\n}}\n{rest}\n"
    );
    Project::new().file("plat.kdl", text)
}

/// The manifest of its only request.
fn delivered(project: &Project) -> String {
    project.apply().code(0);
    let files = crate::store::files(&project.path(".plat/stores/gitops.git"), "main");
    let file = files.iter().find(|(path, _)| path.contains("/app/")).map(|(_, text)| text.clone());
    file.unwrap_or_default()
}

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1
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
          spec:
            type: object
            required: [size]
            properties:
              size: {type: string, enum: [small, large]}
              zones: {type: array, items: {type: string}}
";

#[test]
fn each_mistake_is_told_at_the_line_that_makes_it_before_there_is_a_request() {
    let project = delivering(
        "resource \"apps/v1\" Deployment $name {
    spec replicas=$spec.text {
        selector { matchLabels app=$name; }
        template {
            metadata { labels app=1; }
            spec {
                containers {
                    - name=web arg=a { resources { limits cpu=\"1 core\"; }; }
                }
            }
        }
    }
}
resource v1 Service $name { spec { selector $spec.text; ports { each arg in=$spec.args { - { name $arg; }; }; }; }; }
resource \"rbac.authorization.k8s.io/v1\" ClusterRoleBinding $name { subjects kind=Group; }",
        "",
    );
    project.run(["check"]).code(3).says([
        "plat.kdl:15:19: error[E0570]: `spec.replicas` of a Deployment is a whole number, and this is text",
        "plat.kdl:18:35: error[E0570]: `spec.template.metadata.labels.app` of a Deployment is text, and this is a number",
        "help: put it in quotes",
        "plat.kdl:21:32: error[E0569]: `spec.template.spec.containers[0]` of a Deployment has no field `arg`",
        "help: did you mean `args`?",
        "plat.kdl:21:63: error[E0570]: `spec.template.spec.containers[0].resources.limits.cpu` of a Deployment is a quantity",
        "plat.kdl:27:45: error[E0570]: `spec.selector` of a Service is an object, and this is text",
        "plat.kdl:27:90: error[E0571]: `spec.ports[]` of a Service needs `port`",
        "plat.kdl:28:1: error[E0571]: a ClusterRoleBinding needs `roleRef`",
        "`subjects[0]` of a ClusterRoleBinding needs `name`",
    ]);
}

#[test]
fn what_is_not_known_before_is_told_for_the_request() {
    let project = delivering(
        "resource v1 Service $name { spec { ... $spec.any; }; }",
        "request app a { any { ports { - port=80; }; }; }\nrequest app b { any { ports { - port=http; }; }; }",
    );
    project.run(["check"]).code(3).says([
        "plat.kdl:14:29: error[E0570]: `spec.ports[0].port` of a Service is a whole number, and this is text",
        "plat.kdl:18:1: for this request",
        "1 error\n",
    ]);
}

#[test]
fn a_field_that_is_a_list_takes_one_item_as_it_is() {
    let project = delivering(
        "resource v1 Pod $name {
    spec {
        containers name=web image=\"a:1\" {
            args \"--name=${name}\"
            command {}
            if \"$spec.count | above 0\" { env name=A value=b; }
        }
        nodeSelector zone=a
    }
}",
        "request app r",
    );
    assert_eq!(
        project.run(["check"]).code(3).says(["plat.kdl:18:13: error[E0570]", "is a list, and this is an object"]).code,
        Some(3)
    );
    project.edit("plat.kdl", "            command {}\n", "");
    let text = delivered(&project);
    let wanted = "spec:\n  containers:\n  - name: web\n    image: a:1\n    args:\n    - --name=r\n    env:\n    - name: A\n      value: b\n  \
                  nodeSelector:\n    zone: a\n";
    assert!(text.ends_with(wanted), "{text}");
    // What the catalog holds says that they are lists, so that others render the same.
    project.run(["plan"]).no_changes();
    let body = project.run(["get", "promise", "app", "--format", "json"]).code(0).to_string();
    assert!(body.contains("\"args\":[\"--name=${name}\"]") || body.contains("\"args\": [\n"), "{body}");
}

#[test]
fn files_of_the_project_and_of_modules_describe_kinds() {
    let steps = "resource \"g.io/v1\" Thing $name { spec size=huge zones=a; }";
    let told = "`spec.size` of a Thing is one of `small`, `large`";
    let project = delivering(steps, "kinds \"crds/*\"").file("crds/thing.yaml", CRD).file("crds/README", "of kinds");
    project.run(["check"]).code(3).says([told]).never_says("Not held to a schema");
    project.edit("plat.kdl", "size=huge", "size=small");
    project.edit("plat.kdl", "kinds ", "request app r\nkinds ");
    assert!(delivered(&project).ends_with("spec:\n  size: small\n  zones:\n  - a\n"));
    let module = delivering(steps, "use \"./modules/things\"")
        .file("modules/things/module.kdl", "module things\nkinds \"crds/*.yaml\"\n")
        .file("modules/things/crds/thing.yaml", CRD);
    module.run(["check"]).code(3).says([told]);
}

#[test]
fn manifests_from_disk_are_held_to_their_kinds_as_far_as_they_are_whole() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: {port: 1}}\n---\napiVersion: v1\nkind: \
                ConfigMap\nmetadata: {name: b}\ndata: {a: 1}\n---\nkind: Deployment\napiVersion: apps/v1\nspec: {replicas: {{ .Values.n }}}\n";
    let project = delivering("files \"a/**\"", "").file("a/all.yaml", list);
    project.run(["check"]).code(3).says([
        "plat.kdl:14:7: error[E0569]: `spec` of a Service has no field `port`",
        "in `all.yaml`",
        "`data.a` of a ConfigMap is text, and this is a number",
    ]);
    project.write("a/kustomization.yaml", "resources: [all.yaml]\n");
    project.run(["check"]).code(0);
}

#[test]
fn what_a_promise_makes_is_a_kind_too() {
    let project = delivering(
        "resource v1 ConfigMap $name { data text=$spec.text; }",
        "promise whole {
    api group=example.com version=v1 kind=Whole { field name string required; }
    workflow configure {
        resource \"example.com/v1\" App $spec.name { spec text=y cout=2; }
    }
}",
    );
    project.run(["check"]).code(3).says([
        "error[E0569]: `spec` of an App has no field `cout`",
        "help: did you mean `count`?",
        "1 error\n",
    ]);
}

#[test]
fn kinds_that_nobody_describes_are_named_once_and_those_that_kubernetes_has_not_are_warned_of() {
    let project = delivering(
        "resource \"g.io/v1\" Thing $name { spec size=huge; }\nresource \"g.io/v1\" Thing \"${name}-2\" { spec size=huge; }
resource \"h.io/v1\" Other $name\nresource \"extensions/v1beta1\" Ingress $name",
        "",
    );
    let checked = project.run(["check"]).code(0).says([
        "warning[E0572]: Kubernetes 1.",
        "has no Ingress in `extensions/v1beta1`",
        "help: there is Ingress in `networking.k8s.io/v1`",
    ]);
    checked.complains(["Not held to a schema, as no `kinds` line names one: Other in h.io/v1, Thing in g.io/v1."]);
}

#[test]
fn a_cluster_that_takes_more_says_so_itself() {
    let steps = "resource \"apps/v1\" Deployment $name { spec fresh=#true; }";
    let api = r#"{"components": {"schemas": {"Deployment": {"type": "object",
        "properties": {"spec": {"type": "object", "properties": {"fresh": {"type": "boolean"}}}},
        "x-kubernetes-group-version-kind": [{"group": "apps", "version": "v1", "kind": "Deployment"}]}}}}"#;
    let project = delivering(steps, "");
    project.run(["check"]).code(3).says(["has no field `fresh`"]);
    let project = delivering(steps, "kinds \"apps.json\"").file("apps.json", api);
    project.run(["check"]).code(0);
}

#[test]
fn files_that_describe_no_kinds_are_told_where_they_are_named() {
    let project = delivering("resource v1 ConfigMap $name", "kinds \"a/*\"").file("a/b.yaml", "a: [1,\n");
    project.run(["check"]).code(3).says(["plat.kdl:17:7: error[E0568]: `a/b.yaml` cannot be read as YAML or JSON"]);
    project.write("a/b.yaml", "kind: ConfigMap\n");
    project
        .run(["check"])
        .code(3)
        .says(["plat.kdl:17:7: error[E0568]: `a/b.yaml` describes no kind of Kubernetes' objects"]);
    project.edit("plat.kdl", "\"a/*\"", "\"c/*\"");
    project.run(["check"]).code(3).says(["plat.kdl:17:7: error[E0506]: no file matches `c/*`"]);
}

#[test]
fn a_schema_that_says_what_no_schema_says_is_told_and_judges_the_rest() {
    let described = |replicas: &str, required: &str| {
        format!(
            "kind: CustomResourceDefinition\nspec:\n  group: g.io\n  names: {{kind: Thing}}\n  versions:\n  - name: v1\n    schema:\n      \
             openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            \
             required: {required}\n            properties:\n              replicas: {{type: {replicas}}}\n              \
             size: {{type: array, items: {{type: strin}}}}\n"
        )
    };
    let steps = "resource \"g.io/v1\" Thing $name { spec replicas=x { size { - 1; }; }; }";
    let project = delivering(steps, "kinds \"thing.yaml\"").file("thing.yaml", described("intger", "replicas"));
    project.run(["check"]).code(0).says([
        "warning[E0568]: `required` cannot be `\"replicas\"` in a schema: `thing.yaml`, at `spec`",
        "nothing has to be there",
        "warning[E0568]: `type` cannot be `\"intger\"` in a schema: `thing.yaml`, at `spec.replicas`",
        "warning[E0568]: `type` cannot be `\"strin\"` in a schema: `thing.yaml`, at `spec.size[]`",
        "help: `type` is one of `array`, `boolean`, `integer`, `number`, `object`, `string`; Kubernetes refuses what it is now",
    ]);
    project.write("thing.yaml", described("integer", "[replicas]").replace("strin}", "string}"));
    project.run(["check"]).code(3).says(["error[E0570]"]).never_says("E0568");
}

#[test]
fn what_may_come_to_an_item_of_nothing_begins_with_a_dash() {
    // A rule of nothing would let everything through.
    let rule = |ingress: &str| {
        delivering(
            &format!(
                "resource \"networking.k8s.io/v1\" NetworkPolicy $name {{ spec {{ podSelector {{}}; ingress {{ {ingress}; }}; }}; }}"
            ),
            "request app a { count 2; }",
        )
    };
    for open in [
        "if \"$spec.count | above 5\" { from { podSelector { matchLabels app=x; }; }; }",
        "each arg in=$spec.args { from { podSelector { matchLabels app=$arg; }; }; }",
        "from $spec.any",
    ] {
        let project = rule(open);
        project.run(["check"]).code(3).says([
            "E0570",
            "an item of nothing may come of this",
            "begin each item with `-`",
        ]);
    }
    let project = rule("if \"$spec.count | above 5\" { - { from { podSelector { matchLabels app=x; }; }; }; }");
    let policy = delivered(&project);
    assert!(policy.ends_with("  ingress: []\n"), "{policy}");
}

#[test]
fn an_item_without_a_value_is_none_and_a_list_is_spread_where_the_field_is_one() {
    let project = delivering(
        "let conts { - name=web image=x; - name=side image=y; }
resource \"example.org/v1\" Thing $name { spec all=$conts { first { - $spec.any; - \"$spec.word | lower\"; - b; }; }; }
resource v1 Pod $name { spec { containers name=web { args { ... $spec.args; }; command { - $spec.word; - sh; }; }; }; }",
        "request app a { args x y; }",
    );
    project.apply().code(0);
    let files = crate::store::files(&project.path(".plat/stores/gitops.git"), "main");
    let text = |kind: &str| files.iter().find(|(path, _)| path.contains(kind)).map(|(_, text)| text.clone()).unwrap();
    let thing = text("thing-");
    assert!(thing.contains("  all:\n  - name: web\n    image: x\n  - name: side\n    image: \"y\"\n"), "{thing}");
    assert!(thing.contains("  first:\n  - b\n"), "{thing}");
    let pod = text("pod-");
    assert!(pod.contains("    args:\n    - x\n    - \"y\"\n"), "{pod}");
    assert!(pod.contains("    command:\n    - sh\n"), "{pod}");
}

#[test]
fn what_objects_of_all_kinds_have_is_judged_whatever_the_kind_is() {
    let project = delivering(
        "resource v1 ConfigMap $name { data $spec.counts; }
resource \"example.org/v1\" Thing $name { metadata { labels \"a b\"=x v=1 w=\"x y\"; annotations n=1; }; spec \"a b\"=1; }
resource v1 Secret $name { data a=\"not base64!\" b=\"YQ==\"; }
resource v1 Pod $name { spec { priority 3000000000; containers name=web { env A=b; }; nodeSelector \"a b\"=x; }; }",
        "",
    );
    project.run(["check"]).code(3).says([
        "E0570]: `data.*` of a ConfigMap is text, and this is a number",
        "`each one in=$spec.counts { $one.key \"${one.value}\"; }`",
        "E0536]: `metadata.labels` of a Thing cannot have `a b`, which is no key of a label: it holds ' '",
        "E0570]: `metadata.labels.v` of a Thing is text, and this is a number",
        "E0536]: `metadata.labels.w` of a Thing cannot have `x y`, which is no value of a label",
        "E0570]: `metadata.annotations.n` of a Thing is text",
        "E0570]: `data.a` of a Secret is text in base64, and this is none",
        "E0570]: `spec.priority` of a Pod is at most 2147483647",
        "E0569]: `spec.containers[0].env` of a Pod is a list, and `A` is no field of its items",
        "E0536]: `spec.nodeSelector` of a Pod cannot have `a b`",
        "9 errors",
    ]);
}

#[test]
fn what_helps_is_what_can_be_written() {
    let project = delivering(
        "resource v1 ConfigMap $name { data { n \"$spec.count | plus 1\"; }; }
resource \"apps/v1\" Deployment $name { spec replicas=\"3\" { selector { matchLabels app=$name; }; template { metadata { labels app=$name; }; spec { containers name=$spec.word; replicas 3; }; }; }; }",
        "",
    );
    project.run(["check"]).code(3).says([
        "make text of it: `\"${spec.count | plus 1}\"`",
        "write a number, without quotes",
        "`spec.template.spec.containers[0].name` of a Deployment must be there, and `$spec.word` may have no value",
        "`spec` has `replicas`",
    ]);
}

/// A CustomResourceDefinition of a cluster's objects.
fn of_cluster(version: &str) -> String {
    CRD.replace("  names: {kind: Thing}\n", "  names: {kind: Thing}\n  scope: Cluster\n")
        .replace("name: v1\n", &format!("name: {version}\n"))
}

#[test]
fn what_a_file_says_of_a_kind_counts_with_its_versions_and_where_its_objects_are() {
    let steps = "resource \"g.io/v1\" Thing $name { spec size=small zones=a; }";
    let project = delivering(steps, "kinds \"crds/*\"\nrequest app a").file("crds/thing.yaml", of_cluster("v1"));
    let thing = delivered(&project);
    assert!(thing.starts_with("apiVersion: g.io/v1\nkind: Thing\nmetadata:\n  name: a\nspec:\n"), "{thing}");
    // So it is where the promise is known from the catalog alone: the body says it.
    let promise = project.run(["get", "promise", "app", "--format", "json"]).code(0).out;
    assert!(promise.contains(r#""namespace":null"#) || promise.contains(r#""namespace": null"#), "{promise}");
    project.write("crds/thing.yaml", of_cluster("v2"));
    project.run(["check"]).code(0).says(["E0572]: Thing is described in `g.io/v2`, and not in `g.io/v1`"]);
    let said = "resource \"g.io/v1\" Thing $name { metadata namespace=x; spec size=small; }";
    let project = delivering(said, "kinds \"crds/*\"").file("crds/thing.yaml", of_cluster("v1"));
    project.run(["check"]).code(3).says(["E0537", "a Thing is an object of the cluster"]);
}

#[test]
fn a_test_expects_the_only_item_of_a_list_as_a_manifest_says_it() {
    let test = |name: &str| {
        format!(
            "test binds {{ given app a; expect resource RoleBinding a {{ subjects kind=Group name={name}; roleRef name=view; }}; }}\n"
        )
    };
    let steps = "resource \"rbac.authorization.k8s.io/v1\" RoleBinding $name {
    subjects kind=Group name=devs apiGroup=\"rbac.authorization.k8s.io\"
    roleRef apiGroup=\"rbac.authorization.k8s.io\" kind=ClusterRole name=view
}";
    let project = delivering(steps, &test("devs"));
    project.run(["test"]).code(0);
    project.edit("plat.kdl", "name=devs;", "name=ops;");
    project.run(["test"]).code(7).says(["-  name: ops", "+  name: devs"]);
}

#[test]
fn all_mistakes_of_a_file_are_told() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: \"3\", replcas: 3, selector: {}, template: {}}\n";
    let project = delivering("files \"a/*\"", "").file("a/d.yaml", text);
    project.run(["check"]).code(3).says([
        "no field `replcas`",
        "`spec.replicas` of a Deployment is a whole number",
        "2 errors",
    ]);
}
