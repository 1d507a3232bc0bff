//! Who gains and who loses access where what a folder is in changes.

use std::collections::{BTreeMap, HashMap};

use super::Subject;
use crate::{
    actor::FolderRole,
    ids::{FolderId, GroupId, MemberId},
};

/// That somebody or something has a role in a folder, by a grant in it or because it is theirs.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    pub subject: Subject,
    pub role: FolderRole,
    pub folder: FolderId,
}

/// Somebody whose role is another afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub subject: Subject,
    pub before: Option<FolderRole>,
    pub after: Option<FolderRole>,
    /// In which folder they have what they gain, or what they lose.
    pub through: FolderId,
}

impl Change {
    pub fn is_gain(&self) -> bool {
        self.after > self.before
    }
}

/// From what is held along the way to a folder to what would be. A member who has as much by a group neither gains nor
/// loses anything; whoever is in a group that does, is not named apart.
pub fn changes(
    before: &[Held],
    after: &[Held],
    groups: &HashMap<MemberId, Vec<GroupId>>,
) -> Vec<Change> {
    let (old, new) = (best(before), best(after));
    let role = |held: &BTreeMap<Subject, Held>, subject: Subject| {
        let own = held.get(&subject).map(|held| held.role);
        let of = match subject {
            Subject::Member(id) => groups.get(&id).map(Vec::as_slice),
            _ => None,
        };
        let given = of.unwrap_or_default().iter();
        let given = given.filter_map(|id| held.get(&Subject::Group(*id)).map(|held| held.role));
        own.into_iter().chain(given).max()
    };
    let mut subjects: Vec<Subject> = old.keys().chain(new.keys()).copied().collect();
    subjects.sort_unstable();
    subjects.dedup();
    let change = |subject: Subject| {
        let (before, after) = (role(&old, subject), role(&new, subject));
        let from = if after > before { &new } else { &old };
        // What comes with a group, or goes with it, is said of the group.
        let own = from
            .get(&subject)
            .filter(|own| Some(own.role) == before.max(after))?;
        (before != after).then_some(Change {
            subject,
            before,
            after,
            through: own.folder,
        })
    };
    subjects.into_iter().filter_map(change).collect()
}

/// The greatest that each has.
fn best(held: &[Held]) -> BTreeMap<Subject, Held> {
    let mut best: BTreeMap<Subject, Held> = BTreeMap::new();
    for one in held {
        let known = best.entry(one.subject).or_insert(*one);
        if one.role > known.role {
            *known = *one;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::FolderRole::{Editor, User};

    #[test]
    fn what_is_held_otherwise_too_is_neither_gained_nor_lost() {
        let (above, own, new) = (FolderId::fresh(), FolderId::fresh(), FolderId::fresh());
        let [ada, sam, lena] = [(); 3].map(|()| MemberId::fresh());
        let writers = GroupId::fresh();
        let held = |subject, role, folder| Held {
            subject,
            role,
            folder,
        };
        let group = Subject::Group(writers);
        let before = [
            held(Subject::Member(ada), Editor, above),
            held(Subject::Member(ada), User, own),
            held(Subject::Member(sam), User, above),
            held(group, User, own),
        ];
        let after = [
            held(Subject::Member(ada), User, own),
            held(group, User, own),
            held(group, Editor, new),
            held(Subject::Member(lena), User, new),
        ];
        let groups = HashMap::from([(sam, vec![writers]), (lena, vec![writers])]);
        let found = changes(&before, &after, &groups);
        let told: Vec<_> = found
            .iter()
            .map(|c| (c.subject, c.before, c.after, c.through))
            .collect();
        let mut expected = vec![
            (Subject::Member(ada), Some(Editor), Some(User), above),
            (group, Some(User), Some(Editor), new),
        ];
        expected.sort_unstable_by_key(|change| change.0);
        // Sam and Lena have more by their group, and are not named apart.
        assert_eq!(told, expected);
        assert!(
            found
                .iter()
                .all(|c| c.is_gain() || c.subject == Subject::Member(ada))
        );
    }
}
