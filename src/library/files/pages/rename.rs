//! *Rename*.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::OfFile;
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::FileId,
    library::{
        FolderBehind,
        files::{FileName, FilePatch, find, patch, views::RenamePage},
        pages::{back, file_path, folder_path},
    },
    policy::AddToFolder,
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query,
        back::{Back, Next},
        see_other_with,
        ui::{ErrorSummary, Shell, TextField},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameForm {
    name: String,
    #[serde(default)]
    next: Next,
}

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Query(query): Query<Back>,
) -> PageResult {
    page(actor, shell, &db, (of.file, &query.next, None), now)
        .await?
        .ok()
}

pub async fn rename(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Form(form): Form<NameForm>,
) -> PageResult {
    let (changer, id) = (actor.clone(), of.file);
    let done = match FileName::parse(&form.name) {
        Ok(name) => {
            let named = FilePatch {
                name: Some(name),
                ..FilePatch::default()
            };
            db.run(move |conn| patch(conn, &changer, id, &named, now))
                .await
        }
        Err(mistake) => Err(Error::Invalid(vec![mistake])),
    };
    match done {
        Ok(file) => {
            let to = back(&shell, &form.next, folder_path(&shell, file.folder_id));
            see_other_with(&to, Flash::done(format!("{} is saved.", file.name), ""))
        }
        Err(Error::Invalid(mistakes)) => {
            let typed = Some((form.name, mistakes));
            page(actor, shell, &db, (id, &form.next, typed), now)
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
    (id, next, typed): (FileId, &Next, Option<(String, Vec<FieldError>)>),
    now: DateTime<Utc>,
) -> Result<Page<RenamePage>> {
    let viewer = actor.clone();
    let (file, read) = db
        .run(move |conn| {
            let file = find::<AddToFolder>(conn, &viewer, id, now)?.file;
            let read = FolderBehind::first(conn, &viewer, file.folder_id, now)?;
            Ok((file, read))
        })
        .await?;
    let path = folder_path(&shell, file.folder_id);
    let (typed, mistakes) = typed.unwrap_or_else(|| (file.name.clone(), Vec::new()));
    let name = TextField::text("name", "Name", typed)
        .max_length(255)
        .error(FieldError::of(&mistakes, "name"));
    Ok(Page(RenamePage {
        folder: read.view(&actor, &shell, now),
        action: format!("{}/name", file_path(&shell, id)),
        cancel: back(&shell, next, path.clone()),
        summary: ErrorSummary::of(&mistakes),
        name: match mistakes.is_empty() {
            true => name.autofocus(),
            false => name,
        },
        shell: shell
            .titled(format!("Rename {}", file.name), "library")
            .at(path),
        file: file.name,
    }))
}
