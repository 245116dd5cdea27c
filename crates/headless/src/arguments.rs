//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Syncs Anki collections and media between your devices, on your own computer.
///
/// Without a command it starts the server, as `serve` does. It takes the storage
/// folder and the environment variables of the official server unchanged.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
#[command(after_long_help = "\
Examples:
  Start the server, then add an account from a second terminal while it runs:
    anki-sync-server
    anki-sync-server user add anna

  Take over from the official server: same folder, same variables
    SYNC_USER1=anna:secret anki-sync-server

  See who is there and whether all files are sound:
    anki-sync-server user list
    anki-sync-server check

Accounts from the environment (as with the official server):
  SYNC_USER1=name:password, SYNC_USER2=… up to the first gap. With PASSWORDS_HASHED set to
  anything, the second part is a hash made by `anki-sync-server hash-password`.
  RUST_LOG sets what is logged: `info` (default), `debug`, `sync_server=debug`, ….")]
pub struct Arguments {
    /// Storage folder [default: that of Anki Sync Tray, else ~/.syncserver].
    #[arg(long, env = "SYNC_BASE", value_name = "FOLDER", global = true)]
    pub base: Option<PathBuf>,

    #[command(flatten)]
    pub serve: ServeArguments,

    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Arguments {
    /// Reads the command line and the environment. On an error it tells the
    /// person and ends the program.
    pub fn read() -> Self {
        Self::try_read(std::env::args_os()).unwrap_or_else(|error| error.exit())
    }

    fn try_read(line: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut command = Self::command();
        let matches = command.try_get_matches_from_mut(line)?;
        // The server's options may stand alone, for `serve` is the default. In
        // front of a command they would be read and silently do nothing.
        let stray = ServeArguments::group_id().and_then(|group| {
            let ids = matches.get_many::<clap::Id>(group.as_str())?;
            ids.map(clap::Id::as_str)
                .find(|id| matches.value_source(id) == Some(ValueSource::CommandLine))
        });
        if let (Some(id), Some(given)) = (stray, matches.subcommand_name()) {
            let option = id.replace('_', "-");
            return Err(command.error(
                ErrorKind::ArgumentConflict,
                format!("--{option} belongs to `serve` and has to stand behind it, not in front of `{given}`"),
            ));
        }
        Self::from_arg_matches(&matches)
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server (the default).
    ///
    /// Ctrl-C or SIGTERM stops it: running requests end, open syncs are rolled
    /// back, all files are closed.
    Serve(ServeArguments),
    /// Add, list and change accounts, also while the server runs.
    ///
    /// Acts at once on a server that runs on the same storage folder; otherwise
    /// directly on the folder.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Check the files of one account or of all, and say in words what is wrong.
    ///
    /// Exit code 1 when something is. With a running server the check goes
    /// through it, and syncs of the account wait meanwhile; an account that is
    /// syncing right now is reported as not checked.
    Check {
        /// The account; all of them if left out.
        account: Option<String>,
        /// Print JSON for a script.
        #[arg(long)]
        json: bool,
    },
    /// Hash a password for SYNC_USERn together with PASSWORDS_HASHED.
    ///
    /// The hash contains `$`: put it in single quotes in a shell, and write `$$`
    /// for each `$` in a compose file.
    #[command(after_long_help = "\
Example:
  HASH=$(anki-sync-server hash-password)
  PASSWORDS_HASHED=1 SYNC_USER1=\"anna:$HASH\" anki-sync-server")]
    HashPassword(PasswordSource),
    /// Ask the server on this computer whether it is well, for containers.
    ///
    /// Exit code 0 if it answers, 1 if not.
    Healthcheck(HealthcheckTarget),
    /// Print the completions for a shell.
    #[command(after_long_help = "\
Example:
  anki-sync-server completions bash > ~/.local/share/bash-completion/completions/anki-sync-server")]
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Address to listen on; 127.0.0.1 for this computer alone.
    #[arg(long, env = "SYNC_HOST", value_name = "ADDRESS", default_value = "0.0.0.0")]
    pub host: String,

    /// Port to listen on; 0 takes any free one.
    #[arg(long, env = "SYNC_PORT", default_value_t = 8080)]
    pub port: u16,

    /// Where the address of a client is read from behind a reverse proxy:
    /// ConnectInfo, XRealIp, RightmostXForwardedFor, CfConnectingIp, TrueClientIp,
    /// FlyClientIp, CloudFrontViewerAddress or RightmostForwarded.
    ///
    /// Behind a proxy all devices seem to share one address, so that wrong
    /// guesses of a stranger slow down everybody's login. Set this to the header
    /// that your proxy always sets.
    #[arg(long, env = "SYNC_IP_HEADER", value_name = "SOURCE", default_value = "ConnectInfo")]
    pub ip_header: String,

    /// Largest request, in MiB as it travels; unpacked three times that.
    #[arg(
        long,
        env = "MAX_SYNC_PAYLOAD_MEGS",
        value_name = "MEGS",
        default_value_t = 100,
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    pub max_payload_megs: u64,

    /// How log lines look.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

#[derive(Debug, Args)]
pub struct HealthcheckTarget {
    /// Address that the server listens on.
    #[arg(long, env = "SYNC_HOST", value_name = "ADDRESS", default_value = "0.0.0.0")]
    pub host: String,

    /// Port that the server listens on.
    #[arg(long, env = "SYNC_PORT", default_value_t = 8080)]
    pub port: u16,
}

/// Where a password comes from. Never from an argument, which other users of
/// the computer and the shell's history can see.
#[derive(Debug, Args)]
pub struct PasswordSource {
    /// Read the password from the first line of standard input instead of asking
    /// for it (this is the default when standard input is not a terminal).
    #[arg(long)]
    pub password_stdin: bool,
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add an account; asks for its password.
    ///
    /// Data that lies in the storage folder under this name, for example from
    /// the official server, is taken over.
    #[command(after_long_help = "\
Examples:
  anki-sync-server user add anna
  printf '%s' \"$PASSWORD\" | anki-sync-server user add anna")]
    Add {
        /// Its name: what is typed where Anki asks for the email address.
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List all accounts.
    List {
        /// Print JSON for a script; times are milliseconds since 1970.
        #[arg(long)]
        json: bool,
    },
    /// Change an account's password and sign its devices out.
    Passwd {
        /// The account.
        name: String,
        /// Leave its devices signed in.
        #[arg(long)]
        keep_devices: bool,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Rename an account and its folder; its devices stay signed in.
    Rename {
        /// The account.
        name: String,
        /// Its new name.
        new_name: String,
    },
    /// Disable an account: it can neither log in nor sync until it is enabled.
    Disable {
        /// The account.
        name: String,
    },
    /// Enable a disabled account; its devices are signed in as before.
    Enable {
        /// The account.
        name: String,
    },
    /// Remove an account; its data moves to a dated folder, and is not deleted.
    Remove {
        /// The account.
        name: String,
    },
    /// List the devices that are signed in to an account.
    Devices {
        /// The account.
        name: String,
        /// Print JSON for a script; times are milliseconds since 1970.
        #[arg(long)]
        json: bool,
    },
    /// Sign a device out, or all of them; each then has to log in again.
    #[command(after_long_help = "\
Examples:
  anki-sync-server user devices anna
  anki-sync-server user sign-out anna 3
  anki-sync-server user sign-out anna --all")]
    SignOut {
        /// The account.
        name: String,
        /// The device's number in `user devices`.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        device: Option<i64>,
        /// Sign all of the account's devices out.
        #[arg(long)]
        all: bool,
    },
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn read(line: &str) -> Result<Arguments, clap::Error> {
        let words = std::iter::once("anki-sync-server").chain(line.split_whitespace());
        Arguments::try_read(words.map(OsString::from))
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn options_without_a_command_are_those_of_serve() {
        let arguments = read("--port 9 --host 127.0.0.1").unwrap();
        assert!(arguments.command.is_none());
        assert_eq!((arguments.serve.port, arguments.serve.host.as_str()), (9, "127.0.0.1"));
    }

    #[test]
    fn the_storage_folder_may_stand_before_or_behind_the_command() {
        for line in ["--base /x user list", "user list --base /x", "serve --base /x"] {
            assert_eq!(read(line).unwrap().base, Some(PathBuf::from("/x")), "{line}");
        }
    }

    #[test]
    fn options_of_serve_in_front_of_a_command_are_refused() {
        for line in ["--port 9 user list", "--max-payload-megs 5 serve"] {
            let error = read(line).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ArgumentConflict, "{line}");
        }
    }

    #[test]
    fn signing_out_needs_a_device_or_all_and_not_both() {
        assert!(read("user sign-out anna").is_err());
        assert!(read("user sign-out anna 3 --all").is_err());
        assert!(read("user sign-out anna 3").is_ok());
        assert!(read("user sign-out anna --all").is_ok());
    }
}
