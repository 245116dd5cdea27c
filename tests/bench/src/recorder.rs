//! A relay between a real client and a server that keeps the requests, to be
//! sent again later without the client's own work.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::http::{Body, Connection, read_chunked};

/// One request as a client sent it.
#[derive(Clone)]
pub struct Recorded {
    /// Its path, such as `/sync/meta`.
    pub path: String,
    /// Its body, packed as it travelled.
    pub body: Vec<u8>,
}

/// A relay on a port of its own. Ends with the process.
pub struct Recorder {
    port: u16,
    requests: Arc<Mutex<Vec<Recorded>>>,
}

impl Recorder {
    /// Starts to relay to a server on the loopback interface.
    pub fn start(server_port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&requests);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let requests = Arc::clone(&shared);
                thread::spawn(move || {
                    // A client that goes away shows in its own result.
                    let _ = relay(client, server_port, &requests);
                });
            }
        });
        Ok(Self { port, requests })
    }

    /// What a person types into a client.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// What was sent since the last call.
    pub fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn relay(client: TcpStream, server_port: u16, requests: &Mutex<Vec<Recorded>>) -> Result<()> {
    client.set_nodelay(true)?;
    let mut server = Connection::open(server_port)?;
    let mut client = BufReader::new(client);
    loop {
        let mut line = String::new();
        if client.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split(' ');
        let (Some(verb), Some(path)) = (words.next(), words.next()) else { bail!("{line:?}") };
        let (verb, path) = (verb.to_owned(), path.to_owned());
        let mut sync_header = String::new();
        let (mut length, mut is_chunked) = (0, false);
        loop {
            line.clear();
            client.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "anki-sync" => sync_header = value.trim().to_owned(),
                "content-length" => length = value.trim().parse()?,
                "transfer-encoding" => is_chunked = true,
                _ => {}
            }
        }
        let mut body = Vec::new();
        if is_chunked {
            read_chunked(&mut client, Some(&mut body))?;
        } else {
            (&mut client).take(length).read_to_end(&mut body)?;
        }
        let answer = server.request(&verb, &path, &sync_header, Body::Bytes(&body), true)?;
        requests.lock().unwrap_or_else(PoisonError::into_inner).push(Recorded { path, body });
        let original_size = answer
            .original_size
            .map_or_else(String::new, |size| format!("anki-original-size: {size}\r\n"));
        let head = format!(
            "HTTP/1.1 {} X\r\n{original_size}content-length: {}\r\n\r\n",
            answer.status,
            answer.body.len()
        );
        let client = client.get_mut();
        client.write_all(head.as_bytes()).context("the client has gone")?;
        client.write_all(&answer.body)?;
    }
}
