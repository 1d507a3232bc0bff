//! Which entries are wanted.

use chrono::{DateTime, Utc};

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

/// Has a text the form of an action?
pub fn is_action(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    text.split_once('.')
        .is_some_and(|(noun, done)| is_word(noun) && is_word(done))
}
