//! The log: a file that stays small, and the same lines for the window while it
//! is open.

mod file;
mod writer;

use std::io::{IsTerminal, stderr};
use std::path::Path;

use tokio::sync::broadcast;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

pub use file::LOG_FILE;

use file::RotatingFile;
use writer::LogWriter;

/// What is logged unless `RUST_LOG` says otherwise.
const FILTER: &str = "warn,anki_sync_tray=info,tray_settings=info,\
                      sync_server=info,sync_store=info,sync_protocol=info";

/// Lines that wait for a slow window; older ones are skipped.
const LINES_WAITING: usize = 1000;

/// Where the window hears of new lines.
#[derive(Debug, Clone)]
pub struct LogFeed(broadcast::Sender<String>);

impl LogFeed {
    /// A feed without a log.
    #[must_use]
    pub fn new() -> Self {
        Self(broadcast::Sender::new(LINES_WAITING))
    }

    /// Hears of every line from now on.
    #[must_use]
    pub fn lines(&self) -> broadcast::Receiver<String> {
        self.0.subscribe()
    }
}

impl Default for LogFeed {
    fn default() -> Self {
        Self::new()
    }
}

/// Starts the log of the app in `folder`. The file is created with the first
/// line, so that a second start that only shows the window leaves no trace.
pub fn start(folder: &Path) -> LogFeed {
    let feed = LogFeed::new();
    let writer = LogWriter::new(RotatingFile::new(folder), feed.0.clone());
    let to_file = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_timer(LocalTime)
        .log_internal_errors(false)
        .with_writer(writer);
    // For whoever starts it from a terminal.
    let to_terminal = stderr().is_terminal().then(|| {
        tracing_subscriber::fmt::layer()
            .with_timer(LocalTime)
            .log_internal_errors(false)
            .with_writer(stderr)
    });
    // Another log can only have been started by this same function.
    let _ =
        tracing_subscriber::registry().with(filter()).with(to_file).with(to_terminal).try_init();
    log_panics();
    feed
}

/// Starts the log of the window's process: the app reads its standard error.
pub fn start_for_window() {
    let to_app = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .without_time()
        .log_internal_errors(false)
        .with_writer(stderr);
    let _ = tracing_subscriber::registry().with(filter()).with(to_app).try_init();
}

fn filter() -> Targets {
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let wanted = if wanted.trim().is_empty() { FILTER } else { wanted.as_str() };
    // A filter that cannot be read must not keep the app from starting.
    wanted.parse().or_else(|_| FILTER.parse()).unwrap_or_default()
}

fn log_panics() {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(place, "panic: {what}");
        previous(panic);
    }));
}

/// The time as people around this computer read it.
struct LocalTime;

impl FormatTime for LocalTime {
    fn format_time(&self, to: &mut Writer<'_>) -> std::fmt::Result {
        write!(to, "{}", jiff::ZonedDateTime::now().strftime("%Y-%m-%d %H:%M:%S%.3f"))
    }
}
