use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;

use super::{letters, store};
use crate::{
    actor::Source,
    auth::{
        actions::{self, WHY, zone_of},
        email,
    },
    error::Result,
    ids::UserId,
    mail::Mail,
    people::{self, Email, PasswordHash, User},
    web::{
        link::{LinkDigest, LinkToken, Purpose},
        time::Zone,
    },
};

/// How long a link may be followed, and is worth sending.
pub const LASTS: TimeDelta = TimeDelta::minutes(30);

/// Writes to the address, if somebody has an account there; if nobody has, does as much and writes nothing. What runs
/// beside an answer would else tell it by the time of whoever comes next.
pub fn send_link(
    conn: &mut PgConnection,
    mail: &Mail,
    (email, token): (&Email, &LinkToken),
    source: &Source,
    now: DateTime<Utc>,
) -> Result<()> {
    let user = people::find_user(conn, WHY, email.as_str())?;
    let somebody = user.as_ref().map(|user| user.id);
    let digest = token.digest(Purpose::ResetPassword);
    store::give(conn, WHY, digest, somebody)?;
    let own = user.as_ref().and_then(User::zone);
    let zone = zone_of(conn, somebody.unwrap_or_else(UserId::fresh), own)?;
    let letter = letters::link(token, source, zone, now);
    let to = user.as_ref().map_or(email.as_str(), |user| &user.email);
    mail.enqueue_unheard(conn, to, letter, user.is_some(), now)?;
    match somebody {
        Some(user) => {
            people::record_event(conn, WHY, user, source, "account.password_reset_asked", now)
        }
        None => store::give(conn, WHY, digest, None),
    }
}

/// Uses up the link. Ends every session, and lets the person in at once.
///
/// # Errors
/// `NotFound`: the link opens nothing any more.
pub fn reset(
    conn: &mut PgConnection,
    mail: &Mail,
    (user, new): (&User, &PasswordHash),
    token: LinkDigest,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<()> {
    // In the order of everything that ends links, so that none of it waits for another in a circle.
    email::forget(conn, WHY, user.id)?;
    store::take(conn, WHY, token, user.id, now)?;
    actions::reset_password(conn, WHY, user, new, source, now)?;
    let zone = zone_of(conn, user.id, user.zone())?;
    tell_of_change(conn, mail, (&user.email, source), zone, now)
}

/// Writes to somebody that their password is another one now.
pub fn tell_of_change(
    conn: &mut PgConnection,
    mail: &Mail,
    (to, source): (&str, &Source),
    zone: Zone,
    now: DateTime<Utc>,
) -> Result<()> {
    mail.enqueue(conn, to, letters::changed(source, zone, now), now)?;
    Ok(())
}
