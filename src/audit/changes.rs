//! What an entry says of before and after, field by field.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::views::Change;
use crate::{
    permissions::Permission,
    web::{
        size,
        text::capitalized,
        time::{Zone, counted, grouped},
        ui::last_moment,
    },
};

/// Every field that either side has. What is null is not there, nor the id of somebody who is named beside it.
pub fn changes(before: Option<&Value>, after: Option<&Value>, zone: Zone) -> Vec<Change> {
    let side = |value: Option<&Value>| {
        value
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(field, value)| !value.is_null() && *field != "owner_id")
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect::<Map<_, _>>()
    };
    let (before, after) = (side(before), side(after));
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    fields
        .into_iter()
        .map(|field| {
            let before = said(field, before.get(field), zone);
            let after = said(field, after.get(field), zone);
            Change {
                field: spoken(field),
                differs: before != after,
                before,
                after,
            }
        })
        .collect()
}

/// `expires_at` as "Expires at".
fn spoken(field: &str) -> String {
    let words = match field {
        "revoked_for" => "reason".to_owned(),
        "kind" => "type".to_owned(),
        "grace_seconds" => "old value works for".to_owned(),
        "sha256" => "checksum".to_owned(),
        "file_limit" => "size of a file".to_owned(),
        "total_limit" => "size of all files".to_owned(),
        "slug" => "address".to_owned(),
        "default_key_lifetime_days" => "default lifetime".to_owned(),
        "max_key_lifetime_days" => "maximum lifetime".to_owned(),
        "personal_keys" => "members may make personal keys".to_owned(),
        "unused_key_days" => "unused keys".to_owned(),
        "allowed_ips" => "allowed addresses".to_owned(),
        "rate_limit_per_minute" => "rate limit".to_owned(),
        "default_rate_limit_per_minute" => "default rate limit".to_owned(),
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
            ("kind", _) if text == "publishable" => "Publishable key".to_owned(),
            ("revoked_for", _) if text == "unneeded" => "No longer needed".to_owned(),
            ("revoked_for", _) if text == "compromised" => "May be compromised".to_owned(),
            _ => text.clone(),
        },
        Some(Value::Bool(true)) => "Yes".to_owned(),
        Some(Value::Bool(false)) => "No".to_owned(),
        // Of a key; the workspace's have none.
        Some(Value::Object(_)) if field == "owner" => "A member: a personal key".to_owned(),
        Some(Value::Array(items)) => items.iter().map(one).collect::<Vec<_>>().join(", "),
        Some(Value::Number(n)) if field.ends_with("_days") => {
            counted(n.as_i64().unwrap_or_default(), "day")
        }
        Some(Value::Number(n)) if ["file_limit", "total_limit"].contains(&field) => {
            size(n.as_i64().unwrap_or_default())
        }
        Some(Value::Number(n)) if field.ends_with("_seconds") => {
            seconds(n.as_i64().unwrap_or_default())
        }
        Some(Value::Number(n)) if field.ends_with("_per_minute") => {
            format!("{} a minute", grouped(n.as_i64().unwrap_or_default()))
        }
        Some(other) => other.to_string(),
    }
}

/// "15 minutes": in the largest unit that says it exactly, but of a day in hours.
fn seconds(n: i64) -> String {
    match n {
        0 => "Not any more".to_owned(),
        n if n % 86_400 == 0 && n > 86_400 => counted(n / 86_400, "day"),
        n if n % 3_600 == 0 => counted(n / 3_600, "hour"),
        n if n % 60 == 0 => counted(n / 60, "minute"),
        n => counted(n, "second"),
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
    use serde_json::json;

    use super::*;

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
    fn a_time_is_said_in_the_unit_that_fits() {
        let said = |n: i64| said("grace_seconds", Some(&json!(n)), Zone::UTC);
        for (n, words) in [
            (0, "Not any more"),
            (90, "90 seconds"),
            (900, "15 minutes"),
            (3_600, "1 hour"),
            (86_400, "24 hours"),
            (604_800, "7 days"),
        ] {
            assert_eq!(said(n), words);
        }
        assert_eq!(spoken("grace_seconds"), "Old value works for");
    }

    #[test]
    fn what_differs_is_told_in_words() {
        let before = json!({"label": "ci", "owner_id": "1", "permissions": ["FILE_UPLOAD"], "expires_at": null});
        let after = json!({"label": "ci", "note": null, "permissions": ["FILE_UPLOAD", "DIR_CREATE"], "expires_at": "2026-11-20T09:31:07Z"});
        let told: Vec<(String, String, String)> = changes(Some(&before), Some(&after), Zone::UTC)
            .into_iter()
            .filter(|change| change.differs)
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
