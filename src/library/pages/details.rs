//! *Edit details*: what a folder is called, what it is for, and who meets it in lists.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{OfFolder, Shown, back, folder, folder_path, made_with, meanwhile};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    ids::FolderId,
    library::{
        actions,
        find::find,
        model::{FolderEdit, FolderSaid, NewFolder, Visibility},
        views::{self, EditPage, Meanwhile},
    },
    policy::ChangeFolder,
    web::{
        Flash, Form, Now, Page, PageResult, Path, Query,
        back::{Back, Next},
        see_other_with,
        ui::{ErrorSummary, Shell, TextField},
    },
};

/// What the dialogs about a folder send.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// Its tick.
    visibility: Option<Visibility>,
    /// What it was made with.
    #[serde(default)]
    was: String,
    #[serde(default)]
    next: Next,
}

impl Fields {
    fn made_of(said: FolderSaid, was: &FolderSaid, next: Next) -> Self {
        Self {
            name: said.name,
            description: said.description,
            visibility: Some(said.visibility),
            was: json!(was).to_string(),
            next,
        }
    }

    fn edit(&self) -> Result<FolderEdit> {
        let new = NewFolder::parse(None, &self.name, &self.description)?;
        Ok(FolderEdit {
            from: made_with(&self.was)?,
            to: FolderSaid {
                name: new.name,
                description: new.description,
                visibility: self.visibility(),
            },
        })
    }

    /// The same form, made of the folder as it is now: what was typed is kept, what was not touched follows the folder.
    fn made_anew(self, now: &FolderSaid) -> Result<(Self, Vec<Meanwhile>)> {
        let (said, clashes) = self.edit()?.onto(now);
        let told = clashes.iter().map(|field| {
            let text = |said: &'_ FolderSaid| match *field {
                "name" => said.name.clone(),
                _ => said.description.clone(),
            };
            let what = format!("The {field}");
            meanwhile(&what, Some(&text(now)), Some(&text(&said)))
        });
        let told = told.collect();
        Ok((Self::made_of(said, now, self.next), told))
    }

    pub fn visibility(&self) -> Visibility {
        self.visibility.unwrap_or_default()
    }

    pub fn view(
        &self,
        (title, button): (String, &'static str),
        (action, cancel): (String, String),
        mistakes: &[FieldError],
    ) -> views::Form {
        let name = TextField::text("name", "Name", &self.name)
            .max_length(120)
            .error(FieldError::of(mistakes, "name"));
        views::Form {
            title,
            action,
            cancel,
            summary: ErrorSummary::of(mistakes),
            meanwhile: None,
            was: self.was.clone(),
            name: match mistakes.is_empty() {
                true => name.autofocus(),
                false => name,
            },
            description: self.description.clone(),
            description_error: FieldError::of(mistakes, "description"),
            is_unlisted: self.visibility() == Visibility::Unlisted,
            button,
        }
    }
}

pub async fn edit(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Query(query): Query<Back>,
) -> PageResult {
    page(
        actor,
        shell,
        &db,
        (of.folder, Shown::First(query.next)),
        now,
    )
    .await?
    .ok()
}

pub async fn change(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
    Form(fields): Form<Fields>,
) -> PageResult {
    let (changer, id) = (actor.clone(), of.folder);
    let done = match fields.edit() {
        Ok(wanted) => {
            db.run(move |conn| actions::edit(conn, &changer, id, &wanted, now))
                .await
        }
        Err(mistake) => Err(mistake),
    };
    match done {
        Ok(Some(folder)) => {
            let to = back(&shell, &fields.next, folder_path(&shell, id));
            let flash = Flash::done(format!("{} is saved.", folder.name), "");
            see_other_with(&to, flash)
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
    (id, shown): (FolderId, Shown<Fields>),
    now: DateTime<Utc>,
) -> Result<Page<EditPage>> {
    let viewer = actor.clone();
    let read = db
        .run(move |conn| {
            find::<ChangeFolder>(conn, &viewer, id, now)?;
            folder::Read::first(conn, &viewer, id, now)
        })
        .await?;
    let is = FolderSaid::from(&read.folder);
    let (fields, mistakes, meanwhile) = match shown {
        Shown::First(next) => (Fields::made_of(is.clone(), &is, next), Vec::new(), None),
        Shown::Mistaken(fields, mistakes) => (fields, mistakes, None),
        Shown::Clashing(fields) => {
            let (fields, told) = fields.made_anew(&is)?;
            (fields, Vec::new(), Some(told))
        }
    };
    let path = folder_path(&shell, id);
    let cancel = back(&shell, &fields.next, path.clone());
    let title = format!("Edit {}", read.folder.name);
    let action = (format!("{path}/details"), cancel);
    let button = match meanwhile {
        None => "Save changes",
        Some(_) => "Save again",
    };
    let form = fields.view((title.clone(), button), action, &mistakes);
    Ok(Page(EditPage {
        folder: read.view(&actor, &shell, now),
        form: views::Form { meanwhile, ..form },
        shell: shell.titled(title, "library").at(path),
    }))
}
