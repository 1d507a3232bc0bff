//! Who is told of what is asked and answered, by notice and by mail.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::{
    error::Result,
    ids::MemberId,
    library::Folder,
    mail::Mail,
    notices::{self, Audience, Kind, Notice, Subject},
    people,
    policy::{Permit, Unscoped, UseLibrary},
    sharing::{letter, model::Request},
    workspaces,
};

const TOLD: Unscoped =
    Unscoped::because("who is told follows from the request, and not from who makes it");

/// Those who are written to, at most.
const MOST: usize = 50;

/// About which folder, and how.
pub struct Told<'a> {
    pub folder: &'a Folder,
    pub mail: &'a Mail,
    pub at: DateTime<Utc>,
}

impl Told<'_> {
    fn notice(&self, request: &Request, kind: Kind, audience: Audience) -> Notice {
        Notice {
            kind,
            subject: Subject {
                kind: "share_request",
                id: request.id.to_string(),
                label: self.folder.name.clone(),
            },
            audience,
            times: 1,
        }
    }
}

fn name(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    of: Option<MemberId>,
) -> Result<String> {
    let Some(id) = of else {
        return Ok(String::new());
    };
    let mut names = people::names(conn, permit, &[id])?;
    Ok(names.remove(&id).unwrap_or_default())
}

/// Without a mail.
pub fn raise_asked(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    request: &Request,
    told: &Told<'_>,
) -> Result<()> {
    let by = name(conn, permit, Some(request.asked_by_member_id))?;
    let kind = Kind::ShareRequested {
        folder: told.folder.id,
        by,
        wanted: request.wanted.clone(),
        role: request.role,
        at: told.at,
    };
    let notice = told.notice(request, kind, Audience::Admins);
    notices::raise(conn, TOLD, permit.workspace(), &notice, told.at)
}

pub fn tell_asked(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    request: &Request,
    told: &Told<'_>,
) -> Result<()> {
    raise_asked(conn, permit, request, told)?;
    if !told.mail.is_configured() {
        return Ok(());
    }
    let by = name(conn, permit, Some(request.asked_by_member_id))?;
    let workspace = workspaces::find(conn, permit)?;
    let admins = people::recipients(conn, TOLD, permit.workspace(), &[])?;
    for admin in admins.iter().take(MOST) {
        let letter = letter::asked(request, &by, (told.folder, &workspace));
        told.mail.enqueue(conn, &admin.email, letter, told.at)?;
    }
    Ok(())
}

/// `key`: what was given the role; none: it was declined.
pub fn tell_answer(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    (request, key): (&Request, Option<&str>),
    told: &Told<'_>,
) -> Result<()> {
    let by = name(conn, permit, permit.actor().member_id())?;
    let (folder, at) = (told.folder.id, told.at);
    let kind = match key {
        Some(key) => Kind::ShareApproved {
            folder,
            by: by.clone(),
            key: key.to_owned(),
            role: request.role,
            at,
        },
        None => Kind::ShareDeclined {
            folder,
            by: by.clone(),
            wanted: request.wanted.clone(),
            reason: request.reason.clone(),
            at,
        },
    };
    let asker = request.asked_by_member_id;
    let notice = told.notice(request, kind, Audience::Member(asker));
    notices::raise(conn, TOLD, permit.workspace(), &notice, at)?;
    if !told.mail.is_configured() {
        return Ok(());
    }
    let workspace = workspaces::find(conn, permit)?;
    for person in people::active_among(conn, permit, (&[asker], &[]), 1)? {
        let letter = letter::answered(request, (&by, key), (told.folder, &workspace));
        told.mail.enqueue(conn, &person.email, letter, at)?;
    }
    Ok(())
}
