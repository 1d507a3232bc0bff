//! Who and what stands in the dialog, by name.

use std::collections::HashMap;

use diesel::PgConnection;

use crate::{
    error::Result,
    ids::{GroupId, KeyId, MemberId},
    invitations::{self, Invitation},
    keys::{self, Key},
    library::{ByKind, Subject},
    people::{self, Known},
    policy::{Permit, UseLibrary},
};

#[derive(Default)]
pub struct Names {
    pub people: HashMap<MemberId, Known>,
    /// With how many are in each.
    pub groups: HashMap<GroupId, (String, i64)>,
    pub keys: HashMap<KeyId, Key>,
    pub invitations: Vec<Invitation>,
}

impl Names {
    /// A question for each kind of which there is any, and two for groups.
    pub fn read(
        conn: &mut PgConnection,
        permit: &Permit<UseLibrary>,
        subjects: &[Subject],
    ) -> Result<Self> {
        let all: ByKind = subjects.iter().copied().collect();
        let people = people::known(conn, permit, &all.members)?;
        let groups = match all.groups.is_empty() {
            true => HashMap::new(),
            false => {
                let sizes = people::sizes(conn, permit, &all.groups)?;
                let named = people::named_groups(conn, permit, &all.groups)?.into_iter();
                named
                    .map(|(id, name)| (id, (name, sizes.get(&id).copied().unwrap_or_default())))
                    .collect()
            }
        };
        Ok(Self {
            people: people.into_iter().map(|of| (of.id, of)).collect(),
            groups,
            keys: keys::named(conn, permit, &all.keys)?,
            invitations: invitations::waiting(conn, permit, &all.invitations)?,
        })
    }

    /// None: there is nobody and nothing of the kind any more.
    pub fn of(&self, subject: Subject) -> Option<&str> {
        match subject {
            Subject::Member(id) => self.people.get(&id).map(|of| of.name.as_str()),
            Subject::Group(id) => self.groups.get(&id).map(|(name, _)| name.as_str()),
            Subject::Key(id) => self.keys.get(&id).map(|key| key.label.as_str()),
            Subject::Invitation(id) => self
                .invitations
                .iter()
                .find(|of| of.id == id)
                .map(|of| of.email.as_str()),
        }
    }
}
