//! `plat lsp`, as an editor starts it.

use crate::project::{Outcome, Project};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// An editor that has started `plat lsp`.
struct Editor {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Editor {
    fn start(project: &Project) -> Self {
        Self::start_with(project, &["lsp"])
    }

    fn start_with(project: &Project, arguments: &[&str]) -> Self {
        let mut command = project.command(arguments.iter().copied());
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        Self { process, input, output }
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server is gone");
            match line.trim() {
                "" => break,
                header => length = header.strip_prefix("Content-Length: ").unwrap().parse().unwrap(),
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn ask(&mut self, id: u32, method: &str, params: &Value) -> Value {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == id {
                return message;
            }
        }
    }

    fn end(mut self) -> (Option<i32>, String) {
        drop(self.input);
        let mut said = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.process.wait().unwrap().code(), said)
    }
}

fn catalog() -> Project {
    Project::new().file(
        "plat.kdl",
        "project demo\nblueprint service { property tier enum { values gold silver; }; }\nentity service a { tier gold; }\n",
    )
}

#[test]
fn an_editor_is_told_what_check_tells() {
    let project = catalog();
    let mut editor = Editor::start(&project);
    let root = format!("file://{}", std::fs::canonicalize(project.root()).unwrap().display());
    let params = json!({ "processId": null, "rootUri": root, "capabilities": {} });
    let result = editor.ask(1, "initialize", &params);
    assert_eq!(result["result"]["capabilities"]["positionEncoding"], "utf-16");
    editor.send(&json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    let uri = format!("{root}/plat.kdl");
    let text = project.read("plat.kdl").replace("tier gold", "tier golt");
    let document = json!({ "uri": uri, "languageId": "kdl", "version": 1, "text": text });
    editor.send(&json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": { "textDocument": document } }));
    let told = loop {
        let message = editor.receive();
        if message["method"] == "textDocument/publishDiagnostics" && message["params"]["version"] == 1 {
            break message["params"]["diagnostics"][0].clone();
        }
    };
    project.write("plat.kdl", &text);
    let code = told["code"].as_str().unwrap().to_owned();
    let message = told["message"].as_str().unwrap().split('\n').next().unwrap().to_owned();
    project.run(["check"]).code(3).says([&*code, &*message]);
    assert_eq!(editor.ask(2, "shutdown", &Value::Null)["result"], Value::Null);
    editor.send(&json!({ "jsonrpc": "2.0", "method": "exit", "params": null }));
    assert_eq!(editor.end(), (Some(0), String::new()));
}

#[test]
fn an_editor_that_goes_without_a_word_or_says_something_else_is_a_failure() {
    let project = catalog();
    let mut editor = Editor::start(&project);
    editor.ask(1, "initialize", &json!({ "processId": null, "rootUri": null, "capabilities": {} }));
    editor.send(&json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    assert_eq!(editor.end().0, Some(1));
    let mut editor = Editor::start(&project);
    editor.send(&json!({ "jsonrpc": "2.0", "method": "exit", "params": null }));
    let (code, said) = editor.end();
    assert_eq!(code, Some(64));
    assert!(said.contains("what came on standard input is no Language Server Protocol"), "{said}");
}

#[test]
fn what_is_no_message_is_answered_and_what_is_no_frame_ends_the_server() {
    let project = catalog();
    let mut editor = Editor::start(&project);
    let raw = |editor: &mut Editor, text: &str| {
        editor.input.write_all(text.as_bytes()).unwrap();
        editor.input.flush().unwrap();
    };
    raw(&mut editor, "Content-Length: 3\r\n\r\n{a}");
    let told = editor.receive();
    assert_eq!((&told["id"], &told["error"]["code"]), (&Value::Null, &json!(-32700)));
    raw(&mut editor, "Content-Length: 8\r\n\r\n{\"id\":7}");
    let told = editor.receive();
    assert_eq!((&told["id"], &told["error"]["code"]), (&json!(7), &json!(-32600)));
    // It goes on.
    editor.ask(1, "initialize", &json!({ "processId": null, "rootUri": null, "capabilities": {} }));
    raw(&mut editor, "Content-Length: 99999999999999\r\n\r\n{}");
    let (code, said) = editor.end();
    assert_eq!(code, Some(64));
    assert!(said.contains("a message of 99999999999999 bytes is too long"), "{said}");
}

/// Asks for another name for what stands at a place in a file of a project, and writes what is given into it.
fn rename(project: &Project, place: (&str, u32, u32), to: &str) -> Result<(), String> {
    // A text of a module is one of the projects that the editor knows.
    let known = "shop/plat.kdl";
    let opened = if project.path(known).exists() && known != place.0 { vec![known, place.0] } else { vec![place.0] };
    rename_among(project, ("", &opened), place, to)
}

/// The same in an editor that has a folder of it open, and some of its texts.
fn rename_among(
    project: &Project,
    (folder, opened): (&str, &[&str]),
    (name, line, character): (&str, u32, u32),
    to: &str,
) -> Result<(), String> {
    let mut editor = Editor::start(project);
    let root = format!("file://{}", std::fs::canonicalize(project.root()).unwrap().display());
    let uri = |name: &str| format!("{root}/{name}");
    editor.ask(1, "initialize", &json!({ "processId": null, "rootUri": uri(folder), "capabilities": {} }));
    for name in opened {
        let document = json!({ "uri": uri(name), "languageId": "kdl", "version": 1, "text": project.read(name) });
        let params = json!({ "textDocument": document });
        editor.send(&json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params }));
    }
    let place = json!({ "line": line, "character": character });
    let params = json!({ "textDocument": { "uri": uri(name) }, "position": place, "newName": to });
    let answer = editor.ask(2, "textDocument/rename", &params);
    editor.end();
    let Some(changes) = answer["result"]["changes"].as_object() else {
        return Err(answer["error"]["message"].as_str().unwrap_or_default().to_owned());
    };
    for (uri, edits) in changes {
        let name = uri.strip_prefix(&*root).unwrap().trim_start_matches('/').to_owned();
        let text = project.read(&name);
        let offset = |place: &Value| {
            let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
            let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            before + usize::try_from(place["character"].as_u64().unwrap()).unwrap()
        };
        let mut all: Vec<(usize, usize, &str)> = edits
            .as_array()
            .unwrap()
            .iter()
            .map(|edit| {
                let range = &edit["range"];
                (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap())
            })
            .collect();
        all.sort_by_key(|(start, ..)| *start);
        let mut changed = text.clone();
        all.into_iter().rev().for_each(|(start, end, new)| changed.replace_range(start..end, new));
        project.write(&name, changed);
    }
    Ok(())
}

#[test]
fn what_a_module_says_gets_another_name_in_each_project_that_uses_it() {
    let project = Project::new()
        .file("queues/plat.module.kdl", "module queues\n")
        .file(
            "queues/queues.kdl",
            "param owner string required\nblueprint queue { property size string; }\n\
             template queue { param size string required; entity queue \"${owner}-${size}\" { size $size; }; }\n",
        )
        .file(
            "shop/plat.kdl",
            "project shop { id shop-1a2b3c4d5e; }\nuse \"../queues\" owner=shop\nnew queue size=small\nentity queue own { size a; }\n",
        )
        .file("bank/plat.kdl", "project bank { id bank-1a2b3c4d5e; }\nuse \"../queues\" owner=bank\nnew queue size=large\n")
        .file("other/plat.kdl", "project other { id other-1a2b3c4d5e; }\nblueprint queue\n");
    let init = std::process::Command::new("git").args(["init", "-q"]).current_dir(project.root()).status().unwrap();
    assert!(init.success());
    // The blueprint, where the project names it; a parameter, where the module does; and a template.
    rename(&project, ("shop/plat.kdl", 3, 8), "channel").unwrap();
    rename(&project, ("queues/queues.kdl", 0, 7), "who").unwrap();
    rename(&project, ("bank/plat.kdl", 2, 5), "channel").unwrap();
    let moved = "moved from=blueprint:queue to=blueprint:channel\n";
    assert_eq!(
        project.read("queues/queues.kdl"),
        "param who string required\nblueprint channel { property size string; }\n\
         template channel { param size string required; entity channel \"${who}-${size}\" { size $size; }; }\n"
    );
    assert!(!project.read("shop/plat.kdl").contains("owner"));
    for name in ["shop", "bank"] {
        let text = project.read(&format!("{name}/plat.kdl"));
        assert!(text.ends_with(moved) && text.contains(&format!("who={name}\nnew channel ")), "{text}");
        project.run(["-C", name, "check"]).code(0);
    }
    assert!(!project.read("other/plat.kdl").contains("channel"));
    // What comes with plat is nobody's to change here.
    project.write("shop/plat.kdl", "project shop { id shop-1a2b3c4d5e; }\nuse \"std:teams\"\nentity team a\n");
    let refused = rename(&project, ("shop/plat.kdl", 2, 8), "group").unwrap_err();
    assert!(refused.contains("stands in `std:teams.kdl`"), "{refused}");
}

#[test]
fn a_module_that_is_opened_alone_is_renamed_in_all_projects_of_its_repository() {
    let project = Project::new()
        .file("queues/plat.module.kdl", "module queues\n")
        .file("queues/queues.kdl", "param owner string required\nblueprint queue { property size string; }\n")
        .file("shop/plat.kdl", "project shop { id shop-1a2b3c4d5e; }\nuse \"../queues\" owner=a\nentity queue own\n")
        .file("bank/plat.kdl", "project bank { id bank-1a2b3c4d5e; }\nuse \"../queues\" owner=b\nentity queue one\n");
    let init = std::process::Command::new("git").args(["init", "-q"]).current_dir(project.root()).status().unwrap();
    assert!(init.success());
    let text = "queues/queues.kdl";
    rename_among(&project, ("queues", &[text]), (text, 1, 12), "channel").unwrap();
    rename_among(&project, ("queues", &[text]), (text, 0, 8), "who").unwrap();
    // So it is where an editor has another folder open than that of those who use it.
    rename_among(&project, ("shop", &["shop/plat.kdl"]), ("shop/plat.kdl", 2, 9), "line").unwrap();
    assert!(project.read(text).starts_with("param who string required\nblueprint line {"), "{}", project.read(text));
    for name in ["shop", "bank"] {
        let told = project.read(&format!("{name}/plat.kdl"));
        assert!(told.contains(" who=") && told.contains("\nentity line "), "{told}");
        project.run(["-C", name, "check"]).code(0);
    }
}

#[test]
fn what_one_environment_alone_has_gets_another_name_too() {
    let text = "project demo { id demo-1a2b3c4d5e; }\nenvironment staging\nenvironment production\nblueprint service { relation of service; }\n\
                entity service shop\nentity service till\n\
                overlay production {\n    set entity service extra { of shop; }\n    entity service shop { set of extra; }\n}\n\
                overlay staging {\n    unset entity service till\n}\n";
    let project = Project::new().file("plat.kdl", text);
    rename(&project, ("plat.kdl", 7, 25), "more").unwrap();
    rename(&project, ("plat.kdl", 5, 16), "desk").unwrap();
    let told = project.read("plat.kdl");
    assert!(told.contains("set entity service more {") && told.contains("{ set of more; }"), "{told}");
    assert!(told.contains("\nentity service desk\n") && told.contains("unset entity service desk"), "{told}");
    assert!(told.contains("moved from=entity:service:extra to=entity:service:more\n"), "{told}");
    project.run(["check"]).code(0);
    project.run(["check", "--env", "staging"]).code(0);
    // What no environment has is told as ever.
    project.edit("plat.kdl", "to=entity:service:more", "to=entity:service:most");
    project.run(["check"]).code(3).says(["E0714"]);
}

#[test]
fn what_is_made_of_a_name_is_moved_with_it() {
    let model = "project demo { id demo-1a2b3c4d5e; }\nenvironment staging\nenvironment production\n\
                 blueprint service { property tier string; }\nblueprint monitor { relation of service; }\n\
                 each one of=service {\n    entity monitor \"${one.identifier}-monitor\" { of $one.identifier; }\n}\n";
    let project = Project::new()
        .file("plat.kdl", model)
        .file("s.kdl", "entity service shop\noverlay production { set entity monitor shop-extra { of shop; }; }\n");
    rename(&project, ("s.kdl", 0, 16), "store").unwrap();
    let text = project.read("s.kdl");
    assert!(text.ends_with("moved from=entity:monitor:shop-monitor to=entity:monitor:store-monitor\nmoved from=entity:service:shop to=entity:service:store\n"), "{text}");
    assert!(text.contains("shop-extra { of store; }"), "{text}");
    project.run(["check"]).code(0);
    // What it becomes is told, or nothing is changed.
    project.write("plat.kdl", model.replace("${one.identifier}-monitor", "m-${one.identifier | sha256 | trunc 8}"));
    project.write("s.kdl", "entity service shop\n");
    let refused = rename(&project, ("s.kdl", 0, 16), "store").unwrap_err();
    assert!(refused.contains("`entity:monitor:m-") && refused.contains("at plat.kdl:7:"), "{refused}");
    assert_eq!(project.read("s.kdl"), "entity service shop\n");
}

#[test]
fn what_another_environment_alone_makes_of_a_name_is_not_lost() {
    let project = Project::new().file(
        "plat.kdl",
        "project demo { id demo-1a2b3c4d5e; }\nenvironment staging\nenvironment production { param size large; }\nparam size string default=small\n\
         blueprint service { property tier string; }\nblueprint monitor { property size string; }\n\
         each one of=service { where { tier is $size }\n    entity monitor \"${one.identifier}-m\" { size $size; }\n}\n\
         entity service shop { tier large; }\n",
    );
    let before = project.read("plat.kdl");
    let refused = rename(&project, ("plat.kdl", 9, 16), "store").unwrap_err();
    assert!(refused.contains("`entity:monitor:store-m` is not declared (in staging)"), "{refused}");
    assert_eq!(project.read("plat.kdl"), before);
}

/// What Neovim does: it starts the server for a file, waits for its problems, asks for what is under the cursor, what may be written there, and
/// mends the first problem.
const SCRIPT: &str = r"
local root = vim.fn.getcwd()
local function say(what, value) io.stdout:write(what .. ': ' .. vim.json.encode(value) .. '\n') end
vim.cmd('edit plat.kdl')
local client = vim.lsp.start_client({ name = 'plat', cmd = { vim.env.PLAT, 'lsp' }, root_dir = root })
vim.lsp.buf_attach_client(0, client)
local function problems()
  return vim.tbl_map(function(one) return one.message end, vim.diagnostic.get(0))
end
vim.wait(20000, function() return #problems() > 0 end, 20)
say('problems', problems())
local function ask(method, line, character)
  local params = { textDocument = { uri = vim.uri_from_bufnr(0) }, position = { line = line, character = character } }
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000)
  return answers[client].result
end
say('hover', ask('textDocument/hover', 1, 3).contents.value)
local offered = ask('textDocument/completion', 2, 26)
say('offered', vim.tbl_map(function(one) return one.label end, offered.items))
local asked = { textDocument = { uri = vim.uri_from_bufnr(0) }, context = { diagnostics = {} },
  range = { start = { line = 2, character = 0 }, ['end'] = { line = 2, character = 30 } } }
local actions = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', asked, 20000)[client].result
say('mends', actions[1].title)
vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
vim.wait(20000, function() return #problems() == 0 end, 20)
say('line', vim.api.nvim_buf_get_lines(0, 2, 3, false)[1])
say('left', #problems())
vim.lsp.stop_client(client)
vim.wait(5000, function() return vim.lsp.client_is_stopped(client) end, 20)
vim.cmd('qall!')
";

#[test]
fn neovim_shows_problems_and_mends_them() {
    let project = catalog().file("script.lua", SCRIPT);
    project.edit("plat.kdl", "tier gold", "tier golt");
    let started = std::process::Command::new("nvim")
        .args(["--headless", "-u", "NONE", "-i", "NONE", "-c", "luafile script.lua"])
        .current_dir(project.root())
        .env("HOME", project.outside("home"))
        .env("PLAT", env!("CARGO_BIN_EXE_plat"))
        .stdin(Stdio::null())
        .output();
    let Ok(output) = started else {
        println!("NOT RUN: there is no nvim on this machine");
        assert!(std::env::var_os("CI").is_none(), "there is no nvim, and `.ci/install-servers.sh` installs it");
        return;
    };
    let (told, wrong) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr).into_owned());
    for wanted in [
        "problems: [\"`golt` is not one of the values of `tier`\\nhelp: did you mean `gold`?\"]",
        "A type of entities",
        "offered: [\"gold\",\"silver\"]",
        "mends: \"change to `gold`\"",
        "line: \"entity service a { tier gold; }\"",
        "left: 0",
    ] {
        assert!(told.contains(wanted), "no {wanted} in {told}{wrong}");
    }
}

#[test]
fn an_editor_may_have_one_environment_and_what_parameters_are() {
    let project = Project::new().file(
        "plat.kdl",
        "project demo { id demo-1a2b3c4d5e; }\nparam size string required\nparam tier string required\nenvironment one { param tier a; }\nenvironment two\n\
         blueprint b { property n enum { values a small; }; }\nentity b x { n $size; }\nentity b y { n $tier; }\n",
    );
    let problems = |arguments: &[&str]| {
        let mut editor = Editor::start_with(&project, arguments);
        let root = format!("file://{}", std::fs::canonicalize(project.root()).unwrap().display());
        editor.ask(1, "initialize", &json!({ "processId": null, "rootUri": root, "capabilities": {} }));
        let told = loop {
            let message = editor.receive();
            if message["method"] == "textDocument/publishDiagnostics" {
                break message["params"]["diagnostics"].as_array().unwrap().len();
            }
        };
        editor.end();
        told
    };
    assert!(problems(&["lsp"]) > 1);
    assert!(problems(&["lsp", "--param", "size=huge", "--env", "one"]) == 1);
}

#[test]
fn problems_are_a_line_each_for_an_editor_and_start_where_the_command_runs() {
    let entities: String = (0..20).map(|number| format!("entity service s{number} {{ tier golt; }}\n")).collect();
    let project = Project::new()
        .file("shop/plat.kdl", "project demo\nblueprint service { property tier enum { values gold silver; }; }\n")
        .file("shop/parts/services.kdl", &entities);
    let outcome = project.run(["-C", "shop", "check", "--format", "compact"]).code(3);
    // Each is told, though all have one cause.
    let lines: Vec<&str> = outcome.out.lines().collect();
    assert_eq!((lines.len(), lines[20]), (21, "checked: 20 errors, 0 warnings, 0 notes"));
    assert_eq!(
        lines[0],
        "shop/parts/services.kdl:1:26: error[E0402]: `golt` is not one of the values of `tier`; help: did you mean `gold`?"
    );
    let mut inside = project.command(["check", "-o", "compact"]);
    let said = Outcome::of(inside.current_dir(project.path("shop/parts"))).code(3).out;
    assert!(said.starts_with("../parts/services.kdl:1:26: "), "{said}");
    // Anything else is for people.
    project.run(["-C", "shop", "explain", "E0402", "--format", "compact"]).code(0).says(["# E0402: "]);
}
