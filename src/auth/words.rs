//! What happened to an account, as a sentence.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::views::ActivityRow;
use crate::{
    people::AccountEvent,
    web::{
        client::{device, is_handheld},
        text::capitalized,
        time::{self, Zone},
    },
};

impl ActivityRow {
    pub fn of(event: AccountEvent, zone: Zone, now: DateTime<Utc>) -> Self {
        let user_agent = event.user_agent.as_deref();
        let from = match (&event.ip, user_agent) {
            (None, None) => "The server's command line".to_owned(),
            (ip, _) => [device(user_agent), ip.clone().unwrap_or_default()].join(", "),
        };
        Self {
            icon: icon(&event.action, is_handheld(user_agent)),
            said: said(&event.action),
            detail: detail(&event),
            is_failure: event.action.ends_with("_failed"),
            from,
            when: zone.relative(event.at, now),
            exact: zone.to_the_second(event.at),
        }
    }
}

fn icon(event: &str, handheld: bool) -> &'static str {
    match event {
        "account.sign_in_failed" | "account.confirmation_failed" => "warn",
        "account.password_changed" | "account.password_reset" | "account.confirmed" => "lock",
        "account.password_reset_asked" => "lock",
        "account.profile_changed" | "account.theme_changed" => "user",
        "account.joined" | "account.left" => "building",
        _ if event.starts_with("account.email_") => "mail",
        "account.signed_out" | "account.session_ended" | "account.sessions_ended" => "out",
        _ if handheld => "phone",
        _ => "laptop",
    }
}

/// What a newer version recorded has no words here, and must not read as something else.
fn said(event: &str) -> String {
    words(event).map_or_else(
        || format!("Something new happened: “{event}”"),
        str::to_owned,
    )
}

fn words(event: &str) -> Option<&'static str> {
    Some(match event {
        "account.signed_in" => "Signed in",
        "account.signed_out" => "Signed out",
        "account.sign_in_failed" => "Somebody tried to sign in with a wrong password",
        "account.password_changed" => "Changed the password",
        "account.password_reset" => "The password was reset",
        "account.password_reset_asked" => "Somebody asked for a link to reset the password",
        "account.email_change_asked" => "Asked to change the email",
        "account.email_mails_sent_again" => "Had the mails about the new email sent again",
        "account.email_change_cancelled" => "Cancelled the change of the email",
        "account.email_confirmed" => "Confirmed the change of the email",
        "account.email_changed" => "Changed the email",
        "account.email_change_failed" => "The email was not changed: somebody else has it",
        "account.profile_changed" => "Changed the profile",
        "account.theme_changed" => "Changed the theme",
        "account.confirmed" => "Confirmed with the password",
        "account.confirmation_failed" => "A wrong password was entered while signed in",
        "account.session_ended" => "Ended a session",
        "account.sessions_ended" => "Ended all other sessions",
        "account.joined" => "Joined a workspace",
        "account.left" => "Left a workspace",
        _ => return None,
    })
}

/// "Firefox on Linux, 203.0.113.7", "Name: Ada Park → Ada P."; often empty.
fn detail(event: &AccountEvent) -> String {
    let text = |side: &Option<Value>, field: &str| {
        let value = side.as_ref().and_then(|side| side.get(field));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    let before = |field| text(&event.before, field);
    match event.action.as_str() {
        "account.session_ended" => {
            let which = [before("device"), before("ip")];
            which.into_iter().flatten().collect::<Vec<_>>().join(", ")
        }
        "account.email_confirmed" | "account.email_change_failed" => {
            text(&event.after, "address").unwrap_or_default()
        }
        "account.sessions_ended" => {
            let ended = event.before.as_ref().and_then(|side| side.get("sessions"));
            ended
                .and_then(Value::as_i64)
                .map(|n| time::counted(n, "session"))
                .unwrap_or_default()
        }
        "account.joined" => text(&event.after, "workspace").unwrap_or_default(),
        "account.left" => before("workspace").unwrap_or_default(),
        _ => ["name", "email", "time_zone", "theme", "mails_about_shares"]
            .into_iter()
            .map(|field| (field, before(field), text(&event.after, field)))
            .filter(|(_, before, after)| before != after)
            .map(|(field, before, after)| {
                let shown = |side: Option<String>| side.unwrap_or_else(|| "none".to_owned());
                let field = capitalized(&field.replace('_', " "));
                format!("{field}: {} → {}", shown(before), shown(after))
            })
            .collect::<Vec<_>>()
            .join(". "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::sources;

    /// The string literals of account events.
    fn recorded(source: &str) -> Vec<String> {
        let literals = source.split("\"account.").skip(1);
        literals
            .filter_map(|rest| rest.split('"').next())
            .map(|name| format!("account.{name}"))
            .collect()
    }

    #[test]
    fn whatever_is_recorded_has_words() {
        let sources = sources::all_but("auth/words.rs");
        let found: Vec<String> = sources.iter().flat_map(|s| recorded(s)).collect();
        let known = "account.sign_in_failed".to_owned();
        assert!(found.contains(&known), "{known} is not among {found:?}");
        for action in found {
            assert!(words(&action).is_some(), "{action} has no words");
        }
    }
}
