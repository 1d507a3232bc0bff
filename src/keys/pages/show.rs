//! The key's own page.

use actix_web::web::Data;

use super::{OfKey, facts::facts, foot, list_path, status, tag};
use crate::{
    actor::Actor,
    db::Db,
    keys::{store, views::ShowPage},
    permissions::Permission,
    policy::{ListKeys, permit},
    web::{
        Now, Page, PageResult, Path,
        ui::{PermissionGroup, Shell},
    },
};

pub async fn show(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
) -> PageResult {
    let listed = db
        .run(move |conn| store::find(conn, &permit::<ListKeys>(&actor)?, of.id, now))
        .await?;
    let back = format!("{}/{}", list_path(&shell), listed.key.id);
    let state = listed.key.state(now);
    Page(ShowPage {
        list_href: list_path(&shell),
        id: listed.key.id.to_string(),
        label: listed.key.label.clone(),
        status: status(state),
        tag: tag(listed.key.id, state),
        facts: facts(&listed, shell.zone, now),
        permission_count: format!(
            "{} of {}",
            listed.key.permissions.len(),
            Permission::ALL.len()
        ),
        groups: PermissionGroup::to_read(&listed.key.permissions),
        foot: foot(&listed, &shell, &back, String::new(), now),
        shell: shell.titled(listed.key.label, "api"),
    })
    .ok()
}
