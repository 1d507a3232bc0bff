//! *Details*: what a file is, and what is said of it, which Editors change here.

use std::collections::BTreeMap;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{OfFile, said::Said};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::FileId,
    library::{
        FolderBehind,
        files::{FileEdit, FileSaid, edit, views::DetailsPage},
        model::Visibility,
        pages::{Shown, back, file_path, folder_path, made_with, meanwhile},
        views::Meanwhile,
    },
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query,
        back::{Back, Next},
        see_other_with,
        ui::{ErrorSummary, Shell},
    },
};

/// What the dialog sends: of texts, each with its name beside it.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Fields {
    pub label: Vec<String>,
    meta_name: Vec<String>,
    meta_text: Vec<String>,
    /// Its tick.
    visibility: Option<Visibility>,
    /// What it was made with.
    pub was: String,
    next: Next,
}

impl Fields {
    pub fn visibility(&self) -> Visibility {
        self.visibility.unwrap_or_default()
    }

    /// What stands in the rows, but for the empty ones.
    pub fn rows(&self) -> Vec<(String, String)> {
        let all = self.texts().map(|(name, text)| (name.to_owned(), text));
        all.filter(|row| *row != Default::default()).collect()
    }

    fn texts(&self) -> impl Iterator<Item = (&str, String)> {
        let texts = self.meta_text.iter().map(|text| text.replace("\r\n", "\n"));
        self.meta_name.iter().map(|name| name.trim()).zip(texts)
    }

    fn made_of(said: FileSaid, was: &FileSaid, next: Next) -> Self {
        let (meta_name, meta_text) = said.texts.into_iter().unzip();
        Self {
            label: said.labels,
            meta_name,
            meta_text,
            visibility: Some(said.visibility),
            was: json!(was.was()).to_string(),
            next,
        }
    }

    /// A row with both fields empty takes away what was there.
    fn edit(&self) -> Result<FileEdit> {
        let mut texts = BTreeMap::new();
        let mistake = |why: &str| Error::Invalid(vec![FieldError::new("texts", why)]);
        for (name, text) in self.rows() {
            if name.is_empty() {
                return Err(mistake("Enter a name beside each text"));
            }
            if texts.insert(name.clone(), text).is_some() {
                return Err(mistake(&format!("Enter {name} once")));
            }
        }
        Ok(FileEdit {
            from: made_with(&self.was)?,
            to: FileSaid {
                labels: self.label.clone(),
                texts,
                visibility: self.visibility(),
            },
        })
    }

    /// The same form, made of the file as it is now: what was typed is kept, what was not touched follows the file.
    fn made_anew(self, now: &FileSaid) -> Result<(Self, Vec<Meanwhile>)> {
        let (said, clashes) = self.edit()?.onto(now);
        let told = clashes.iter().map(|name| {
            let text = |said: &'_ FileSaid| said.texts.get(name).cloned();
            let (is, to) = (text(now), text(&said));
            meanwhile(&format!("Metadata “{name}”"), is.as_deref(), to.as_deref())
        });
        let told = told.collect();
        Ok((Self::made_of(said, now, self.next), told))
    }
}

pub async fn show(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Query(query): Query<Back>,
) -> PageResult {
    page(actor, shell, &db, (of.file, Shown::First(query.next)), now)
        .await?
        .ok()
}

pub async fn change(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Form(fields): Form<Fields>,
) -> PageResult {
    let (changer, id) = (actor.clone(), of.file);
    let done = match fields.edit() {
        Ok(wanted) => {
            db.run(move |conn| edit(conn, &changer, id, &wanted, now))
                .await
        }
        Err(mistake) => Err(mistake),
    };
    match done {
        Ok(Some(file)) => {
            let to = back(&shell, &fields.next, folder_path(&shell, file.folder_id));
            see_other_with(&to, Flash::done(format!("{} is saved.", file.name), ""))
        }
        Ok(None) => page(actor, shell, &db, (id, Shown::Clashing(fields)), now)
            .await?
            .conflict(),
        Err(Error::Invalid(mistakes)) => {
            let shown = Shown::Mistaken(fields, mistakes);
            page(actor, shell, &db, (id, shown), now)
                .await?
                .unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (id, shown): (FileId, Shown<Fields>),
    now: DateTime<Utc>,
) -> Result<Page<DetailsPage>> {
    let viewer = actor.clone();
    let (said, read) = db
        .run(move |conn| {
            let said = Said::of(conn, &viewer, id, now)?;
            let read = FolderBehind::first(conn, &viewer, said.file.folder_id, now)?;
            Ok((said, read))
        })
        .await?;
    let is = said.said();
    let (fields, mistakes, meanwhile) = match shown {
        Shown::First(next) => (Fields::made_of(is.clone(), &is, next), Vec::new(), None),
        Shown::Mistaken(fields, mistakes) => (fields, mistakes, None),
        Shown::Clashing(fields) => {
            let (fields, told) = fields.made_anew(&is)?;
            (fields, Vec::new(), Some(told))
        }
    };
    let mistakes: Vec<FieldError> = mistakes.into_iter().map(told).collect();
    let path = folder_path(&shell, said.file.folder_id);
    let page = file_path(&shell, id);
    Ok(Page(DetailsPage {
        folder: read.view(&actor, &shell, now),
        file: said.view(&shell, &fields, now),
        content: format!("{page}/content"),
        action: page,
        cancel: back(&shell, &fields.next, path.clone()),
        summary: ErrorSummary::of(&mistakes),
        meanwhile,
        was: fields.was,
        labels_error: FieldError::of(&mistakes, "labels"),
        texts_error: FieldError::of(&mistakes, "texts"),
        shell: shell.titled(said.file.name, "library").at(path),
    }))
}

/// All texts are one field here.
fn told(mistake: FieldError) -> FieldError {
    match mistake.field.strip_prefix("metadata") {
        None => mistake,
        Some(name) => {
            let name = name.trim_start_matches('.');
            let sign = if name.is_empty() { "" } else { ": " };
            FieldError::new("texts", format!("{name}{sign}{}", mistake.message))
        }
    }
}
