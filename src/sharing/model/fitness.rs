//! What a key with a role in a folder lacks to use it.
//!
//! The rule: as *User* a key needs both permissions to read, to list and to fetch. As *Editor* it needs, beside them, at
//! least one of those that change something: which of them an application needs, nobody else knows.

use chrono::{DateTime, Utc};

use crate::{
    actor::FolderRole,
    keys::{Key, State},
    permissions::Permission::{self, *},
};

const READ: [Permission; 2] = [ObjectsList, ObjectsFetch];

const CHANGE: [Permission; 16] = [
    FileUpload,
    FileMetaCreate,
    FileMetaChange,
    FileRename,
    FileMove,
    FileDelete,
    FileSetVisibility,
    FileLabelChange,
    FileProductChange,
    DirCreate,
    DirRename,
    DirMetaChange,
    DirMove,
    DirDelete,
    DirSetVisibility,
    AccessManage,
];

/// Why a key cannot use a role, or not all of it. The first that applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    Revoked,
    /// With its owner.
    Suspended,
    Expired,
    Deactivated,
    /// A key for browsers, which only reads, is Editor.
    OnlyReads,
    /// These are missing; `reads`: it can read all the same.
    Lacks {
        missing: Vec<Permission>,
        reads: bool,
    },
}

pub fn flaw(key: &Key, role: FolderRole, now: DateTime<Utc>) -> Option<Flaw> {
    match key.state(now) {
        State::Revoked => return Some(Flaw::Revoked),
        State::Suspended => return Some(Flaw::Suspended),
        State::Expired => return Some(Flaw::Expired),
        State::Deactivated => return Some(Flaw::Deactivated),
        State::Active | State::Rotating => {}
    }
    let has = |permission: &Permission| key.permissions.contains(*permission);
    let mut missing: Vec<Permission> = READ.into_iter().filter(|p| !has(p)).collect();
    let reads = missing.is_empty();
    if role == FolderRole::Editor && !CHANGE.iter().any(has) {
        if key.kind.is_publishable() {
            return Some(Flaw::OnlyReads);
        }
        missing.push(FileUpload);
    }
    (!missing.is_empty()).then_some(Flaw::Lacks { missing, reads })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_needs_its_permissions() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let lacks = |role, has: &[Permission]| {
            let mut key = Key::for_test(now);
            key.permissions = has.iter().copied().collect();
            match flaw(&key, role, now) {
                None => Vec::new(),
                Some(Flaw::Lacks { missing, .. }) => missing,
                Some(other) => panic!("{other:?}"),
            }
        };
        use FolderRole::{Editor, User};
        assert_eq!(lacks(User, &[]), [ObjectsList, ObjectsFetch]);
        assert_eq!(lacks(User, &[ObjectsList, ObjectsFetch]), []);
        assert_eq!(lacks(Editor, &[ObjectsList, ObjectsFetch]), [FileUpload]);
        assert_eq!(lacks(Editor, &[ObjectsList, DirCreate]), [ObjectsFetch]);
        assert_eq!(lacks(Editor, &[ObjectsList, ObjectsFetch, FileDelete]), []);
    }

    #[test]
    fn what_opens_nothing_lacks_nothing_else() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("in range");
        let mut key = Key::for_test(now);
        key.permissions = [].into_iter().collect();
        key.deactivated_at = Some(now);
        assert_eq!(flaw(&key, FolderRole::User, now), Some(Flaw::Deactivated));
        key.expires_at = Some(now);
        assert_eq!(flaw(&key, FolderRole::User, now), Some(Flaw::Expired));
        key.suspended_at = Some(now);
        assert_eq!(flaw(&key, FolderRole::User, now), Some(Flaw::Suspended));
        key.revoked_at = Some(now);
        assert_eq!(flaw(&key, FolderRole::User, now), Some(Flaw::Revoked));
    }
}
