//! A dialog that is shown once more, and what was changed meanwhile, in words.

use serde::de::DeserializeOwned;

use crate::{
    error::{Error, FieldError, Result},
    library::views::Meanwhile,
    web::back::Next,
};

/// What a dialog shows.
pub enum Shown<F> {
    /// What is there.
    First(Next),
    /// What was typed, with what is wrong about it.
    Mistaken(F, Vec<FieldError>),
    /// What was typed over what somebody else has changed otherwise.
    Clashing(F),
}

/// What a form was made with, as it came back. None: it does not say.
///
/// # Errors
/// `Unreadable`: somebody else than the form has filled it in.
pub fn made_with<T: DeserializeOwned>(was: &str) -> Result<Option<T>> {
    if was.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(was)
        .map(Some)
        .map_err(|_| Error::Unreadable("A field was changed by somebody else than its form."))
}

/// What a text is now, and what saving again makes of it.
pub fn meanwhile(what: &str, now: Option<&str>, typed: Option<&str>) -> Meanwhile {
    let there = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Meanwhile {
        said: match there(now) {
            Some(now) => format!("{what} is “{now}” now."),
            None => format!("{what} is taken away."),
        },
        outcome: match there(typed) {
            Some(typed) => format!("Saving again changes it to “{typed}”."),
            None => "Saving again takes it away.".to_owned(),
        },
    }
}
