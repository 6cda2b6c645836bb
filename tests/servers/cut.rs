use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

/// A way to a server that breaks when a client has sent so many bytes on one connection.
pub(crate) struct Cut {
    /// Where it listens.
    pub(crate) port: u16,
}

impl Cut {
    pub(crate) fn after(bytes: usize, server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
                let (from_server, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || copy(from_server, to_client, usize::MAX));
                thread::spawn(move || copy(client, server, bytes));
            }
        });
        Self { port }
    }
}

/// Copies up to so many bytes and then closes both ends.
fn copy(mut from: TcpStream, mut to: TcpStream, mut left: usize) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if read > left || to.write_all(&buffer[..read]).is_err() {
            break;
        }
        left -= read;
    }
    // Either end may be gone already.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
