//! *Change many keys*.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::web::Data;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{as_sent, check_kind, kind::OfKind};
use crate::{
    actor::Actor,
    db::ApiDb,
    error::field,
    ids::KeyId,
    keys::{
        actions::{self, Outcome},
        model::{Bulk, Reason, Skip},
    },
    web::{Fault, Json, Now, api::Answer},
};

/// Two thousand ids, however they are written.
const LIMIT: usize = 256 * 1024;

/// One change to many keys.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkChange {
    action: BulkAction,
    /// Which keys, at most 2,000 different ones.
    #[schemars(length(min = 1), example = serde_json::json!(["7Kq2mXw0B1aZ"]))]
    ids: Vec<KeyId>,
    /// True: nothing changes, and the answer says what would.
    #[serde(default)]
    dry_run: bool,
}

/// What is done to each.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum BulkAction {
    Activate,
    Deactivate,
    Revoke,
    Restore,
}

impl From<BulkAction> for Bulk {
    fn from(action: BulkAction) -> Self {
        match action {
            BulkAction::Activate => Self::Activate,
            BulkAction::Deactivate => Self::Deactivate,
            BulkAction::Revoke => Self::Revoke(Reason::Unneeded),
            BulkAction::Restore => Self::Restore,
        }
    }
}

/// What became of the keys, or would.
#[derive(Serialize, JsonSchema)]
pub struct BulkResult {
    /// How many keys were named.
    #[schemars(example = 1)]
    count: usize,
    /// How many of them changed.
    #[schemars(example = 1)]
    changed: usize,
    /// How many stay as they are.
    #[schemars(example = 0)]
    skipped: usize,
    /// True: nothing was changed.
    dry_run: bool,
    /// Each key, in the order in which it was first named.
    results: Vec<ResultOfKey>,
}

/// What became of one key.
#[derive(Serialize, JsonSchema)]
struct ResultOfKey {
    id: KeyId,
    /// `changed`, or `skipped`: it stays as it is.
    result: Done,
    /// Why it was skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "SkipReason")]
    reason: Option<SkipReason>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Done {
    Changed,
    Skipped,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum SkipReason {
    /// It has permissions that the key that asks does not have.
    PermissionMissing,
    /// It has a role in a folder that the key that asks does not have.
    FolderRoleMissing,
    /// It is a member's personal key.
    PersonalKey,
    ActiveAlready,
    DeactivatedAlready,
    RevokedAlready,
    Revoked,
    NotRevoked,
    Expired,
    /// Its owner is.
    Suspended,
    /// It was revoked as compromised.
    Compromised,
    /// It was revoked more than 7 days ago.
    TooLate,
    /// Another key has its label now. Restore it by itself with another.
    LabelTaken,
    /// Something of it does not allow that.
    Other,
}

impl From<Skip> for SkipReason {
    fn from(skip: Skip) -> Self {
        match skip {
            Skip::BeyondEditor => Self::PermissionMissing,
            Skip::BeyondFolders => Self::FolderRoleMissing,
            Skip::Anothers => Self::PersonalKey,
            Skip::ActiveAlready => Self::ActiveAlready,
            Skip::DeactivatedAlready => Self::DeactivatedAlready,
            Skip::RevokedAlready => Self::RevokedAlready,
            Skip::Revoked => Self::Revoked,
            Skip::NotRevoked => Self::NotRevoked,
            Skip::Expired => Self::Expired,
            Skip::Suspended => Self::Suspended,
            Skip::Compromised => Self::Compromised,
            Skip::TooLate => Self::TooLate,
            Skip::LabelTaken => Self::LabelTaken,
            // Of edits and of what is undone.
            Skip::Uneditable
            | Skip::BeyondMaximum
            | Skip::SameExpiry
            | Skip::HasThem
            | Skip::HasNone
            | Skip::NoneLeft
            | Skip::OnlyReads
            | Skip::ChangedSince
            | Skip::Forgotten => Self::Other,
        }
    }
}

impl BulkResult {
    fn of(outcome: Outcome, named: &[KeyId], dry_run: bool) -> Self {
        let mut skipped: BTreeMap<KeyId, Skip> = outcome
            .skipped
            .into_iter()
            .map(|(key, skip)| (key.id, skip))
            .collect();
        let mut seen = BTreeSet::new();
        let first = named.iter().filter(|id| seen.insert(**id)).copied();
        let (changed, stay) = (outcome.changes.len(), skipped.len());
        let results: Vec<ResultOfKey> = first
            .map(|id| match skipped.remove(&id) {
                None => ResultOfKey {
                    id,
                    result: Done::Changed,
                    reason: None,
                },
                Some(skip) => ResultOfKey {
                    id,
                    result: Done::Skipped,
                    reason: Some(skip.into()),
                },
            })
            .collect();
        Self {
            count: results.len(),
            changed,
            skipped: stay,
            dry_run,
            results,
        }
    }
}

pub async fn change_many<K: OfKind>(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Json(asked): Json<BulkChange, LIMIT>,
) -> Result<Answer<BulkResult>, Fault> {
    if asked.ids.is_empty() {
        return Err(field("ids", "Give the id of at least one key").into());
    }
    let result = db.0.run(move |conn| {
        let (bulk, dry_run) = (Bulk::from(asked.action), asked.dry_run);
        let ids: BTreeSet<KeyId> = asked.ids.iter().copied().collect();
        let outcome = match dry_run {
            true => actions::preview(conn, &actor, &bulk, &ids, now),
            false => actions::change_all(conn, &actor, &bulk, &ids, now).map(|(done, _)| done),
        };
        let outcome = outcome.map_err(as_sent)?;
        // Whatever was done to a key of the other kind is undone with this.
        check_kind::<K>(conn, &actor, &ids)?;
        Ok(BulkResult::of(outcome, &asked.ids, dry_run))
    });
    Ok(Answer(result.await?))
}
