//! What became of somebody who was removed, and of their keys: read from the audit log, to be printed.

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::Value;

use super::{OfMember, list_path, workspace};
use crate::{
    actor::Actor,
    audit::{self, Done},
    db::Db,
    error::{Error, Result},
    ids::MemberId,
    people::{
        model::{Listed, Member, Report},
        store,
        views::{ReportPage, ReportRow},
    },
    policy::{ListMembers, ReadAudit, permit},
    web::{
        Page, PageResult, Path,
        text::capitalized,
        time,
        ui::{Fact, KeyTag, Shell},
    },
};

pub async fn show(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Path(of): Path<OfMember>,
) -> PageResult {
    let (listed, at, done) = db.run(move |conn| read(conn, &actor, of.member)).await?;
    Page(page(listed, at, &done, shell)).ok()
}

/// # Errors
/// `NotFound`: there is no such member, they were not removed, or the log keeps it no longer.
fn read(
    conn: &mut PgConnection,
    actor: &Actor,
    id: MemberId,
) -> Result<(Listed, DateTime<Utc>, Done)> {
    let listed = store::find(conn, &permit::<ListMembers>(actor)?, id)?;
    let (at, done) = find(conn, actor, &listed.member)?.ok_or(Error::NotFound)?;
    Ok((listed, at, done))
}

/// When somebody was removed, and what a report tells of it. None: they were not, or the log keeps it no longer.
pub(super) fn find(
    conn: &mut PgConnection,
    actor: &Actor,
    member: &Member,
) -> Result<Option<(DateTime<Utc>, Done)>> {
    let Some(at) = member.removed_at else {
        return Ok(None);
    };
    let log = permit::<ReadAudit>(actor)?;
    let what = ("member.removed", "member", &*member.id.to_string());
    let done = audit::find_done(conn, &log, what, at)?;
    Ok(done.map(|done| (at, done)))
}

fn page(listed: Listed, at: DateTime<Utc>, done: &Done, shell: Shell) -> ReportPage {
    let list = list_path(&shell);
    let keys_path = shell.workspace.as_ref().map_or("", |w| w.keys.as_str());
    let report = done.after.as_ref().map(Report::read).unwrap_or_default();
    let before = |field: &str| done.before.as_ref().and_then(|before| before.get(field));
    let groups = before("groups").and_then(Value::as_array);
    let groups: Vec<&str> = groups
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let role = before("role").and_then(Value::as_str).unwrap_or_default();
    ReportPage {
        workspace: workspace(&shell),
        facts: vec![
            Fact::text("Removed", shell.zone.to_the_second(at)),
            Fact::text("By", done.who.clone()),
            Fact::text("They were", capitalized(role)),
            Fact::text("Email", listed.email),
            Fact::text(
                "Groups they left",
                match groups.as_slice() {
                    [] => "None".to_owned(),
                    groups => groups.join(", "),
                },
            ),
        ],
        rows: report
            .keys
            .iter()
            .map(|key| ReportRow {
                label: key.label.clone(),
                page: format!("{keys_path}/{}", key.id),
                tag: KeyTag::small(key.id.as_str()).publishable(key.is_publishable),
                decision: capitalized(&key.decision),
                skipped: key.skipped.clone(),
            })
            .collect(),
        invitations: report
            .invitations
            .iter()
            .map(|(email, decision)| (email.clone(), capitalized(decision)))
            .collect(),
        folders: report
            .folders
            .iter()
            .map(|(name, decision)| (name.clone(), capitalized(decision)))
            .collect(),
        other_folders: match report.other_folders {
            0 => String::new(),
            n => format!("{} handed over.", time::counted(n, "other folder")),
        },
        shared: match (report.shared.join(", "), report.others_shared) {
            (named, 0) => named,
            (named, n) => format!("{named} and {} more", time::grouped(n)),
        },
        others: match report.others_kept {
            0 => String::new(),
            n => format!("{} kept.", time::counted(n, "other key")),
        },
        page: format!("{list}/{}", listed.member.id),
        list_href: list,
        shell: shell.titled(format!("{} was removed", listed.name), "members"),
        name: listed.name,
    }
}
