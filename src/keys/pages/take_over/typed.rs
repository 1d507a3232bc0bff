//! What was chosen in the dialog.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    error::{Error, FieldError},
    ids::FolderId,
    keys::{
        model::{Key, Rotation},
        pages::{
            back::Next,
            rotate::{RotateForm, RotateQuery, keep},
        },
    },
    web::text,
    workspaces::KeyLifetimes,
};

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeOverForm {
    /// None: the key keeps its own.
    pub label: Option<String>,
    pub newest: i32,
    #[serde(default)]
    grace: String,
    #[serde(default = "keep")]
    expiry: String,
    #[serde(default)]
    expires_on: String,
    /// Folders that are shared with it.
    #[serde(default)]
    pub share: Vec<String>,
    #[serde(default)]
    pub next: Next,
}

impl TakeOverForm {
    /// As the dialog is opened.
    pub fn of(
        key: &Key,
        (label, newest): (String, i32),
        next: Next,
        at: (KeyLifetimes, DateTime<Utc>),
    ) -> Self {
        let rotate = RotateQuery::default().form(key, newest, at);
        Self {
            label: Some(label),
            newest,
            grace: rotate.grace,
            expiry: rotate.expiry,
            expires_on: rotate.expires_on,
            share: Vec::new(),
            next,
        }
    }

    /// # Errors
    /// `NotFound`: something else than the id of a folder.
    pub fn folders(&self) -> Result<BTreeSet<FolderId>, Error> {
        let ids = self.share.iter();
        ids.map(|id| id.parse().map_err(|_| Error::NotFound))
            .collect()
    }

    /// The part that is a rotation.
    pub fn rotation(&self) -> RotateForm {
        RotateForm {
            newest: self.newest,
            grace: self.grace.clone(),
            expiry: self.expiry.clone(),
            expires_on: self.expires_on.clone(),
            next: self.next.clone(),
        }
    }

    /// # Errors
    /// Every mistake, under the fields of the form.
    pub fn check(&self) -> Result<(Option<String>, Rotation), Vec<FieldError>> {
        let label = self.label.as_deref();
        let label = label.map(|label| text::line(label, "a label", 80));
        match (label.transpose(), self.rotation().check()) {
            (Ok(label), Ok(rotation)) => Ok((label, rotation)),
            (label, rotation) => {
                let label = label.err().map(|why| FieldError::new("label", why));
                let rotation = rotation.err().unwrap_or_default();
                Err(label.into_iter().chain(rotation).collect())
            }
        }
    }
}
