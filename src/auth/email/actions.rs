use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use serde_json::{Value, json};

use super::{
    letters::Round,
    model::{Links, Side},
    store,
};
use crate::{
    actor::{Confirmed, Person},
    auth::{actions::WHY, reset},
    error::Result,
    mail::Mail,
    people::{self, Email},
    web::{link::LinkToken, time::Zone},
};

/// How long the links may be followed, and are worth sending.
pub const LASTS: TimeDelta = TimeDelta::hours(24);

/// Begins, in place of whatever waited before. Whether the address has an account already is told in the mail to it and
/// nowhere else; as much is done in both cases.
pub fn ask(
    conn: &mut PgConnection,
    mail: &Mail,
    (person, _): (&Person, Confirmed),
    new: &Email,
    zone: Zone,
    now: DateTime<Utc>,
) -> Result<()> {
    let links = Links::fresh()?;
    store::put(conn, person, new, &links, now)?;
    let round = Round {
        person,
        new: new.as_str(),
        zone,
        now,
    };
    send(conn, mail, &round, &links, &[Side::Old, Side::New])?;
    let sides = (
        Some(json!({ "email": person.email })),
        Some(json!({ "email": new.as_str() })),
    );
    record(conn, person, "account.email_change_asked", sides, now)
}

/// To the addresses that have not confirmed it yet; the links before are worth nothing any more. False: nothing waits.
pub fn send_again(
    conn: &mut PgConnection,
    mail: &Mail,
    person: &Person,
    zone: Zone,
    now: DateTime<Utc>,
) -> Result<bool> {
    let links = Links::fresh()?;
    let Some(change) = store::renew(conn, person, &links, now)? else {
        return Ok(false);
    };
    let confirmed = [
        (Side::Old, change.old_confirmed_at),
        (Side::New, change.new_confirmed_at),
    ];
    let open: Vec<Side> = confirmed
        .into_iter()
        .filter_map(|(side, at)| at.is_none().then_some(side))
        .collect();
    let new = &change.new_email;
    let round = Round {
        person,
        new,
        zone,
        now,
    };
    send(conn, mail, &round, &links, &open)?;
    let event = "account.email_mails_sent_again";
    record(conn, person, event, (None, None), now)?;
    Ok(true)
}

fn send(
    conn: &mut PgConnection,
    mail: &Mail,
    round: &Round<'_>,
    links: &Links,
    to: &[Side],
) -> Result<()> {
    let (person, new) = (round.person, round.new);
    let is_taken = people::has_other_account(conn, WHY, person.id, new)?;
    for side in to {
        let (address, letter) = match side {
            Side::Old => (person.email.as_str(), round.to_old(&links.old)),
            Side::New if is_taken => (new, round.to_owner()),
            Side::New => (new, round.to_new(&links.new)),
        };
        mail.enqueue(conn, address, letter, round.now)?;
    }
    Ok(())
}

/// False: nothing waits.
pub fn cancel(conn: &mut PgConnection, person: &Person, now: DateTime<Utc>) -> Result<bool> {
    let is_cancelled = store::cancel(conn, person, now)?;
    if is_cancelled {
        let event = "account.email_change_cancelled";
        record(conn, person, event, (None, None), now)?;
    }
    Ok(is_cancelled)
}

/// What came of a confirmation.
pub enum Outcome {
    /// It was the second: this is the address now.
    Changed(String),
    /// This address has to confirm it too.
    Waits(String),
    /// Somebody else has taken the address meanwhile, so nothing waits any more.
    Taken(String),
    /// The link is worth nothing.
    Over,
}

pub fn confirm(
    conn: &mut PgConnection,
    person: &Person,
    token: &LinkToken,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let Some((change, side)) = store::follow(conn, person, token, now)? else {
        return Ok(Outcome::Over);
    };
    let new = change.new_email;
    let (is_second, confirmed, other) = match side {
        Side::Old => (change.new_confirmed_at.is_some(), &person.email, &new),
        Side::New => (change.old_confirmed_at.is_some(), &new, &person.email),
    };
    if !is_second {
        store::confirm(conn, person, side, now)?;
        let sides = (None, Some(json!({ "address": confirmed })));
        record(conn, person, "account.email_confirmed", sides, now)?;
        return Ok(Outcome::Waits(other.clone()));
    }
    store::forget(conn, WHY, person.id)?;
    // What was sent to the address that goes.
    reset::forget(conn, WHY, person.id)?;
    if !people::set_email(conn, person, &new)? {
        let event = "account.email_change_failed";
        let sides = (None, Some(json!({ "address": new })));
        record(conn, person, event, sides, now)?;
        return Ok(Outcome::Taken(new));
    }
    let sides = (
        Some(json!({ "email": person.email })),
        Some(json!({ "email": new })),
    );
    record(conn, person, "account.email_changed", sides, now)?;
    Ok(Outcome::Changed(new))
}

fn record(
    conn: &mut PgConnection,
    person: &Person,
    event: &'static str,
    sides: (Option<Value>, Option<Value>),
    now: DateTime<Utc>,
) -> Result<()> {
    people::record_change(conn, WHY, person.id, &person.source, event, sides, now)
}
