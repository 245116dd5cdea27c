//! Time from the start to "running", and memory. Lines that begin with `| ` are the result.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::app::{program_path, read};
use crate::support::memory::{self, Memory};
use crate::support::tray::Icon;
use crate::support::{App, Desktop, Setup, Tray, wait};

/// The median of an odd number.
const ROUNDS: usize = 5;

#[test]
#[ignore = "prints numbers and proves nothing"]
fn start_and_memory() {
    let program = program_path();
    let size = fs::metadata(&program).unwrap().len();
    println!("| program: {} ({:.1} MiB)", program.display(), mib(size));

    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    // The first start in a new home fills caches and makes the storage folder.
    start_hidden(&desktop, &tray);
    let (started, running): (Vec<_>, Vec<_>) =
        (0..ROUNDS).map(|_| start_hidden(&desktop, &tray)).unzip();
    println!("| hidden, start to icon in the tray: {}", spread(started));
    println!("| hidden, start to running: {}", spread(running));
    let (running, shown): (Vec<_>, Vec<_>) =
        (0..ROUNDS).map(|_| start_with_window(&desktop, &tray)).unzip();
    println!("| with window, start to running: {}", spread(running));
    println!("| with window, start to the window showing it: {}", spread(shown));

    let mut app = Setup::finished(&desktop).argument("--hidden").start(&desktop);
    let icon = tray.icon();
    icon.state("Running · ");
    print_memory("hidden since the start", &app);
    icon.click("Open Anki Sync Tray");
    let window = app.window();
    window.until_running();
    for view in ["Users", "Activity", "Settings", "Home"] {
        window.go_to(view);
    }
    print_memory("window open", &app);
    window.close();
    wait::until("the window is gone", || app.window_processes().is_empty().then_some(()));
    print_memory("after the window was closed", &app);
    icon.click("Quit");
    app.process.end();
}

/// Times until the icon is there and until its menu says that the server runs.
fn start_hidden(desktop: &Desktop, tray: &Tray) -> (Duration, Duration) {
    let setup = Setup::finished(desktop).argument("--hidden");
    let start = Instant::now();
    let app = setup.start(desktop);
    let driver = app.driver_took;
    let icon = tray.icon();
    let there = start.elapsed() - driver;
    icon.state("Running · ");
    let running = start.elapsed() - driver;
    quit(app, &icon);
    (there, running)
}

/// Times until the menu says that the server runs and until the window does.
fn start_with_window(desktop: &Desktop, tray: &Tray) -> (Duration, Duration) {
    let setup = Setup::finished(desktop);
    let start = Instant::now();
    let app = setup.start(desktop);
    let driver = app.driver_took;
    let icon = tray.icon();
    icon.state("Running · ");
    let running = start.elapsed() - driver;
    let window = app.window();
    window.until("document.querySelector('[data-testid=address]')", json!([]));
    let shown = start.elapsed() - driver;
    quit(app, &icon);
    (running, shown)
}

fn quit(mut app: App<'_>, icon: &Icon) {
    icon.click("Quit");
    app.process.end();
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let ms = |time: Duration| time.as_millis();
    let (first, last) = (times[0], times[times.len() - 1]);
    format!("{} ms (of {ROUNDS}: {} to {})", ms(times[times.len() / 2]), ms(first), ms(last))
}

/// Waits until the numbers stay, because programs go on settling after they are ready.
fn print_memory(state: &str, app: &App<'_>) {
    let mut last: Option<Memory> = None;
    let mut alike = 0;
    let memory = wait::until("the memory stays the same", || {
        let now = memory::of_tree(app.process.id());
        let difference = last.map_or(u64::MAX, |last| last.resident.abs_diff(now.resident));
        alike = if difference < 256 * 1024 { alike + 1 } else { 0 };
        last = Some(now);
        // At one look every 20 ms.
        (alike > 150).then_some(now)
    });
    println!(
        "| {state}: {:.0} MiB resident, {:.0} MiB proportional, in {} processes",
        mib(memory.resident),
        mib(memory.proportional),
        memory.processes
    );
    let status = read(std::path::Path::new(&format!("/proc/{}/status", app.process.id())));
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    println!("|   of the app alone at most: {}", peak.trim_start_matches("VmHWM:").trim());
}

#[expect(clippy::cast_precision_loss, reason = "for a person to read")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}
