//! An entry as a sentence.

use serde_json::Value;

use super::{
    model::Event,
    views::{Change, Entry},
};
use crate::{
    permissions::Permission,
    web::{
        client::program,
        time,
        ui::{Avatar, KeyTag},
    },
};

impl From<Event> for Entry {
    fn from(event: Event) -> Self {
        let is_key = event.subject_kind == "key";
        let is_self = event.action == "member.signed_in";
        Self {
            when: time::clock_time(event.at),
            avatar: match event.actor_kind.as_str() {
                "member" => Avatar::person(&event.actor_label),
                "key" => Avatar::key(),
                _ => Avatar::system(),
            },
            verb: verb(&event.action),
            rest: rest(&event).to_owned(),
            changes: changes(event.before.as_ref(), event.after.as_ref()),
            tag: is_key.then(|| KeyTag::small(&event.subject_id)),
            subject: if is_self {
                String::new()
            } else {
                event.subject_label
            },
            who: event.actor_label,
            refused: event.refused,
            ip: event.ip.unwrap_or_default(),
            agent: event.user_agent.as_deref().map(program).unwrap_or_default(),
        }
    }
}

fn verb(action: &str) -> &'static str {
    match action {
        "key.created" => "generated key",
        "key.deactivated" => "deactivated key",
        "key.activated" => "activated key",
        "key.revoked" => "revoked key",
        "key.restored" => "restored key",
        "workspace.created" => "created workspace",
        "workspace.renamed" => "renamed the workspace to",
        "member.added" => "added",
        "member.signed_in" => "signed in",
        "request.refused" => "was refused",
        _ => "changed",
    }
}

fn rest(event: &Event) -> &'static str {
    match event.action.as_str() {
        "key.revoked"
            if event.after.as_ref().and_then(|v| v.get("revoked_for"))
                == Some(&"compromised".into()) =>
        {
            "as compromised"
        }
        "member.added" => "as owner",
        _ => "",
    }
}

/// What differs between the two sides, field by field.
fn changes(before: Option<&Value>, after: Option<&Value>) -> Vec<Change> {
    let side = |value: Option<&Value>| {
        value
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let (before, after) = (side(before), side(after));
    let mut fields: Vec<&String> = before.keys().chain(after.keys()).collect();
    fields.sort();
    fields.dedup();
    fields
        .into_iter()
        .filter(|field| before.get(*field) != after.get(*field))
        .map(|field| Change {
            field: spoken(field),
            before: said(before.get(field)),
            after: said(after.get(field)),
        })
        .collect()
}

/// `expires_at` as "Expires at".
fn spoken(field: &str) -> String {
    let words = field.replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn said(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => match chrono::DateTime::parse_from_rfc3339(text) {
            Ok(at) => at.to_utc().format("%-d %b %Y, %H:%M:%S UTC").to_string(),
            Err(_) => text.clone(),
        },
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| {
                let code = item.as_str().unwrap_or_default();
                code.parse::<Permission>()
                    .map_or_else(|_| code.to_owned(), |p| p.describe().name.to_owned())
            })
            .collect::<Vec<_>>()
            .join(", "),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_told_in_words() {
        let before = json!({"label": "ci", "permissions": ["FILE_UPLOAD"], "expires_at": null});
        let after = json!({"label": "ci", "permissions": ["FILE_UPLOAD", "DIR_CREATE"], "expires_at": "2026-11-20T09:31:07Z"});
        let told: Vec<(String, String, String)> = changes(Some(&before), Some(&after))
            .into_iter()
            .map(|c| (c.field, c.before, c.after))
            .collect();
        let own = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(
            told,
            [
                own("Expires at", "", "20 Nov 2026, 09:31:07 UTC"),
                own(
                    "Permissions",
                    "Upload files",
                    "Upload files, Create folders"
                ),
            ]
        );
    }
}
