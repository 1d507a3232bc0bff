use crate::{
    error::{Error, Result},
    library::Subject,
    people::Email,
};

/// Somebody or something that was picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    Known(Subject),
    /// Somebody new, by their address in small letters.
    Email(String),
}

impl Pick {
    /// `member:ID`, `group:ID`, `api_key:ID`, or `email:ADDRESS`.
    ///
    /// # Errors
    /// `NotFound`: it is nothing of the kind.
    pub fn parse(text: &str) -> Result<Self> {
        let (kind, id) = text.split_once(':').ok_or(Error::NotFound)?;
        if kind == "email" {
            let email = Email::parse(id).map_err(|_| Error::NotFound)?;
            return Ok(Self::Email(email.as_str().to_lowercase()));
        }
        Subject::parse(kind, id).map(Self::Known)
    }

    /// Each once, in their order.
    ///
    /// # Errors
    /// `NotFound`: one of them is nothing of the kind.
    pub fn parse_all(texts: &[String]) -> Result<Vec<Self>> {
        let mut picks = Vec::new();
        for text in texts {
            let pick = Self::parse(text)?;
            if !picks.contains(&pick) {
                picks.push(pick);
            }
        }
        Ok(picks)
    }

    /// As [`Pick::parse`] reads it.
    pub fn value(&self) -> String {
        match self {
            Self::Known(subject) => value(*subject),
            Self::Email(email) => format!("email:{email}"),
        }
    }
}

pub fn value(subject: Subject) -> String {
    format!("{}:{}", subject.kind(), subject.id())
}
