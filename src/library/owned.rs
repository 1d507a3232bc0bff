//! The folders of somebody who leaves.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::json;

use super::{
    actions::{entry, owner_before, trash},
    model::{Folder, Subject},
    store::{self, Top},
};
use crate::{
    actor::{Actor, FolderRole},
    audit,
    error::{Error, Result, field},
    ids::{FolderId, MemberId},
    owned_folders::{DecidedFolders, FolderFate, FolderFates, OwnedFolder, OwnedFolders},
    people,
    policy::{ManageLibrary, Permit, UseLibrary, permit},
};

/// To be passed to whoever shows members.
pub fn owned_folders() -> Arc<dyn OwnedFolders> {
    Arc::new(Owned)
}

struct Owned;

/// Folders that a report names.
const NAMED: usize = 100;

impl OwnedFolders for Owned {
    fn owned(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<(Vec<OwnedFolder>, i64)> {
        let permit = about(actor, member)?;
        let tops = store::owned_tops(conn, &permit, member, most)?;
        let total = tops.first().map_or(0, |top| top.total);
        let ids: Vec<FolderId> = tops.iter().map(|top| top.id).collect();
        let mut shared: HashMap<FolderId, Vec<(Subject, FolderRole)>> = HashMap::new();
        for share in store::shares_on_all(conn, &permit, &ids, now)? {
            let of = shared.entry(share.folder).or_default();
            of.push((share.subject, share.role));
        }
        let members: Vec<MemberId> = shared.values().flatten().filter_map(editor).collect();
        let active = people::active_members(conn, &permit, &members)?;
        let names = people::names(conn, &permit, &members)?;
        let shown = tops.into_iter().map(|top| {
            let with = shared.remove(&top.id).unwrap_or_default();
            shown(top, &with, (&active, &names))
        });
        Ok((shown.collect(), total))
    }

    fn decide(
        &self,
        conn: &mut PgConnection,
        actor: &Actor,
        member: MemberId,
        fates: &FolderFates,
        now: DateTime<Utc>,
    ) -> Result<DecidedFolders> {
        let permit = about(actor, member)?;
        let names = names(conn, &permit, member, fates)?;
        let mut decided = DecidedFolders::default();
        let mut to: BTreeMap<MemberId, BTreeSet<FolderId>> = BTreeMap::new();
        for (id, fate) in &fates.each {
            match fate {
                FolderFate::HandOver(heir) => drop(to.entry(*heir).or_default().insert(*id)),
                FolderFate::Trash => {
                    let folder = trash(conn, actor, *id, now)?;
                    decided.add([folder], "moved to the trash");
                }
            }
        }
        let single = to.into_iter().map(|(heir, ids)| (heir, Some(ids)));
        for (heir, ids) in single.chain([(fates.others, None)]) {
            let ids: Option<Vec<FolderId>> = ids.map(|ids| ids.into_iter().collect());
            let former = rename_clashes(conn, &permit, (member, heir), ids.as_deref(), &names)?;
            let both = (member, heir);
            let folders = store::set_owner_of_all(conn, &permit, both, ids.as_deref(), now)?;
            let name = |id| names.get(&id).cloned().unwrap_or_default();
            let entries = folders.iter().map(|(folder, had)| {
                let mut was = owner_before(Some(name(member)), &name(heir), had.as_ref());
                let mut is = json!({"owner": name(heir)});
                if let Some(former) = former.get(&folder.id) {
                    was["name"] = json!(former);
                    is["name"] = json!(folder.name);
                }
                entry("folder.handed_over", folder, Some(was), Some(is))
            });
            audit::record_all(conn, actor, entries.collect(), now)?;
            let living = folders.into_iter().map(|(folder, _)| folder);
            let living = living.filter(|folder| folder.trashed_at.is_none());
            decided.add(living, &format!("handed over to {}", name(heir)));
        }
        let shared = store::delete_shares_with(conn, &permit, member)?;
        let with = json!({ "with": names.get(&member) });
        let entries = shared
            .iter()
            .map(|folder| entry("folder.unshared", folder, Some(with.clone()), None));
        audit::record_all(conn, actor, entries.collect(), now)?;
        decided.others_shared = more(shared.len());
        let shared = shared.into_iter().take(NAMED);
        decided.shared = shared.map(|folder| folder.name).collect();
        Ok(decided)
    }
}

/// Owners and admins decide about everybody's folders, everybody about their own.
fn about(actor: &Actor, member: MemberId) -> Result<Permit<UseLibrary>> {
    if actor.member_id() != Some(member) {
        permit::<ManageLibrary>(actor)?;
    }
    permit(actor)
}

fn editor((subject, role): &(Subject, FolderRole)) -> Option<MemberId> {
    match (subject, role) {
        (Subject::Member(id), FolderRole::Editor) => Some(*id),
        _ => None,
    }
}

fn shown(
    top: Top,
    with: &[(Subject, FolderRole)],
    (active, names): (&HashSet<MemberId>, &HashMap<MemberId, String>),
) -> OwnedFolder {
    let count = |is: fn(&Subject) -> bool| {
        let those = with.iter().filter(|(subject, _)| is(subject)).count();
        i64::try_from(those).unwrap_or(i64::MAX)
    };
    let editors = with.iter().filter_map(editor);
    let editors = editors.filter(|id| active.contains(id));
    OwnedFolder {
        people: count(|subject| matches!(subject, Subject::Member(_))),
        groups: count(|subject| matches!(subject, Subject::Group(_))),
        keys: count(|subject| matches!(subject, Subject::Key(_))),
        editors: editors
            .filter_map(|id| Some((id, names.get(&id)?.clone())))
            .collect(),
        id: top.id,
        name: top.name,
        within: top.within,
    }
}

/// Of everybody concerned, if they may get what is decided.
fn names(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    member: MemberId,
    fates: &FolderFates,
) -> Result<HashMap<MemberId, String>> {
    let ids: Vec<FolderId> = fates.each.keys().copied().collect();
    let owned = store::count_owned(conn, permit, member, &ids)?;
    if usize::try_from(owned).unwrap_or_default() != ids.len() {
        return Err(Error::NotFound);
    }
    let heirs = fates.each.values().filter_map(|fate| match fate {
        FolderFate::HandOver(heir) => Some(*heir),
        FolderFate::Trash => None,
    });
    let heirs: Vec<MemberId> = heirs.chain([fates.others]).collect();
    let active = people::hold_active(conn, permit, &heirs)?;
    if heirs
        .iter()
        .any(|heir| *heir == member || !active.contains(heir))
    {
        let why = "Choose an active member of the workspace who stays";
        return Err(field("folders", why));
    }
    let all: Vec<MemberId> = heirs.into_iter().chain([member]).collect();
    people::names(conn, permit, &all)
}

/// At the top of the library nobody has two folders of one name: "Reports" becomes "Reports (Mateo Cruz)". Those that
/// were renamed, and what they were called.
fn rename_clashes(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    both: (MemberId, MemberId),
    only: Option<&[FolderId]>,
    names: &HashMap<MemberId, String>,
) -> Result<HashMap<FolderId, String>> {
    let mut former = HashMap::new();
    let from = names.get(&both.0).cloned().unwrap_or_default();
    let clashes = store::clashes(conn, permit, both)?.into_iter();
    for (id, name) in clashes.filter(|(id, _)| only.is_none_or(|only| only.contains(id))) {
        for n in 1.. {
            let called = renamed(&name, &from, n);
            if !store::has_called(conn, permit, &[both.0, both.1], &called)? {
                store::set_name(conn, permit, id, &called)?;
                former.insert(id, name);
                break;
            }
        }
    }
    Ok(former)
}

fn renamed(name: &str, from: &str, n: usize) -> String {
    let from: String = from.chars().take(40).collect();
    let end = match n {
        1 => format!(" ({from})"),
        n => format!(" ({from} {n})"),
    };
    let room = 120_usize.saturating_sub(end.chars().count());
    let start: String = name.chars().take(room).collect();
    format!("{}{end}", start.trim_end())
}

fn more(len: usize) -> i64 {
    i64::try_from(len.saturating_sub(NAMED)).unwrap_or(i64::MAX)
}

impl DecidedFolders {
    fn add(&mut self, folders: impl IntoIterator<Item = Folder>, decision: &str) {
        for folder in folders {
            match self.named.len() < NAMED {
                true => self.named.push((folder.name, decision.to_owned())),
                false => self.others += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_says_whose_it_was_and_fits() {
        assert_eq!(renamed("Reports", "Mateo Cruz", 1), "Reports (Mateo Cruz)");
        assert_eq!(
            renamed("Reports", "Mateo Cruz", 3),
            "Reports (Mateo Cruz 3)"
        );
        let long = renamed(&"ä".repeat(120), &"b".repeat(80), 12);
        assert_eq!(long.chars().count(), 120);
        assert!(long.ends_with(" 12)"), "{long}");
    }
}
