//! The app on a desktop.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sync_store::accounts::ServerDb;
use sync_tests::evidence;

use super::desktop::Desktop;
use super::free_port::free_port;
use super::process::Process;
use super::title_bar::close_windows;
use super::wait;
use super::webdriver::Driver;
use super::window::Window;

/// How the app finds its home.
pub struct Setup {
    settings: Value,
    arguments: Vec<String>,
    wrapper: Vec<String>,
}

impl Setup {
    /// A person who never started it. The port is the only thing they set, because tests run
    /// beside each other and beside whatever else uses the usual port.
    pub fn new() -> Self {
        Self {
            settings: json!({ "port": free_port() }),
            arguments: Vec::new(),
            wrapper: Vec::new(),
        }
    }

    /// A person who went through the first run, with the usual storage folder.
    pub fn finished(desktop: &Desktop) -> Self {
        let storage = desktop.default_storage();
        // Without it the folder would be one that got lost, such as that of a drive not plugged in.
        drop(ServerDb::open(&storage).expect("a new storage folder"));
        Self::new().with("is_set_up", json!(true)).with("storage", json!(storage))
    }

    /// Another setting.
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.settings[name] = value;
        self
    }

    /// What the app is started with.
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// A program that starts the app and watches it.
    pub fn inside(mut self, wrapper: &[&str]) -> Self {
        self.wrapper = wrapper.iter().map(|part| (*part).to_owned()).collect();
        self
    }

    /// Starts the app with these settings.
    pub fn start(self, desktop: &Desktop) -> App<'_> {
        let folder = desktop.settings_folder();
        fs::create_dir_all(&folder).expect("a new folder");
        fs::write(folder.join("settings.json"), self.settings.to_string()).expect("a new file");
        self.start_as_it_is(desktop)
    }

    /// Starts the app with the settings that are there.
    pub fn start_as_it_is(self, desktop: &Desktop) -> App<'_> {
        let start = Instant::now();
        let driver = Driver::start(desktop.command("WebKitWebDriver"));
        let driver_took = start.elapsed();
        let mut command = match self.wrapper.split_first() {
            Some((program, arguments)) => {
                let mut command = desktop.command(program);
                command.args(arguments).arg(program_path());
                command
            }
            None => desktop.command(program_path()),
        };
        driver.prepare(&mut command);
        let process = Process::start(command.args(self.arguments));
        App { desktop, process, driver, driver_took }
    }
}

/// The running app.
pub struct App<'d> {
    desktop: &'d Desktop,
    // Before the driver: it must not see the window go.
    /// Its process.
    pub process: Process,
    driver: Driver,
    /// How long the driver took to start, which is no time of the app.
    pub driver_took: Duration,
}

impl App<'_> {
    /// Waits for the window and attaches to it.
    #[track_caller]
    pub fn window(&self) -> Window<'_> {
        Window::attach(&self.driver)
    }

    /// Closes the window with the button in its title bar, and waits until its process is gone.
    #[track_caller]
    pub fn close(&self, window: Window<'_>) {
        // An engine that is being driven does not let its process end.
        window.detach();
        // A window that is only just there can miss the message, as a person can a button.
        let mut had_one = false;
        wait::until("the process of the window ends", || {
            for process in self.window_processes() {
                had_one |= close_windows(self.desktop.display(), process);
            }
            self.window_processes().is_empty().then_some(())
        });
        assert!(had_one, "there was a window to close");
    }

    /// Starts the app once more, as a person does who does not see it, and waits for the end
    /// of that second process.
    #[track_caller]
    pub fn start_again(&self) {
        let mut command = self.desktop.command(program_path());
        self.driver.prepare(&mut command);
        let status = Process::start(&mut command).end();
        assert!(status.success(), "the second start ended with {status}");
    }

    /// The ids of the processes that show its window.
    pub fn window_processes(&self) -> Vec<u32> {
        children(self.process.id()).into_iter().filter(|child| is_window(*child)).collect()
    }

    /// The settings as they are on the disk.
    pub fn settings(&self) -> Value {
        let file = self.desktop.settings_folder().join("settings.json");
        let text =
            fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        serde_json::from_str(&text).expect("the settings are JSON")
    }
}

impl Drop for App<'_> {
    fn drop(&mut self) {
        evidence::said("logs", self.process.log().as_bytes());
        if std::thread::panicking() {
            eprintln!("--- what the app printed\n{}\n---", self.process.log());
            let logs = self.desktop.listing(&self.desktop.home().join(".local"));
            eprintln!("--- its files\n{logs}---");
        }
    }
}

/// A port that the app listens on, from an address it shows.
pub fn port_of(address: &str) -> u16 {
    let (_, port) = address.trim_end_matches('/').rsplit_once(':').expect("an address with a port");
    port.parse().expect("a port is a number")
}

/// The program under test. Cargo puts it beside the folder of the test programs.
pub fn program_path() -> PathBuf {
    let program = std::env::var_os("ANKI_SYNC_TRAY").map_or_else(
        || {
            let this = std::env::current_exe().expect("this program has a path");
            let folder = this.ancestors().nth(2).expect("cargo builds into PROFILE/deps");
            folder.join("anki-sync-tray")
        },
        PathBuf::from,
    );
    assert!(
        program.exists(),
        "{} is missing. `cargo xtask app` builds it and runs these tests.",
        program.display()
    );
    program
}

/// The processes that a process started.
pub fn children(process: u32) -> Vec<u32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return Vec::new() };
    let lists = threads.flatten().map(|thread| fs::read_to_string(thread.path().join("children")));
    lists
        .flatten()
        .flat_map(|list| {
            list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()
        })
        .collect()
}

fn is_window(process: u32) -> bool {
    let arguments = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    arguments.split(|byte| *byte == 0).any(|argument| argument == b"--window")
}

/// A file's text.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
