//! *New group* and *Edit name*.

use actix_web::web::Data;
use serde::Deserialize;

use super::{
    OfGroup, list, list_path,
    show::{self, Asked},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError},
    ids::GroupId,
    people::{
        actions,
        model::NewGroup,
        views::{GroupEditPage, GroupForm, GroupNewPage},
    },
    policy::{ManageGroups, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path, see_other, see_other_with,
        ui::{ErrorSummary, Shell, TextField},
    },
};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct DetailsForm {
    name: String,
    #[serde(default)]
    description: String,
}

impl DetailsForm {
    fn view(
        &self,
        (title, button): (&str, &'static str),
        (action, cancel): (String, String),
        mistakes: &[FieldError],
    ) -> GroupForm {
        let name = TextField::text("name", "Name", &self.name)
            .max_length(80)
            .error(FieldError::of(mistakes, "name"));
        let description = TextField {
            required: false,
            ..TextField::text("description", "Description", &self.description)
        };
        GroupForm {
            title: title.to_owned(),
            button,
            action,
            cancel,
            summary: ErrorSummary::of(mistakes),
            name: match mistakes.is_empty() {
                true => name.autofocus(),
                false => name,
            },
            description: description
                .max_length(200)
                .hint("What it is for, in a few words.")
                .error(FieldError::of(mistakes, "description")),
        }
    }
}

pub async fn new(actor: Actor, shell: Shell, db: Data<Db>) -> PageResult {
    permit::<ManageGroups>(&actor)?;
    new_page(actor, shell, &db, &DetailsForm::default(), &[])
        .await?
        .ok()
}

pub async fn create(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<DetailsForm>,
) -> PageResult {
    permit::<ManageGroups>(&actor)?;
    let maker = actor.clone();
    let made = match NewGroup::parse(&form.name, &form.description) {
        Ok(new) => {
            db.run(move |conn| actions::create_group(conn, &maker, &new, now))
                .await
        }
        Err(mistakes) => Err(Error::Invalid(mistakes)),
    };
    match made {
        Ok(group) => {
            let flash = Flash::done(
                format!("{} is made.", group.name),
                "Add people to it, and say what it allows them.",
            );
            see_other_with(&format!("{}/{}", list_path(&shell), group.id), flash)
        }
        Err(Error::Invalid(mistakes)) => new_page(actor, shell, &db, &form, &mistakes)
            .await?
            .unprocessable(),
        Err(other) => Err(other.into()),
    }
}

async fn new_page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    form: &DetailsForm,
    mistakes: &[FieldError],
) -> Result<Page<GroupNewPage>, Error> {
    let read = db.run(move |conn| list::Read::first(conn, &actor)).await?;
    let path = list_path(&shell);
    Ok(Page(GroupNewPage {
        list: read.view(&shell),
        form: form.view(
            ("New group", "Make group"),
            (format!("{path}/new"), path.clone()),
            mistakes,
        ),
        shell: shell.titled("New group", "groups").at(path),
    }))
}

pub async fn edit(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfGroup>,
) -> PageResult {
    permit::<ManageGroups>(&actor)?;
    let read = show::read(&db, &actor, of.group, Asked::default()).await?;
    let form = DetailsForm {
        name: read.group.name.clone(),
        description: read.group.description.clone(),
    };
    edit_page(&actor, shell, read, &form, &[], now).ok()
}

pub async fn rename(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfGroup>,
    Form(form): Form<DetailsForm>,
) -> PageResult {
    permit::<ManageGroups>(&actor)?;
    let done = match NewGroup::parse(&form.name, &form.description) {
        Ok(new) => {
            let (editor, id): (Actor, GroupId) = (actor.clone(), of.group);
            db.run(move |conn| actions::rename_group(conn, &editor, id, &new, now))
                .await
        }
        Err(mistakes) => Err(Error::Invalid(mistakes)),
    };
    match done {
        Ok(group) => see_other(&format!("{}/{}", list_path(&shell), group.id)),
        Err(Error::Invalid(mistakes)) => {
            let read = show::read(&db, &actor, of.group, Asked::default()).await?;
            edit_page(&actor, shell, read, &form, &mistakes, now).unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

fn edit_page(
    actor: &Actor,
    shell: Shell,
    read: show::Read,
    form: &DetailsForm,
    mistakes: &[FieldError],
    now: chrono::DateTime<chrono::Utc>,
) -> Page<GroupEditPage> {
    let page = format!("{}/{}", list_path(&shell), read.group.id);
    let title = format!("Edit {}", read.group.name);
    Page(GroupEditPage {
        group: read.view(actor, &shell, None, now),
        form: form.view(
            (&title, "Save changes"),
            (format!("{page}/details"), page.clone()),
            mistakes,
        ),
        shell: shell.titled(title, "groups").at(page),
    })
}
