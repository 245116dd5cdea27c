//! `serve`: the server until a signal ends it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sync_server::{LanAddressKind, Server, ServerHandle};

use crate::arguments::ServeArguments;
use crate::error::Error;
use crate::{logging, output, settings};

/// Runs the server; returns when it has stopped.
pub fn run(base: Option<PathBuf>, arguments: ServeArguments) -> Result<ExitCode, Error> {
    logging::start_for_server(arguments.log_format);
    let config = settings::server_config(settings::storage_folder(base)?, &arguments)?;
    let folder = config.storage.clone();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Runtime)?;
    let outcome = runtime.block_on(async move {
        // Before the start, so that a signal during it is not lost.
        let mut signals = Signals::listen().map_err(Error::Runtime)?;
        let server = Server::start(config).await?;
        output::print(&greeting(&server, &folder).await);
        signals.next().await;
        output::print("Stopping: running requests end first. Ctrl-C again does not wait.\n");
        tokio::select! {
            stopped = server.stop() => {
                stopped?;
                Ok(ExitCode::SUCCESS)
            }
            () = signals.next() => Ok(ExitCode::FAILURE),
        }
    });
    // Nothing is left to wait for, or the person does not want to wait.
    runtime.shutdown_background();
    outcome
}

/// Ctrl-C and, where there is such a thing, SIGTERM.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    terminate: tokio::signal::windows::CtrlShutdown,
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(windows)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::windows::{ctrl_c, ctrl_shutdown};
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_shutdown()? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// What a person needs to connect the first device.
async fn greeting(server: &ServerHandle, folder: &Path) -> String {
    let mut text = format!(
        "The Anki sync server {} is running. Its storage folder is {}.\n",
        env!("CARGO_PKG_VERSION"),
        folder.display()
    );
    text.push_str(&addresses(server));
    let accounts = server.accounts();
    // Neither is worth failing over: the log tells of a folder in trouble.
    let unclaimed = accounts.unclaimed_folders().await.unwrap_or_default();
    if accounts.is_empty() {
        text.push_str(&format!(
            "\nThere is no account yet. Add one now, from a second terminal:\n  {}\n",
            add_command(folder, unclaimed.first().map_or("NAME", String::as_str))
        ));
    }
    if !unclaimed.is_empty() {
        text.push_str(&format!(
            "\nThe storage folder holds data without an account: {}.\nAdding an account of the \
             same name takes it over.\n",
            unclaimed.join(", ")
        ));
    }
    text
}

fn addresses(server: &ServerHandle) -> String {
    let addresses = server.lan_addresses();
    let heading = "Type this address into Anki (Tools, Preferences, Syncing, Self-hosted sync \
                   server):\n";
    let mut text = String::new();
    for (heading, kinds) in [
        (
            heading,
            [LanAddressKind::WiFi, LanAddressKind::Ethernet, LanAddressKind::Network].as_slice(),
        ),
        ("Through a VPN:\n", &[LanAddressKind::Tailscale, LanAddressKind::Vpn]),
        ("From virtual networks:\n", &[LanAddressKind::Virtual]),
        ("On this computer itself:\n", &[LanAddressKind::Loopback]),
    ] {
        let lines: String = addresses
            .iter()
            .filter(|address| kinds.contains(&address.kind))
            .map(|address| match address.interface.as_str() {
                "" => format!("  {}\n", address.url()),
                interface => format!("  {}  ({interface})\n", address.url()),
            })
            .collect();
        if !lines.is_empty() {
            text.push_str(heading);
            text.push_str(&lines);
        }
    }
    text
}

fn add_command(folder: &Path, name: &str) -> String {
    let name =
        if name.contains(char::is_whitespace) { format!("'{name}'") } else { name.to_owned() };
    if settings::is_default_folder(folder) {
        format!("anki-sync-server user add {name}")
    } else {
        format!("anki-sync-server --base '{}' user add {name}", folder.display())
    }
}
