//! The app's window, used as a person does: by what things are and what they are called.

use std::path::Path;

use base64::Engine as _;
use serde_json::{Value, json};
use sync_tests::evidence;

use super::wait;
use super::webdriver::Driver;

const PAGE: &str = include_str!("page.js");

/// WebDriver's name for a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys without a letter.
pub mod key {
    /// To the next control.
    pub const TAB: &str = "\u{E004}";
    /// Confirms.
    pub const ENTER: &str = "\u{E007}";
    /// Presses a button, turns a switch.
    pub const SPACE: &str = " ";
}

/// The window while it is open.
pub struct Window<'a> {
    driver: &'a Driver,
    session: String,
}

impl<'a> Window<'a> {
    /// Attaches to the window and waits until it shows something.
    #[track_caller]
    pub fn attach(driver: &'a Driver) -> Self {
        let session = driver.attach();
        let window = Self { driver, session };
        let limits = json!({ "script": 60_000, "pageLoad": 60_000, "implicit": 0 });
        window.post("/timeouts", &limits).expect("limits");
        let shows = "return location.protocol !== 'about:' && document.readyState === 'complete' \
                     && document.body.innerText.trim() !== ''";
        wait::until_or(
            "the window shows something",
            || window.try_script(shows, &json!([])).ok()?.as_bool()?.then_some(()),
            || {
                format!(
                    "{:?}",
                    window.try_script("return document.documentElement.outerHTML", &json!([]))
                )
            },
        );
        window
    }

    /// Lets go of the window, which stays open.
    pub fn detach(self) {
        self.driver.delete(&self.session).expect("the session ends");
    }

    fn post(&self, path: &str, arguments: &Value) -> Result<Value, String> {
        self.driver.post(&format!("{}{path}", self.session), arguments)
    }

    /// Runs the body of a function in the page, with the functions of `page.js` at hand.
    pub fn try_script(&self, body: &str, arguments: &Value) -> Result<Value, String> {
        let script = format!("{PAGE}\n{body}");
        self.post("/execute/sync", &json!({ "script": script, "args": arguments }))
    }

    /// Like [`Window::try_script`], for one that has to work.
    #[track_caller]
    pub fn script(&self, body: &str, arguments: Value) -> Value {
        self.try_script(body, &arguments).unwrap_or_else(|error| panic!("{error}\nin: {body}"))
    }

    /// Waits for a promise: `expression` is JavaScript with `given` for the arguments.
    #[track_caller]
    pub fn promise(&self, expression: &str, arguments: Value) -> Value {
        let script = format!(
            "{PAGE}\nconst given = [...arguments];\nconst done = given.pop();\n\
             Promise.resolve({expression}).then((ok) => done({{ ok }}), \
             (error) => done({{ error: error?.code ? JSON.stringify(error) : String(error) }}));"
        );
        let body = json!({ "script": script, "args": arguments });
        let mut outcome = self
            .post("/execute/async", &body)
            .unwrap_or_else(|error| panic!("{error}\nin: {expression}"));
        if let Some(error) = outcome["error"].as_str() {
            panic!("{expression}: {error}");
        }
        outcome["ok"].take()
    }

    /// Asks the app for something directly, where what a person would do is not the point.
    #[track_caller]
    pub fn call(&self, command: &str, arguments: Value) -> Value {
        arguments["password"].as_str().into_iter().for_each(evidence::secret);
        let invoke = "window.__TAURI_INTERNALS__.invoke('call', \
                      { command: given[0], arguments: given[1] })";
        self.promise(invoke, json!([command, arguments]))
    }

    /// Waits until the server runs, which means that it answers at the address it shows.
    #[track_caller]
    pub fn until_running(&self) {
        let snapshot = wait::until_or(
            "the server runs",
            || {
                let snapshot = self.call("snapshot", Value::Null);
                let has_address = !snapshot["addresses"]["all"][0].is_null();
                (snapshot["status"]["state"] == "running" && has_address).then_some(snapshot)
            },
            || self.call("snapshot", Value::Null).to_string(),
        );
        assert_ne!(snapshot["addresses"]["all"][0]["url"], "");
    }

    /// The address that the app shows large.
    pub fn address(&self) -> String {
        let snapshot = self.call("snapshot", Value::Null);
        let address = snapshot["addresses"]["all"][0]["url"].as_str();
        address.unwrap_or_else(|| panic!("no address in {snapshot}")).to_owned()
    }

    /// The address as a person reads it in the window.
    #[track_caller]
    pub fn shown_address(&self) -> String {
        let text = self
            .until("tidy(document.querySelector('[data-testid=address]')?.innerText)", json!([]));
        text.as_str().expect("text").to_owned()
    }

    /// Presses Tab until a control has the focus.
    #[track_caller]
    pub fn reach(&self, role: &str, name: &str) {
        self.find(role, name);
        self.tab_to(|focus| focus == (role, name));
    }

    /// Presses Tab until the entry of a view in the side bar has the focus.
    #[track_caller]
    pub fn reach_view(&self, view: &str) {
        self.tab_to(|(role, name)| ["link", "button"].contains(&role) && name == view);
    }

    #[track_caller]
    fn tab_to(&self, is_there: impl Fn((&str, &str)) -> bool) {
        let mut passed = Vec::new();
        for _ in 0..60 {
            let (role, name) = self.focus();
            if is_there((&role, &name)) {
                return;
            }
            passed.push((role, name));
            self.keys(&[key::TAB]);
        }
        panic!("Tab does not lead there; it passed {passed:?}\n{}", self.outline());
    }

    /// Waits until a condition, which is JavaScript, holds, and returns its value.
    #[track_caller]
    pub fn until(&self, condition: &str, arguments: Value) -> Value {
        let value = self.promise(&format!("until(() => ({condition}))"), arguments.clone());
        assert!(!value.is_null(), "in vain: {condition} {arguments}\n{}", self.outline());
        value
    }

    /// Waits for a control by its role and its whole name.
    #[track_caller]
    pub fn find(&self, role: &str, name: &str) -> Element<'_> {
        let found = self.until("all(given[0], given[1], true)[0]", json!([role, name]));
        self.element(&found)
    }

    /// Waits for a control by its role and a part of its name.
    #[track_caller]
    pub fn find_like(&self, role: &str, part: &str) -> Element<'_> {
        let found = self.until("all(given[0], given[1], false)[0]", json!([role, part]));
        self.element(&found)
    }

    /// Whether there is such a control now.
    pub fn has(&self, role: &str, name: &str) -> bool {
        let found =
            self.script("return all(arguments[0], arguments[1], true).length", json!([role, name]));
        found.as_u64().is_some_and(|count| count > 0)
    }

    #[track_caller]
    fn element(&self, value: &Value) -> Element<'_> {
        let id = value[ELEMENT].as_str().expect("an element").to_owned();
        Element { window: self, id }
    }

    /// Clicks a button or link by its name.
    #[track_caller]
    pub fn press(&self, name: &str) {
        self.find("button", name).click();
    }

    /// Takes one of several choices by its label.
    #[track_caller]
    pub fn choose(&self, label: &str) {
        // Often the label is what can be seen of it.
        let found = self.until(
            "all('radio', given[0], true).map((one) => one.labels?.[0] ?? one)[0]",
            json!([label]),
        );
        self.element(&found).click();
    }

    /// Goes to one of the views in the side bar.
    #[track_caller]
    pub fn go_to(&self, view: &str) {
        let found = self.until(
            "[...all('link', given[0], false), ...all('button', given[0], false), \
              ...all('tab', given[0], false)].find((one) => one.closest('nav, aside'))",
            json!([view]),
        );
        self.element(&found).click();
        self.find("heading", view);
    }

    /// Fills a field by its label.
    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        let found = self.until(
            "[...all('textbox', given[0], true), ...all('spinbutton', given[0], true)][0] \
             ?? [...all('textbox', given[0], false), ...all('spinbutton', given[0], false)][0]",
            json!([label]),
        );
        if label.to_lowercase().contains("password") {
            evidence::secret(text);
        }
        let field = self.element(&found);
        field.clear();
        field.type_text(text);
    }

    /// Waits until a text can be read.
    #[track_caller]
    pub fn see(&self, text: &str) {
        self.until("tidy(document.body.innerText).includes(given[0])", json!([text]));
    }

    /// Waits until a text cannot be read any more.
    #[track_caller]
    pub fn see_no_more(&self, text: &str) {
        self.until("!tidy(document.body.innerText).includes(given[0])", json!([text]));
    }

    /// All controls by role and name, and the text, for messages.
    pub fn outline(&self) -> String {
        match self.try_script("return outline()", &json!([])) {
            Ok(outline) => outline.as_str().unwrap_or_default().to_owned(),
            Err(error) => error,
        }
    }

    /// Presses keys one after the other on whatever has the focus.
    #[track_caller]
    pub fn keys(&self, keys: &[&str]) {
        let strokes = keys
            .iter()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })));
        self.strokes(strokes.collect());
    }

    #[track_caller]
    fn strokes(&self, strokes: Vec<Value>) {
        let actions =
            json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        self.post("/actions", &actions).expect("the keys are pressed");
    }

    /// Types a text on whatever has the focus.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        let keys: Vec<String> = text.chars().map(String::from).collect();
        self.keys(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    }

    /// What has the focus, by role and name.
    pub fn focus(&self) -> (String, String) {
        let focus = "const it = document.activeElement; return [role(it), name(it)]";
        let focus = self.script(focus, json!([]));
        let part = |index: usize| focus[index].as_str().unwrap_or_default().to_owned();
        (part(0), part(1))
    }

    /// Makes the page so large, in its own pixels.
    pub fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height });
        self.post("/window/rect", &size).expect("the window has a size");
        self.until(
            "Math.abs(innerWidth - given[0]) < 8 && Math.abs(innerHeight - given[1]) < 60",
            json!([width, height]),
        );
    }

    /// Takes a picture of the page.
    pub fn screenshot(&self, to: &Path) {
        // What was just changed is on the screen after the second frame.
        let frames = "new Promise((drawn) => \
                      requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))";
        self.promise(frames, json!([]));
        let picture = self.driver.try_get(&format!("{}/screenshot", self.session));
        let picture = picture.expect("a picture");
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(picture.as_str().expect("text"))
            .expect("base64");
        std::fs::write(to, bytes).expect("the picture can be kept");
    }
}

/// Something in the window.
pub struct Element<'w> {
    window: &'w Window<'w>,
    id: String,
}

impl Element<'_> {
    #[track_caller]
    fn post(&self, action: &str, arguments: &Value) {
        let answer = self.window.post(&format!("/element/{}/{action}", self.id), arguments);
        if let Err(error) = answer {
            panic!("{action}: {error}\n{}", self.window.outline());
        }
    }

    /// Clicks in its middle.
    #[track_caller]
    pub fn click(&self) {
        self.post("click", &json!({}));
    }

    /// Empties a field.
    #[track_caller]
    pub fn clear(&self) {
        self.post("clear", &json!({}));
    }

    /// Types into a field.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.post("value", &json!({ "text": text }));
    }
}
