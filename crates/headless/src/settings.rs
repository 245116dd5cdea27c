//! From arguments and environment to what the server is started with.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use sync_server::account::{EnvironmentAccount, environment_accounts};
use sync_server::{ServerConfig, is_storage_folder};
use tray_settings::NamedStorage;

use crate::arguments::ServeArguments;
use crate::error::Error;

const MEBIBYTE: u64 = 1024 * 1024;

/// The storage folder: as given; else that of Anki Sync Tray, if this person
/// uses it; else that of the official server. Absolute, because what is printed
/// of it may be used in another folder.
pub fn storage_folder(given: Option<PathBuf>) -> Result<PathBuf, Error> {
    let folder = match given {
        Some(folder) => folder,
        None => folder_without_being_told()?,
    };
    // It fails only without a current folder; then the path works as it is or
    // not at all.
    Ok(std::path::absolute(&folder).unwrap_or(folder))
}

/// Whether commands find this folder without being told.
pub fn is_default_folder(folder: &Path) -> bool {
    folder_without_being_told().is_ok_and(|default| default == folder)
}

fn folder_without_being_told() -> Result<PathBuf, Error> {
    let settings = tray_settings::settings_folder();
    let Some(named) = settings.as_deref().and_then(tray_settings::named_storage) else {
        return tray_settings::default_storage().ok_or(Error::NoHome);
    };
    let NamedStorage { folder, was_used } = named;
    // The drive that it is on may not be there. An empty folder in its place
    // would look as if all cards were gone.
    let is_there = if was_used {
        is_storage_folder(&folder)
    } else {
        folder.is_dir() || Some(&folder) == tray_settings::default_storage().as_ref()
    };
    if is_there { Ok(folder) } else { Err(Error::TrayFolderGone { folder }) }
}

/// The accounts that the environment names.
pub fn accounts_of_environment() -> Result<Vec<EnvironmentAccount>, Error> {
    Ok(environment_accounts(|name| std::env::var_os(name))?)
}

/// What the server is started with.
pub fn server_config(storage: PathBuf, arguments: &ServeArguments) -> Result<ServerConfig, Error> {
    let mut config = ServerConfig::new(storage);
    config.address = resolve(&arguments.host, arguments.port)?;
    config.max_payload_bytes = arguments.max_payload_megs.saturating_mul(MEBIBYTE);
    config.client_address = arguments.ip_header.parse()?;
    config.environment_accounts = accounts_of_environment()?;
    Ok(config)
}

/// The address of a host, which may be a name such as `localhost`.
pub fn resolve(host: &str, port: u16) -> Result<SocketAddr, Error> {
    // A person may write an IPv6 address as in a URL.
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let unknown = |source| Error::UnknownHost { host: host.to_owned(), source };
    (bare, port)
        .to_socket_addrs()
        .map_err(unknown)?
        .next()
        .ok_or_else(|| unknown(std::io::ErrorKind::NotFound.into()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn hosts_are_addresses_or_names() {
        assert_eq!(resolve("0.0.0.0", 8080).unwrap(), "0.0.0.0:8080".parse().unwrap());
        assert_eq!(resolve("::", 1).unwrap(), "[::]:1".parse().unwrap());
        assert_eq!(resolve("[::1]", 2).unwrap(), "[::1]:2".parse().unwrap());
        assert!(resolve("localhost", 3).unwrap().ip().is_loopback());
        assert!(matches!(resolve("", 4), Err(Error::UnknownHost { .. })));
    }
}
