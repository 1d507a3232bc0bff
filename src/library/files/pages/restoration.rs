//! *Restore*, also by *Undo*; where the name is taken by now, under another.

use actix_web::web::Data;
use chrono::{DateTime, Utc};

use super::OfFile;
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::FileId,
    library::{
        files::{self, FileName, find_in_trash, views::RestoreFilePage},
        pages::{RestoreForm, TrashBehind, back, file_path, folder_path},
    },
    web::{
        Flash, Form, Now, Page, PageResult, Path,
        back::Next,
        see_other_with,
        ui::{ErrorSummary, Shell, TextField},
    },
};

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
) -> PageResult {
    page(
        actor,
        shell,
        &db,
        (of.file, None, &[]),
        &Next::default(),
        now,
    )
    .await?
    .ok()
}

pub async fn restore(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFile>,
    Form(form): Form<RestoreForm>,
) -> PageResult {
    let (restorer, id) = (actor.clone(), of.file);
    let done = match form.name.as_deref().map(FileName::parse).transpose() {
        Ok(name) => {
            db.run(move |conn| files::restore(conn, &restorer, (id, name.as_ref()), now))
                .await
        }
        Err(mistake) => Err(Error::Invalid(vec![mistake])),
    };
    match done {
        Ok(file) => {
            let to = back(&shell, &form.next, folder_path(&shell, file.folder_id));
            see_other_with(&to, Flash::done(format!("{} is restored.", file.name), ""))
        }
        Err(Error::Invalid(mistakes)) => page(
            actor,
            shell,
            &db,
            (id, form.name, &mistakes),
            &form.next,
            now,
        )
        .await?
        .unprocessable(),
        Err(other) => Err(other.into()),
    }
}

async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (id, typed, mistakes): (FileId, Option<String>, &[FieldError]),
    next: &Next,
    now: DateTime<Utc>,
) -> Result<Page<RestoreFilePage>> {
    let (file, read) = db
        .run(move |conn| {
            let file = find_in_trash(conn, &actor, id, now)?.file;
            Ok((file, TrashBehind::first(conn, &actor, now)?))
        })
        .await?;
    let trash = read.view(&shell, now);
    let typed = typed.unwrap_or_else(|| file.name.clone());
    let name = TextField::text("name", "Name", typed)
        .max_length(255)
        .error(FieldError::of(mistakes, "name"));
    Ok(Page(RestoreFilePage {
        action: format!("{}/restoration", file_path(&shell, id)),
        cancel: trash.action.clone(),
        next: back(&shell, next, trash.action.clone()),
        summary: ErrorSummary::of(mistakes),
        name: match mistakes.is_empty() {
            true => name.autofocus(),
            false => name,
        },
        shell: shell
            .titled(format!("Restore {}", file.name), "trash")
            .at(trash.action.clone()),
        file: file.name,
        trash,
    }))
}
