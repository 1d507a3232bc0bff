//! Signing in and out, as transactions. The passwords between them are checked outside: a connection must not wait for that.

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{
    email, new_sign_in, reset,
    session::{SessionDigest, SessionId},
    store::{self, Session},
    throttle,
};
use crate::{
    actor::{Confirmed, Person, Source},
    error::Result,
    ids::{SessionHandle, UserId},
    mail::Mail,
    people::{self, Email, PasswordHash, User},
    policy::Unscoped,
    web::{client::device, limit::Limits, time::Zone},
};

pub const WHY: Unscoped = Unscoped::because("somebody who signs in is not known yet");

/// Somebody who has an account at the address, and the hash that their password must match.
pub type Known = Option<(User, PasswordHash)>;

/// Counts a guess, and finds what to compare it with.
///
/// # Errors
/// `Limited`: it is too early for another guess, which is then not to be checked.
pub fn take_guess(conn: &mut PgConnection, email: &str, now: DateTime<Utc>) -> Result<Known> {
    throttle::take_guess(conn, WHY, &throttle::digest_of(email), now)?;
    let Ok(email) = Email::parse(email) else {
        return Ok(None);
    };
    people::find_account(conn, WHY, email.as_str())
}

/// The password was wrong. Where there is no such account, as much is written and nothing said.
pub fn note_failure(
    conn: &mut PgConnection,
    email: &str,
    user: Option<User>,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<()> {
    match user {
        Some(user) => {
            people::record_event(conn, WHY, user.id, source, "account.sign_in_failed", now)
        }
        None => throttle::touch(conn, WHY, &throttle::digest_of(email)),
    }
}

/// The password was right. None: it was changed while it was being checked, so it opens nothing any more.
/// `left` is the session that this browser had before, which ends.
pub fn sign_in(
    conn: &mut PgConnection,
    user: &User,
    checked: &PasswordHash,
    left: Option<SessionDigest>,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<Option<SessionId>> {
    if people::hash_of(conn, WHY, user.id)? != *checked {
        return Ok(None);
    }
    forgive(conn, user)?;
    if let Some(left) = left {
        store::close(conn, WHY, left)?;
    }
    let id = SessionId::fresh()?;
    store::open(conn, WHY, id.digest(), user.id, source, now)?;
    people::record_event(conn, WHY, user.id, source, "account.signed_in", now)?;
    Ok(Some(id))
}

/// Writes to somebody who has just signed in with a browser that is not known. Nobody is told of their first time.
pub fn announce_sign_in(
    conn: &mut PgConnection,
    (mail, limits): (&Mail, &Limits),
    user: &User,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<()> {
    if people::has_signed_in(conn, WHY, user.id, now)?
        && limits.sign_in_mails.take(&user.id).is_ok()
    {
        let letter = new_sign_in::letter(source, zone_of(conn, user.id, user.zone())?, now);
        mail.enqueue(conn, &user.email, letter, now)?;
    }
    Ok(())
}

/// Their own, or that of the first of their workspaces. It asks as much of everybody.
pub fn zone_of(conn: &mut PgConnection, user: UserId, own: Option<Zone>) -> Result<Zone> {
    let memberships = people::memberships(conn, WHY, user)?;
    let first = memberships.iter().find(|m| m.deleted_at.is_none());
    Ok(own.unwrap_or(first.map_or(Zone::UTC, |member| member.zone)))
}

/// The last guess was right: what was counted before it no longer counts.
pub fn forgive(conn: &mut PgConnection, user: &User) -> Result<()> {
    throttle::clear(conn, WHY, &throttle::digest_of(&user.email))
}

pub fn sign_out(
    conn: &mut PgConnection,
    person: &Person,
    session: SessionDigest,
    now: DateTime<Utc>,
) -> Result<()> {
    store::close(conn, WHY, session)?;
    people::record_event(
        conn,
        WHY,
        person.id,
        &person.source,
        "account.signed_out",
        now,
    )
}

/// Whatever was sent to somebody to follow is worth nothing any more. Before the account itself is changed, always: who
/// goes the other way round would wait for this, and this for them.
fn forget_links(conn: &mut PgConnection, reason: Unscoped, user: UserId) -> Result<()> {
    email::forget(conn, reason, user)?;
    reset::forget(conn, reason, user)
}

/// Gives this session a new id and ends all others; says how many.
///
/// # Errors
/// `Unauthenticated`: the password or the session changed meanwhile. Then nothing is done.
pub fn change_password(
    conn: &mut PgConnection,
    person: &Person,
    (old, new): (&PasswordHash, &PasswordHash),
    (session, renewed): (SessionDigest, SessionDigest),
    now: DateTime<Utc>,
) -> Result<usize> {
    forget_links(conn, WHY, person.id)?;
    people::change_password(conn, person, old, new, now)?;
    store::renew(conn, person, session, renewed, now)?;
    store::close_others(conn, person, renewed, now)
}

/// The password was right once more: the session goes on under a new id.
///
/// # Errors
/// `Unauthenticated`: it ended meanwhile.
pub fn confirm(
    conn: &mut PgConnection,
    person: &Person,
    (session, renewed): (SessionDigest, SessionDigest),
    now: DateTime<Utc>,
) -> Result<()> {
    store::renew(conn, person, session, renewed, now)?;
    let source = &person.source;
    people::record_event(conn, WHY, person.id, source, "account.confirmed", now)
}

/// Somebody at an open session does not know its password.
pub fn note_wrong(conn: &mut PgConnection, person: &Person, now: DateTime<Utc>) -> Result<()> {
    let source = &person.source;
    let event = "account.confirmation_failed";
    people::record_event(conn, WHY, person.id, source, event, now)
}

/// # Errors
/// `NotFound`: the person has no such session.
pub fn end_session(
    conn: &mut PgConnection,
    person: &Person,
    handle: SessionHandle,
    now: DateTime<Utc>,
) -> Result<Session> {
    let ended = store::close_one(conn, person, handle, now)?;
    let which = json!({ "device": device(ended.user_agent.as_deref()), "ip": ended.ip });
    let sides = (Some(which), None);
    let (source, event) = (&person.source, "account.session_ended");
    people::record_change(conn, WHY, person.id, source, event, sides, now)?;
    Ok(ended)
}

/// Says how many ended.
pub fn end_other_sessions(
    conn: &mut PgConnection,
    person: &Person,
    _: Confirmed,
    kept: SessionDigest,
    now: DateTime<Utc>,
) -> Result<usize> {
    let ended = store::close_others(conn, person, kept, now)?;
    if ended > 0 {
        let sides = (Some(json!({ "sessions": ended })), None);
        let (source, event) = (&person.source, "account.sessions_ended");
        people::record_change(conn, WHY, person.id, source, event, sides, now)?;
    }
    Ok(ended)
}

/// Sets a password without the old one, ends every session, and lets the person try again at once. Says how many
/// sessions ended.
pub fn reset_password(
    conn: &mut PgConnection,
    reason: Unscoped,
    user: &User,
    new: &PasswordHash,
    source: &Source,
    now: DateTime<Utc>,
) -> Result<usize> {
    forget_links(conn, reason, user.id)?;
    // Before the sessions: who signs in with the old password at this moment holds the row, and their session is then
    // seen.
    people::reset_password(conn, reason, user, new, source, now)?;
    forgive(conn, user)?;
    store::close_all(conn, reason, user.id, now)
}
