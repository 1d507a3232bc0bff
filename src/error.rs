//! What can go wrong, said once. `web` gives it its two faces: a page, or a problem document.

use std::{borrow::Cow, net::IpAddr, time::Duration};

use diesel::result::{DatabaseErrorKind, Error as Sql};

use crate::permissions::Permissions;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A call of a program was refused; one variant per code of the API's ladder.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// Nobody is signed in.
    #[error("not signed in")]
    Unauthenticated,
    /// Somebody is, and has to enter their password again before this is done.
    #[error("not confirmed")]
    Unconfirmed,
    /// Somebody is, and may see but not do this. The sentence says what is missing and who can fix it.
    #[error("not allowed: {0}")]
    Forbidden(String),
    /// Somebody is a member here, but suspended. The sentence says where.
    #[error("suspended: {0}")]
    Suspended(String),
    #[error("not found")]
    NotFound,
    /// The state of things forbids it; written for the reader.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The input is wrong, field by field.
    #[error("invalid input: {0:?}")]
    Invalid(Vec<FieldError>),
    /// The request cannot be read at all.
    #[error("unreadable request: {0}")]
    Unreadable(&'static str),
    #[error("too large")]
    TooLarge,
    /// The same, of something whose bound can be told.
    #[error("too large: {0}")]
    Oversize(String),
    /// It is no longer as the caller knows it.
    #[error("a precondition does not hold")]
    Precondition,
    /// Bytes are asked for that there are not, of so many.
    #[error("a range beyond {0} bytes")]
    Range(u64),
    /// The body is not of the kind that is read here.
    #[error("unsupported media type")]
    MediaType,
    /// The request came too slowly.
    #[error("request timed out")]
    TooSlow,
    #[error("method not allowed")]
    MethodNotAllowed(String),
    #[error("too many attempts")]
    Limited { retry_after: Duration },
    /// No free connection, or no database; nothing was changed as far as is known.
    #[error("busy: {0}")]
    Busy(String),
    /// The same of the store of contents.
    #[error("contents are away: {0}")]
    Away(String),
    #[error("internal error")]
    Internal(#[source] anyhow::Error),
}

/// Why a call with a key is refused, in the order in which it is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A credential where none belongs; the sentence says where.
    Carrier(&'static str),
    CredentialMissing,
    /// Malformed, unknown or wrong: never told apart.
    KeyInvalid,
    KeyDeactivated,
    KeyRevoked,
    KeyExpired,
    /// The secret was replaced, and its time is over.
    KeyRotatedOut,
    /// Its workspace is in the trash.
    KeySuspended,
    /// The key may not be used from this address; none: it is unknown.
    IpNotAllowed(Option<IpAddr>),
    /// A secret key in a browser.
    BrowserOrigin,
    /// A publishable key at a site, or without one, that is not on its list.
    OriginNotAllowed,
    /// A publishable key where none may be used.
    SecretKeyRequired,
    /// The key is good, but not for this.
    PermissionMissing(Permissions),
    /// The folder is shared with the key, but as User where Editor is needed.
    RoleTooLow,
}

impl Error {
    /// With its cause, for the log.
    pub fn in_full(&self) -> String {
        match self {
            Self::Internal(cause) => format!("{cause:#}"),
            other => other.to_string(),
        }
    }
}

/// What is wrong with one field. A form's summary links to it, the API lists it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct FieldError {
    /// Its name, as it was sent; within a document the way to it, such as `grants[1].role`.
    pub field: Cow<'static, str>,
    /// For people: what to do about it.
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            message: message.into(),
        }
    }

    /// What is wrong with `field`, if anything is.
    pub fn of(mistakes: &[Self], field: &str) -> Option<String> {
        mistakes
            .iter()
            .find(|mistake| mistake.field == field)
            .map(|mistake| mistake.message.clone())
    }
}

/// One mistake in one field.
pub fn field(field: &'static str, message: impl Into<String>) -> Error {
    Error::Invalid(vec![FieldError::new(field, message)])
}

impl From<Vec<FieldError>> for Error {
    fn from(mistakes: Vec<FieldError>) -> Self {
        Self::Invalid(mistakes)
    }
}

impl From<Sql> for Error {
    fn from(error: Sql) -> Self {
        match &error {
            Sql::NotFound => Self::NotFound,
            Sql::BrokenTransactionManager => Self::Busy(error.to_string()),
            Sql::DatabaseError(kind, info) => match kind {
                DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::UnableToSendCommand
                | DatabaseErrorKind::SerializationFailure
                | DatabaseErrorKind::ReadOnlyTransaction => Self::Busy(error.to_string()),
                // Time-outs, deadlocks and shutdowns have no kind of their own.
                DatabaseErrorKind::Unknown if is_passing(info.message()) => {
                    Self::Busy(error.to_string())
                }
                _ => Self::Internal(error.into()),
            },
            _ => Self::Internal(error.into()),
        }
    }
}

fn is_passing(message: &str) -> bool {
    [
        "canceling statement due to",
        "terminating connection due to",
        "deadlock detected",
        "could not obtain lock on row",
        "the database system is",
        "server closed the connection",
        "no connection to the server",
        "sorry, too many clients",
        "remaining connection slots are reserved",
    ]
    .iter()
    .any(|sign| message.contains(sign))
}

/// Turns the violation of one named constraint into something to tell the reader.
pub trait OnConstraint<T> {
    fn on_constraint(self, name: &str, error: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> OnConstraint<T> for diesel::QueryResult<T> {
    fn on_constraint(self, name: &str, error: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|e| match &e {
            Sql::DatabaseError(_, info) if info.constraint_name() == Some(name) => error(),
            _ => e.into(),
        })
    }
}
