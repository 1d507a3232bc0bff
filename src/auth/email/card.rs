//! The card *Email* of the profile.

use chrono::{DateTime, Utc};

use super::{
    model::EmailChange,
    views::{EmailCard, PendingSide, PendingView},
};
use crate::{
    actor::Person,
    error::FieldError,
    mail::Mail,
    web::{
        time::Zone,
        ui::{ErrorSummary, TextField},
    },
};

/// `typed` is what the form has, with what is wrong.
pub fn card(
    person: &Person,
    mail: &Mail,
    waiting: Option<EmailChange>,
    typed: Option<(&str, FieldError)>,
    (zone, now): (Zone, DateTime<Utc>),
) -> EmailCard {
    let (value, mistake) = typed.unzip();
    let value: String = value
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_control())
        .collect();
    let mistakes: Vec<FieldError> = mistake.into_iter().collect();
    EmailCard {
        address: person.email.clone(),
        can_change: mail.is_configured(),
        pending: waiting.map(|change| pending(person, change, (zone, now))),
        summary: ErrorSummary::of(&mistakes),
        field: TextField::email("email", "New email", value)
            .autocomplete("email")
            .error(FieldError::of(&mistakes, "email")),
    }
}

fn pending(
    person: &Person,
    change: EmailChange,
    (zone, now): (Zone, DateTime<Utc>),
) -> PendingView {
    let side = |address, what, confirmed_at: Option<DateTime<Utc>>| PendingSide {
        address,
        what,
        state: confirmed_at.map_or("Not confirmed yet".to_owned(), |at| {
            format!("Confirmed {}", zone.relative(at, now).text)
        }),
        icon: confirmed_at.map_or("mail", |_| "check"),
    };
    PendingView {
        until: zone.date(change.expires_at).exact,
        sides: [
            side(
                person.email.clone(),
                "Your email now",
                change.old_confirmed_at,
            ),
            side(change.new_email, "Your new email", change.new_confirmed_at),
        ],
    }
}
