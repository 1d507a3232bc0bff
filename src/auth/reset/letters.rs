use chrono::{DateTime, TimeDelta, Utc};

use super::{
    actions::LASTS,
    pages::{FORGOTTEN, RESET},
};
use crate::{
    actor::Source,
    auth::new_sign_in::told_from,
    mail::Letter,
    web::{link::LinkToken, time::Zone},
};

pub fn link(token: &LinkToken, source: &Source, zone: Zone, now: DateTime<Utc>) -> Letter {
    let letter = Letter::new("password_reset", "Reset your Keyroom password", LASTS)
        .says("Somebody asked for a new password for your account.");
    told_from(letter, source, zone, now)
        .says("If it was you, choose one:")
        .button("Choose a new password", token.at(RESET))
        .says("If it was not you, there is nothing to do. Your password stays what it is.")
        .small_print(format!(
            "The link works once, until {}, and only if it is the last one that was sent. You get this mail because the \
             account belongs to this address.",
            zone.date(now + LASTS).exact
        ))
}

/// After it was changed, by whichever way.
pub fn changed(source: &Source, zone: Zone, now: DateTime<Utc>) -> Letter {
    let lasts = TimeDelta::days(3);
    let letter = Letter::new(
        "password_changed",
        "Your Keyroom password was changed",
        lasts,
    )
    .says("Your account has a new password.");
    told_from(letter, source, zone, now)
        .says("If it was you, there is nothing to do.")
        .says(
            "If it was not you, somebody knew your password or reads your mail. Make sure that nobody but you can read \
             it, then choose another password:",
        )
        .button("Reset password", FORGOTTEN)
        .small_print("You get this mail because the account belongs to this address.")
}
