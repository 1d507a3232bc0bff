//! Who gains and who loses access by a move, by name and through what.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::places;
use crate::{
    actor::{Actor, FolderRole},
    error::Result,
    ids::FolderId,
    library::{
        find::{Found, find, find_among, roles_in},
        model::{ByKind, Change, Folder, Held, Path, Subject, changes},
        pages::{
            inside::Inside,
            people::{Access, MOST},
        },
        store,
        views::Affected,
    },
    policy::{AddToFolder, FolderPermit, SeeFolder, UseLibrary, permit},
};

pub struct Effect {
    /// What the place is called.
    pub place: String,
    changes: Vec<(Change, String)>,
    /// The folders through which somebody gains or loses it, as far as they may be seen.
    names: HashMap<FolderId, String>,
    is_more: bool,
    /// What goes with it.
    pub inside: Inside,
}

impl Effect {
    pub fn of(
        conn: &mut PgConnection,
        actor: &Actor,
        found: &Found<AddToFolder>,
        to: Option<FolderId>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let library = permit::<UseLibrary>(actor)?;
        let place = places::named(conn, actor, to, now)?;
        let into = match to {
            None => None,
            Some(id) => Some(find::<AddToFolder>(conn, actor, id, now)?.folder),
        };
        let old = &found.folder.path;
        let new = Path::of(into.as_ref().map(|into| &into.path), found.folder.id);
        let folders: Vec<Folder> = [Some(found.folder.clone()), into]
            .into_iter()
            .flatten()
            .collect();
        let roles = roles_in(conn, &library, &folders, now)?;
        let seen = find_among::<SeeFolder>(permit(actor)?, found.folder.clone(), roles.clone())?;
        let (changes, is_more) = changed(conn, &seen.permit, [old, &new], now)?;
        let subjects: Vec<Subject> = changes.iter().map(|change| change.subject).collect();
        let access = Access::read(conn, &library, &subjects, false)?;
        let named: HashMap<Subject, String> = access.named.into_iter().collect();
        let through: Vec<FolderId> = changes.iter().map(|change| change.through).collect();
        let through = store::some_of(conn, &library, &through)?;
        Ok(Self {
            place,
            changes: changes
                .into_iter()
                .filter_map(|change| Some((change, named.get(&change.subject)?.clone())))
                .collect(),
            names: through
                .into_iter()
                .filter(|folder| roles.role(&folder.path).is_some())
                .map(|folder| (folder.id, folder.name))
                .collect(),
            is_more,
            inside: Inside::of(conn, &found.permit)?,
        })
    }

    /// Those who gain, or those who lose.
    pub fn told(&self, is_gain: bool) -> Vec<Affected> {
        let those = self.changes.iter();
        those
            .filter(|(change, _)| change.is_gain() == is_gain)
            .map(|(change, name)| Affected {
                name: name.clone(),
                what: self.what(change),
            })
            .collect()
    }

    /// "User, through Plans", "Editor, through Plans; stays User".
    fn what(&self, change: &Change) -> String {
        let role = |role: Option<FolderRole>| role.map_or("", FolderRole::title);
        let known = self.names.get(&change.through);
        let through = known.map_or("a folder above", String::as_str);
        match (change.is_gain(), change.before, change.after) {
            (true, None, _) => format!("{}, through {through}", role(change.after)),
            (true, before, after) => {
                format!(
                    "{} instead of {}, through {through}",
                    role(after),
                    role(before)
                )
            }
            (false, before, None) => format!("{}, through {through}", role(before)),
            (false, before, after) => {
                format!("{}, through {through}; stays {}", role(before), role(after))
            }
        }
    }

    pub fn more(&self) -> &'static str {
        match self.is_more {
            true => {
                "More than 100 roles follow from where it is, or will be; only the first are looked at here."
            }
            false => "",
        }
    }
}

/// Whose role is another after a move from one way to another, and whether there may be more of them: those to whom
/// something is given where only one of the two leads are looked for, and then for all that is theirs on both.
fn changed(
    conn: &mut PgConnection,
    permit: &FolderPermit<SeeFolder>,
    ways: [&Path; 2],
    now: DateTime<Utc>,
) -> Result<(Vec<Change>, bool)> {
    let [old, new] = ways;
    let (mut subjects, mut is_more) = (BTreeSet::new(), false);
    let most = i64::try_from(MOST + 1).unwrap_or(i64::MAX);
    for part in [old.beyond(new), new.beyond(old)] {
        let shares = store::shares_on(conn, permit, &part, (None, most), now)?;
        is_more |= shares.len() > MOST;
        subjects.extend(shares.into_iter().take(MOST).map(|share| share.subject));
        let owners = store::owners_on(conn, permit, &part)?.into_iter();
        subjects.extend(owners.map(|(_, member)| Subject::Member(member)));
    }
    let members: ByKind = subjects.iter().copied().collect();
    let groups = store::groups_of_all(conn, permit.library(), &members.members)?;
    subjects.extend(groups.values().flatten().copied().map(Subject::Group));
    let subjects: Vec<Subject> = subjects.into_iter().collect();
    let before = held(conn, permit, (old, &subjects), now)?;
    let after = held(conn, permit, (new, &subjects), now)?;
    Ok((changes(&before, &after, &groups), is_more))
}

/// What these hold along a way, and whoever owns a folder on it.
fn held(
    conn: &mut PgConnection,
    permit: &FolderPermit<SeeFolder>,
    (path, subjects): (&Path, &[Subject]),
    now: DateTime<Utc>,
) -> Result<Vec<Held>> {
    let owned = store::owners_on(conn, permit, path)?.into_iter();
    let owned = owned.map(|(folder, member)| Held {
        subject: Subject::Member(member),
        role: FolderRole::Editor,
        folder,
    });
    let shares = store::shares_of(conn, permit, (path, subjects), now)?;
    let given = shares.into_iter().map(|share| Held {
        subject: share.subject,
        role: share.role,
        folder: share.folder,
    });
    Ok(owned.chain(given).collect())
}
