//! `healthcheck`: asks the server whether it is well. Small enough for
//! containers that have no `curl`.

use std::io::{Error as IoError, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use crate::arguments::HealthcheckTarget;
use crate::error::Error;
use crate::settings::resolve;

const PATIENCE: Duration = Duration::from_secs(3);

/// The start of the answer, which is all that matters.
const STATUS_BYTES: usize = "HTTP/1.1 200".len();

/// Succeeds if the server answers as it should.
pub fn run(target: &HealthcheckTarget) -> Result<ExitCode, Error> {
    let address = reachable(resolve(&target.host, target.port)?);
    let status = ask(address)
        .map_err(|source| Error::NotHealthy { url: format!("http://{address}/health"), source })?;
    if status.ends_with(" 200") {
        return Ok(ExitCode::SUCCESS);
    }
    let source = IoError::other(format!("the answer begins with {status:?}"));
    Err(Error::NotHealthy { url: format!("http://{address}/health"), source })
}

/// A server that listens everywhere is found on the loopback address.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => {
            address.set_ip(Ipv6Addr::LOCALHOST.into());
        }
        _ => {}
    }
    address
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut status = [0; STATUS_BYTES];
    stream.read_exact(&mut status)?;
    Ok(String::from_utf8_lossy(&status).into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_asked_on_the_loopback_address() {
        for (bound, asked) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:1", "[::1]:1"),
            ("192.168.1.2:3", "192.168.1.2:3"),
        ] {
            assert_eq!(reachable(bound.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
