use chrono::{DateTime, Utc};

use super::{JOIN, model::LASTS};
use crate::{
    actor::{Person, Role},
    mail::{Letter, isolated},
    web::{link::LinkToken, time::Zone},
};

/// What somebody gets beside the membership, and is told with it.
#[derive(Default)]
pub struct Beside {
    /// A folder, and the role in it: "User".
    pub folder: Option<(String, &'static str)>,
    /// From whoever invites. May be empty.
    pub message: String,
}

/// The same to everybody, whether the address has an account or not.
pub fn letter(
    (email, role, groups, beside): (&str, Role, &[String], &Beside),
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
            role.article()
        ));
    let letter = match groups {
        [] => letter,
        groups => letter.fact("Groups", &groups.join(", ")),
    };
    let letter = match &beside.folder {
        None => letter,
        Some((folder, role)) => letter.fact("Folder", &format!("{folder}, as {role}")),
    };
    let letter = match beside.message.as_str() {
        "" => letter,
        message => letter.says(format!("{who} writes: {}", isolated(message))),
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
