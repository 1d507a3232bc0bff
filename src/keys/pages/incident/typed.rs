//! The texts that were typed, and what is wrong with them.

use serde::Deserialize;

use crate::{
    error::FieldError,
    keys::{
        model::{Draft, Drafts, note},
        views::NoteField,
    },
};

/// Those texts that the form has, each with what it was when the form was made.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotesForm {
    cause: Option<String>,
    #[serde(default)]
    was_cause: String,
    effect: Option<String>,
    #[serde(default)]
    was_effect: String,
    told: Option<String>,
    #[serde(default)]
    was_told: String,
}

/// A form as it is shown again.
#[derive(Default)]
pub struct Shown {
    form: NotesForm,
    pub mistakes: Vec<FieldError>,
    /// Somebody else has written something else meanwhile.
    pub is_clash: bool,
}

impl NotesForm {
    /// # Errors
    /// Every mistake, under the fields of the form.
    pub fn drafts(&self) -> Result<Drafts, Vec<FieldError>> {
        let mut mistakes = Vec::new();
        let mut draft = |field: &'static str, what: &str, to: &Option<String>, was: &str| {
            let to = note(to.as_deref()?, what);
            let was = plain(was);
            to.map(|to| Draft { was, to })
                .map_err(|why| mistakes.push(FieldError::new(field, why)))
                .ok()
        };
        let drafts = Drafts {
            cause: draft("cause", "how it got out", &self.cause, &self.was_cause),
            effect: draft(
                "effect",
                "what was affected",
                &self.effect,
                &self.was_effect,
            ),
            told: draft("told", "who was told", &self.told, &self.was_told),
        };
        match mistakes.is_empty() {
            true => Ok(drafts),
            false => Err(mistakes),
        }
    }

    pub fn with(self, mistakes: Vec<FieldError>) -> Shown {
        Shown {
            form: self,
            mistakes,
            is_clash: false,
        }
    }

    pub fn clashing(self) -> Shown {
        Shown {
            form: self,
            mistakes: Vec::new(),
            is_clash: true,
        }
    }
}

/// As it was served: forms send other ends of lines.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
}

impl Shown {
    /// `is`: what is kept of it now.
    pub fn field(&self, name: &'static str, is: &str) -> NoteField {
        let form = &self.form;
        let (label, hint, typed, was) = match name {
            "cause" => (
                "How did it get out",
                "For example: committed to a public repository on 13 Nov. Up to 4,000 characters, never a key.",
                &form.cause,
                &form.was_cause,
            ),
            "effect" => (
                "What was affected",
                "What was read or changed, for how long, and what that means. Up to 4,000 characters.",
                &form.effect,
                &form.was_effect,
            ),
            _ => (
                "Who was told",
                "Names and times. Saving it marks this step as done.",
                &form.told,
                &form.was_told,
            ),
        };
        let (was, is) = (plain(was), is.to_owned());
        // What is only looked at shows what is kept now; after a clash, the next *Save* is about that too.
        let (value, was, theirs) = match typed.as_deref().map(plain) {
            None => (is.clone(), is, None),
            Some(typed) if !self.is_clash => (typed, was, None),
            Some(typed) if typed == was => (is.clone(), is, None),
            Some(typed) => {
                let theirs = (was != is && typed != is).then(|| is.clone());
                (typed, is, theirs)
            }
        };
        NoteField {
            name,
            label,
            hint,
            value,
            was,
            theirs,
            error: FieldError::of(&self.mistakes, name),
        }
    }
}
