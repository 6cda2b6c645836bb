//! What is secret is in no output, no plan and no file, whatever goes wrong.

use crate::demo;
use crate::project::{Outcome, Project};
use crate::store;
use base64::Engine;
use rusqlite::types::ValueRef;

const PLANTED: &str = "planted-7f3a9c51e2";

/// The demo platform with a store on a server that nobody runs, and a secret for it.
fn unreachable() -> Project {
    let project = demo::new();
    project.edit(
        "plat.kdl",
        "git create {\n    url \".plat/stores/gitops.git\"\n",
        "git {\n    url \"https://127.0.0.1:1/company/gitops.git\"\n    auth basic secret=\"my-x\"\n",
    );
    project
}

fn run(project: &Project, arguments: &[&str]) -> Outcome {
    let mut command = project.command(arguments.iter().copied());
    for part in ["TOKEN", "PASSWORD", "USERNAME", "SSH_KEY", "SSH_PASSPHRASE"] {
        command.env(format!("PLAT_SECRET_MY_X_{part}"), format!("{PLANTED}-{part}"));
        command.env(format!("PLAT_SECRET_GITOPS_{part}"), format!("{PLANTED}-{part}"));
    }
    command.env("PLAT_CREDENTIAL_COMMAND", format!("echo password={PLANTED}"));
    command.env("RUST_BACKTRACE", "full").env("RUST_LOG", "trace").env("GIT_TRACE", "1");
    Outcome::of(&mut command).never_says(PLANTED)
}

/// Neither a file of the project nor its name holds the secret.
fn is_in_no_file(project: &Project) {
    for (path, content) in project.snapshot() {
        let content = String::from_utf8_lossy(content.as_deref().unwrap_or_default()).into_owned();
        assert!(!content.contains(PLANTED), "{}", path.display());
        assert!(!path.display().to_string().contains(PLANTED), "{}", path.display());
    }
}

#[test]
fn a_server_that_does_not_answer_learns_and_tells_nothing() {
    let project = unreachable();
    for arguments in [
        &["plan"][..],
        &["plan", "--out", "plan"],
        &["plan", "--format", "json"],
        &["apply", "--auto-approve"],
        &["apply", "--auto-approve", "--format", "json"],
    ] {
        let outcome = run(&project, arguments).code(1);
        assert!(outcome.err.starts_with("gitops: cannot fetch from https://127.0.0.1"), "{outcome}");
    }
    for arguments in [&["check"][..], &["render"], &["test"], &["score"], &["get", "entity"], &["fmt", "--check"]] {
        run(&project, arguments).code(0);
    }
    is_in_no_file(&project);
}

#[test]
fn a_store_that_needs_no_secret_keeps_none() {
    let project = demo::new();
    run(&project, &["plan", "--out", "plan"]).code(0);
    run(&project, &["apply", "plan"]).code(0);
    project.edit("requests.kdl", "size 1", "size 9");
    run(&project, &["apply", "--auto-approve"]).code(0);
    run(&project, &["get", "state-store", "--format", "json"]).code(0);
    is_in_no_file(&project);
}

/// A promise that delivers secrets, to a destination that may hold them.
const VAULT: &str = r##"
destination vault {
    store gitops
    labels side=vault
    encrypted
}

promise account {
    api group=company.com version=v1 kind=Account {
        field password string required
    }
    schedule side=vault
    workflow configure {
        resource v1 Secret $name file=secret.yaml {
            stringData {
                password $spec.password
                own (secret)own-key
            }
        }
    }
}

request account db {
    password (secret)db-password
}

test "the password is the one that was asked for" {
    given account demo { password (secret)another }
    expect resource Secret demo { stringData password=(secret)another own=(secret)own-key }
    expect destination demo vault
}

test "no password is made of a secret" {
    given account demo { password #"${secret}"# }
    expect resource Secret demo { stringData password=#"${secret}"# }
}
"##;

const OWN: &str = "planted-own-key-1b7d";
const FILE: &str = "vault/resources/default/account/db/configure-account/5058f/secret.yaml";

fn vault() -> Project {
    demo::new().file("vault.kdl", VAULT)
}

/// A run with a password, and the other secret, in the environment.
fn with(project: &Project, password: &str, arguments: &[&str]) -> Outcome {
    let mut command = project.command(arguments.iter().copied());
    command.env("PLAT_SECRET_DB_PASSWORD_VALUE", password).env("PLAT_SECRET_OWN_KEY_VALUE", OWN);
    let encoded = base64::engine::general_purpose::STANDARD.encode(OWN);
    Outcome::of(&mut command).never_says(password).never_says(OWN).never_says(&encoded)
}

fn delivered(project: &Project) -> Option<String> {
    store::files(&demo::repository(project), "main").remove(FILE)
}

/// The content of every table of the catalog.
fn catalog(project: &Project) -> String {
    let connection = project.catalog();
    let mut statement = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let tables: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut text = String::new();
    for table in tables {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column).unwrap() {
                    text.push_str(&String::from_utf8_lossy(bytes));
                    text.push('\n');
                }
            }
        }
    }
    text
}

#[test]
fn a_secret_gets_where_it_is_asked_for_and_nowhere_else() {
    let project = vault();
    with(&project, PLANTED, &["check"]).code(0);
    with(&project, PLANTED, &["test"]).code(0);
    with(&project, PLANTED, &["render"]).code(0).says([r#"own: {"$secret":"own-key"}"#]);
    with(&project, PLANTED, &["render", "--format", "json"]).code(0).says([r#"{\"$secret\":\"db-password\"}"#]);
    with(&project, PLANTED, &["plan", "--full"])
        .code(0)
        .says(["password  (secret)db-password", r#"{"$secret":"own-key"}"#]);
    with(&project, PLANTED, &["plan", "--format", "json", "--out", "plan"])
        .code(0)
        .says([r#"{"$secret":"db-password"}"#]);
    with(&project, PLANTED, &["apply", "--auto-approve", "--full"]).code(0);
    let wanted = format!("stringData:\n  password: \"{PLANTED}\"\n  own: \"{OWN}\"\n");
    assert!(delivered(&project).unwrap().ends_with(&wanted));
    with(&project, PLANTED, &["plan"]).no_changes();
    with(&project, PLANTED, &["drift", "--detailed-exitcode"]).code(0);
    let why = ["why", &format!("file:gitops:{FILE}"), "--format", "json"];
    with(&project, PLANTED, &why).code(0).says([r#""state":"same""#]);
    for arguments in
        [&["get", "request"][..], &["get", "request", "account:default/db"], &["get", "promise", "--format", "json"]]
    {
        with(&project, PLANTED, arguments).code(0);
    }
    assert!(catalog(&project).contains(r#"{"$secret":"db-password"}"#));
    assert!(!catalog(&project).contains(PLANTED) && !catalog(&project).contains(OWN));
    let message = store::message(&demo::repository(&project), "main");
    assert!(!message.contains(PLANTED) && !message.contains(OWN));
    is_in_no_file(&project);
}

#[test]
fn a_saved_plan_holds_references_and_is_stale_once_a_secret_changes() {
    let project = vault();
    with(&project, PLANTED, &["plan", "--out", "plan"]).code(0);
    let saved = project.read("plan");
    assert!(saved.contains(r#""secret":"db-password""#) && !saved.contains(PLANTED) && !saved.contains(OWN));
    project.run(["show", "plan", "--full"]).code(0).says([r#"{"$secret":"own-key"}"#]);
    let stale = with(&project, "another-password", &["apply", "plan"]).code(4);
    stale.complains([FILE]);
    assert!(!project.path(".plat/catalog.db").exists());
    project.run(["apply", "plan"]).code(1).complains(["`db-password`: set PLAT_SECRET_DB_PASSWORD_VALUE"]);
    assert!(!project.path(".plat/catalog.db").exists());
    with(&project, PLANTED, &["apply", "plan"]).code(0);
    assert!(delivered(&project).unwrap().contains(PLANTED));
    with(&project, PLANTED, &["apply", "plan"]).code(0);
}

#[test]
fn a_new_value_is_an_update_that_shows_neither_the_old_nor_the_new_one() {
    let project = vault();
    with(&project, PLANTED, &["apply", "--auto-approve"]).code(0);
    for arguments in
        [&["plan", "--full", "--rendered"][..], &["plan", "--format", "json"], &["plan", "--rendered", "--out", "plan"]]
    {
        let outcome = with(&project, "rotated-4c19", arguments).code(0).never_says(PLANTED);
        outcome.says(["update", FILE]);
    }
    assert!(!project.read("plan").contains(PLANTED));
    with(&project, "rotated-4c19", &["apply", "--auto-approve"]).code(0).never_says(PLANTED);
    assert!(delivered(&project).unwrap().contains("rotated-4c19"));
}

#[test]
fn what_goes_from_an_encrypted_destination_is_not_shown() {
    let project = vault();
    with(&project, PLANTED, &["apply", "--auto-approve"]).code(0);
    let cut = VAULT.split("request account").next().unwrap();
    // Neither where the destination stays, nor where it goes along; and nobody knows the value any more.
    for text in [cut, cut.split("destination").next().unwrap()] {
        project.write("vault.kdl", text);
        for arguments in [&["plan", "--full"][..], &["plan", "--format", "json", "--full"], &["apply"]] {
            project.run(arguments.iter().copied()).says(["delete", FILE]).never_says(PLANTED).never_says(OWN);
        }
    }
    project.apply().never_says(PLANTED).never_says(OWN);
    assert_eq!(delivered(&project), None);
}

#[test]
fn what_stays_at_an_encrypted_destination_when_it_is_let_go_of_is_not_shown() {
    let project = vault();
    with(&project, PLANTED, &["apply", "--auto-approve"]).code(0);
    let cut = VAULT.split("request account").next().unwrap();
    project.write("vault.kdl", format!("{cut}\nremoved \"request:account:default/db\" keep\n"));
    for arguments in
        [&["plan", "--full", "--rendered"][..], &["plan", "--format", "json"], &["plan", "--rendered", "--out", "plan"]]
    {
        project.run(arguments.iter().copied()).code(0).says(["release", FILE]).never_says(PLANTED).never_says(OWN);
    }
    assert!(!project.read("plan").contains(PLANTED));
    let repository = demo::repository(&project);
    let kept = delivered(&project).unwrap();
    let twin = project.twin();
    store::somebody_writes(&demo::repository(&twin), "main", FILE, Some("password: somebodys-own-secret\n"));
    twin.run(["apply", "plan"]).code(4).never_says("somebodys-own-secret");
    project.run(["apply", "plan"]).code(0).never_says(PLANTED);
    assert_eq!(delivered(&project).as_ref(), Some(&kept));
    let inventory =
        store::references(&repository).into_iter().find(|(name, _)| name.starts_with("refs/plat/inventory"));
    assert!(!inventory.unwrap().1.contains_key(FILE));
    project.run(["plan"]).no_changes();
}

#[test]
fn a_conflict_at_an_encrypted_destination_does_not_show_what_is_there() {
    let project = vault();
    with(&project, PLANTED, &["apply", "--auto-approve"]).code(0);
    store::somebody_writes(&demo::repository(&project), "main", FILE, Some("password: somebodys-own-secret\n"));
    for arguments in [&["plan"][..], &["plan", "--format", "json"], &["apply", "--auto-approve"]] {
        let outcome = with(&project, "rotated-4c19", arguments).code(4).never_says("somebodys-own-secret");
        outcome.says(["not shown: it may hold secrets"]);
    }
    with(&project, "rotated-4c19", &["plan", "--on-conflict", "ours", "--full"])
        .code(0)
        .never_says("somebodys-own-secret");
}

#[test]
fn a_destination_that_is_not_encrypted_gets_no_secret() {
    let project = vault();
    project.edit("vault.kdl", "    encrypted\n", "");
    for arguments in [&["check"][..], &["plan"], &["apply", "--auto-approve"], &["render"]] {
        let outcome = with(&project, PLANTED, arguments).code(3);
        let said = format!("{}{}", outcome.out, outcome.err);
        assert!(said.contains("E0733") && said.contains("`db-password`") && said.contains("vault.kdl:"), "{outcome}");
    }
    assert!(!project.path(".plat").exists());
}

#[test]
fn a_secret_that_is_missing_or_short_is_told_by_its_name() {
    let project = vault();
    for arguments in [&["plan"][..], &["apply", "--auto-approve"], &["plan", "--format", "json"]] {
        let said =
            "there is no value for the secret `own-key`: set PLAT_SECRET_OWN_KEY_VALUE, or PLAT_CREDENTIAL_COMMAND\n";
        let mut command = project.command(arguments.iter().copied());
        Outcome::of(command.env("PLAT_SECRET_DB_PASSWORD_VALUE", PLANTED)).code(1).stdout("").stderr(said);
        let outcome = with(&project, "short-1", arguments).code(1).stdout("");
        assert!(outcome.err.starts_with("the secret `db-password` has fewer than 8 bytes"), "{outcome}");
    }
    for arguments in [&["check"][..], &["render"], &["test"], &["score"]] {
        project.run(arguments.iter().copied()).code(0);
    }
}

#[test]
fn a_value_comes_from_the_command_too_and_is_watched_then() {
    let project = vault();
    let run = |arguments: &[&str]| {
        let mut command = project.command(arguments.iter().copied());
        command.env("PLAT_CREDENTIAL_COMMAND", "sed -n 's/^secret=/password=planted-by-/p'");
        Outcome::of(&mut command).never_says("planted-by-")
    };
    run(&["apply", "--auto-approve"]).code(0);
    assert!(delivered(&project).unwrap().contains("\"planted-by-db-password\""));
    project.edit("services.kdl", "owner shop", "owner \"planted-by-own-key\"");
    run(&["plan"]).code(1).complains(["the plan for entity:service:cart would hold the secret `own-key`"]);
}

/// Runs in every form of output, which must all fail and hold nothing of a secret.
fn leaks_nowhere(project: &Project, planted: &str, arguments: &[&str]) {
    for format in ["human", "json", "github"] {
        let mut command = project.command(arguments.iter().copied().chain(["--format", format]));
        let outcome = Outcome::of(command.env("PLAT_SECRET_DB_PASSWORD_VALUE", planted));
        let outcome = outcome.never_says(planted).code(1).stdout("");
        assert!(outcome.err.contains("would hold the secret"), "{arguments:?}: {outcome}");
    }
}

/// The commands that show or write what a project declares.
const OF_A_PLAN: [&[&str]; 5] =
    [&["plan"], &["plan", "--full"], &["plan", "--summary"], &["plan", "--out", "plan"], &["apply", "--auto-approve"]];

#[test]
fn text_that_holds_a_secret_in_clear_gets_nowhere() {
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("user:{PLANTED}"));
    let escaped = PLANTED.replace('-', "%2D");
    let cases = [
        ("services.kdl", "owner shop", format!("owner \"is {PLANTED}\"")),
        ("services.kdl", "owner shop", format!("owner \"{encoded}\"")),
        ("services.kdl", "owner shop", format!("owner \"https://u:{escaped}@host\"")),
        ("services.kdl", "entity service cart", format!("entity service {PLANTED}")),
        ("plat.kdl", "data size=", format!("data note=\"{PLANTED}\" size=")),
        ("plat.kdl", "project demo {", format!("project {PLANTED} {{")),
        ("requests.kdl", "request app web", format!("request app {PLANTED}")),
        ("plat.kdl", "file=config.yaml", format!("file=\"{PLANTED}.yaml\"")),
    ];
    for (file, from, to) in cases {
        let project = demo::new();
        project.edit(file, from, &to);
        for arguments in OF_A_PLAN {
            leaks_nowhere(&project, PLANTED, arguments);
        }
        assert!(!project.path("plan").exists() && !project.path(".plat").exists(), "{to}");
    }
}

#[test]
fn what_is_live_and_equals_a_secret_is_not_shown() {
    let project = demo::applied();
    project.set("service", "cart", "properties.owner", &format!("\"{PLANTED}\""));
    let encoded = base64::engine::general_purpose::STANDARD.encode(PLANTED);
    project.set("service", "ledger", "properties.tier", &format!("\"{encoded}\""));
    for arguments in
        OF_A_PLAN.into_iter().chain([&["get", "entity"][..], &["get", "entity", "cart"], &["get", "entity", "ledger"]])
    {
        leaks_nowhere(&project, PLANTED, arguments);
    }
    assert!(!project.path("plan").exists());
    let repository = demo::repository(&project);
    store::somebody_writes(&repository, "main", &demo::manifest("web"), Some(&format!("note: {PLANTED}\n")));
    let project = project.twin();
    project.set("service", "cart", "properties.owner", "\"shop\"");
    project.set("service", "ledger", "properties.tier", "\"one\"");
    for arguments in OF_A_PLAN {
        leaks_nowhere(&project, PLANTED, arguments);
    }
}

#[test]
fn every_other_output_is_watched_too() {
    let project = demo::new();
    project.edit("services.kdl", "entity service cart", &format!("entity service {PLANTED}"));
    project.edit("plat.kdl", "data size=", &format!("data note=\"{PLANTED}\" size="));
    project.write("more.kdl", format!("scorecard s for=service {{ level A {{ rule r {{ tier is one; }}; }}; }}\ntest \"{PLANTED}\" {{ given app x; expect resource ConfigMap y; }}\n"));
    project.run(["plan", "--out", "plan"]).code(0);
    for arguments in [
        &["score", "--rules"][..],
        &["render"],
        &["test"],
        &["show", "plan"],
        &["show", "plan", "--summary"],
        &["apply", "plan"],
    ] {
        leaks_nowhere(&project, PLANTED, arguments);
    }
    assert!(!project.path(".plat").exists());
}

#[test]
fn problems_and_failures_say_no_secret() {
    let project = demo::new();
    project.edit("services.kdl", "owner shop", &format!("{PLANTED} shop"));
    for arguments in [&["check"][..], &["plan"], &["apply", "--auto-approve"], &["score"], &["test"], &["render"]] {
        leaks_nowhere(&project, PLANTED, arguments);
    }
    let project = demo::new();
    project.edit(
        "plat.kdl",
        "git create {\n    url \".plat/stores/gitops.git\"",
        &format!("git {{\n    url \"/nowhere/{PLANTED}\""),
    );
    leaks_nowhere(&project, PLANTED, &["plan"]);
    leaks_nowhere(&project, PLANTED, &["apply", "--auto-approve"]);
    let folder = format!("{PLANTED}/deeper");
    for arguments in [
        &["-C", &folder, "plan"][..],
        &["get", "entity", PLANTED],
        &["get", PLANTED],
        &["show", PLANTED],
        &["explain", PLANTED],
        &[PLANTED],
        &["plan", PLANTED],
        &["render", PLANTED],
        &["score", PLANTED],
        &["apply", PLANTED],
        &["fmt", PLANTED],
    ] {
        leaks_nowhere(&project, PLANTED, arguments);
    }
}

#[test]
fn no_file_is_named_like_a_secret_or_holds_one() {
    let project = demo::new();
    let before = project.snapshot();
    let outcome = project
        .command(["plan", "--out", &format!("{PLANTED}.json")])
        .env("PLAT_SECRET_X_TOKEN", PLANTED)
        .output()
        .unwrap();
    assert_eq!(outcome.status.code(), Some(1));
    project.write("odd.kdl", format!("entity  service   x {{ owner \"{PLANTED}\"; }}\n"));
    let odd = project.read("odd.kdl");
    leaks_nowhere(&project, PLANTED, &["fmt", "odd.kdl"]);
    assert_eq!(project.read("odd.kdl"), odd);
    std::fs::remove_file(project.path("odd.kdl")).unwrap();
    assert_eq!(project.snapshot(), before);
}

/// Where a credential was written into the text, no report carries it further.
#[test]
fn a_credential_in_the_text_is_in_no_report() {
    for auth in
        ["auth hunter2-x", "auth basic hunter2-x", "auth basic secret=\"hunter2-x !\"", "auth basic token=hunter2-x"]
    {
        let text = format!("project p\nstate-store s git {{\n    url \"https://git.example/r\"\n    {auth}\n}}\n");
        let project = Project::new().file("plat.kdl", text);
        for format in ["human", "json", "github"] {
            project.run(["--format", format, "check"]).code(3).never_says("hunter2");
        }
        for format in ["json", "ndjson", "markdown", "sarif", "junit", "github", "gitlab-codequality"] {
            project.run(["check", "--report", &format!("{format}=report")]).code(3);
            assert!(!project.read("report").contains("hunter2"), "{format} of {auth}");
        }
    }
}

/// Somebody writes a text in the place of the reference in the request of [`VAULT`].
fn exposed() -> Project {
    let project = vault();
    with(&project, "planted-password", &["apply", "--auto-approve"]).code(0);
    project.sql(&format!("UPDATE objects SET body = json_set(body, '$.spec.password', '{PLANTED}') WHERE kind = 'request' AND name LIKE '%db'"));
    project
}

#[test]
fn what_stands_in_the_place_of_a_reference_is_not_shown() {
    const VEILED: &str = "(not shown)";
    let project = exposed();
    for format in [&[][..], &["--format", "json"], &["--full"]] {
        let drift = [&["drift"], format].concat();
        with(&project, "planted-password", &drift).code(0).never_says(PLANTED).says([VEILED]);
    }
    with(&project, "planted-password", &["drift"]).says([&*format!("(secret)db-password -> \"{VEILED}\"")]);
    let why = &["why", "request:account:default/db"];
    with(&project, "planted-password", why).code(0).never_says(PLANTED).says([VEILED]);
    let reports =
        ["json", "ndjson", "markdown", "sarif", "junit"].map(|format| format!("--report={format}=report.{format}"));
    for arguments in [&["plan", "--out", "plan"][..], &["plan", "--format", "json"], &["show", "plan"]] {
        let arguments: Vec<&str> = arguments.iter().copied().chain(reports.iter().map(String::as_str)).collect();
        let arguments = if arguments[0] == "show" { &arguments[..2] } else { &arguments };
        with(&project, "planted-password", arguments).code(0).never_says(PLANTED).says([VEILED]);
    }
    is_in_no_file_but_the_catalog(&project);
    // Nor is what came to stand there once the plan was made.
    project.sql(&format!("UPDATE objects SET body = json_set(body, '$.spec.password', '{PLANTED}-2') WHERE kind = 'request' AND name LIKE '%db'"));
    with(&project, "planted-password", &["apply", "plan"]).code(4).never_says(PLANTED);
    project.sql(&format!("UPDATE objects SET body = json_set(body, '$.spec.password', '{PLANTED}') WHERE kind = 'request' AND name LIKE '%db'"));
    with(&project, "planted-password", &["apply", "plan"]).code(0).never_says(PLANTED);
    with(&project, "planted-password", &["drift"]).code(0).says(["No drift"]);
}

#[test]
fn what_stands_there_is_not_shown_either_where_the_text_no_longer_refers_to_a_secret() {
    for text in ["request account db {\n    password plain\n}\n", ""] {
        let project = exposed();
        project.write("vault.kdl", VAULT.replace("request account db {\n    password (secret)db-password\n}\n", text));
        let allowed = ["--on-conflict", "ours", "--allow-delete", "request:*"];
        for arguments in [&["plan"][..], &["plan", "--format", "json"], &["drift"], &["drift", "--format", "json"]] {
            with(&project, "planted-password", arguments).never_says(PLANTED);
        }
        for command in [&["plan"][..], &["plan", "--format", "json"], &["apply", "--auto-approve"]] {
            with(&project, "planted-password", &[command, &allowed].concat()).code(0).never_says(PLANTED);
        }
    }
}

fn is_in_no_file_but_the_catalog(project: &Project) {
    for (path, content) in project.snapshot().into_iter().filter(|(path, _)| !path.ends_with("catalog.db")) {
        let content = String::from_utf8_lossy(content.as_deref().unwrap_or_default()).into_owned();
        assert!(!content.contains(PLANTED), "{}", path.display());
    }
}
