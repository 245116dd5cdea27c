//! Where the log goes: to standard error.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::arguments::LogFormat;

/// What the server logs unless `RUST_LOG` says otherwise.
const SERVER_FILTER: &str = "warn,anki=info";

/// What a command logs unless `RUST_LOG` says otherwise.
const COMMAND_FILTER: &str = "warn";

/// Our crates, for `RUST_LOG=anki=info`, which people have set for the official
/// server.
const OUR_TARGETS: [&str; 4] = ["anki_sync_server", "sync_server", "sync_store", "sync_protocol"];

/// Starts the log of the server.
pub fn start_for_server(format: LogFormat) {
    start(filter(SERVER_FILTER), format);
}

/// Starts the log of a command, which says little.
pub fn start_for_command() {
    start(filter(COMMAND_FILTER), LogFormat::Text);
}

fn start(filter: Targets, format: LogFormat) {
    let layer = tracing_subscriber::fmt::layer()
        // A log that nobody reads any more (`2>&1 | head`) must not end requests:
        // the complaint about it would go the same way, and panic.
        .log_internal_errors(false)
        .with_writer(stderr);
    let registry = tracing_subscriber::registry().with(filter);
    // Another log can only have been started by this same function.
    let _ = match format {
        LogFormat::Text => registry.with(layer.with_ansi(stderr().is_terminal())).try_init(),
        LogFormat::Json => registry.with(layer.json()).try_init(),
    };
}

fn filter(default: &str) -> Targets {
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let wanted = if wanted.trim().is_empty() { default } else { wanted.as_str() };
    // A filter that cannot be read must not keep the server from starting.
    expand(wanted).parse().or_else(|_| expand(default).parse()).unwrap_or_default()
}

/// Replaces the official server's target `anki` by our crates.
fn expand(filter: &str) -> String {
    let directives = filter.split(',').map(|directive| match directive.trim().split_once('=') {
        Some(("anki", level)) => OUR_TARGETS.map(|target| format!("{target}={level}")).join(","),
        None if directive.trim() == "anki" => OUR_TARGETS.join(","),
        _ => directive.to_owned(),
    });
    directives.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_servers_filter_means_our_crates() {
        assert_eq!(
            expand("anki=debug,hyper=warn"),
            "anki_sync_server=debug,sync_server=debug,sync_store=debug,sync_protocol=debug,hyper=warn"
        );
        assert_eq!(expand("anki"), "anki_sync_server,sync_server,sync_store,sync_protocol");
    }

    #[test]
    fn other_filters_stay_as_they_are() {
        for filter in ["info", "warn,sync_server=debug", "sync_server[{account}]=trace"] {
            assert_eq!(expand(filter), filter);
        }
    }
}
