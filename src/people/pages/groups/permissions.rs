//! *Save permissions* of a group.

use actix_web::web::Data;

use super::{
    OfGroup, PermissionsForm, counted, list_path,
    show::{self, Asked},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError},
    people::{actions, views::GroupPage},
    permissions::CUSTOM,
    policy::{self, ManageGroups, permit},
    web::{Flash, Form, Now, Page, PageResult, Path, see_other_with, ui::Shell},
};

pub async fn change(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfGroup>,
    Form(form): Form<PermissionsForm>,
) -> PageResult {
    permit::<ManageGroups>(&actor)?;
    let held = policy::held(&actor);
    if let Some(ticked) = form.applied(&held) {
        let read = show::read(&db, &actor, of.group, Asked::default()).await?;
        let name = read.group.name.clone();
        let group = read.view(&actor, &shell, Some((CUSTOM, ticked, &[])), now);
        let shell = shell.titled(name, "groups").at(group.page.clone());
        return Page(GroupPage { shell, group }).ok();
    }
    let done = match form.chosen(&held) {
        Ok(wanted) => {
            let editor = actor.clone();
            let id = of.group;
            db.run(move |conn| actions::set_group_permissions(conn, &editor, id, &wanted, now))
                .await
        }
        Err(why) => Err(Error::Invalid(vec![FieldError::new("permissions", why)])),
    };
    match done {
        Ok(group) => {
            let text = format!(
                "{} now adds: {}.",
                group.name,
                counted(&group.permissions).to_lowercase()
            );
            let flash = Flash::done("Saved.", text);
            see_other_with(&format!("{}/{}", list_path(&shell), group.id), flash)
        }
        Err(Error::Invalid(mistakes)) => {
            let read = show::read(&db, &actor, of.group, Asked::default()).await?;
            let name = read.group.name.clone();
            let typed = (form.preset.as_str(), form.ticked(), mistakes.as_slice());
            let group = read.view(&actor, &shell, Some(typed), now);
            let shell = shell.titled(name, "groups").at(group.page.clone());
            Page(GroupPage { shell, group }).unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}
