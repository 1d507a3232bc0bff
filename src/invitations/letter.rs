use chrono::{DateTime, Utc};

use super::{
    JOIN,
    model::{LASTS, article},
};
use crate::{
    actor::{Person, Role},
    mail::{Letter, isolated},
    web::{link::LinkToken, time::Zone},
};

/// The same to everybody, whether the address has an account or not.
pub fn letter(
    (email, role, groups): (&str, Role, &[String]),
    (person, workspace): (&Person, &str),
    token: &LinkToken,
    zone: Zone,
    now: DateTime<Utc>,
) -> Letter {
    let (who, of) = (isolated(&person.name), isolated(workspace));
    let letter = Letter::new("invitation", &format!("{who} invited you to {of}"), LASTS)
        .of_workspace(workspace)
        .says(format!(
            "You are to become {} of {of} in Keyroom, where its API keys are kept.",
            article(role)
        ));
    let letter = match groups {
        [] => letter,
        groups => letter.fact("Groups", &groups.join(", ")),
    };
    letter
        .button("Accept invitation", token.at(JOIN))
        .small_print(format!(
            "The invitation works once, for {email}, until {}. If you do not know {who} ({}), ignore this mail and \
             nothing happens.",
            zone.date(now + LASTS).exact,
            person.email
        ))
}
