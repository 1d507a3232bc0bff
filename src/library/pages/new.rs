//! *New folder*: at the top, or in another.

use actix_web::web::Data;
use chrono::{DateTime, Utc};

use super::{OfFolder, details::Fields, folder, folder_path, home, library_path};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::FolderId,
    library::{
        actions,
        find::find,
        model::{Folder, NewFolder},
        views::{NewPage, NewWithinPage},
    },
    policy::AddToFolder,
    web::{Flash, Form, Now, Page, PageResult, Path, see_other_with, ui::Shell},
};

pub async fn ask_at_top(actor: Actor, shell: Shell, db: Data<Db>, Now(now): Now) -> PageResult {
    at_top(actor, shell, &db, (&Fields::default(), &[]), now)
        .await?
        .ok()
}

pub async fn create_at_top(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(fields): Form<Fields>,
) -> PageResult {
    match create(&actor, &db, None, &fields, now).await {
        Ok(folder) => made(&shell, &folder),
        Err(Error::Invalid(mistakes)) => at_top(actor, shell, &db, (&fields, &mistakes), now)
            .await?
            .unprocessable(),
        Err(other) => Err(other.into()),
    }
}

pub async fn ask_within(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
) -> PageResult {
    within(actor, shell, &db, of.folder, (&Fields::default(), &[]), now)
        .await?
        .ok()
}

pub async fn create_within(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(fields): Form<Fields>,
) -> PageResult {
    match create(&actor, &db, Some(of.folder), &fields, now).await {
        Ok(folder) => made(&shell, &folder),
        Err(Error::Invalid(mistakes)) => {
            within(actor, shell, &db, of.folder, (&fields, &mistakes), now)
                .await?
                .unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

async fn create(
    actor: &Actor,
    db: &Db,
    parent: Option<FolderId>,
    fields: &Fields,
    now: DateTime<Utc>,
) -> Result<Folder> {
    let new = NewFolder {
        visibility: fields.visibility(),
        ..NewFolder::parse(parent, &fields.name, &fields.description)?
    };
    let maker = actor.clone();
    db.run(move |conn| actions::create(conn, &maker, &new, now))
        .await
}

fn made(shell: &Shell, folder: &Folder) -> PageResult {
    let flash = Flash::done(
        format!("{} is made.", folder.name),
        match folder.parent_id {
            None => "Only you have access to it so far.",
            Some(_) => "Whoever has access to what it is in has access to it.",
        },
    );
    see_other_with(&folder_path(shell, folder.id), flash)
}

const TITLE: (&str, &str) = ("New folder", "Make folder");

async fn at_top(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (fields, mistakes): (&Fields, &[FieldError]),
    now: DateTime<Utc>,
) -> Result<Page<NewPage>> {
    let viewer = actor.clone();
    let read = db
        .run(move |conn| home::Read::first(conn, &viewer, now))
        .await?;
    let path = library_path(&shell);
    let action = (format!("{path}/new"), path.clone());
    Ok(Page(NewPage {
        home: read.view(&actor, &shell, now),
        form: fields.view((TITLE.0.to_owned(), TITLE.1), action, mistakes),
        shell: shell.titled("New folder", "library").at(path),
    }))
}

async fn within(
    actor: Actor,
    shell: Shell,
    db: &Db,
    id: FolderId,
    (fields, mistakes): (&Fields, &[FieldError]),
    now: DateTime<Utc>,
) -> Result<Page<NewWithinPage>> {
    let viewer = actor.clone();
    let read = db
        .run(move |conn| {
            find::<AddToFolder>(conn, &viewer, id, now)?;
            folder::Read::first(conn, &viewer, id, now)
        })
        .await?;
    let path = folder_path(&shell, id);
    let title = format!("New folder in {}", read.folder.name);
    let action = (format!("{path}/new"), path.clone());
    Ok(Page(NewWithinPage {
        folder: read.view(&actor, &shell, now),
        form: fields.view((title.clone(), TITLE.1), action, mistakes),
        shell: shell.titled(title, "library").at(path),
    }))
}
