//! How an API key looks wherever it is named.

use super::{When, filters};
use askama::Template;

/// The mask of a key: prefix, public id, and never a character of a secret; or the value of a publishable key.
#[derive(Template, Clone)]
#[template(path = "ui/key_tag.html")]
pub struct KeyTag {
    pub id: String,
    pub class: &'static str,
    is_publishable: bool,
    /// What follows the id; none: it is a mask.
    rest: Option<String>,
}
impl askama::filters::HtmlSafe for KeyTag {}

impl KeyTag {
    /// A key that answers.
    pub fn live(id: &str) -> Self {
        Self::of(id, "ktag")
    }
    /// A deactivated key: grey.
    pub fn off(id: &str) -> Self {
        Self::of(id, "ktag dead")
    }
    /// An expired or revoked key: grey and struck through.
    pub fn dead(id: &str) -> Self {
        Self::of(id, "ktag dead cut")
    }
    /// Inside a table or a list of facts, whatever the key's state is now.
    pub fn small(id: &str) -> Self {
        Self::of(id, "ktag sm")
    }
    /// The same of one that opens nothing for now.
    pub fn small_off(id: &str) -> Self {
        Self::of(id, "ktag dead sm")
    }
    /// The same of one that opens nothing any more.
    pub fn small_dead(id: &str) -> Self {
        Self::of(id, "ktag dead cut sm")
    }
    #[must_use]
    pub fn publishable(self, is_publishable: bool) -> Self {
        Self {
            is_publishable,
            ..self
        }
    }
    /// With the whole value of a publishable key, where it is known.
    #[must_use]
    pub fn whole(self, value: Option<&str>) -> Self {
        let rest = value.and_then(|value| value.split_once(self.id.as_str()));
        Self {
            rest: rest.map(|(_, rest)| rest.to_owned()),
            ..self
        }
    }
    fn of(id: &str, class: &'static str) -> Self {
        Self {
            id: id.to_owned(),
            class,
            is_publishable: false,
            rest: None,
        }
    }
}

/// A state as shape and word, never as colour alone.
#[derive(Template, Clone, Copy)]
#[template(path = "ui/status.html")]
pub struct Status {
    pub class: &'static str,
    pub icon: &'static str,
    pub text: &'static str,
}
impl askama::filters::HtmlSafe for Status {}

impl Status {
    pub const ACTIVE: Self = Self::of("active", "dot", "Active");
    pub const ROTATING: Self = Self::of("rotating", "rotate", "Rotating");
    pub const DEACTIVATED: Self = Self::of("off", "ring", "Deactivated");
    pub const EXPIRED: Self = Self::of("expired", "lapse", "Expired");
    pub const REVOKED: Self = Self::of("revoked", "ban", "Revoked");
    pub const SUSPENDED: Self = Self::of("off", "pause", "Suspended");
    pub const REMOVED: Self = Self::of("off", "out", "Removed");
    pub const LEFT: Self = Self::of("off", "out", "Left");

    const fn of(class: &'static str, icon: &'static str, text: &'static str) -> Self {
        Self { class, icon, text }
    }
}

/// One entry of a card's list of facts: a term, a time or some words, and a quieter second line.
#[derive(Template, Default)]
#[template(path = "ui/fact.html")]
pub struct Fact {
    pub term: &'static str,
    /// Shown instead of `text` where there is one.
    pub when: Option<When>,
    pub text: String,
    /// Second line: "by Ada Park", "from 203.0.113.24". May be empty.
    pub note: String,
    /// Empty, `warn` or `bad`.
    pub tone: &'static str,
    /// In the second line.
    pub spark: Option<Spark>,
}

impl askama::filters::HtmlSafe for Fact {}

impl Fact {
    pub fn at(term: &'static str, when: When) -> Self {
        Self {
            term,
            when: Some(when),
            ..Self::default()
        }
    }
    pub fn text(term: &'static str, text: impl Into<String>) -> Self {
        Self {
            term,
            text: text.into(),
            ..Self::default()
        }
    }
    pub fn note(self, note: impl Into<String>) -> Self {
        Self {
            note: note.into(),
            ..self
        }
    }
    pub fn tone(self, tone: &'static str) -> Self {
        Self { tone, ..self }
    }
    pub fn spark(self, spark: Option<Spark>) -> Self {
        Self { spark, ..self }
    }
}

/// Figures of 28 days as columns, small enough to stand in a line of text. One path of whole numbers: a list has fifty
/// of them.
#[derive(Template)]
#[template(path = "ui/spark.html")]
pub struct Spark {
    /// What the columns say, in words.
    label: String,
    /// From left to right: how far below the top each column begins, and how wide it is.
    columns: Vec<(i64, i64)>,
}

impl askama::filters::HtmlSafe for Spark {}

impl Spark {
    /// How high the highest column is; a day with anything at all has at least a column of one.
    const HEIGHT: i64 = 9;
    const WIDTH: i64 = 3;

    /// None where there is nothing to see.
    pub fn of(days: &[i64], label: String) -> Option<Self> {
        let most = days.iter().copied().max().filter(|most| *most > 0)?;
        let mut columns: Vec<(i64, i64)> = Vec::new();
        for n in days {
            let share = (*n as f64 / most as f64 * Self::HEIGHT as f64).ceil();
            let top = Self::HEIGHT - (share as i64).clamp(0, Self::HEIGHT);
            match columns.last_mut() {
                Some((same, width)) if *same == top => *width += Self::WIDTH,
                _ => columns.push((top, Self::WIDTH)),
            }
        }
        Some(Self { label, columns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spark_is_one_path_of_whole_numbers() {
        let spark = Spark::of(&[0, 1, 2, 500, 1_000], "1,503 requests".to_owned());
        let html = spark.expect("something to see").to_string();
        assert!(html.contains(r#"aria-label="1,503 requests""#), "{html}");
        assert!(
            html.contains(r#"<path d="M0 9V9h3V8h6V4h3V0h3V9"/>"#),
            "{html}"
        );
        assert!(Spark::of(&[0; 28], String::new()).is_none());
    }
}
