//! The mail about a sign-in with a browser that is not known.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    actor::Source,
    mail::Letter,
    web::{client, time::Zone},
};

pub fn letter(source: &Source, zone: Zone, now: DateTime<Utc>) -> Letter {
    let letter = Letter::new("new_sign_in", "New sign-in to your Keyroom account", TimeDelta::days(3))
        .says(
            "Somebody signed in to your account with a browser that was not used for it before, or not since your \
             password was changed.",
        );
    told_from(letter, source, zone, now)
        .says("If it was you, there is nothing to do.")
        .says(
            "If it was not you, somebody knows your password. Change it now: that ends every session but the one in \
             which you do it.",
        )
        .button("Change password", "/account/security")
        .small_print(
            "If your password does not work any more, follow “Forgot your password?” on the page where you sign in. \
             You get this mail because the account belongs to this address.",
        )
}

/// When and from where, in words of ours.
pub fn told_from(letter: Letter, source: &Source, zone: Zone, now: DateTime<Utc>) -> Letter {
    let device = client::device(source.user_agent.as_deref());
    let ip = source.ip.map_or("Unknown".to_owned(), |ip| ip.to_string());
    letter
        .fact("When", &zone.date(now).exact)
        .fact("Device", &device)
        .fact("IP address", &ip)
}
