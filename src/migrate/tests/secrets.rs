//! What looks like a secret.

use super::{imported, told};
use crate::grammar::Neighbour;

#[test]
fn a_secret_that_stands_in_a_header_is_told_without_being_shown() {
    let told = |headers: &str| {
        let action = format!(
            r#"{{"identifier": "a", "trigger": {{"type": "self-service", "operation": "CREATE"}},
                "invocationMethod": {{"type": "WEBHOOK", "url": "https://example.com", "headers": {{{headers}}}}}}}"#
        );
        self::told(&imported(Neighbour::Port, &[("a.json", &action)]))
    };
    for secret in [
        r#""Authorization": "Bearer 8f14e45fceea""#,
        r#""X-Api-Key": "8f14e45fceea""#,
        r#""X": "ghp_8f14e45fceea167a5a36""#,
        r#""X": "https://hooks.slack.com/services/T8f14/B8f14/8f14e45fceea""#,
        r#""Authorization": "Bearer {{ .inputs.x }}8f14e45fceea""#,
        r#""Authorization": {"value": "Bearer 8f14e45fceea"}"#,
        r#""X": [{"Authorization": "Bearer 8f14e45fceea"}]"#,
        r#""X": [{"name": "Authorization", "value": "Bearer 8f14e45fceea"}]"#,
    ] {
        let told = told(secret);
        let exposed: Vec<&String> = told.iter().filter(|line| line.contains("E0806")).collect();
        assert!(
            matches!(&*exposed, [one] if one.contains("E0806 `/invocationMethod/headers") && !one.contains("8f14")),
            "{told:?}"
        );
    }
    for fine in [
        r#""Authorization": "Bearer {{ .secrets.TOKEN }}""#,
        r#""Authorization": "Bearer <TOKEN>""#,
        r#""X-Token": "{{ .secrets[\"a-b\"] }}""#,
        r#""Authorization": "Token password={{ .secrets.TOKEN }}""#,
        r#""Content-Type": "application/json""#,
        r#""Accept": "application/vnd.github+json""#,
    ] {
        assert_eq!(told(fine), [""; 0]);
    }
}

#[test]
fn what_logs_in_where_an_address_leads_is_left_out_and_told_and_the_rest_stays() {
    let port = r#"[
        {"identifier": "a", "schema": {"properties": {}}, "changelogDestination": {"type": "WEBHOOK", "url": "https://h.io/x?a=1&token=hunter2"}},
        {"identifier": "b", "schema": {"properties": {}}, "changelogDestination": {"type": "PIGEON", "url": "https://u:hunter2@h.io"}},
        {"identifier": "c", "schema": {"properties": {"url": {"type": "string", "default": "https://h.io/?key=PLAT-1"}}}},
        {"identifier": "d", "trigger": {"type": "self-service", "operation": "CREATE"},
         "invocationMethod": {"type": "WEBHOOK", "url": "https://hunter2@h.io/run"},
         "approvalNotification": {"type": "webhook", "url": "https://h.io/y?token=hunter2"}},
        {"identifier": "url", "blueprint": "c", "properties": {"url": "https://h.io/?key=PLAT-1"}}]"#;
    let port = imported(Neighbour::Port, &[("a.json", port)]);
    let kratix = "\
apiVersion: platform.kratix.io/v1alpha1
kind: GitStateStore
metadata: {name: s}
spec: {url: 'https://oauth2:hunter2@github.com/a/b.git', branch: main, secretRef: {name: login}}
---
apiVersion: platform.kratix.io/v1alpha1
kind: Destination
metadata: {name: d}
spec: {stateStoreRef: {name: s, kind: GitStateStore}, path: d}
---
apiVersion: platform.kratix.io/v1alpha1
kind: PromiseRelease
metadata: {name: r}
spec: {version: v1, sourceRef: {type: http, url: 'https://hunter2@e.com/p.yaml'}}
";
    let kratix = imported(Neighbour::Kratix, &[("a.yaml", kratix)]);
    let texts: String = port.files.values().chain(kratix.files.values()).map(String::as_str).collect();
    assert!(!texts.contains("hunter2"), "{texts}");
    for part in [
        "changelog webhook url=\"https://h.io/x?a=1\"",
        "url \"https://h.io\"",
        "backend webhook url=\"https://h.io/run\"",
        "approval-notification webhook url=\"https://h.io/y\"",
        "default=\"https://h.io/?key=PLAT-1\"",
        "    url \"https://h.io/?key=PLAT-1\"",
        "url \"https://github.com/a/b.git\"",
        "source \"https://e.com/p.yaml\"",
        "destination d ",
    ] {
        assert!(texts.contains(part), "{part}\n{texts}");
    }
    let places: Vec<String> = [&port, &kratix]
        .into_iter()
        .flat_map(told)
        .filter(|line| line.contains("E0804"))
        .map(|line| line.split('`').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(
        places,
        [
            "/0/changelogDestination/url",
            "/1/changelogDestination/url",
            "/3/invocationMethod/url",
            "/3/approvalNotification/url",
            "/spec/url",
            "/spec/sourceRef/url"
        ]
    );
}
