//! A server that says what it likes.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use git2::{Buf, ObjectType, Oid, Repository, Signature, Time};
use plat::adapter::git::Git;
use plat::store::{Store, StoreError};
use tempfile::TempDir;

use crate::laws::id;
use crate::scenario::{Trust, scenario};
use crate::world::World;
use crate::{config, right, with};

/// What the server does when it is asked for objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// It gives all of them.
    All,
    /// It keeps the file back.
    Half,
    /// What was asked for is gone.
    Gone,
    /// It gives one byte now and then.
    Drips,
    /// It speaks without an end.
    Talks,
}

/// A server with one file on a branch, that answers in this order, and then as the last time.
struct Liar {
    port: u16,
    asked: Arc<Mutex<usize>>,
}

impl Liar {
    fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let liar = Self { port: listener.local_addr().unwrap().port(), asked: Arc::default() };
        let (asked, answers) = (liar.asked.clone(), Arc::new(Mutex::new(VecDeque::from(answers.to_vec()))));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (asked, answers) = (asked.clone(), answers.clone());
                thread::spawn(move || {
                    // Whoever hears enough hangs up.
                    let _ = serve(client.unwrap(), &asked, &answers);
                });
            }
        });
        liar
    }

    /// A look at it, and how often it was asked for objects.
    fn look(&self, world: &World) -> (Result<Option<String>, StoreError>, usize) {
        let config = config(world, format!("http://127.0.0.1:{}/r.git", self.port), "demo");
        let config = with(config, |place| {
            place.patience = Duration::from_secs(1);
            place.path = String::new();
        });
        let mut store = Git::open(config, right(world)).unwrap();
        let seen = store.observe(&["f"]);
        let live = seen.map(|seen| seen.files["f"].live.as_ref().map(|id| id.0.to_string()));
        (live, *self.asked.lock().unwrap())
    }
}

fn serve(client: TcpStream, asked: &Mutex<usize>, answers: &Mutex<VecDeque<Answer>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    let mut client = client;
    let kind = if first.starts_with("GET") { "advertisement" } else { "result" };
    write!(
        client,
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-{kind}\r\nConnection: close\r\n\r\n"
    )?;
    if kind == "advertisement" {
        let (tip, _) = packed(Answer::All);
        let line = format!("{tip} refs/heads/main\0side-band-64k shallow\n");
        return client.write_all(
            &[packet(b"# service=git-upload-pack\n"), b"0000".to_vec(), packet(line.as_bytes()), b"0000".to_vec()]
                .concat(),
        );
    }
    *asked.lock().unwrap() += 1;
    let answer = {
        let mut answers = answers.lock().unwrap();
        if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0] }
    };
    let (tip, pack) = packed(answer);
    if answer == Answer::Gone {
        return client.write_all(&packet(format!("ERR upload-pack: not our ref {tip}").as_bytes()));
    }
    client.write_all(&[packet(format!("shallow {tip}").as_bytes()), b"0000".to_vec(), packet(b"NAK\n")].concat())?;
    match answer {
        Answer::Talks => loop {
            client.write_all(&packet(&vec![2; 60_000]))?;
        },
        Answer::Drips => {
            client.write_all(&packet(&[&[1], &pack[..13]].concat()))?;
            for byte in &pack[13..] {
                thread::sleep(Duration::from_millis(300));
                client.write_all(&packet(&[1, *byte]))?;
            }
            Ok(())
        }
        Answer::All | Answer::Half | Answer::Gone => {
            client.write_all(&[packet(&[&[1], pack.as_slice()].concat()), b"0000".to_vec()].concat())
        }
    }
}

fn packet(data: &[u8]) -> Vec<u8> {
    [format!("{:04x}", data.len() + 4).as_bytes(), data].concat()
}

/// A commit of one file, with its objects in a pack.
fn packed(answer: Answer) -> (Oid, Vec<u8>) {
    let folder = TempDir::new().unwrap();
    let repository = Repository::init_bare(folder.path()).unwrap();
    let blob = repository.blob(b"1").unwrap();
    let mut tree = repository.treebuilder(None).unwrap();
    tree.insert("f", blob, 0o100_644).unwrap();
    let tree = tree.write().unwrap();
    let somebody = Signature::new("a", "a@b", &Time::new(1, 0)).unwrap();
    let root = repository.find_tree(tree).unwrap();
    let commit = repository.commit(None, &somebody, &somebody, "m", &root, &[]).unwrap();
    let mut pack = repository.packbuilder().unwrap();
    for (id, kind) in [(commit, ObjectType::Commit), (tree, ObjectType::Tree), (blob, ObjectType::Blob)] {
        if kind != ObjectType::Blob || answer != Answer::Half {
            pack.insert_object(id, None).unwrap();
        }
    }
    let mut buffer = Buf::new();
    pack.write_buf(&mut buffer).unwrap();
    (commit, buffer.to_vec())
}

fn run(test: &str, answers: &[Answer], body: impl Fn(Result<Option<String>, StoreError>, usize)) {
    scenario(&format!("lies::{test}"), Trust::Known, |world| {
        let (seen, asked) = Liar::start(answers).look(world);
        body(seen, asked);
    });
}

#[test]
fn what_moved_in_between_is_asked_for_again() {
    run("what_moved_in_between_is_asked_for_again", &[Answer::Gone, Answer::Gone, Answer::All], |seen, asked| {
        assert_eq!((seen.unwrap(), asked), (Some(id("1").0.to_string()), 3));
    });
}

#[test]
fn what_moves_for_ever_is_given_up() {
    run("what_moves_for_ever_is_given_up", &[Answer::Gone], |seen, asked| {
        let said = seen.unwrap_err().to_string();
        assert!(said.contains("is gone when it is asked for, again and again") && asked == 8, "{asked} {said}");
    });
}

#[test]
fn what_comes_by_halves_is_fetched_once_more() {
    run("what_comes_by_halves_is_fetched_once_more", &[Answer::Half, Answer::All], |seen, asked| {
        assert_eq!((seen.unwrap(), asked), (Some(id("1").0.to_string()), 2));
    });
}

#[test]
fn what_is_always_halved_is_an_error() {
    run("what_is_always_halved_is_an_error", &[Answer::Half], |seen, asked| {
        let said = seen.unwrap_err().to_string();
        assert!(said.contains("does not fit together") && asked == 2, "{asked} {said}");
    });
}

#[test]
fn what_drips_is_given_up() {
    run("what_drips_is_given_up", &[Answer::Drips], |seen, _| {
        let said = seen.unwrap_err().to_string();
        assert!(said.contains("slower than 1024 bytes in 1 s"), "{said}");
    });
}

#[test]
fn who_talks_without_end_is_not_listened_to() {
    run("who_talks_without_end_is_not_listened_to", &[Answer::Talks], |seen, _| {
        let error = seen.unwrap_err();
        assert!(
            matches!(&error, StoreError::TooMuch { limit, .. } if limit == "16 MiB beside its answer"),
            "{error:?}"
        );
    });
}
