//! An entry as a sentence.

use super::{
    changes::changes,
    model::Event,
    places::Places,
    verbs::VERBS,
    views::{ActionChoice, ActionGroup, Entry},
};
use crate::web::{
    client::program,
    text::capitalized,
    time::Zone,
    ui::{Avatar, KeyTag},
};

impl Entry {
    /// Without what it tells of the place it came from.
    pub fn without_place(self) -> Self {
        Self {
            ip: String::new(),
            agent: String::new(),
            ..self
        }
    }

    pub fn of(event: Event, zone: Zone, places: &Places) -> Self {
        let when = zone.clock_time(event.at);
        Self {
            href: places.entry(event.id),
            told: format!("{}, {}", when.text, event.actor_label),
            avatar: avatar(&event),
            verb: told(&event),
            rest: rest(&event).to_owned(),
            changes: changes(event.before.as_ref(), event.after.as_ref(), zone)
                .into_iter()
                .filter(|change| change.differs)
                .collect(),
            tag: tag(&event),
            subject_href: places.page(&event.subject_kind, &event.subject_id),
            subject: object(&event).to_owned(),
            who: event.actor_label,
            refused: event.refused,
            ip: event.ip.unwrap_or_default(),
            agent: event.user_agent.as_deref().map(program).unwrap_or_default(),
            when,
        }
    }
}

pub fn avatar(event: &Event) -> Avatar {
    match event.actor_kind.as_str() {
        "member" => Avatar::person(&event.actor_label),
        "key" => Avatar::key(),
        _ => Avatar::system(),
    }
}

pub fn tag(event: &Event) -> Option<KeyTag> {
    let facts = event.after.as_ref();
    let kind = facts.and_then(|facts| facts.get("kind")?.as_str());
    (event.subject_kind == "key")
        .then(|| KeyTag::small(&event.subject_id).publishable(kind == Some("publishable")))
}

/// "Ada Park revoked key ci as compromised".
pub fn sentence(event: &Event) -> String {
    let verb = told(event);
    [&event.actor_label, &verb, object(event), rest(event)]
        .into_iter()
        .filter(|words| !words.is_empty())
        .collect::<Vec<&str>>()
        .join(" ")
}

/// Who signs in is said once.
fn object(event: &Event) -> &str {
    match event.action.as_str() {
        "member.signed_in" | "member.left" => "",
        _ => &event.subject_label,
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
    let found = VERBS.iter().find(|(known, _)| *known == action);
    found.map(|(_, verb)| *verb)
}

fn rest(event: &Event) -> &'static str {
    let after = |field| event.after.as_ref()?.get(field)?.as_str();
    let has = |field| {
        event
            .after
            .as_ref()
            .is_some_and(|after| after.get(field).is_some())
    };
    match event.action.as_str() {
        "key.revoked" if after("revoked_with").is_some() => {
            "as compromised, with the key that it was made or rotated with"
        }
        "key.revoked" if after("revoked_for") == Some("compromised") => "as compromised",
        "key.created" if has("owner") => "as a personal key",
        "member.role_changed" => match after("role") {
            Some("owner") => "an owner",
            Some("admin") => "an admin",
            Some("member") => "a member",
            _ => "something else",
        },
        "invitation.created" => match after("role") {
            Some("owner") => "as an owner",
            Some("admin") => "as an admin",
            Some("member") => "as a member",
            _ => "",
        },
        "member.added" if event.before.is_some() => "an owner",
        "member.added" => "as owner",
        "audit.exported" if after("format") == Some("csv") => "as CSV",
        "audit.exported" if after("format") == Some("ndjson") => "as NDJSON",
        _ => "",
    }
}

/// An action as a list offers it: "Renamed the workspace".
pub fn name(action: &str) -> String {
    let Some(words) = verb(action) else {
        return action.to_owned();
    };
    let ends = [" to", " of", " about"];
    let bare = ends.iter().find_map(|end| words.strip_suffix(end));
    capitalized(bare.unwrap_or(words))
}

/// Every action there is, by noun. One that this version does not know is offered where it is `chosen`.
pub fn choices(chosen: Option<&str>) -> Vec<ActionGroup> {
    let unknown = chosen.filter(|action| verb(action).is_none());
    let mut groups: Vec<ActionGroup> = Vec::new();
    for action in VERBS.iter().map(|(action, _)| *action).chain(unknown) {
        let title = heading(action.split('.').next().unwrap_or_default());
        if groups.last().is_none_or(|group| group.title != title) {
            groups.push(ActionGroup {
                title,
                actions: Vec::new(),
            });
        }
        if let Some(group) = groups.last_mut() {
            group.actions.push(ActionChoice {
                value: action.to_owned(),
                text: name(action),
                selected: chosen == Some(action),
            });
        }
    }
    groups
}

fn heading(noun: &str) -> String {
    match noun {
        "key" => "API keys".to_owned(),
        "key_run" => "Changes to many keys".to_owned(),
        "incident" => "Incidents".to_owned(),
        "member" => "Members".to_owned(),
        "invitation" => "Invitations".to_owned(),
        "group" => "Groups".to_owned(),
        "notice" => "Notices".to_owned(),
        "request" => "Requests".to_owned(),
        "audit" => "Audit log".to_owned(),
        other => capitalized(&other.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{audit::filter::is_action, web::sources};

    /// The string literals behind `action:` and in the calls of `record`.
    fn recorded(source: &str) -> Vec<String> {
        let behind = |start, end| {
            let calls = source.split(start).skip(1);
            calls
                .filter_map(move |rest| rest.split(end).next())
                .flat_map(|call| call.split('"').skip(1).step_by(2))
                .filter(|literal| is_action(literal))
                .map(str::to_owned)
        };
        behind("action: ", ',')
            .chain(behind("record(", ';'))
            .collect()
    }

    #[test]
    fn whatever_is_recorded_has_words() {
        let sources = sources::all_but("audit/words.rs");
        let found: Vec<String> = sources.iter().flat_map(|s| recorded(s)).collect();
        for known in [
            "key.created",
            "key.revoked",
            "workspace.renamed",
            "workspace.changed",
            "member.signed_in",
            "audit.exported",
        ] {
            assert!(
                found.iter().any(|action| action == known),
                "{known} was not found"
            );
        }
        // Of what happens to accounts the account tells.
        for action in found.iter().filter(|a| !a.starts_with("account")) {
            assert!(verb(action).is_some(), "{action} has no words");
        }
    }

    #[test]
    fn every_action_is_offered_once_under_its_noun() {
        let groups = choices(Some("unheard.of"));
        let mut titles: Vec<&str> = groups.iter().map(|group| group.title.as_str()).collect();
        assert_eq!(titles.last(), Some(&"Unheard"));
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(
            titles.len(),
            groups.len(),
            "a noun stands in two places of VERBS"
        );
        let offered: usize = groups.iter().map(|group| group.actions.len()).sum();
        assert_eq!(offered, VERBS.len() + 1);
        assert_eq!(name("workspace.renamed"), "Renamed the workspace");
        assert_eq!(name("unheard.of"), "unheard.of");
    }
}
