//! Another role, *Remove* and what takes it back, and *Activate* of a key in the list.

use actix_web::web::Data;
use chrono::{DateTime, SecondsFormat, Utc};
use diesel::PgConnection;
use serde::Deserialize;
use url::form_urlencoded;

use super::{OfKey, OfSubject, home, names::Names, path, path_of};
use crate::{
    actor::{Actor, FolderRole},
    db::Db,
    error::{Error, Result},
    ids::FolderId,
    keys,
    library::{self, Folder, Grant, Share, Subject},
    policy::{SeeFolder, ShareFolder, check_may_share_with_keys, permit},
    web::{Flash, Form, Now, PageResult, Path, Query, back::Back, see_other_with, time, ui::Shell},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleForm {
    role: FolderRole,
}

pub async fn change_role(
    (actor, shell): (Actor, Shell),
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfSubject>,
    Form(form): Form<RoleForm>,
) -> PageResult {
    let subject = of.subject()?;
    let changed = db
        .run(move |conn| {
            let before = library::direct(conn, &actor, (of.folder, subject), now)?;
            let grant = Grant {
                subject,
                role: form.role,
                expires_at: before.expires_at,
            };
            let (folder, _) = library::set_access(conn, &actor, of.folder, &[grant], now)?;
            Ok((folder, before, name(conn, &actor, subject)?))
        })
        .await;
    let (folder, before, name) = match changed {
        Ok(changed) => changed,
        Err(error) => return refused(&shell, of.folder, error),
    };
    let strong = format!("{name} is {} of {} now.", form.role.article(), folder.name);
    let flash = Flash::done(strong, "").undo(undo(&shell, &folder, &before));
    see_other_with(&path(&shell, folder.id), flash)
}

pub async fn remove(
    (actor, shell): (Actor, Shell),
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfSubject>,
    Form(_): Form<Back>,
) -> PageResult {
    let subject = of.subject()?;
    let (folder, share, name, stays) = db
        .run(move |conn| {
            check(conn, &actor, (of.folder, subject), now)?;
            let name = name(conn, &actor, subject)?;
            let what = (of.folder, subject);
            let (folder, share) = library::take_access(conn, &actor, what, now)?;
            let stays = library::find::<SeeFolder>(conn, &actor, folder.id, now).is_ok();
            let shares = library::find::<ShareFolder>(conn, &actor, folder.id, now)
                .is_ok_and(|found| found.permit.may_give_until(share.expires_at));
            Ok((folder, share, name, (stays, shares)))
        })
        .await?;
    let strong = format!("{name} no longer has access to {}.", folder.name);
    let flash = Flash::done(strong, "What they have by a group or a folder above stays.");
    let flash = match stays.1 {
        true => flash.undo(undo(&shell, &folder, &share)),
        false => flash,
    };
    let to = match stays.0 {
        true => path(&shell, folder.id),
        // It was their own.
        false => home(&shell),
    };
    see_other_with(&to, flash)
}

/// What cannot be given is said where it was asked for.
fn refused(shell: &Shell, folder: FolderId, error: Error) -> PageResult {
    let Error::Invalid(mistakes) = error else {
        return Err(error.into());
    };
    let why: Vec<String> = mistakes
        .iter()
        .map(|mistake| format!("{}.", mistake.message))
        .collect();
    let flash = Flash::not_done("The role stays as it was.", why.join(" "));
    see_other_with(&path(shell, folder), flash)
}

/// Keys are the admins' business, also where others share.
pub(super) fn check(
    conn: &mut PgConnection,
    actor: &Actor,
    (folder, subject): (FolderId, Subject),
    now: DateTime<Utc>,
) -> Result<()> {
    library::find::<ShareFolder>(conn, actor, folder, now)?;
    match subject {
        Subject::Key(_) => check_may_share_with_keys(actor),
        // That is ended as an invitation.
        Subject::Invitation(_) => Err(Error::NotFound),
        _ => Ok(()),
    }
}

pub(super) fn name(conn: &mut PgConnection, actor: &Actor, subject: Subject) -> Result<String> {
    let names = Names::read(conn, &permit(actor)?, &[subject])?;
    Ok(names.of(subject).unwrap_or("Somebody").to_owned())
}

/// Where *Undo* posts to: it says what there was before.
pub(super) fn undo(shell: &Shell, folder: &Folder, before: &Share) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("role", before.role.name());
    if let Some(end) = before.expires_at {
        query.append_pair("ends_at", &end.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    }
    let path = path_of(shell, folder.id, before.subject);
    format!("{path}/restoration?{}", query.finish())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeforeQuery {
    /// The least, unless it is said.
    #[serde(default = "least")]
    role: FolderRole,
    ends_at: Option<DateTime<Utc>>,
}

fn least() -> FolderRole {
    FolderRole::User
}

pub async fn put_back(
    (actor, shell): (Actor, Shell),
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfSubject>,
    (Query(before), Form(_)): (Query<BeforeQuery>, Form<Back>),
) -> PageResult {
    let subject = of.subject()?;
    let ends_at = before
        .ends_at
        .map(|end| time::sane(end).ok_or(Error::NotFound));
    let grant = Grant {
        subject,
        role: before.role,
        expires_at: ends_at.transpose()?,
    };
    if grant.expires_at.is_some_and(|end| end <= now) {
        return Err(
            Error::Conflict("That role has ended meanwhile. Share the folder anew.").into(),
        );
    }
    let changed = db
        .run(move |conn| {
            check(conn, &actor, (of.folder, subject), now)?;
            let (folder, _) = library::set_access(conn, &actor, of.folder, &[grant], now)?;
            Ok((folder, name(conn, &actor, subject)?))
        })
        .await;
    let (folder, name) = match changed {
        Ok(changed) => changed,
        Err(error) => return refused(&shell, of.folder, error),
    };
    let strong = format!(
        "{name} is {} of {} again.",
        before.role.article(),
        folder.name
    );
    see_other_with(&path(&shell, folder.id), Flash::done(strong, ""))
}

pub async fn activate(
    (actor, shell): (Actor, Shell),
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfKey>,
    Form(_): Form<Back>,
) -> PageResult {
    let key = db
        .run(move |conn| {
            check(conn, &actor, (of.folder, Subject::Key(of.key)), now)?;
            keys::activate(conn, &actor, of.key, now)
        })
        .await?;
    let strong = format!("{} is active.", key.label);
    let flash = Flash::done(strong, "Requests with it are answered again.");
    see_other_with(&path(&shell, of.folder), flash)
}
