//! *Share a folder* and *Take access to a folder away*.

use std::collections::{HashMap, HashSet};

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Deserialize;

use super::access::{AccessOf, SubjectKind, given};
use crate::{
    actor::{Actor, FolderRole},
    db::ApiDb,
    error::{self, Error, FieldError},
    ids::{FolderId, GroupId, KeyId, MemberId},
    library::{
        actions,
        model::{Grant, Subject},
        store,
    },
    web::{
        Fault, Json, Now, Path,
        api::{Answer, NoContent},
        json,
        list::List,
        time,
    },
};

/// Roles to give.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sharing {
    /// 1 to 100, each about another.
    #[schemars(length(min = 1, max = 100))]
    grants: Vec<Given>,
}

/// A role to give.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Grant")]
struct Given {
    r#type: SubjectKind,
    /// Of a member, a group, or a key of the workspace.
    #[schemars(example = &"7Kq2mXw0B1aZ")]
    id: String,
    role: FolderRole,
    /// When it ends; null: when somebody takes it away. Left out, it stays as it is, and a new one does not end. Never later
    /// than the role of the key that asks, where that ends.
    #[serde(default, deserialize_with = "json::given")]
    #[schemars(with = "Option<DateTime<Utc>>", example = &"2026-12-20T09:30:00Z")]
    expires_at: Option<Option<DateTime<Utc>>>,
}

impl Given {
    /// None: its end makes no sense.
    fn check(&self, now: DateTime<Utc>) -> error::Result<Option<Grant>> {
        let end = self.expires_at.flatten();
        if end.is_some_and(|end| end <= now || time::sane(end).is_none()) {
            return Ok(None);
        }
        Ok(Some(Grant {
            subject: self.r#type.subject(&self.id)?,
            role: self.role,
            expires_at: end,
        }))
    }
}

impl SubjectKind {
    fn subject(self, id: &str) -> error::Result<Subject> {
        let found = match self {
            Self::Member => id.parse::<MemberId>().ok().map(Subject::Member),
            Self::Group => id.parse::<GroupId>().ok().map(Subject::Group),
            Self::ApiKey => id.parse::<KeyId>().ok().map(Subject::Key),
        };
        found.ok_or(Error::NotFound)
    }
}

pub async fn share(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<FolderId>,
    Json(sharing): Json<Sharing>,
) -> Result<Answer<List<AccessOf>>, Fault> {
    let mut mistakes = Vec::new();
    let (mut grants, mut unchanged) = (Vec::new(), HashSet::new());
    for (n, given) in sharing.grants.iter().enumerate() {
        let Some(grant) = given.check(now)? else {
            let (field, why) = (
                format!("grants[{n}].expires_at"),
                "Give a time in the future, or none",
            );
            mistakes.push(FieldError::new(field, why));
            continue;
        };
        if given.expires_at.is_none() {
            unchanged.insert(grant.subject);
        }
        grants.push(grant);
    }
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes).into());
    }
    let shown = db.0.run(move |conn| {
        // Held, so that nobody changes what stays as it is.
        let of = (id, &*actions::subjects(&grants));
        let held = actions::to_share(conn, &actor, of, now)?;
        let permit = held.found.permit.library();
        let ends: HashMap<Subject, _> = store::shares_on_all(conn, permit, &[id], now)?
            .into_iter()
            .map(|share| (share.subject, share.expires_at))
            .collect();
        for grant in grants
            .iter_mut()
            .filter(|grant| unchanged.contains(&grant.subject))
        {
            grant.expires_at = ends.get(&grant.subject).copied().flatten();
        }
        let (_, shares) = actions::set_access_in(conn, held, &grants, now)?;
        given(conn, &actor, (id, shares), now)
    });
    Ok(Answer(List {
        data: shown.await?,
        next_cursor: None,
    }))
}

/// Whose access is taken away.
#[derive(Deserialize, JsonSchema)]
pub struct OfSubject {
    folder: FolderId,
    /// `member`, `group` or `api_key`.
    #[schemars(example = &"api_key")]
    r#type: String,
    /// The id of that.
    #[schemars(example = &"7Kq2mXw0B1aZ")]
    subject: String,
}

pub async fn take(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(of): Path<OfSubject>,
) -> Result<NoContent, Fault> {
    let subject = Subject::parse(&of.r#type, &of.subject)?;
    db.0.run(move |conn| actions::take_access(conn, &actor, (of.folder, subject), now))
        .await?;
    Ok(NoContent)
}
