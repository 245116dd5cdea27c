//! A signed-in device that speaks the protocol with requests made beforehand.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::http::{Answer, Body, Connection};
use crate::recorder::Recorded;

/// The password of every account.
pub const PASSWORD: &str = "password";

/// A device with its connection and the key of its account.
pub struct Device {
    /// The connection.
    pub connection: Connection,
    key: String,
    session: String,
}

impl Device {
    /// A device of an account. Its key is the one that both servers give to an
    /// account whose password is in the environment.
    pub fn new(port: u16, account: &str) -> Result<Self> {
        let key = hex::encode(Sha1::digest(format!("{account}:{PASSWORD}")));
        Ok(Self { connection: Connection::open(port)?, key, session: new_session() })
    }

    /// The `anki-sync` header of its requests.
    pub fn header(&self) -> String {
        let client = "26.09.3,bench,linux";
        json!({"v": 11, "k": self.key, "c": client, "s": self.session}).to_string()
    }

    /// Sends JSON to a method that has to succeed.
    pub fn call(&mut self, path: &str, body: &Value) -> Result<Vec<u8>> {
        let packed = zstd::encode_all(body.to_string().as_bytes(), 0)?;
        let answer = self.post(path, Body::Bytes(&packed), true)?;
        Ok(zstd::decode_all(answer.body.as_slice())?)
    }

    /// Sends a packed collection as a full upload.
    pub fn upload(&mut self, packed: Body<'_>) -> Result<Answer> {
        self.session = new_session();
        let answer = self.post("/sync/upload", packed, true)?;
        let text = zstd::decode_all(answer.body.as_slice())?;
        ensure!(text == b"OK", "the upload was refused: {}", String::from_utf8_lossy(&text));
        Ok(answer)
    }

    /// As [`Device::upload`], from a file.
    pub fn upload_file(&mut self, packed: &Path) -> Result<Answer> {
        self.upload(Body::File(packed))
    }

    /// A full download, whose bytes are counted only.
    pub fn download(&mut self) -> Result<Answer> {
        self.session = new_session();
        let body = zstd::encode_all(b"{}".as_slice(), 0)?;
        self.post("/sync/download", Body::Bytes(&body), false)
    }

    /// Sends recorded requests one after the other, as a new sync, and gives the time.
    pub fn replay(&mut self, requests: &[Recorded]) -> Result<Duration> {
        self.session = new_session();
        let begun = Instant::now();
        for request in requests {
            let answer = self.post(&request.path, Body::Bytes(&request.body), true)?;
            if request.path.ends_with("sanityCheck2") {
                let text = zstd::decode_all(answer.body.as_slice())?;
                let verdict: Value = serde_json::from_slice(&text)?;
                ensure!(verdict["status"] == "ok", "the sanity check failed: {verdict}");
            }
        }
        Ok(begun.elapsed())
    }

    /// A whole `meta` request as bytes, for those who send it very often.
    pub fn meta_request(&self, recorded: &Recorded) -> Vec<u8> {
        let mut bytes = format!(
            "POST {} HTTP/1.1\r\nhost: localhost\r\nanki-sync: {}\r\n\
             content-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n",
            recorded.path,
            self.header(),
            recorded.body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(&recorded.body);
        bytes
    }

    fn post(&mut self, path: &str, body: Body<'_>, keep: bool) -> Result<Answer> {
        let header = self.header();
        let answer = self
            .connection
            .request("POST", path, &header, body, keep)
            .with_context(|| path.to_owned())?;
        ensure!(
            answer.status == 200,
            "{path}: status {}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        Ok(answer)
    }
}

fn new_session() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("bench{:06}", LAST.fetch_add(1, Ordering::Relaxed))
}
