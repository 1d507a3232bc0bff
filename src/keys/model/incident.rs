//! What is done about a key that was revoked as compromised, step by step.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

use super::{Key, Reason};
use crate::{
    ids::{KeyId, MemberId},
    schema::{key_incident_ticks, key_incidents},
    web::text,
};

/// How many letters each of the texts takes.
pub const LONGEST_NOTE: usize = 4_000;

/// What somebody says is done. Before them the key is revoked, after them the incident is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    Replace,
    Update,
    Review,
    Contact,
}

impl Step {
    pub const ALL: [Self; 4] = [Self::Replace, Self::Update, Self::Review, Self::Contact];

    /// All steps there are, with the first and the last.
    pub const NUMBER: usize = Self::ALL.len() + 2;

    pub fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Update => "update",
            Self::Review => "review",
            Self::Contact => "contact",
        }
    }

    /// What it is called in the log.
    pub fn spoken(self) -> &'static str {
        match self {
            Self::Replace => "replacement",
            Self::Update => "applications",
            Self::Review => "review",
            Self::Contact => "contact",
        }
    }
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = key_incidents, check_for_backend(diesel::pg::Pg))]
pub struct Incident {
    pub opened_at: DateTime<Utc>,
    pub opened_by_member_id: Option<MemberId>,
    pub replacement_key_id: Option<KeyId>,
    pub cause: String,
    pub effect: String,
    pub told: String,
    pub closed_at: Option<DateTime<Utc>>,
    /// All of it, once it is closed.
    pub record: Option<Value>,
}

impl Incident {
    /// As it begins. None: the key was not revoked as compromised.
    pub fn of(key: &Key) -> Option<Self> {
        let is_compromised = key.revoked_for == Some(Reason::Compromised);
        let opened_at = key.revoked_at.filter(|_| is_compromised)?;
        Some(Self {
            opened_at,
            opened_by_member_id: key.updated_by_member_id,
            replacement_key_id: None,
            cause: String::new(),
            effect: String::new(),
            told: String::new(),
            closed_at: None,
            record: None,
        })
    }
}

/// Something that somebody has ticked: a step, or a place that has the new key.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = key_incident_ticks, check_for_backend(diesel::pg::Pg))]
pub struct Tick {
    step: String,
    place: String,
    pub done_at: DateTime<Utc>,
    pub done_by_member_id: MemberId,
}

#[derive(Debug, Clone, Default)]
pub struct Ticks(pub Vec<Tick>);

impl Ticks {
    /// Who has done a step, and when.
    pub fn of(&self, step: Step) -> Option<&Tick> {
        let mut all = self.0.iter();
        all.find(|tick| tick.step == step.name() && tick.place.is_empty())
    }

    pub fn has_place(&self, name: &str) -> bool {
        self.places().any(|place| place == name)
    }

    pub fn places(&self) -> impl Iterator<Item = &str> {
        let places = self.0.iter().map(|tick| tick.place.as_str());
        places.filter(|place| !place.is_empty())
    }

    /// Of all steps, of a key that is revoked and an incident that is open.
    pub fn number_done(&self) -> usize {
        let done = Step::ALL.iter().filter(|step| self.of(**step).is_some());
        1 + done.count()
    }
}

/// A text of several lines as somebody types it: trimmed, its lines as [`text::line`] has them, and empty ones between.
///
/// # Errors
/// A sentence to the reader.
pub fn note(typed: &str, what: &str) -> Result<String, String> {
    let typed = typed.trim().replace("\r\n", "\n");
    if typed.chars().count() > LONGEST_NOTE {
        return Err(format!("Enter {what} of at most 4,000 characters"));
    }
    let lines = typed.lines().map(|line| match line.trim() {
        "" => Ok(String::new()),
        line => text::line(&line.replace('\t', " "), what, LONGEST_NOTE),
    });
    Ok(lines.collect::<Result<Vec<String>, String>>()?.join("\n"))
}

/// A text as it was when the form was made, and as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    pub was: String,
    pub to: String,
}

impl Draft {
    /// Onto what is there now. None: somebody else has changed it meanwhile, and otherwise.
    pub fn onto<'a>(&'a self, now: &'a str) -> Option<&'a str> {
        match (self.to == self.was, now == self.was || now == self.to) {
            (true, _) => Some(now),
            (false, true) => Some(&self.to),
            (false, false) => None,
        }
    }
}

/// The texts that one form has; the others stay.
#[derive(Debug, Clone, Default)]
pub struct Drafts {
    pub cause: Option<Draft>,
    pub effect: Option<Draft>,
    pub told: Option<Draft>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_lines_and_nothing_treacherous() {
        let taken = |typed: &str| note(typed, "what happened");
        assert_eq!(taken(" a \r\n\r\n b\tc \n"), Ok("a\n\nb c".to_owned()));
        assert_eq!(taken(" \r\n "), Ok(String::new()));
        let key = "skey_7Kq2mXw0B1aZ0123456789ABCDEFGHIJKLMNOPQRSTUV4SqRgW";
        for wrong in ["a\u{202E}b", "a\n\u{1b}[2J", &format!("it was\n{key}")] {
            assert!(taken(wrong).is_err(), "{wrong:?}");
        }
        assert!(taken(&"ä".repeat(4_000)).is_ok());
        assert!(taken(&"ä".repeat(4_001)).is_err());
        let lines = "ä\n".repeat(2_001);
        assert!(taken(&lines).is_err(), "4,001 with the ends of the lines");
    }

    #[test]
    fn a_draft_takes_nobody_elses_words_away() {
        let draft = |was: &str, to: &str| Draft {
            was: was.to_owned(),
            to: to.to_owned(),
        };
        assert_eq!(draft("a", "b").onto("a"), Some("b"));
        assert_eq!(draft("a", "a").onto("c"), Some("c"), "untouched");
        assert_eq!(draft("a", "b").onto("b"), Some("b"), "the same twice");
        assert_eq!(draft("a", "b").onto("c"), None);
    }
}
