//! The page for a person who opens the address in a browser.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

const PAGE: &str = include_str!("welcome.html");
/// Stands in for the address when the browser does not say which it used.
const NO_ADDRESS: &str = "(the address in your browser’s address bar)";

/// The page, with the name of this computer and the address that the device used.
pub(super) fn page(computer_name: &str, headers: &HeaderMap) -> Response {
    let mut response = Response::new(Body::from(text(computer_name, headers)));
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn text(computer_name: &str, headers: &HeaderMap) -> String {
    // The address last: it comes from outside and may look like a placeholder.
    PAGE.replace("{version}", env!("CARGO_PKG_VERSION"))
        .replace("{computer}", &escaped(computer_name))
        .replace("{address}", &escaped(&address(headers)))
}

fn address(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(host) = text("host").filter(|host| !host.is_empty()) else {
        return NO_ADDRESS.to_owned();
    };
    // The server speaks plain HTTP; a proxy before it says when it does not.
    let is_https = text("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    let scheme = if is_https { "https" } else { "http" };
    format!("{scheme}://{host}/")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn shown(host: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        escaped(&address(&headers))
    }

    #[test]
    fn the_address_is_the_one_the_browser_used() {
        assert_eq!(shown("192.168.1.5:8080"), "http://192.168.1.5:8080/");
        assert_eq!(escaped(&address(&HeaderMap::new())), NO_ADDRESS);
    }

    #[test]
    fn a_proxy_with_tls_makes_it_https() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "anki.example".parse().unwrap());
        headers.insert("x-forwarded-proto", "https".parse().unwrap());
        assert_eq!(address(&headers), "https://anki.example/");
    }

    #[test]
    fn a_host_cannot_bring_markup_into_the_page() {
        assert_eq!(shown("<b>&\"'"), "http://&lt;b&gt;&amp;&quot;&#39;/");
    }

    #[test]
    fn the_page_names_the_computer_and_the_address() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "192.168.1.5:8080".parse().unwrap());
        let page = text("Anna’s <laptop>", &headers);
        assert!(page.contains("You reached <b>Anna’s &lt;laptop&gt;</b>."), "{page}");
        assert!(page.contains(">http://192.168.1.5:8080/<"), "{page}");
        assert!(!page.contains("{version}"), "{page}");
    }

    #[test]
    fn the_page_needs_no_script_and_nothing_from_elsewhere() {
        assert!(!PAGE.contains("<script"));
        assert!(!PAGE.contains("src="));
        assert!(!PAGE.contains("href="));
    }
}
