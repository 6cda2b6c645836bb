//! Messages as they stand on standard input and output: a length, and behind an empty line the text.
//!
//! What comes may be anything. A text that is no message is answered with an error of JSON-RPC, and the next one is read; what is no frame
//! ends it, as nobody knows where another one would begin.

use lsp_server::{Connection, ErrorCode, Message};
use serde_json::{Value, json};
use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::channel;

/// The longest message that is read, in bytes.
const LONGEST: u64 = 256 << 20;
/// The longest line before one.
const LONGEST_LINE: u64 = 4 << 10;
/// What the line begins with that says how long a message is.
const LENGTH: &str = "content-length";

/// Has a server answer what is read from standard input, on standard output; what it says in the end.
///
/// # Errors
/// Where what comes is not the protocol, or the answers cannot be written.
pub(super) fn serve<T>(server: impl FnOnce(Connection) -> Result<T, String>) -> Result<T, String> {
    let (connection, Connection { sender, receiver }) = Connection::memory();
    let (fails, failed) = channel();
    std::thread::spawn(move || {
        let read = read(&mut io::stdin().lock(), &mut |text| match message(&text) {
            Ok(message) => sender.send(message).is_ok(),
            Err(answer) => write(&answer).is_ok(),
        });
        // Whoever waits for the next message hears of it when this is over.
        let _ = fails.send(read);
    });
    let writer = std::thread::spawn(move || receiver.into_iter().try_for_each(|message| write(&text_of(&message)?)));
    let ended = server(connection);
    let written = writer.join().unwrap_or_else(|_| Err(io::Error::other("the answers could not be written")));
    // Where it still reads, nothing was wrong until now; where it does not, that is why the server ended.
    failed.try_recv().unwrap_or(Ok(()))?;
    written.map_err(|error| error.to_string())?;
    ended
}

/// Reads the texts of messages until there are no more, or nobody takes them.
fn read(input: &mut impl BufRead, take: &mut dyn FnMut(Vec<u8>) -> bool) -> Result<(), String> {
    while let Some(length) = length(input)? {
        let mut text = Vec::new();
        let read = input.take(length).read_to_end(&mut text).map_err(|error| error.to_string())?;
        if (read as u64) < length {
            return Err(format!("a message of {length} bytes ends after {read}"));
        }
        if !take(text) {
            break;
        }
    }
    Ok(())
}

/// How long the next message is, by the lines before it; nothing where there is none.
fn length(input: &mut impl BufRead) -> Result<Option<u64>, String> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input.take(LONGEST_LINE).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
        let line = String::from_utf8_lossy(&line);
        match (line.trim_end(), length) {
            ("", _) if !line.ends_with('\n') => return Ok(None),
            ("", Some(length)) => return Ok(Some(length)),
            ("", None) => return Err("no line says how long the message is (`Content-Length`)".to_owned()),
            (header, _) => {
                let Some((name, value)) = header.split_once(':').filter(|_| line.ends_with('\n')) else {
                    let begins: String = header.chars().take(MOST_SHOWN).collect();
                    return Err(format!("`{begins}` is no line that stands before a message"));
                };
                if name.trim().eq_ignore_ascii_case(LENGTH) {
                    length = Some(long(value.trim())?);
                }
            }
        }
    }
}

/// The most characters of a broken line that are shown.
const MOST_SHOWN: usize = 40;

fn long(value: &str) -> Result<u64, String> {
    match value.parse::<u64>() {
        Ok(length) if length <= LONGEST => Ok(length),
        Ok(length) => Err(format!("a message of {length} bytes is too long: the longest has {LONGEST}")),
        Err(_) => Err("what stands behind `Content-Length` is no length".to_owned()),
    }
}

/// The message that a text is; the answer, where it is none.
fn message(text: &[u8]) -> Result<Message, String> {
    let answer = |id: &Value, code: ErrorCode, message: String| {
        json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code as i32, "message": message } }).to_string()
    };
    let value: Value = serde_json::from_slice(text)
        .map_err(|error| answer(&Value::Null, ErrorCode::ParseError, format!("that is no JSON: {error}")))?;
    let id = value.get("id").filter(|id| id.is_string() || id.is_i64()).cloned().unwrap_or_default();
    serde_json::from_value(value)
        .map_err(|_| answer(&id, ErrorCode::InvalidRequest, "that is no message of the protocol".to_owned()))
}

/// The text of a message.
fn text_of(message: &Message) -> io::Result<String> {
    let mut value = serde_json::to_value(message)?;
    value["jsonrpc"] = "2.0".into();
    Ok(value.to_string())
}

fn write(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &str) -> (Vec<String>, Result<(), String>) {
        let mut found = Vec::new();
        let ended = read(&mut input.as_bytes(), &mut |text| {
            found.push(String::from_utf8(text).unwrap());
            true
        });
        (found, ended)
    }

    #[test]
    fn a_text_is_as_long_as_is_said_before_it() {
        let (found, ended) = all("Content-Length: 2\r\n\r\nabcontent-length:1\r\nContent-Type: x\r\n\r\nc");
        assert_eq!((found, ended), (vec!["ab".to_owned(), "c".to_owned()], Ok(())));
    }

    #[test]
    fn what_is_no_frame_ends_it() {
        let endless = "a".repeat(LONGEST_LINE as usize + 1);
        for (input, said) in [
            ("Content-Length: 3\r\n\r\nab", "ends after 2"),
            ("Content-Length: 99999999999\r\n\r\nab", "is too long"),
            ("Content-Length: -1\r\n\r\nab", "no length"),
            ("Content-Type: x\r\n\r\nab", "no line says"),
            ("{}\r\n", "no line that stands before"),
            (&endless, "no line that stands before"),
        ] {
            let (found, ended) = all(input);
            assert!(found.is_empty() && ended.as_ref().is_err_and(|why| why.contains(said)), "{input}: {ended:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_message_is_answered() {
        let answer = |text: &str| -> Value { serde_json::from_str(&message(text.as_bytes()).unwrap_err()).unwrap() };
        assert_eq!((&answer("{")["id"], &answer("{")["error"]["code"]), (&Value::Null, &json!(-32700)));
        let told = answer("{\"id\":7}");
        assert_eq!((&told["id"], &told["error"]["code"]), (&json!(7), &json!(-32600)));
        assert_eq!(answer("[]")["id"], Value::Null);
        assert!(message(b"{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}").is_ok());
    }
}
