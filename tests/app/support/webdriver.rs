//! The few words of WebDriver that the tests speak.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use super::free_port::free_port;
use super::process::Process;
use super::wait;

/// Longer than anything that a test waits for in a page.
const TIMEOUT: Duration = Duration::from_secs(90);

/// WebKit's driver, which finds the window by itself whenever there is one.
pub struct Driver {
    process: Process,
    agent: Agent,
    address: String,
    inspector: u16,
}

impl Driver {
    /// Starts it. Programs whose windows it shall find need [`Driver::prepare`].
    pub fn start(environment: Command) -> Self {
        let inspector = free_port();
        let port = free_port();
        let mut command = environment;
        command.args(["--replace-on-new-session"]);
        command.arg(format!("--port={port}")).arg(format!("--target=127.0.0.1:{inspector}"));
        let process = Process::start(&mut command);
        let agent = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .build()
            .new_agent();
        let address = format!("http://127.0.0.1:{port}");
        let driver = Self { process, agent, address, inspector };
        wait::until("the WebDriver listens", || driver.try_get("/status").ok());
        driver
    }

    /// Lets the driver find the windows of a program and of the processes it starts: the
    /// window's process inherits the address at which its web engine listens for the driver.
    pub fn prepare(&self, command: &mut Command) {
        command.env("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{}", self.inspector));
        command.env("TAURI_WEBVIEW_AUTOMATION", "true");
    }

    /// Attaches to the window, waiting until it is there.
    #[track_caller]
    pub fn attach(&self) -> String {
        // The driver itself would look once, and then wait for good.
        wait::until("a window opens", || is_listening(self.inspector).then_some(()));
        let answer = self.post("/session", &json!({ "capabilities": { "alwaysMatch": {} } }));
        let answer = answer.unwrap_or_else(|error| {
            panic!("no window to attach to: {error}\n{}", self.process.log())
        });
        let session = answer["sessionId"].as_str().expect("a session has an id");
        format!("/session/{session}")
    }

    /// Asks the driver for something.
    pub fn try_get(&self, path: &str) -> Result<Value, String> {
        let answer = self.agent.get(format!("{}{path}", self.address)).call();
        value(answer)
    }

    /// Tells the driver to do something.
    pub fn post(&self, path: &str, arguments: &Value) -> Result<Value, String> {
        let request = self.agent.post(format!("{}{path}", self.address));
        value(request.send(arguments.to_string()))
    }

    /// Ends something.
    pub fn delete(&self, path: &str) -> Result<Value, String> {
        value(self.agent.delete(format!("{}{path}", self.address)).call())
    }
}

/// Whether a program listens on that port of the loopback interface, without disturbing it.
fn is_listening(port: u16) -> bool {
    const LISTEN: &str = "0A";
    let wanted = format!("0100007F:{port:04X}");
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    table.lines().any(|line| {
        let mut fields = line.split_whitespace().skip(1);
        fields.next() == Some(wanted.as_str()) && fields.nth(1) == Some(LISTEN)
    })
}

fn value(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, String> {
    let mut answer = answer.map_err(|error| error.to_string())?;
    let is_ok = answer.status().is_success();
    let text = answer
        .body_mut()
        .with_config()
        .limit(64 * 1024 * 1024)
        .read_to_string()
        .map_err(|error| error.to_string())?;
    let mut whole: Value =
        serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
    let value = whole["value"].take();
    if is_ok {
        return Ok(value);
    }
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Err(format!("{}: {}", text("error"), text("message")))
}
