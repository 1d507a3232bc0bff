//! Somebody who has just made their account by an invitation is in, without typing their password again.

use actix_session::SessionExt;
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{actions::WHY, device::Device, session::SessionId, store};
use crate::{
    actor::Source,
    error::{Error, Result},
    invitations::Enter,
    people::{self, PasswordHash, User},
};

pub fn let_in(
    conn: &mut PgConnection,
    user: &User,
    hash: PasswordHash,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<Enter> {
    let (id, user) = (SessionId::fresh()?, user.id);
    store::open(conn, WHY, id.digest(), user, source, now)?;
    people::record_event(conn, WHY, user, source, "account.signed_in", now)?;
    Ok(Box::new(move |req, answer| {
        id.give(&req.get_session())?;
        // So that nobody is told of a new browser when they sign in with this one.
        let known = Device::of(req)?.remember(user, &hash);
        answer
            .add_cookie(&known)
            .map_err(|e| Error::Internal(e.into()))
    }))
}
