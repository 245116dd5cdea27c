//! The way of every request: to its handler, and back with a log line.

use std::error::Error;
use std::fmt::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use sync_protocol::SessionKey;
use tracing::{debug, warn};

use super::body::RequestBody;
use super::routes::{CollectionMethod, MediaMethod, Route};
use super::state::ServerState;
use super::status::RequestError;
use super::{collection, extract, media, respond, welcome};
use crate::account::SignedIn;
use crate::events::ServerEvent;
use crate::reachability::{INSTANCE_HEADER, Instance};

/// Longest path that is told of, in characters.
const MAX_PATH_CHARS: usize = 200;

/// Answers one request.
pub(super) async fn dispatch(state: Arc<ServerState>, peer: IpAddr, request: Request) -> Response {
    let begun = Instant::now();
    let address = state.client_address.read(request.headers(), peer);
    let route = Route::of(request.uri().path());
    let method = request.method().clone();
    let mut account = None;

    let outcome = match answer(&state, route, address, request, &mut account).await {
        Ok(response) => response,
        Err(error) => {
            log_failure(&error, route, account.as_deref());
            if error.is_fault() {
                state.events.send(ServerEvent::RequestFailed { account: account.clone(), address });
            }
            let mut response = respond::error(error.status());
            if matches!(error, RequestError::WrongVerb) {
                let allowed = HeaderValue::from_static(allowed_verbs(route));
                response.headers_mut().insert(header::ALLOW, allowed);
            }
            response
        }
    };
    debug!(
        %method,
        route = route.name(),
        account,
        %address,
        status = outcome.status().as_u16(),
        bytes = axum::body::HttpBody::size_hint(outcome.body()).exact(),
        duration_ms = begun.elapsed().as_secs_f64() * 1000.0,
        "answered a request"
    );
    outcome
}

async fn answer(
    state: &Arc<ServerState>,
    route: Route,
    address: IpAddr,
    request: Request,
    account: &mut Option<String>,
) -> Result<Response, RequestError> {
    if !allows(route, request.method()) {
        discard(state, request);
        return Err(RequestError::WrongVerb);
    }
    match route {
        Route::Welcome => {
            state.events.send(ServerEvent::Reached { address });
            Ok(welcome::page(&state.computer_name, request.headers()))
        }
        Route::Health => Ok(health(&state.instance)),
        Route::Collection(CollectionMethod::HostKey) => {
            let request = extract::login_request(state, address, request).await?;
            collection::log_in(state, request).await
        }
        Route::Collection(method) => {
            let mut known = None;
            let request = match extract::sync_request(state, address, request, &mut known).await {
                Ok(request) => request,
                // A form is read before anybody knows what it is for.
                Err(error) if method == CollectionMethod::Upload && error.is_too_large() => {
                    return collection::form_upload_too_large();
                }
                Err(error) => {
                    *account = name_of(known.as_ref());
                    if let Some(signed_in) = known.filter(|_| error.is_fault()) {
                        collection::fail(method, signed_in, SessionKey::default()).await;
                    }
                    return Err(error);
                }
            };
            *account = name_of(Some(&request.signed_in));
            collection::answer(state, method, request).await
        }
        Route::Media(method) => {
            let mut known = None;
            let request = match extract::sync_request(state, address, request, &mut known).await {
                Ok(request) => request,
                Err(error) => {
                    *account = name_of(known.as_ref());
                    if let Some(signed_in) = known.filter(|_| error.is_fault()) {
                        media::fail(signed_in).await;
                    }
                    return Err(error);
                }
            };
            *account = name_of(Some(&request.signed_in));
            media::answer(state, method, request).await
        }
        Route::Unknown => {
            let path = request.uri().path().chars().take(MAX_PATH_CHARS).collect();
            state.events.send(ServerEvent::WrongPath { address, path });
            discard(state, request);
            Err(RequestError::UnknownPath)
        }
    }
}

fn name_of(signed_in: Option<&SignedIn>) -> Option<String> {
    signed_in.map(|signed_in| signed_in.account.name().to_owned())
}

/// Says that the server is well, and which start of it this is.
fn health(instance: &Instance) -> Response {
    let mut response = Response::default();
    if let Ok(instance) = HeaderValue::from_str(instance.as_str()) {
        response.headers_mut().insert(HeaderName::from_static(INSTANCE_HEADER), instance);
    }
    response
}

/// Reads a body that nobody wants to its end, so that the client gets to see
/// the answer.
fn discard(state: &ServerState, request: Request) {
    drop(RequestBody::new(request.into_body(), 0, state.limits.silence_timeout));
}

fn allowed_verbs(route: Route) -> &'static str {
    match route {
        Route::Welcome | Route::Health => "GET, HEAD",
        Route::Media(MediaMethod::Begin) => "GET, POST",
        Route::Collection(_) | Route::Media(_) => "POST",
        // Nothing is there, whatever the verb.
        Route::Unknown => "",
    }
}

fn allows(route: Route, method: &Method) -> bool {
    route == Route::Unknown
        || allowed_verbs(route).split(", ").any(|allowed| allowed == method.as_str())
}

/// Logs what stood in the way: our own faults as warnings, a refusal that needs
/// a full sync or a look at the client as information, the rest for debugging.
fn log_failure(error: &RequestError, route: Route, account: Option<&str>) {
    let status = error.status();
    let route = route.name();
    let error = describe(error);
    if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED {
        warn!(route, account, error, "a request failed");
    } else {
        debug!(route, account, status = status.as_u16(), error, "a request was refused");
    }
}

/// An error with its causes. Of a JSON error only the place is told: its text
/// may quote what the person wrote.
pub(super) fn describe(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a String cannot fail.
        let _ = match error.downcast_ref::<serde_json::Error>() {
            Some(json) => write!(text, ": line {} column {}", json.line(), json.column()),
            None => write!(text, ": {error}"),
        };
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use sync_protocol::ProtocolError;

    use super::*;

    #[test]
    fn the_text_of_an_error_never_quotes_the_request() {
        let json = serde_json::from_str::<u32>("\"my secret\"").unwrap_err();
        let text = describe(&RequestError::Protocol(ProtocolError::Json(json)));
        assert!(!text.contains("secret"), "{text}");
        assert!(text.contains("line 1"), "{text}");
    }

    #[test]
    fn a_media_sync_begins_by_either_verb_and_others_only_by_post() {
        assert!(allows(Route::Media(MediaMethod::Begin), &Method::GET));
        assert!(allows(Route::Media(MediaMethod::Begin), &Method::POST));
        assert!(!allows(Route::Media(MediaMethod::MediaSanity), &Method::GET));
        assert!(!allows(Route::Health, &Method::POST));
    }
}
