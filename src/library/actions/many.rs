//! What owners and admins give in many folders at once.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{access::give, known::Known};
use crate::{
    actor::Actor,
    error::{Error, Result},
    ids::FolderId,
    keys::hold_caller,
    library::{
        model::{Folder, Grant, Share, Subject},
        store,
    },
    policy::{ManageLibrary, Permit, UseLibrary, permit},
};

/// Whoever gives, whoever gets something, and the folders, held in this order.
pub struct Giving {
    permit: Permit<UseLibrary>,
    known: Known,
    folders: HashMap<FolderId, Folder>,
}

impl Giving {
    pub fn begin(
        conn: &mut PgConnection,
        actor: &Actor,
        all: &[(FolderId, Grant)],
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let manage = permit::<ManageLibrary>(actor)?;
        let permit = permit::<UseLibrary>(actor)?;
        hold_caller(conn, &permit, now)?;
        let subjects: BTreeSet<Subject> = all.iter().map(|(_, grant)| grant.subject).collect();
        let subjects: Vec<Subject> = subjects.into_iter().collect();
        let known = Known::read(conn, &permit, &subjects)?;
        let ids: BTreeSet<FolderId> = all.iter().map(|(id, _)| *id).collect();
        let ids: Vec<FolderId> = ids.into_iter().collect();
        let folders = store::hold_all(conn, &manage, &ids)?;
        Ok(Self {
            permit,
            known,
            folders: folders.into_iter().map(|of| (of.id, of)).collect(),
        })
    }

    /// Who has a role of their own in which of them, in force.
    pub fn having(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
    ) -> Result<HashSet<(FolderId, Subject)>> {
        let ids: Vec<FolderId> = self.folders.keys().copied().collect();
        let shares = store::shares_on_all(conn, &self.permit, &ids, now)?;
        let places = shares
            .into_iter()
            .map(|share| (share.folder, share.subject));
        Ok(places.collect())
    }

    /// # Errors
    /// `NotFound`: the folder is not there, or in the trash, or there is nobody and nothing of the kind. Within: a sentence.
    pub fn check(&self, (id, grant): (FolderId, &Grant)) -> Result<Result<(), &'static str>> {
        let folder = self.folders.get(&id);
        let folder = folder.filter(|folder| folder.trashed_at.is_none());
        self.known.check(folder.ok_or(Error::NotFound)?, grant)
    }

    /// What was checked, once for each of them in each folder.
    pub fn give(
        &self,
        conn: &mut PgConnection,
        all: &[(FolderId, Grant)],
        now: DateTime<Utc>,
    ) -> Result<Vec<Share>> {
        let placed = all.iter();
        let placed = placed.filter_map(|(id, grant)| Some((self.folders.get(id)?, *grant)));
        let placed: Vec<(&Folder, Grant)> = placed.collect();
        give(conn, &self.permit, (&self.known, &placed), now)
    }
}
