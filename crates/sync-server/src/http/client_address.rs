//! Where a client's address is read from (`SYNC_IP_HEADER`).

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use thiserror::Error;

/// Where the address of a client is found. Behind a reverse proxy the
/// connection's own address is the proxy's; then a header that the proxy always
/// sets is the one to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientAddressSource {
    /// The connection itself.
    #[default]
    ConnectInfo,
    /// Header `X-Real-Ip`.
    XRealIp,
    /// The last entry of header `X-Forwarded-For`.
    RightmostXForwardedFor,
    /// Header `CF-Connecting-IP`.
    CfConnectingIp,
    /// Header `True-Client-IP`.
    TrueClientIp,
    /// Header `Fly-Client-IP`.
    FlyClientIp,
    /// Header `CloudFront-Viewer-Address`, an address with a port.
    CloudFrontViewerAddress,
    /// The `for` of the last entry of header `Forwarded`.
    RightmostForwarded,
}

/// The text names none of the eight sources.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name} is no known source of a client's address")]
pub struct UnknownAddressSource {
    /// The text.
    pub name: String,
}

const NAMES: [(&str, ClientAddressSource); 8] = [
    ("ConnectInfo", ClientAddressSource::ConnectInfo),
    ("XRealIp", ClientAddressSource::XRealIp),
    ("RightmostXForwardedFor", ClientAddressSource::RightmostXForwardedFor),
    ("CfConnectingIp", ClientAddressSource::CfConnectingIp),
    ("TrueClientIp", ClientAddressSource::TrueClientIp),
    ("FlyClientIp", ClientAddressSource::FlyClientIp),
    ("CloudFrontViewerAddress", ClientAddressSource::CloudFrontViewerAddress),
    ("RightmostForwarded", ClientAddressSource::RightmostForwarded),
];

impl FromStr for ClientAddressSource {
    type Err = UnknownAddressSource;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        NAMES
            .into_iter()
            .find_map(|(name, source)| (name == text).then_some(source))
            .ok_or_else(|| UnknownAddressSource { name: text.to_owned() })
    }
}

impl ClientAddressSource {
    /// The client's address; that of the connection when the header is missing
    /// or unreadable, so that a request never fails over it.
    #[must_use]
    pub(super) fn read(self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        let found = match self {
            Self::ConnectInfo => None,
            Self::XRealIp => last(headers, "x-real-ip").and_then(plain_address),
            Self::RightmostXForwardedFor => last(headers, "x-forwarded-for")
                .and_then(|list| list.rsplit(',').next())
                .and_then(plain_address),
            Self::CfConnectingIp => last(headers, "cf-connecting-ip").and_then(plain_address),
            Self::TrueClientIp => last(headers, "true-client-ip").and_then(plain_address),
            Self::FlyClientIp => last(headers, "fly-client-ip").and_then(plain_address),
            Self::CloudFrontViewerAddress => {
                last(headers, "cloudfront-viewer-address").and_then(address_before_port)
            }
            Self::RightmostForwarded => last(headers, "forwarded").and_then(forwarded_for),
        };
        found.unwrap_or(peer).to_canonical()
    }
}

fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(name).iter().next_back()?.to_str().ok()
}

fn plain_address(text: &str) -> Option<IpAddr> {
    text.trim().parse().ok()
}

/// `192.0.2.1:443`, `[2001:db8::1]:443` or, as CloudFront writes it,
/// `2001:db8::1:443` with the port behind the last colon.
fn address_before_port(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    text.parse::<SocketAddr>()
        .map(|address| address.ip())
        .ok()
        .or_else(|| text.rsplit_once(':')?.0.parse().ok())
}

/// `for=192.0.2.1;proto=http, for="[2001:db8::1]:4711"`: the last entry's.
fn forwarded_for(text: &str) -> Option<IpAddr> {
    let entry = text.rsplit(',').next()?;
    let value = entry.split(';').find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        key.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })?;
    let bare = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(value);
    plain_address(bare).or_else(|| value.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn read(source: &str, header: &'static str, value: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header, value.parse().unwrap());
        let source: ClientAddressSource = source.parse().unwrap();
        source.read(&headers, "10.0.0.1".parse().unwrap()).to_string()
    }

    #[test]
    fn every_source_reads_its_own_header() {
        for (source, header, value, address) in [
            ("ConnectInfo", "x-real-ip", "192.0.2.1", "10.0.0.1"),
            ("XRealIp", "x-real-ip", "192.0.2.1", "192.0.2.1"),
            ("RightmostXForwardedFor", "x-forwarded-for", "192.0.2.9, 192.0.2.1", "192.0.2.1"),
            ("CfConnectingIp", "cf-connecting-ip", "2001:db8::1", "2001:db8::1"),
            ("TrueClientIp", "true-client-ip", "192.0.2.1", "192.0.2.1"),
            ("FlyClientIp", "fly-client-ip", "192.0.2.1", "192.0.2.1"),
            ("CloudFrontViewerAddress", "cloudfront-viewer-address", "192.0.2.1:46", "192.0.2.1"),
            (
                "CloudFrontViewerAddress",
                "cloudfront-viewer-address",
                "2001:db8::1:46",
                "2001:db8::1",
            ),
            ("RightmostForwarded", "forwarded", "for=192.0.2.9, FOR=192.0.2.1;by=x", "192.0.2.1"),
            ("RightmostForwarded", "forwarded", "for=\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("RightmostForwarded", "forwarded", "for=\"[2001:db8::1]\"", "2001:db8::1"),
        ] {
            assert_eq!(read(source, header, value), address, "{source}: {value}");
        }
    }

    #[test]
    fn an_unreadable_header_leaves_the_address_of_the_connection() {
        assert_eq!(read("XRealIp", "x-real-ip", "unknown"), "10.0.0.1");
        assert_eq!(read("RightmostForwarded", "forwarded", "for=_hidden"), "10.0.0.1");
    }

    #[test]
    fn an_unknown_source_is_refused_by_name() {
        assert_eq!(
            "XFoo".parse::<ClientAddressSource>(),
            Err(UnknownAddressSource { name: "XFoo".to_owned() })
        );
    }
}
