//! What the key gave to others: shown, and taken away in one step.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Tools, address};
use crate::{
    actor::Actor,
    given_shares::{Given, GivenShare, Taker},
    ids::{AuditEventId, KeyId},
    keys::{
        actions::incident as actions,
        model::Key,
        pages::{OfKey, list_path, status, tag},
        store::Family,
        views::{GivenRow, GivenView, WithdrawalPage},
    },
    web::{
        Flash, Form, Now, Page, PageResult, Path,
        back::Back,
        see_other_with,
        time::{counted, grouped},
        ui::Shell,
    },
};

/// How many the pages show.
pub const MOST: i64 = 50;

/// A removal of an incident's.
#[derive(Deserialize)]
pub struct OfRemoval {
    #[expect(dead_code, reason = "the guard has made an actor of it")]
    slug: String,
    id: KeyId,
    entry: AuditEventId,
}

pub async fn ask(
    actor: Actor,
    shell: Shell,
    (db, shares): Tools,
    Now(now): Now,
    Path(of): Path<OfKey>,
) -> PageResult {
    let (key, family, given) = db
        .run(move |conn| actions::ask(conn, &actor, of.id, (&**shares, MOST), now))
        .await?;
    Page(question(&key, &family, &given, shell, now)).ok()
}

fn question(
    key: &Key,
    family: &Family,
    given: &Given,
    shell: Shell,
    now: DateTime<Utc>,
) -> WithdrawalPage {
    let (list, state) = (list_path(&shell), key.state(now));
    let incident = address(&list, key.id);
    let button = format!("Remove {}", counted(given.total, "share"));
    WithdrawalPage {
        action: format!("{incident}/removals"),
        cancel: format!("{incident}#shares"),
        label: key.label.clone(),
        status: status(state),
        tag: tag(key, state),
        given: view(family, given, &shell, now),
        shell: shell.titled(format!("{button}?"), "api"),
        button,
        key_href: format!("{list}/{}", key.id),
        incident_href: incident,
        list_href: list,
    }
}

pub async fn withdraw(
    actor: Actor,
    shell: Shell,
    (db, shares): Tools,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(_): Form<Back>,
) -> PageResult {
    let done = db
        .run(move |conn| actions::withdraw(conn, &actor, of.id, &**shares, now))
        .await?;
    let incident = address(&list_path(&shell), of.id);
    let number = counted(i64::try_from(done.number).unwrap_or(i64::MAX), "share");
    let flash = match done.entry {
        None => Flash::not_done("Nothing was left to remove.", ""),
        Some(entry) => Flash::done(
            format!("{number} removed."),
            match done.has_more {
                true => "There are more than can be removed at once: remove the others too.",
                false => "What follows from a group, or from a folder above, stays.",
            },
        )
        .undo(format!("{incident}/removals/{entry}/reversal")),
    };
    see_other_with(&incident, flash)
}

pub async fn give_back(
    actor: Actor,
    shell: Shell,
    (db, shares): Tools,
    Now(now): Now,
    Path(of): Path<OfRemoval>,
    Form(_): Form<Back>,
) -> PageResult {
    let number = db
        .run(move |conn| actions::give_back(conn, &actor, (of.id, of.entry), &**shares, now))
        .await?;
    let number = counted(i64::try_from(number).unwrap_or(i64::MAX), "share");
    let text = "What is in the trash, or was shared with them since, stays as it is.";
    let flash = Flash::done(format!("{number} given back."), text);
    see_other_with(&address(&list_path(&shell), of.id), flash)
}

/// `family`: of the key that the page is about, which is the first that is thought of.
pub fn view(family: &Family, given: &Given, shell: &Shell, now: DateTime<Utc>) -> GivenView {
    let rows: Vec<GivenRow> = given
        .shares
        .iter()
        .map(|share| row(family, share, shell, now))
        .collect();
    let more = given.total - i64::try_from(rows.len()).unwrap_or(i64::MAX);
    GivenView {
        rows,
        more: match more {
            ..=0 => String::new(),
            n => format!("and {} more.", grouped(n)),
        },
        number: counted(given.total, "share"),
    }
}

fn row(family: &Family, share: &GivenShare, shell: &Shell, now: DateTime<Utc>) -> GivenRow {
    let workspace = shell.workspace.as_ref();
    let folders = workspace.map_or("", |w| w.folders.as_str());
    let by = family.keys.get(&share.by);
    GivenRow {
        to: share.to.clone(),
        kind: match share.kind {
            Taker::Person => "Person",
            Taker::Group => "Group",
            Taker::Key => "API key",
            Taker::Invitation => "Invited",
        },
        folder: share.folder_name.clone(),
        href: (!share.is_in_trash).then(|| format!("{folders}/{}/share", share.folder)),
        role: share.role.title(),
        until: share.ends_at.map(|end| shell.zone.minute(end)),
        since: shell.zone.relative(share.since, now),
        by: by.map(|key| key.label.clone()).unwrap_or_default(),
        by_href: format!("{}/{}", list_path(shell), share.by),
    }
}
