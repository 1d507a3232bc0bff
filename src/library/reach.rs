//! What people, groups and keys reach, for the pages and the API about those.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{
    actions::Giving,
    find::{all_roles, find},
    model::{Grant, Subject},
    store::{self, Named},
};
use crate::{
    actor::{Actor, Who},
    error::{Error, Result, field},
    ids::{FolderId, GroupId, KeyId, MemberId},
    people,
    permissions::Permission,
    policy::{
        self, Action, AddToFolder, ManageLibrary, Needs, Permit, ReadAccess, ReadFolder,
        UseLibrary, permit,
    },
    reached_folders::{Holder, Reach, ReachedFolder, ReachedFolders, Through},
};

/// To be passed to whoever shows keys and people.
pub fn reached_folders() -> Arc<dyn ReachedFolders> {
    Arc::new(Folders)
}

struct Folders;

impl ReachedFolders for Folders {
    fn reach(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        holders: &[Holder],
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<HashMap<Holder, Reach>> {
        let own = holder(actor);
        let mut reach = match holders.iter().all(|holder| Some(*holder) == own) {
            true => {
                let permit = permit::<UseLibrary>(actor)?;
                store::reach(conn, &permit, holders, (Named::All, most), now)?
            }
            false => {
                let permit = permit::<ManageLibrary>(actor)?;
                store::reach(conn, &permit, holders, (Named::All, most), now)?
            }
        };
        name_groups(conn, &permit::<UseLibrary>(actor)?, &mut reach)?;
        Ok(reach)
    }

    fn own(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<Reach> {
        let permit = permit::<UseLibrary>(actor)?;
        let own = holder(actor).ok_or(Error::NotFound)?;
        let mut reach = store::reach(conn, &permit, &[own], (Named::Listed, most), now)?;
        Ok(reach.remove(&own).unwrap_or_default())
    }

    fn give(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        (key, from): (KeyId, MemberId),
        folders: &BTreeSet<FolderId>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        if folders.is_empty() {
            return Ok(());
        }
        let permit = permit::<ManageLibrary>(actor)?;
        let ids: Vec<FolderId> = folders.iter().copied().collect();
        let (holder, named) = (Holder::Member(from), (Named::Within(&ids), i64::MAX));
        let mut reach = store::reach(conn, &permit, &[holder], named, now)?;
        let reach = reach.remove(&holder).unwrap_or_default();
        let role = |folder: &ReachedFolder| {
            let grant = Grant {
                subject: Subject::Key(key),
                role: folder.role,
                expires_at: folder.ends_at,
            };
            folders.contains(&folder.id).then_some((folder.id, grant))
        };
        let all: Vec<(FolderId, Grant)> = reach.folders.iter().filter_map(role).collect();
        if all.len() < ids.len() {
            return Err(Error::NotFound);
        }
        let giving = Giving::begin(conn, actor, &all, now)?;
        for (id, grant) in &all {
            giving
                .check((*id, grant))?
                .map_err(|why| field("share", why))?;
        }
        giving.give(conn, &all, now).map(drop)
    }

    fn check(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        folder: FolderId,
        permission: Permission,
        now: DateTime<Utc>,
    ) -> Result<()> {
        match policy::needs(permission) {
            Needs::User => find::<ReadFolder>(conn, actor, folder, now).map(drop),
            Needs::Editor | Needs::Owner => find::<AddToFolder>(conn, actor, folder, now).map(drop),
        }
    }
}

/// What each of these reaches, as far as the key that asks may know of the folders: it names those in which it has a role
/// itself and that it meets, and counts all.
pub fn reach_as_known(
    conn: &mut PgConnection,
    permit: &Permit<ReadAccess>,
    holders: &[Holder],
    most: i64,
    now: DateTime<Utc>,
) -> Result<HashMap<Holder, Reach>> {
    let roles = all_roles(conn, &policy::permit(permit.actor())?, now)?;
    let (known, edited) = (roles.ids(), roles.edited());
    let named = (Named::Known(&known, &edited), most);
    store::reach(conn, permit, holders, named, now)
}

/// Whose roles somebody has who asks.
fn holder(actor: &Actor) -> Option<Holder> {
    match &actor.who {
        Who::Member { id, .. } => Some(Holder::Member(*id)),
        Who::Key { id, owner, .. } => Some(Holder::of_key(*id, owner.map(|(member, _)| member))),
        Who::CommandLine | Who::Keyroom | Who::Finder => None,
    }
}

/// The store knows no groups.
pub fn name_groups<A: Action>(
    conn: &mut PgConnection,
    permit: &Permit<A>,
    reach: &mut HashMap<Holder, Reach>,
) -> Result<()> {
    let ways = || {
        reach
            .values()
            .flat_map(|reach| &reach.folders)
            .flat_map(|f| &f.ways)
    };
    let groups: BTreeSet<GroupId> = ways()
        .filter_map(|way| match &way.through {
            Through::Group(id, _) => Some(*id),
            Through::Direct | Through::Owner => None,
        })
        .collect();
    if groups.is_empty() {
        return Ok(());
    }
    let groups: Vec<GroupId> = groups.into_iter().collect();
    let names: HashMap<GroupId, String> = people::named_groups(conn, permit, &groups)?
        .into_iter()
        .collect();
    let folders = reach.values_mut().flat_map(|reach| &mut reach.folders);
    for way in folders.flat_map(|folder| &mut folder.ways) {
        if let Through::Group(id, name) = &mut way.through {
            *name = names.get(id).cloned().unwrap_or_default();
        }
    }
    Ok(())
}
