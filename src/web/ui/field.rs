//! Form fields and what is said when a form has mistakes.

use super::filters;
use crate::error::FieldError;
use askama::Template;

/// A labelled text input: label, control, error, hint. The input's id is its name, so that the summary can link to it.
///
/// Required is the default; leave the value of a password field empty, also after a mistake.
#[derive(Template, Clone)]
#[template(path = "ui/text_field.html")]
pub struct TextField {
    pub name: &'static str,
    pub label: &'static str,
    /// `text`, `email` or `password`.
    pub kind: &'static str,
    pub value: String,
    /// An HTML autofill token.
    pub autocomplete: &'static str,
    pub hint: &'static str,
    pub error: Option<String>,
    pub max_length: u16,
    pub required: bool,
    pub autofocus: bool,
    /// CSS classes of the input.
    pub class: &'static str,
}
impl askama::filters::HtmlSafe for TextField {}

impl TextField {
    pub fn text(name: &'static str, label: &'static str, value: impl Into<String>) -> Self {
        Self {
            name,
            label,
            kind: "text",
            value: value.into(),
            autocomplete: "off",
            hint: "",
            error: None,
            max_length: 0,
            required: true,
            autofocus: false,
            class: "input",
        }
    }
    pub fn email(name: &'static str, label: &'static str, value: impl Into<String>) -> Self {
        Self {
            kind: "email",
            autocomplete: "username",
            max_length: 254,
            ..Self::text(name, label, value)
        }
    }
    /// `autocomplete` is `current-password` or `new-password`. There is no way to give it a value.
    pub fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self {
            kind: "password",
            autocomplete,
            ..Self::text(name, label, "")
        }
    }
    /// There is a hint or an error beside the input.
    pub fn is_described(&self) -> bool {
        self.error.is_some() || !self.hint.is_empty()
    }
    pub fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self {
            autocomplete,
            ..self
        }
    }
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
    pub fn error(self, error: Option<String>) -> Self {
        Self { error, ..self }
    }
    /// In characters; 0 means no limit in the browser.
    pub fn max_length(self, max_length: u16) -> Self {
        Self { max_length, ..self }
    }
    pub fn autofocus(self) -> Self {
        Self {
            autofocus: true,
            ..self
        }
    }
    /// The tall input of the sign-in and set-up pages.
    pub fn large(self) -> Self {
        Self {
            class: "input lg",
            ..self
        }
    }
}

/// What has to be fixed, at the top of the form, with a link to each field: a field's name is the id of its control.
/// Takes the focus when the page loads.
#[derive(Template)]
#[template(path = "ui/error_summary.html")]
pub struct ErrorSummary {
    pub title: String,
    pub items: Vec<FieldError>,
}
impl askama::filters::HtmlSafe for ErrorSummary {}

impl ErrorSummary {
    /// None where nothing is wrong.
    pub fn of(mistakes: &[FieldError]) -> Option<Self> {
        let title = match mistakes.len() {
            0 => return None,
            1 => "One thing needs fixing".to_owned(),
            2 => "Two things need fixing".to_owned(),
            3 => "Three things need fixing".to_owned(),
            n => format!("{n} things need fixing"),
        };
        Some(Self {
            title,
            items: mistakes.to_vec(),
        })
    }

    /// For a form in which one field can be wrong.
    pub fn of_one(field: &'static str, mistake: Option<&String>) -> Option<Self> {
        let mistake = mistake.map(|message| FieldError::new(field, message));
        Self::of(mistake.as_slice())
    }
}
