//! The secrets of a key that was rotated so often that not all of them are looked at for each call: what was right once is
//! told from what never was all the same.

use diesel::prelude::*;

use super::{Candidate, MOST, StoredSecret};
use crate::{
    error::Result, key_files::Pepper, keys::secret::PresentedKey, policy::Unscoped,
    schema::key_secrets,
};

impl Candidate {
    /// What secrets beyond those that were looked at would be checked by. None: there are no more.
    pub fn older(&self, presented: &PresentedKey, pepper: &Pepper) -> Option<Vec<Vec<u8>>> {
        let is_cut = i64::try_from(self.secrets.len()).is_ok_and(|found| found >= MOST);
        let digest = |version| presented.digest(pepper, version, self.workspace);
        let all = || pepper.versions().filter_map(digest);
        is_cut.then(|| all().map(|digest| digest.to_vec()).collect())
    }
}

/// The one among all secrets of a key that has one of these digests, however many there are: it has retired.
pub fn find_older(
    conn: &mut PgConnection,
    _: Unscoped,
    mut candidate: Candidate,
    digests: &[Vec<u8>],
) -> Result<Option<(Candidate, i32)>> {
    let found: Option<StoredSecret> = key_secrets::table
        .filter(key_secrets::workspace_id.eq(candidate.workspace))
        .filter(key_secrets::key_id.eq(candidate.key.id))
        .filter(key_secrets::digest.eq_any(digests))
        .select(StoredSecret::as_select())
        .first(conn)
        .optional()?;
    Ok(found.map(|secret| {
        let version = secret.version;
        candidate.secrets.push(secret);
        (candidate, version)
    }))
}
