//! *Default member permissions*: what every member may do.

use actix_web::web::Data;

use super::{PermissionsForm, counted, list, list_path};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    people::{actions, views::DefaultsPage},
    permissions::{CUSTOM, Permissions},
    policy::{self, ChangeDefaults, permit},
    web::{
        Flash, Form, Now, Page, PageResult, see_other_with,
        ui::{ErrorSummary, PermissionsField, Shell},
    },
};

pub async fn ask(actor: Actor, shell: Shell, db: Data<Db>) -> PageResult {
    permit::<ChangeDefaults>(&actor)?;
    page(actor, shell, &db, None).await?.ok()
}

pub async fn change(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(form): Form<PermissionsForm>,
) -> PageResult {
    permit::<ChangeDefaults>(&actor)?;
    let held = policy::held(&actor);
    if let Some(ticked) = form.applied(&held) {
        let typed = (CUSTOM.to_owned(), ticked, Vec::new());
        return page(actor, shell, &db, Some(typed)).await?.ok();
    }
    let done = match form.chosen(&held) {
        Ok(wanted) => {
            let editor = actor.clone();
            db.run(move |conn| actions::set_default_permissions(conn, &editor, &wanted, now))
                .await
        }
        Err(why) => Err(Error::Invalid(vec![FieldError::new("permissions", why)])),
    };
    match done {
        Ok(set) => {
            let text = format!("Every member now has: {}.", counted(&set).to_lowercase());
            see_other_with(&list_path(&shell), Flash::done("Saved.", text))
        }
        Err(Error::Invalid(mistakes)) => {
            let typed = (form.preset.clone(), form.ticked(), mistakes);
            page(actor, shell, &db, Some(typed)).await?.unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

/// `typed`: preset and ticks that were not saved, and why; none: what is so now.
async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    typed: Option<(String, Permissions, Vec<FieldError>)>,
) -> Result<Page<DefaultsPage>> {
    let held = policy::held(&actor);
    let read = db.run(move |conn| list::Read::first(conn, &actor)).await?;
    let path = list_path(&shell);
    let locked = read.defaults().beyond(&held);
    let (preset, ticked, mistakes) =
        typed.unwrap_or_else(|| (CUSTOM.to_owned(), read.defaults().clone(), Vec::new()));
    let permissions = PermissionsField::new(
        "Every member has these, whatever their groups. You can grant the permissions you have yourself.",
        &held,
        &ticked,
        &locked,
        &preset,
    );
    Ok(Page(DefaultsPage {
        list: read.view(&shell),
        action: format!("{path}/default-permissions"),
        cancel: path.clone(),
        summary: ErrorSummary::of(&mistakes),
        permissions: permissions.error(FieldError::of(&mistakes, "permissions")),
        shell: shell
            .titled("Default member permissions", "groups")
            .at(path),
    }))
}
