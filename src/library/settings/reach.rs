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
    ids::FolderId,
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
    for one in people::candidates(conn, permit, &typed, OFFERED)? {
        let subject = Subject::Member(one.member.id);
        all.push(found(subject, "Person", one.name, one.email));
    }
    for (id, name, about) in people::find_groups(conn, permit, &typed, OFFERED)? {
        all.push(found(Subject::Group(id), "Group", name, about));
    }
    for key in keys::to_share(conn, permit, &typed, OFFERED)? {
        let note = key.mask();
        all.push(found(Subject::Key(key.id), "API key", key.label, note));
    }
    Ok(Some(all))
}
