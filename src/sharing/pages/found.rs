//! What is said of what was found.

use diesel::PgConnection;

use super::read::Sight;
use crate::{
    error::Result,
    people::{self, Email},
    web::ui::FoundKind,
};

/// Nobody was found, and nobody can be invited: what can be done about it, or by whom.
pub fn nobody(conn: &mut PgConnection, sight: &Sight, typed: &str) -> Result<String> {
    let library = sight.found.permit.library();
    let email = Email::parse(typed);
    let is_suspended = match &email {
        Ok(email) => people::is_suspended_with(conn, library, email.as_str())? == Some(true),
        Err(_) => false,
    };
    if sight.may_invite.is_some() {
        let told = match is_suspended {
            true => "This person is suspended. Reinstate them under Members in the settings first.",
            false => "No one by that name. To invite someone new, type their full email address.",
        };
        return Ok(told.to_owned());
    }
    let leaders = people::leaders(conn, library, 3)?.join(" or ");
    Ok(match (email, is_suspended) {
        (_, true) => format!("This person is suspended. To reinstate them, ask {leaders}."),
        (Ok(_), false) => format!("No one here has this address. To invite them, ask {leaders}."),
        (Err(_), false) => format!("No one by that name. To invite someone new, ask {leaders}."),
    })
}

/// "3 results: 1 person, 2 API keys."
pub fn told(kinds: &[(FoundKind, &'static str)], (more, is_new): (bool, bool)) -> String {
    let counts: Vec<String> = kinds
        .iter()
        .map(|(kind, noun)| match (kind.options.len(), *noun) {
            (1, noun) => format!("1 {noun}"),
            (n, "person") => format!("{n} people"),
            (n, noun) => format!("{n} {noun}s"),
        })
        .collect();
    match (counts.as_slice(), is_new) {
        (_, true) => format!("{} found, and someone new to invite.", counts.join(", ")),
        (_, false) if more => format!("{} shown. Type more to find others.", counts.join(", ")),
        (_, false) => format!("{} found.", counts.join(", ")),
    }
}
