//! How many files and connections this process may have open.

/// As many as are asked for, connections included: the most connections, each with a file
/// that it fills, and those of some thousand accounts. macOS allows no more.
#[cfg(unix)]
const WANTED: u64 = if cfg!(target_os = "macos") { 10_240 } else { 65_536 };

/// Takes what the system allows this process to have open. At first it gives 1,024 on
/// Linux and 256 on macOS, for the sake of old programs that could not count further;
/// where they run out, nobody is let in and nothing can be opened.
#[cfg(unix)]
pub(crate) fn allow_more() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    if current.is_none_or(|current| current >= wanted) {
        return;
    }
    // What there is still does for a household.
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum }) {
        tracing::debug!(%error, "no more files may be open");
    }
}

/// Windows counts no further than memory does.
#[cfg(not(unix))]
pub(crate) fn allow_more() {}
