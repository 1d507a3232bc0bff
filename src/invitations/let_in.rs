use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::{Actor, Source},
    error::Result,
    ids::InvitationId,
    people::{PasswordHash, User},
};

/// Gives the session to the browser, with the answer.
pub type Enter = Box<dyn FnOnce(&HttpRequest, &mut HttpResponse) -> Result<()> + Send>;

/// Opens a session for somebody who has just made their account, in the same transaction. Sessions are the edge's
/// business, so `app` passes this in.
pub struct LetIn(
    pub fn(&mut PgConnection, &User, PasswordHash, &Source, DateTime<Utc>) -> Result<Enter>,
);

/// An invitation, and the address that it went to.
type Of<'a> = (InvitationId, &'a str);

/// By whom, what was promised beside which invitation, and when.
pub type Keep = fn(&mut PgConnection, &Actor, Of<'_>, DateTime<Utc>) -> Result<()>;

/// The same of several.
pub type Forget = fn(&mut PgConnection, &Actor, &[Of<'_>], DateTime<Utc>) -> Result<()>;

/// What was promised beside the membership, such as roles in folders. Whoever promises is right of here, so `app` passes
/// this in.
#[derive(Clone, Copy)]
pub struct Promised {
    /// Gives it to whoever has accepted the invitation, and acts here.
    pub keep: Keep,
    /// It is not promised any more.
    pub forget: Forget,
}
