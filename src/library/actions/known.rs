//! To whom or what a role is given.

use std::collections::{HashMap, HashSet};

use diesel::PgConnection;

use crate::{
    actor::FolderRole,
    error::{Error, Result},
    ids::{KeyId, MemberId},
    invitations, keys,
    library::model::{ByKind, Folder, Grant, Subject},
    people,
    policy::{Permit, UseLibrary},
};

/// What somebody or something is called, and whether it can be given a role.
pub(super) struct Known {
    names: HashMap<Subject, String>,
    active: HashSet<MemberId>,
    personal: HashSet<KeyId>,
    revoked: HashSet<KeyId>,
    publishable: HashSet<KeyId>,
}

impl Known {
    /// Members and groups among them stay as they are until the caller's transaction ends. To be called before a folder is
    /// held, as wherever both are.
    pub(super) fn read(
        conn: &mut PgConnection,
        permit: &Permit<UseLibrary>,
        subjects: &[Subject],
    ) -> Result<Self> {
        let of: ByKind = subjects.iter().copied().collect();
        let keys = keys::named(conn, permit, &of.keys)?;
        let is_there = people::hold_groups(conn, permit, &of.groups)?;
        let called = people::named_groups(conn, permit, &of.groups)?;
        let mut names: HashMap<Subject, String> = called
            .into_iter()
            .filter(|(id, _)| is_there.contains(id))
            .map(|(id, name)| (Subject::Group(id), name))
            .collect();
        let called = people::names(conn, permit, &of.members)?;
        names.extend(
            called
                .into_iter()
                .map(|(id, name)| (Subject::Member(id), name)),
        );
        let invited = invitations::waiting(conn, permit, &of.invitations)?;
        names.extend(
            invited
                .into_iter()
                .map(|of| (Subject::Invitation(of.id), of.email)),
        );
        let labels = keys
            .values()
            .map(|key| (Subject::Key(key.id), key.label.clone()));
        names.extend(labels);
        let those = |which: fn(&keys::Key) -> bool| -> HashSet<KeyId> {
            keys.values()
                .filter(|key| which(key))
                .map(|key| key.id)
                .collect()
        };
        Ok(Self {
            names,
            active: people::hold_active(conn, permit, &of.members)?,
            personal: those(|key| key.owner_member_id.is_some()),
            revoked: those(|key| key.revoked_at.is_some()),
            publishable: those(|key| key.kind.is_publishable()),
        })
    }

    /// # Errors
    /// `NotFound`: there is nobody and nothing of the kind. Within: a sentence.
    pub(super) fn check(&self, folder: &Folder, grant: &Grant) -> Result<Result<(), &'static str>> {
        let told = match grant.subject {
            Subject::Member(id) if folder.owner_member_id == Some(id) => {
                Err("They own this folder, and so are Editor of it")
            }
            Subject::Member(id) if !self.active.contains(&id) => return Err(Error::NotFound),
            Subject::Key(id) if self.personal.contains(&id) => {
                Err("A personal key has the roles of its owner. Share with them instead")
            }
            Subject::Key(id) if self.revoked.contains(&id) => {
                Err("This key is revoked. Restore it, or choose another")
            }
            Subject::Key(id)
                if grant.role == FolderRole::Editor && self.publishable.contains(&id) =>
            {
                Err("A publishable key only reads. Make it a User")
            }
            known if !self.names.contains_key(&known) => return Err(Error::NotFound),
            _ => Ok(()),
        };
        Ok(told)
    }

    pub(super) fn name(&self, subject: Subject) -> String {
        self.names
            .get(&subject)
            .cloned()
            .unwrap_or_else(|| subject.id())
    }
}
