use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

/// A way to a server that fails when a client has sent so many bytes on one connection.
pub(crate) struct Cut {
    /// Where it listens.
    pub(crate) port: u16,
}

/// How it fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failing {
    /// The connection breaks.
    Breaks,
    /// Nothing more is taken and nothing more is said.
    Hangs,
}

impl Cut {
    pub(crate) fn after(bytes: usize, server: u16, failing: Failing) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
                let (from_server, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || copy(from_server, to_client, usize::MAX, Failing::Breaks));
                thread::spawn(move || copy(client, server, bytes, failing));
            }
        });
        Self { port }
    }
}

/// Copies up to so many bytes and then fails; at the end both ends are closed.
fn copy(mut from: TcpStream, mut to: TcpStream, mut left: usize, failing: Failing) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if read > left && failing == Failing::Hangs {
            loop {
                thread::park();
            }
        }
        if read > left || to.write_all(&buffer[..read]).is_err() {
            break;
        }
        left -= read;
    }
    // Either end may be gone already.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
