use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use crate::{ids::MailId, schema::outbox};

#[derive(Insertable)]
#[diesel(table_name = outbox)]
pub(super) struct NewMail<'a> {
    pub id: MailId,
    pub purpose: &'static str,
    pub recipient: &'a str,
    pub created_at: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    pub sealed: Vec<u8>,
    pub due_at: DateTime<Utc>,
}

/// A mail that this server is sending now.
#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox, check_for_backend(diesel::pg::Pg))]
pub(super) struct Claimed {
    pub id: MailId,
    pub purpose: String,
    pub recipient: String,
    pub created_at: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    pub sealed: Option<Vec<u8>>,
    /// The number of this try.
    pub tries: i32,
    /// How many tries, with this one, may have put it where it belongs.
    pub open_tries: i32,
}

/// What became of a mail, for the one who asked for it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox, check_for_backend(diesel::pg::Pg))]
pub(super) struct Last {
    pub created_at: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub sent_at: Option<DateTime<Utc>>,
    pub failure: Option<String>,
    pub reply: Option<String>,
}

/// How mail is, for everybody: nothing of it says who writes to whom, or how much.
pub(super) struct State {
    /// When the server last took a mail.
    pub sent_at: Option<DateTime<Utc>>,
    /// The last time that the server itself was the reason why one was not sent.
    pub trouble: Option<(DateTime<Utc>, Failure, String)>,
    /// Since when a mail has been waiting that could not be sent.
    pub waiting_since: Option<DateTime<Utc>>,
}

/// Why a mail was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No connection, or nothing at its end that speaks SMTP.
    Unreachable,
    /// No encryption, or none that can be trusted.
    Encryption,
    /// User name and password.
    SignIn,
    /// Who the mails are from.
    Sender,
    /// For now: the server asks to try again.
    PutOff,
    /// For good: this mail, or its addressee.
    Refused,
    /// The connection ended when the mail had been sent and not yet taken.
    BrokenOff,
    /// Its time was over.
    TooLate,
    /// It was sealed with another master key.
    Sealed,
}

impl Failure {
    const ALL: [Self; 9] = [
        Self::Unreachable,
        Self::Encryption,
        Self::SignIn,
        Self::Sender,
        Self::PutOff,
        Self::Refused,
        Self::BrokenOff,
        Self::TooLate,
        Self::Sealed,
    ];

    /// Those that are the same for every mail, whoever it is for.
    pub(super) const OF_THE_SERVER: [Self; 4] = [
        Self::Unreachable,
        Self::Encryption,
        Self::SignIn,
        Self::Sender,
    ];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Encryption => "encryption",
            Self::SignIn => "sign_in",
            Self::Sender => "sender",
            Self::PutOff => "put_off",
            Self::Refused => "refused",
            Self::BrokenOff => "broken_off",
            Self::TooLate => "too_late",
            Self::Sealed => "sealed",
        }
    }

    /// None: a newer version wrote it.
    pub(super) fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.code() == code)
    }

    pub(super) fn is_of_the_server(self) -> bool {
        Self::OF_THE_SERVER.contains(&self)
    }

    /// What happened, as a sentence without its full stop.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unreachable => "The mail server does not answer",
            Self::Encryption => {
                "No encrypted connection that can be trusted could be made to the mail server"
            }
            Self::SignIn => "The mail server does not accept the user name and password",
            Self::Sender => "The mail server does not accept the sender",
            Self::PutOff => "The mail server asked to try again later",
            Self::Refused => "The mail server refused the mail",
            Self::BrokenOff => {
                "The connection ended before the mail server said whether it has the mail"
            }
            Self::TooLate => "Its time was over",
            Self::Sealed => "It was written with another master key",
        }
    }
}

/// The most that is waited between two tries.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(30);

/// When to try again after the `tries`th try: 1 minute, 5, 30, and so on, and more often towards the end of its time.
/// None: its time is over before that is worth it.
pub(super) fn next_try(
    tries: i32,
    now: DateTime<Utc>,
    not_after: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let shortest = TimeDelta::minutes(1);
    let pause = match tries {
        ..=1 => shortest,
        2 => TimeDelta::minutes(5),
        _ => LONGEST_PAUSE,
    };
    let next = now + pause.min((not_after - now) / 2).max(shortest);
    (next < not_after).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_a_mail_is_tried_to_the_end_of_its_time() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let minutes = |lasts: i64| {
            let (mut now, mut tries, mut found) = (start, 0, Vec::new());
            while let Some(next) = next_try(tries + 1, now, start + TimeDelta::minutes(lasts)) {
                found.push((next - start).num_minutes());
                (now, tries) = (next, tries + 1);
            }
            found
        };
        assert_eq!(
            minutes(180),
            [1, 6, 36, 66, 96, 126, 153, 166, 173, 176, 178, 179]
        );
        assert_eq!(minutes(30), [1, 6, 18, 24, 27, 28, 29]);
        assert_eq!(minutes(1), [0; 0]);
    }

    #[test]
    fn every_failure_is_known_by_its_code() {
        for failure in Failure::ALL {
            assert_eq!(Failure::of(failure.code()), Some(failure));
        }
        assert_eq!(Failure::of("newer"), None);
    }
}
