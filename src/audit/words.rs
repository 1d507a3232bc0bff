//! An entry as a sentence.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{
    model::Event,
    views::{Change, Entry},
};
use crate::{
    permissions::Permission,
    web::{
        client::program,
        text::capitalized,
        time::Zone,
        ui::{Avatar, KeyTag, last_moment},
    },
};

impl Entry {
    pub fn of(event: Event, zone: Zone) -> Self {
        let is_key = event.subject_kind == "key";
        let is_self = event.action == "member.signed_in";
        Self {
            when: zone.clock_time(event.at),
            avatar: match event.actor_kind.as_str() {
                "member" => Avatar::person(&event.actor_label),
                "key" => Avatar::key(),
                _ => Avatar::system(),
            },
            verb: told(&event),
            rest: rest(&event).to_owned(),
            changes: changes(event.before.as_ref(), event.after.as_ref(), zone),
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
            user_agent: event.user_agent.unwrap_or_default(),
            request_id: event.request_id.unwrap_or_default(),
        }
    }
}

/// What a newer version recorded has no words here, and must not read as something else.
fn told(event: &Event) -> String {
    match verb(&event.action) {
        Some("added") if event.before.is_some() => "made".to_owned(),
        Some(verb) => verb.to_owned(),
        None => format!("did “{}” to", event.action),
    }
}

fn verb(action: &str) -> Option<&'static str> {
    Some(match action {
        "key.created" => "generated key",
        "key.deactivated" => "deactivated key",
        "key.activated" => "activated key",
        "key.revoked" => "revoked key",
        "key.restored" => "restored key",
        "workspace.created" => "created workspace",
        "workspace.renamed" => "renamed the workspace to",
        "workspace.changed" => "changed settings of",
        "member.added" => "added",
        "member.role_changed" => "made",
        "member.suspended" => "suspended",
        "member.reinstated" => "reinstated",
        "member.removed" => "removed",
        "group.created" => "created group",
        "group.changed" => "changed group",
        "group.permissions_changed" => "changed what the group allows:",
        "group.members_added" => "added people to group",
        "group.members_removed" => "removed people from group",
        "group.deleted" => "deleted group",
        "workspace.default_permissions_changed" => "changed what every member may do in",
        "member.signed_in" => "signed in",
        "request.refused" => "was refused",
        _ => return None,
    })
}

fn rest(event: &Event) -> &'static str {
    let after = |field| event.after.as_ref().and_then(|v| v.get(field)?.as_str());
    match event.action.as_str() {
        "key.revoked" if after("revoked_for") == Some("compromised") => "as compromised",
        "member.role_changed" => match after("role") {
            Some("owner") => "an owner",
            Some("admin") => "an admin",
            Some("member") => "a member",
            _ => "something else",
        },
        "member.added" if event.before.is_some() => "an owner",
        "member.added" => "as owner",
        _ => "",
    }
}

/// What differs between the two sides, field by field. What is null is not there.
fn changes(before: Option<&Value>, after: Option<&Value>, zone: Zone) -> Vec<Change> {
    let side = |value: Option<&Value>| {
        value
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(_, value)| !value.is_null())
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect::<Map<_, _>>()
    };
    let (before, after) = (side(before), side(after));
    let mut fields: Vec<&String> = before.keys().chain(after.keys()).collect();
    fields.sort();
    fields.dedup();
    fields
        .into_iter()
        .map(|field| Change {
            field: spoken(field),
            before: said(field, before.get(field), zone),
            after: said(field, after.get(field), zone),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

/// `expires_at` as "Expires at".
fn spoken(field: &str) -> String {
    let words = match field {
        "revoked_for" => "reason".to_owned(),
        other => other.replace('_', " "),
    };
    capitalized(&words)
}

fn said(field: &str, value: Option<&Value>, zone: Zone) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => match (field, text.parse::<DateTime<Utc>>()) {
            ("expires_at", Ok(end)) if zone.start_of(zone.date_of(end)) == end => {
                format!("End of {}", zone.day(last_moment(end)))
            }
            (_, Ok(at)) if field.ends_with("_at") => zone.to_the_second(at),
            ("revoked_for", _) if text == "unneeded" => "No longer needed".to_owned(),
            ("revoked_for", _) if text == "compromised" => "May be compromised".to_owned(),
            _ => text.clone(),
        },
        Some(Value::Array(items)) => items.iter().map(one).collect::<Vec<_>>().join(", "),
        Some(other) => other.to_string(),
    }
}

/// One of several: the name of a permission, or a thing with what was decided for it.
fn one(item: &Value) -> String {
    let text = |field| item.get(field).and_then(Value::as_str);
    match (item.as_str(), text("label"), text("decision")) {
        (Some(code), _, _) => code
            .parse::<Permission>()
            .map_or_else(|_| code.to_owned(), |p| p.describe().name.to_owned()),
        (None, Some(label), Some(decision)) => format!("{label}: {decision}"),
        _ => item.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use serde_json::json;

    use super::*;

    /// The string literals behind `action:` and in the calls of `record`, in every source file below `folder`.
    fn recorded(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                recorded(&path, found);
            } else if !path.ends_with("audit/words.rs") {
                let source = fs::read_to_string(&path).expect("a source file");
                let behind = |start: &str, end: char| {
                    source
                        .split(start)
                        .skip(1)
                        .filter_map(|rest| rest.split(end).next())
                        .flat_map(|call| call.split('"').skip(1).step_by(2))
                        .filter(|literal| is_action(literal))
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                };
                found.extend(behind("action: ", ','));
                found.extend(behind("record(", ';'));
            }
        }
    }

    fn is_action(literal: &str) -> bool {
        let is_word = |word: &str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        literal
            .split_once('.')
            .is_some_and(|(noun, done)| is_word(noun) && is_word(done))
    }

    #[test]
    fn whatever_is_recorded_has_words() {
        let mut found = Vec::new();
        recorded(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut found,
        );
        for known in [
            "key.created",
            "key.revoked",
            "workspace.renamed",
            "workspace.changed",
            "member.signed_in",
        ] {
            assert!(
                found.iter().any(|action| action == known),
                "{known} was not found"
            );
        }
        for action in found {
            assert!(verb(&action).is_some(), "{action} has no words");
        }
    }

    #[test]
    fn an_end_is_said_as_the_day_it_ends() {
        let said = |field, at: &str| said(field, Some(&json!(at)), Zone::UTC);
        assert_eq!(
            said("expires_at", "2026-11-22T00:00:00Z"),
            "End of 21 Nov 2026"
        );
        assert_eq!(
            said("expires_at", "2026-11-21T09:31:07Z"),
            "21 Nov 2026, 09:31:07 UTC"
        );
        assert_eq!(said("name", "2026-11-22T00:00:00Z"), "2026-11-22T00:00:00Z");
    }

    #[test]
    fn only_what_differs_is_told_in_words() {
        let before = json!({"label": "ci", "permissions": ["FILE_UPLOAD"], "expires_at": null});
        let after = json!({"label": "ci", "note": null, "permissions": ["FILE_UPLOAD", "DIR_CREATE"], "expires_at": "2026-11-20T09:31:07Z"});
        let told: Vec<(String, String, String)> = changes(Some(&before), Some(&after), Zone::UTC)
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
