//! Which entries are wanted.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value};

use crate::ids::{KeyId, MemberId};

/// What is none does not narrow; all that is given holds together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who did it, of now and of before.
    pub person: Option<MemberId>,
    /// What did it, or what it was done to.
    pub key: Option<KeyId>,
    /// `noun.past_participle`; may be one that this version does not know.
    pub action: Option<String>,
    pub from: Option<DateTime<Utc>>,
    /// The first moment that is too late.
    pub to: Option<DateTime<Utc>>,
    pub refused: Option<bool>,
}

impl Filter {
    /// What an entry about an export keeps of it.
    pub fn facts(&self) -> Map<String, Value> {
        let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        let fields = [
            ("person", self.person.map(|id| id.to_string())),
            ("key", self.key.map(|id| id.to_string())),
            ("action", self.action.clone()),
            ("from", self.from.map(moment)),
            ("to", self.to.map(moment)),
            ("refused", self.refused.map(|is| is.to_string())),
        ];
        let given = fields
            .into_iter()
            .filter_map(|(name, said)| Some((name, said?)));
        given
            .map(|(name, said)| (name.to_owned(), said.into()))
            .collect()
    }
}

/// Has a text the form of an action?
pub fn is_action(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    text.split_once('.')
        .is_some_and(|(noun, done)| is_word(noun) && is_word(done))
}
