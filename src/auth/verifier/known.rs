//! Which key it is that a call presents.

use actix_web::dev::ServiceRequest;

use super::{Tools, WHY, credential::credential};
use crate::{
    actor::Source,
    error::{Error, Refusal, Result},
    keys::{self, Candidate, PresentedKey},
    web::{Access, client},
};

/// The key behind the credential, whatever its state.
pub(super) async fn known(
    access: Access,
    req: &mut ServiceRequest,
    tools: &Tools,
    source: &Source,
) -> Result<(Candidate, i32, PresentedKey)> {
    let presented = credential(access, req).await?;
    let invalid = || {
        if let Some(ip) = source.ip {
            tools.limits.invalid_keys.take(&client::network_of(ip))?;
        }
        Err(Error::Refused(Refusal::KeyInvalid))
    };
    let Ok(presented) = PresentedKey::parse(&presented) else {
        return invalid();
    };
    let mut found = find(tools, &presented).await?;
    if let Some((candidate, version)) = &found
        && candidate.awaits_use(*version)
    {
        let used = (candidate.workspace, candidate.key.id, *version);
        let now = tools.site.clock.now();
        let noted = move |conn: &mut _| keys::note_use(conn, WHY, used, now);
        tools.db.0.run(noted).await?;
        // It was made anew meanwhile, or is not any more.
        found = find(tools, &presented).await?;
    }
    match found {
        Some((candidate, version)) => Ok((candidate, version, presented)),
        None => invalid(),
    }
}

/// One look at the database; unknown ids and wrong secrets take the same way.
pub(super) async fn find(
    tools: &Tools,
    presented: &PresentedKey,
) -> Result<Option<(Candidate, i32)>> {
    let (kind, id) = (presented.kind(), presented.id());
    let found = tools
        .db
        .0
        .run(move |conn| keys::find_candidate(conn, WHY, kind, id))
        .await?;
    let Some(candidate) = found else {
        return Ok(None);
    };
    if let Some(version) = candidate.version_of(presented, &tools.pepper)? {
        return Ok(Some((candidate, version)));
    }
    // Of a key that was rotated very often.
    let Some(digests) = candidate.older(presented, &tools.pepper) else {
        return Ok(None);
    };
    let older = move |conn: &mut _| keys::find_older(conn, WHY, candidate, &digests);
    tools.db.0.run(older).await
}
