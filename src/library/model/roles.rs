//! What roles somebody has in folders, as grants say it, and what follows for the folders within them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::Path;
use crate::{actor::FolderRole, ids::FolderId, policy::Standing};

/// The roles that somebody has been given in folders, or has as their owner. In a folder they have the greatest that they
/// have in it or in one above it.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    given: HashMap<FolderId, FolderRole>,
    owned: HashSet<FolderId>,
    /// When being Editor ends; those that do not end are missing.
    ends: HashMap<FolderId, DateTime<Utc>>,
    /// Where those are, of all that there are.
    ways: HashMap<FolderId, Path>,
    /// Of those on these ways.
    unlisted: HashSet<FolderId>,
}

impl Roles {
    pub fn give(&mut self, folder: FolderId, role: FolderRole) {
        let given = self.given.entry(folder).or_insert(role);
        *given = role.max(*given);
    }

    /// The same until some moment, if it ends.
    pub fn give_until(&mut self, folder: FolderId, role: FolderRole, end: Option<DateTime<Utc>>) {
        let was = self.given.get(&folder).copied();
        self.give(folder, role);
        if role < FolderRole::Editor {
            return;
        }
        // Of two that make an Editor, the one that lasts longer counts.
        let known = self.ends.get(&folder).copied();
        match (was, known, end) {
            (Some(FolderRole::Editor), None, _) | (_, _, None) => drop(self.ends.remove(&folder)),
            (_, known, Some(end)) => {
                self.ends
                    .insert(folder, known.map_or(end, |known| known.max(end)));
            }
        }
    }

    /// When they are no Editor any more of what is at the end of this; none: that does not end, or they are none.
    fn editor_until(&self, path: &Path) -> Option<DateTime<Utc>> {
        let editor = |id: &&FolderId| self.given.get(*id) == Some(&FolderRole::Editor);
        let ends = path.ids().iter().filter(editor);
        let ends = ends.map(|id| self.ends.get(id).copied());
        ends.reduce(|a, b| Some(a?.max(b?))).flatten()
    }

    pub fn own(&mut self, folder: FolderId) {
        self.owned.insert(folder);
        self.give_until(folder, FolderRole::Editor, None);
    }

    /// None: they may not know of it.
    pub fn role(&self, path: &Path) -> Option<FolderRole> {
        self.role_along(path.ids())
    }

    /// In what is at the end of these.
    pub fn role_along(&self, ids: &[FolderId]) -> Option<FolderRole> {
        ids.iter()
            .filter_map(|id| self.given.get(id))
            .max()
            .copied()
    }

    pub fn standing(&self, path: &Path) -> Standing {
        Standing {
            role: self.role(path),
            editor_until: self.editor_until(path),
            is_owner: path.ids().last().is_some_and(|id| self.owned.contains(id)),
        }
    }

    pub fn owns(&self, folder: FolderId) -> bool {
        self.owned.contains(&folder)
    }

    /// The same with where each of those folders is, and which on the way there are unlisted.
    pub(in crate::library) fn along(
        self,
        ways: HashMap<FolderId, Path>,
        unlisted: HashSet<FolderId>,
    ) -> Self {
        Self {
            ways,
            unlisted,
            ..self
        }
    }

    /// Where whoever has these roles begins: the folders in which they have one and that they meet, but for those to which
    /// lists lead from another. Of all of their roles, not of those in some folders.
    pub fn tops(&self) -> Vec<FolderId> {
        let begins = |(_, way): &(&FolderId, &Path)| {
            let ids = way.ids();
            self.is_met(ids) && !self.is_led_to(way.above())
        };
        self.ways.iter().filter(begins).map(|(id, _)| *id).collect()
    }

    /// What is at the end of these is listed for them.
    fn is_met(&self, ids: &[FolderId]) -> bool {
        let is_listed = ids.last().is_some_and(|id| !self.unlisted.contains(id));
        is_listed || self.role_along(ids) == Some(FolderRole::Editor)
    }

    /// Lists lead to what is at the end of these, and so to what is in it.
    fn is_led_to(&self, ids: &[FolderId]) -> bool {
        let Some((id, above)) = ids.split_last() else {
            return false;
        };
        self.role_along(ids).is_some()
            && self.is_met(ids)
            && (self.given.contains_key(id) || self.is_led_to(above))
    }

    /// Those in which they are Editors by a grant in the folder itself.
    pub fn edited(&self) -> Vec<FolderId> {
        let edited = (self.given.iter()).filter(|(_, role)| **role == FolderRole::Editor);
        edited.map(|(id, _)| *id).collect()
    }

    pub fn ids(&self) -> Vec<FolderId> {
        self.given.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_within_adds_and_never_takes_away() {
        let ids: Vec<FolderId> = (0..3).map(|_| FolderId::fresh()).collect();
        let top = Path::of(None, ids[0]);
        let middle = Path::of(Some(&top), ids[1]);
        let end = Path::of(Some(&middle), ids[2]);
        let mut roles = Roles::default();
        assert_eq!(roles.role(&end), None);
        roles.give(ids[1], FolderRole::Editor);
        roles.give(ids[2], FolderRole::User);
        roles.give(ids[1], FolderRole::User);
        let along: Vec<Option<FolderRole>> =
            [&top, &middle, &end].map(|path| roles.role(path)).into();
        assert_eq!(
            along,
            [None, Some(FolderRole::Editor), Some(FolderRole::Editor)]
        );
        roles.own(ids[0]);
        assert!(roles.standing(&top).is_owner && !roles.standing(&end).is_owner);
        assert_eq!(roles.role(&top), Some(FolderRole::Editor));
    }
}
