//! Which folders a person, a group or a key reaches, and how one of those is found.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    asked::{Asked, Who},
    model::{Folder, Subject},
    store::{self, Named, PAGE},
    views::Match,
};
use crate::{
    db::Typed,
    error::Result,
    ids::{FolderId, MemberId},
    keys, library, people,
    policy::{ManageLibrary, Permit},
    reached_folders::ReachedFolder,
    web::paging::Slice,
};

/// One page of what somebody reaches.
pub struct Reached {
    rows: Vec<Folder>,
    pub total: i64,
    pub page: i64,
    ways: HashMap<FolderId, ReachedFolder>,
}

impl Reached {
    pub fn read(
        conn: &mut PgConnection,
        permit: &Permit<ManageLibrary>,
        who: Who,
        page: i64,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let holder = who.holder()?;
        let size = i64::try_from(PAGE).unwrap_or(i64::MAX);
        let named = (Named::Page((page - 1) * size), size);
        let mut reach = store::reach(conn, permit, &[holder], named, now)?;
        library::reach::name_groups(conn, permit, &mut reach)?;
        let reach = reach.remove(&holder).unwrap_or_default();
        let ids: Vec<FolderId> = reach.folders.iter().map(|folder| folder.id).collect();
        Ok(Self {
            rows: store::find_all(conn, permit, &ids)?,
            total: reach.total,
            page,
            ways: reach.folders.into_iter().map(|f| (f.id, f)).collect(),
        })
    }

    pub fn slice(&self) -> Slice<Folder> {
        let size = i64::try_from(PAGE).unwrap_or(i64::MAX);
        Slice {
            rows: self.rows.clone(),
            newer: self.page > 1,
            older: self.page * size < self.total,
        }
    }

    /// The role in a folder, and through what.
    pub fn of(&self, folder: FolderId) -> Option<(String, String)> {
        let found = self.ways.get(&folder)?;
        Some((found.role.title().to_owned(), found.through()))
    }
}

/// Somebody or something that matches what was typed.
pub struct Found {
    who: Who,
    kind: &'static str,
    name: String,
    note: String,
}

impl Found {
    pub fn view(&self, path: &str) -> Match {
        let asked = Asked {
            who: Some(self.who),
            ..Asked::default()
        };
        Match {
            kind: self.kind,
            name: self.name.clone(),
            note: self.note.clone(),
            href: asked.address(path),
        }
    }
}

/// Of each kind that are offered.
const OFFERED: i64 = 10;

/// None: nothing was typed.
pub fn find(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    typed: &str,
) -> Result<Option<Vec<Found>>> {
    let Some(typed) = Typed::read(conn, typed)? else {
        return Ok(None);
    };
    let found = |subject, kind, name, note| Found {
        who: Who(subject),
        kind,
        name,
        note,
    };
    let mut all = Vec::new();
    for one in people::find_members(conn, permit, &typed, OFFERED)? {
        let subject = Subject::Member(one.member.id);
        let note = match one.member.suspended_at {
            None => one.email,
            Some(_) => format!("{}, suspended", one.email),
        };
        all.push(found(subject, "Person", one.name, note));
    }
    for (id, name, about) in people::find_groups(conn, permit, &typed, OFFERED)? {
        all.push(found(Subject::Group(id), "Group", name, about));
    }
    let keys = keys::find_labelled(conn, permit, &typed, OFFERED)?;
    let owners: Vec<MemberId> = keys.iter().filter_map(|key| key.owner_member_id).collect();
    let owners = people::names(conn, permit, &owners)?;
    for key in keys {
        let mask = key.mask();
        all.push(match key.owner_member_id {
            None => found(Subject::Key(key.id), "API key", key.label, mask),
            Some(owner) => {
                let name = owners.get(&owner).map_or("its owner", String::as_str);
                let note = format!("{mask}. Reaches what {name} does, within its permissions");
                found(Subject::Member(owner), "Personal key", key.label, note)
            }
        });
    }
    Ok(Some(all))
}

/// Whose roles they have: a personal key has those of its owner.
pub fn whose(conn: &mut PgConnection, permit: &Permit<ManageLibrary>, who: Who) -> Result<Who> {
    let Subject::Key(id) = who.0 else {
        return Ok(who);
    };
    let key = keys::named(conn, permit, &[id])?.remove(&id);
    let owner = key.and_then(|key| key.owner_member_id);
    Ok(owner.map_or(who, |owner| Who(Subject::Member(owner))))
}

/// Why they reach nothing of what was given to them; empty where they do.
pub fn stopped(
    conn: &mut PgConnection,
    permit: &Permit<ManageLibrary>,
    who: Who,
) -> Result<&'static str> {
    Ok(match who.0 {
        Subject::Member(id) if people::active_members(conn, permit, &[id])?.is_empty() => {
            "They are suspended, and reach none of it until they are reinstated."
        }
        Subject::Key(id)
            if keys::named(conn, permit, &[id])?
                .values()
                .any(|key| key.revoked_at.is_some()) =>
        {
            "The key is revoked, and reaches none of it unless it is restored."
        }
        _ => "",
    })
}
