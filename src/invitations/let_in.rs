use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    actor::Source,
    error::Result,
    people::{PasswordHash, User},
};

/// Gives the session to the browser, with the answer.
pub type Enter = Box<dyn FnOnce(&HttpRequest, &mut HttpResponse) -> Result<()> + Send>;

/// Opens a session for somebody who has just made their account, in the same transaction. Sessions are the edge's
/// business, so `app` passes this in.
pub struct LetIn(
    pub fn(&mut PgConnection, &User, PasswordHash, &Source, DateTime<Utc>) -> Result<Enter>,
);
