//! A client that speaks the protocol as bytes: it builds each request by hand,
//! so that a test can send what no real client would.

mod collection;
mod media;
mod sync;

use std::io::{Read, Write};
use std::net::SocketAddr;

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

use crate::evidence;

pub use media::{read_zip, upload_zip, zip_of};
pub use sync::{Outgoing, Received};

const BOUNDARY: &str = "----a-boundary-of-a-form";
const FORM: &str = "multipart/form-data; boundary=----a-boundary-of-a-form";

/// How requests are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Header and zstd, stating this protocol version.
    Header(u8),
    /// Multipart form and gzip: protocols 8 to 10.
    Multipart,
}

/// One device of an account. A clone is the same device.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    /// Where the server is.
    pub address: SocketAddr,
    /// What was typed after the address, and the client appends to: `/`.
    pub prefix: String,
    /// How requests are packed.
    pub framing: Framing,
    /// Key from the login.
    pub host_key: String,
    /// Key of the present sync.
    pub session_key: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body, decompressed where the framing compresses.
    pub body: Vec<u8>,
}

impl Answer {
    /// The JSON of a successful answer.
    #[track_caller]
    pub fn ok(&self) -> Value {
        serde_json::from_str(self.text()).expect("a JSON answer")
    }

    /// The body of a successful answer as text.
    #[track_caller]
    pub fn text(&self) -> &str {
        assert_eq!(self.status, 200, "{}", String::from_utf8_lossy(&self.body));
        std::str::from_utf8(&self.body).expect("text")
    }

    /// Asserts an answer with an error status, whose text old clients show.
    #[track_caller]
    pub fn refused(&self, status: u16) {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(String::from_utf8_lossy(&self.body), status.to_string());
    }
}

impl Client {
    /// A device that is not signed in.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(std::time::Duration::from_secs(60)))
            .build()
            .new_agent();
        Self {
            agent,
            address,
            prefix: "/".into(),
            framing: Framing::Header(11),
            host_key: String::new(),
            session_key: new_session_key(),
        }
    }

    /// Another device of the same account, with the same key. Only its session
    /// keys tell it apart, as after a restored backup of a phone.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self { session_key: new_session_key(), ..self.clone() }
    }

    /// The same device, speaking the protocol of clients before 2.1.57.
    #[must_use]
    pub fn old(&self) -> Self {
        Self { framing: Framing::Multipart, ..self.twin() }
    }

    /// Begins a new attempt: clients take a new session key for each sync.
    pub fn new_session(&mut self) {
        self.session_key = new_session_key();
    }

    /// `hostKey`; does not keep the key.
    pub fn log_in(&self, name: &str, password: &str) -> Answer {
        evidence::password(name, password);
        let answer = self.json("sync/hostKey", &json!({"u": name, "p": password}));
        if let Ok(Value::Object(login)) = serde_json::from_slice(&answer.body) {
            login.get("key").and_then(Value::as_str).into_iter().for_each(evidence::secret);
        }
        answer
    }

    /// Sends JSON to a method.
    pub fn json(&self, path: &str, body: &Value) -> Answer {
        self.post(path, body.to_string().as_bytes())
    }

    /// Sends a body to a method.
    pub fn post(&self, path: &str, body: &[u8]) -> Answer {
        match self.framing {
            Framing::Header(_) => {
                let body = zstd::encode_all(body, 0).unwrap();
                self.send_with_header(path, &self.header(), &body)
            }
            Framing::Multipart => self.send_form(path, &self.form(Some(body))),
        }
    }

    /// Sends a body to a method of a server that may go away meanwhile: `None`
    /// when the answer did not come, or not whole.
    #[must_use]
    pub fn try_post(&self, path: &str, body: &[u8]) -> Option<Answer> {
        let body = zstd::encode_all(body, 0).unwrap();
        let request = Request::post(self.url(path)).header("anki-sync", self.header());
        let response = self.agent.run(request.body(body).unwrap()).ok()?;
        let (parts, mut body) = response.into_parts();
        let mut raw = Vec::new();
        body.as_reader().read_to_end(&mut raw).ok()?;
        let status = parts.status.as_u16();
        let body = if status == 200 { zstd::decode_all(raw.as_slice()).ok()? } else { raw };
        Some(Answer { status, headers: parts.headers, body })
    }

    /// The content of the `anki-sync` header.
    #[must_use]
    pub fn header(&self) -> String {
        let version = match self.framing {
            Framing::Header(version) => version,
            Framing::Multipart => 11,
        };
        json!({
            "v": version,
            "k": self.host_key,
            "c": "26.09.3,29bb700b,linux",
            "s": self.session_key
        })
        .to_string()
    }

    /// Sends a body that is already compressed, with any text as the header.
    pub fn send_with_header(&self, path: &str, header: &str, body: &[u8]) -> Answer {
        let request = Request::post(self.url(path))
            .header("anki-sync", header)
            .header("content-type", "application/octet-stream")
            .body(body.to_vec())
            .unwrap();
        self.send(request)
    }

    /// The form fields of a request; the body is compressed with gzip.
    #[must_use]
    pub fn form(&self, body: Option<&[u8]>) -> Vec<(String, Vec<u8>)> {
        let mut fields = vec![("c".to_owned(), b"1".to_vec())];
        if !self.host_key.is_empty() {
            fields.push(("k".into(), self.host_key.clone().into_bytes()));
        }
        if !self.session_key.is_empty() {
            fields.push(("s".into(), self.session_key.clone().into_bytes()));
        }
        if let Some(body) = body {
            fields.push(("data".into(), gzip(body)));
        }
        fields
    }

    /// Sends form fields in the given order.
    pub fn send_form(&self, path: &str, fields: &[(String, Vec<u8>)]) -> Answer {
        let request =
            Request::post(self.url(path)).header("content-type", FORM).body(form_body(fields));
        self.send(request.unwrap())
    }

    /// A request as the bytes that travel, asking for the connection to be closed after it.
    #[must_use]
    pub fn raw(&self, path: &str, body: &[u8]) -> Vec<u8> {
        let (header, body) = match self.framing {
            Framing::Header(_) => {
                let body = zstd::encode_all(body, 0).unwrap();
                (format!("anki-sync: {}", self.header()), body)
            }
            Framing::Multipart => {
                (format!("content-type: {FORM}"), form_body(&self.form(Some(body))))
            }
        };
        let mut request = format!(
            "POST {}{path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n{header}\r\n\
             content-length: {}\r\n\r\n",
            self.prefix,
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(&body);
        request
    }

    /// Sends a request without any framing.
    pub fn plain(&self, verb: &str, path: &str) -> Answer {
        let request = Request::builder().method(verb).uri(self.url(path));
        match verb {
            "GET" | "HEAD" | "DELETE" => self.send(request.body(()).unwrap()),
            _ => self.send(request.body(Vec::new()).unwrap()),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{}{path}", self.address, self.prefix)
    }

    fn send(&self, request: Request<impl ureq::AsSendBody>) -> Answer {
        let is_zstd = request
            .headers()
            .get("anki-sync")
            .and_then(|header| serde_json::from_slice::<Value>(header.as_bytes()).ok())
            .is_some_and(|header| header["v"] == 11);
        let response = self.agent.run(request).expect("an answer");
        let (parts, mut body) = response.into_parts();
        let status = parts.status.as_u16();
        let mut raw = Vec::new();
        body.as_reader().read_to_end(&mut raw).expect("the whole answer");
        if status != 200 {
            evidence::said("answers", &raw);
        }
        if is_zstd && status == 200 {
            // Real clients refuse every answer for which this does not hold.
            let size = parts.headers.get("anki-original-size").expect("anki-original-size");
            let size: u32 = size.to_str().unwrap().parse().unwrap();
            let body = zstd::decode_all(raw.as_slice()).expect("a zstd answer");
            assert_eq!(size as usize, body.len(), "anki-original-size");
            Answer { status, headers: parts.headers, body }
        } else {
            assert!(parts.headers.get("anki-original-size").is_none() || status != 200);
            Answer { status, headers: parts.headers, body: raw }
        }
    }
}

fn form_body(fields: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, content) in fields {
        write!(body, "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"").unwrap();
        if name == "data" {
            write!(body, "; filename=\"data\"\r\ncontent-type: application/octet-stream").unwrap();
        }
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    write!(body, "--{BOUNDARY}--\r\n").unwrap();
    body
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A session key that no other sync of this test run has.
fn new_session_key() -> String {
    let key = evidence::unique();
    evidence::secret(&key);
    key
}
