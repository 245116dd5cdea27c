//! The one place that gives errors their status. Clients pick the message for
//! the person by it.

use axum::http::StatusCode;
use sync_protocol::ProtocolError;
use thiserror::Error;

use super::body::BodyError;
use crate::account::{AuthenticateError, LoginError, OperationError};

/// A request that is not answered as it hoped.
#[derive(Debug, Error)]
pub(super) enum RequestError {
    #[error("there is nothing at this path")]
    UnknownPath,
    #[error("this path takes another verb")]
    WrongVerb,
    #[error("the anki-sync header is not text")]
    HeaderText,
    #[error("the query of begin is malformed")]
    BeginQuery,
    #[error("the form is malformed")]
    Form(#[source] multer::Error),
    #[error("a field of the form is malformed")]
    FormField,
    #[error("other clients without a key needed the space, and this one was the slowest")]
    Displaced,
    #[error("the request body cannot be read")]
    Body(#[from] BodyError),
    #[error("the request is malformed")]
    Protocol(#[from] ProtocolError),
    #[error("the login failed")]
    Login(#[from] LoginError),
    #[error("the host key was turned down")]
    Key(#[from] AuthenticateError),
    #[error("the operation failed")]
    Operation(#[from] OperationError),
}

impl From<multer::Error> for RequestError {
    fn from(error: multer::Error) -> Self {
        // What went wrong with the body itself comes back in a box.
        match error {
            multer::Error::StreamReadFailed(cause) => match cause.downcast::<BodyError>() {
                Ok(body) => Self::Body(*body),
                Err(cause) => Self::Form(multer::Error::StreamReadFailed(cause)),
            },
            other => Self::Form(other),
        }
    }
}

impl RequestError {
    /// The status of the response.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::UnknownPath => StatusCode::NOT_FOUND,
            Self::WrongVerb => StatusCode::METHOD_NOT_ALLOWED,
            Self::HeaderText | Self::BeginQuery | Self::Form(_) | Self::FormField => {
                StatusCode::BAD_REQUEST
            }
            Self::Displaced => StatusCode::SERVICE_UNAVAILABLE,
            Self::Body(BodyError::TooLarge { .. }) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Body(BodyError::Silent) => StatusCode::REQUEST_TIMEOUT,
            Self::Body(BodyError::Broken(_)) => StatusCode::BAD_REQUEST,
            Self::Protocol(error) => protocol_status(error),
            Self::Login(
                LoginError::UnknownName
                | LoginError::WrongPassword
                | LoginError::Disabled
                | LoginError::TooManyAttempts,
            ) => StatusCode::FORBIDDEN,
            Self::Login(LoginError::Failed(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Key(AuthenticateError::UnknownKey) => StatusCode::FORBIDDEN,
            Self::Key(AuthenticateError::Failed(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Operation(error) => operation_status(error),
        }
    }

    /// Whether this computer is at fault, and not the client.
    pub(super) fn is_fault(&self) -> bool {
        self.status() == StatusCode::INTERNAL_SERVER_ERROR
    }

    /// Whether the body went over a limit, in whichever form that was noticed.
    pub(super) fn is_too_large(&self) -> bool {
        self.status() == StatusCode::PAYLOAD_TOO_LARGE
    }
}

fn operation_status(error: &OperationError) -> StatusCode {
    match error {
        OperationError::Request(error) => protocol_status(error),
        OperationError::SessionKeyMissing
        | OperationError::Refused(_)
        | OperationError::MediaRefused(_)
        | OperationError::ClientVersionMissing => StatusCode::BAD_REQUEST,
        OperationError::NoSync
        | OperationError::OtherSync
        | OperationError::MediaMissing
        | OperationError::AccountClosed => StatusCode::CONFLICT,
        OperationError::UnsupportedVersion(_) => StatusCode::NOT_IMPLEMENTED,
        OperationError::Unavailable(_)
        | OperationError::Answer(_)
        | OperationError::Spool(_)
        | OperationError::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn protocol_status(error: &ProtocolError) -> StatusCode {
    match error {
        ProtocolError::Header(_)
        | ProtocolError::UnsupportedVersion(_)
        | ProtocolError::Compression(_)
        | ProtocolError::Json(_) => StatusCode::BAD_REQUEST,
        ProtocolError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
    }
}
