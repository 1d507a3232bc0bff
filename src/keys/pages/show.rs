//! The key's own page.

mod chart;

use actix_web::web::Data;

use super::{OfKey, facts::facts, foot, list_path, menu, status, tag};
use crate::{
    actor::Actor,
    audit::{History, Places},
    db::Db,
    keys::{model::days, store, views::ShowPage},
    permissions::Permission,
    policy::{ListKeys, ReadAudit, permit},
    web::{
        Now, Page, PageResult, Path,
        ui::{Fact, PermissionGroup, Shell},
    },
};

pub async fn show(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
) -> PageResult {
    let (id, zone) = (of.id, shell.zone);
    let places = Places::of(shell.workspace.as_ref());
    let (listed, hours, history) = db
        .run(move |conn| {
            let (list, audit) = (permit::<ListKeys>(&actor)?, permit::<ReadAudit>(&actor)?);
            let listed = store::find(conn, &list, id, (zone, now))?;
            let hours = store::hours(conn, &list, id, days::first_hour(zone, now))?;
            let history = History::read(conn, &audit, ("key", id.as_str()), (zone, &places))?;
            Ok((listed, hours, history))
        })
        .await?;
    let days = days::by_day(&hours, zone, now);
    let back = format!("{}/{}", list_path(&shell), listed.key.id);
    let state = listed.key.state(now);
    let menu = menu(&listed.key, &shell, &back);
    let workspace = shell.workspace.as_ref();
    let mut all = vec![
        Fact::text("Type", "Secret key").note("Shown once, then masked"),
        Fact::text("Owner", workspace.map_or("", |w| w.name.as_str())).note("Workspace key"),
    ];
    // The chart says how often it is called.
    let others = facts(&listed, zone, now).into_iter();
    all.extend(others.filter(|fact| !fact.term.starts_with("Requests")));
    Page(ShowPage {
        list_href: list_path(&shell),
        id: listed.key.id.to_string(),
        label: listed.key.label.clone(),
        status: status(state),
        tag: tag(listed.key.id, state),
        edit: menu.edit,
        like: menu.like,
        facts: all,
        permission_count: format!(
            "{} of {}",
            listed.key.permissions.len(),
            Permission::ALL.len()
        ),
        groups: PermissionGroup::to_read(&listed.key.permissions),
        foot: foot(&listed, &shell, &back, String::new(), now),
        calls: chart::calls(&days, zone, now),
        history,
        audit: format!(
            "{}?key={}",
            workspace.map_or("", |w| w.audit.as_str()),
            listed.key.id
        ),
        shell: shell.titled(listed.key.label, "api"),
    })
    .ok()
}
