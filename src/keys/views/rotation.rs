//! *Rotate key*, and a key while it has two values.

use super::{DateField, ExpiryChoice, KeyList};
use crate::web::{
    filters,
    ui::{Csrf, ErrorSummary, Fact, KeyTag, Shell, When},
};
use askama::Template;

/// *Rotate key*, over the list. Posts `csrf newest next grace expiry expires_on`.
#[derive(Template)]
#[template(path = "keys/rotate.html")]
pub struct RotatePage {
    pub shell: Shell,
    pub list: KeyList,
    pub action: String,
    pub cancel: String,
    pub next: String,
    /// The newest secret that the form knows of: it rotates the key once.
    pub newest: i32,
    pub label: String,
    pub tag: KeyTag,
    pub last_used: Fact,
    /// "487 in 24 hours, 2,465 in 7 days".
    pub requests: String,
    pub is_publishable: bool,
    /// The key does not answer, and will not because it is rotated.
    pub is_deactivated: bool,
    pub graces: Vec<GraceChoice>,
    pub grace_error: Option<String>,
    /// True unless an error summary takes the focus.
    pub autofocus: bool,
    /// "It has expired, so choose a new date."; mostly empty.
    pub why_date: String,
    pub form: ExpiryFields,
    pub summary: Option<ErrorSummary>,
}

/// How long the old value keeps working.
pub struct GraceChoice {
    /// In seconds.
    pub value: String,
    pub text: &'static str,
    /// "until 21 Nov 2026, 09:42 UTC".
    pub until: String,
    pub chosen: bool,
}

/// The part of a form that asks for an expiry.
pub struct ExpiryFields {
    pub expiries: Vec<ExpiryChoice>,
    pub expiry_error: Option<String>,
    pub date: DateField,
}

/// On a card and on the key's page, while both values work. Posts `csrf next`.
#[derive(Template)]
#[template(path = "keys/rotating.html")]
pub struct Rotating {
    pub csrf: Csrf,
    pub id: String,
    pub label: String,
    /// Path and query to come back to.
    pub back: String,
    /// When the old value stops.
    pub until: When,
    /// When it was last used, as far as is known.
    pub last_used: Option<When>,
    /// Where the key's page says who uses it; empty on that page.
    pub progress: String,
    /// None: only the owner of the key ends it.
    pub ends: Option<Ends>,
}

impl askama::filters::HtmlSafe for Rotating {}

/// Before the old value stops by itself.
pub struct Ends {
    pub finish: Ending,
    /// None where the key changed hands with its new value.
    pub undo: Option<Ending>,
}

/// A way to end a rotation: asked first where the value that stops is in use.
pub struct Ending {
    pub action: String,
    pub asks: bool,
}

/// *Finish rotation* or *Undo rotation*, asked over the list. Posts `csrf next sure`.
#[derive(Template)]
#[template(path = "keys/rotation_end.html")]
pub struct RotationEndPage {
    pub shell: Shell,
    pub list: KeyList,
    pub action: String,
    pub cancel: String,
    pub next: String,
    pub label: String,
    pub tag: KeyTag,
    /// "Finish rotation": the title asks it, the button says it.
    pub verb: &'static str,
    /// What happens then.
    pub text: &'static str,
    /// "old" or "new".
    pub stops: &'static str,
    pub last_used: Fact,
    /// It was used within the hour.
    pub in_use: bool,
}

/// Both values side by side, on the key's page.
pub struct RotationSection {
    pub note: Rotating,
    pub sides: [Side; 2],
    /// Who uses the old value.
    pub callers: Vec<OldCaller>,
}

/// One of the two values.
pub struct Side {
    /// "old" or "new".
    pub which: &'static str,
    /// "Old value".
    pub title: &'static str,
    pub made: When,
    pub tag: KeyTag,
    /// What it is, of a publishable key.
    pub shown: Option<String>,
    /// Something called with it in the last hour.
    pub in_use: bool,
    /// Of the last 12 hours, and of 24.
    pub half_day: String,
    pub day: String,
    /// What the picture says.
    pub said: String,
    /// One bar an hour, the newest last.
    pub bars: Vec<HourBar>,
    pub last_used: Fact,
}

/// In a picture of 240 by 56.
pub struct HourBar {
    pub x: i64,
    pub y: i64,
    pub height: i64,
    /// `a` of the new value, `b` of the old one, `z`: no call.
    pub class: &'static str,
}

/// An address and a program that call with the old value.
pub struct OldCaller {
    /// "203.0.113.24", or "Other addresses".
    pub from: String,
    pub client: String,
    pub last_call: When,
    /// Of 28 days.
    pub calls: String,
}
