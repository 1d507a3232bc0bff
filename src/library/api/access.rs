//! *Who has access to a folder*, *Share a folder* and *Take access away*.

use std::collections::HashMap;

use actix_web::web::Data;
use chrono::{DateTime, Utc};
use diesel::PgConnection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    actor::{Actor, FolderRole},
    db::ApiDb,
    error::{self, Error},
    ids::{FolderId, MemberId, ShareId},
    keys::{self, State},
    library::{
        find::{Found, find},
        model::{ByKind, Path as Way, Roles, Share, Subject},
        store,
    },
    people,
    policy::SeeFolder,
    web::{
        Fault, Now, Path, Query,
        api::Answer,
        list::{List, Part},
        paging::{Cursor, OfList},
    },
};

/// To whom or what a role is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum SubjectKind {
    Member,
    Group,
    ApiKey,
}

/// Somebody or something with a role in a folder.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FolderAccess")]
pub struct AccessOf {
    r#type: SubjectKind,
    #[schemars(example = &"019a9fd4-71b0-7f6e-8a55-93c1d04e2b67")]
    id: String,
    /// The name of a member or group, the label of a key.
    #[schemars(example = &"Ada Park")]
    label: String,
    /// Of a member or a key: only who is active, also while it rotates, reaches anything at this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "State")]
    status: Option<State>,
    role: FolderRole,
    through: Through,
    /// When it ends; null: when somebody takes it away.
    expires_at: Option<DateTime<Utc>>,
}

/// Why they have it.
#[derive(Serialize, JsonSchema)]
struct Through {
    /// `direct`: it was given in this folder; `owner`: the folder is theirs; `folder`: the same holds for one above it.
    r#type: ThroughKind,
    /// Of `folder`, which one; null where that is not shared with the key.
    folder_id: Option<FolderId>,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum ThroughKind {
    Direct,
    Owner,
    Folder,
}

/// A part of the list.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessQuery {
    /// 1 to 100; 50 unless given.
    #[schemars(with = "Option<u8>", range(min = 1, max = 100))]
    limit: Option<String>,
    /// The `next_cursor` of the part before.
    cursor: Option<String>,
}

/// The owners come with the first part, beyond its limit.
pub async fn list(
    actor: Actor,
    db: Data<ApiDb>,
    Now(now): Now,
    Path(id): Path<FolderId>,
    Query(query): Query<AccessQuery>,
) -> Result<Answer<List<AccessOf>>, Fault> {
    let workspace = actor.workspace;
    let mut mistakes = Vec::new();
    let (limit, cursor) = (query.limit.as_deref(), query.cursor.as_deref());
    let of = OfList::new(workspace, "access").within(id);
    let part: Part<ShareId, ()> = Part::parse(limit, cursor, &of, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(Error::Invalid(mistakes).into());
    }
    let list = db.0.run(move |conn| {
        let found = find::<SeeFolder>(conn, &actor, id, now)?;
        read(conn, &found, part, &of, now)
    });
    Ok(Answer(list.await?))
}

fn read(
    conn: &mut PgConnection,
    found: &Found<SeeFolder>,
    part: Part<ShareId, ()>,
    of: &OfList,
    now: DateTime<Utc>,
) -> error::Result<List<AccessOf>> {
    let (permit, path) = (&found.permit, &found.folder.path);
    let is_first = part.after.is_none();
    let owners = match is_first {
        true => store::owners_on(conn, permit, path)?,
        false => Vec::new(),
    };
    let most = i64::try_from(part.limit + 1).unwrap_or(i64::MAX);
    let after = part.after.map(|after| after.id);
    let shares = store::shares_on(conn, permit, path, (after, most), now)?;
    let known = known(conn, found, &owners, (&shares, now))?;
    let way = |folder: FolderId, here: ThroughKind| Through::of(path, folder, here, &found.roles);
    let owned = owners.into_iter().filter_map(|(folder, member)| {
        let subject = Subject::Member(member);
        let (label, status) = known.get(&subject)?;
        Some(AccessOf {
            r#type: SubjectKind::Member,
            id: subject.id(),
            label: label.clone(),
            status: *status,
            role: FolderRole::Editor,
            through: way(folder, ThroughKind::Owner),
            expires_at: None,
        })
    });
    let mut data: Vec<AccessOf> = owned.collect();
    let place = |share: &Share| Cursor {
        at: (),
        id: share.id,
    };
    let given = List::of(shares, part.limit, of, place, |share| {
        let through = way(share.folder, ThroughKind::Direct);
        AccessOf::of(share, through, &known)
    });
    data.extend(given.data.into_iter().flatten());
    Ok(List {
        data,
        next_cursor: given.next_cursor,
    })
}

impl Through {
    fn of(path: &Way, folder: FolderId, here: ThroughKind, roles: &Roles) -> Self {
        if path.above().iter().all(|above| *above != folder) {
            return Self {
                r#type: here,
                folder_id: None,
            };
        }
        let upto = path.ids().iter().position(|id| *id == folder).unwrap_or(0);
        let is_seen = roles.role_along(&path.ids()[..=upto]).is_some();
        Self {
            r#type: ThroughKind::Folder,
            folder_id: is_seen.then_some(folder),
        }
    }
}

impl AccessOf {
    /// None: whoever has no access by it: an invitation that nobody has accepted, a member who was removed, a revoked key.
    fn of(share: Share, through: Through, known: &Known) -> Option<Self> {
        let (label, status) = known.get(&share.subject)?;
        Some(Self {
            r#type: match share.subject {
                Subject::Member(_) => SubjectKind::Member,
                Subject::Group(_) => SubjectKind::Group,
                Subject::Key(_) => SubjectKind::ApiKey,
                Subject::Invitation(_) => return None,
            },
            id: share.subject.id(),
            label: label.clone(),
            status: *status,
            role: share.role,
            through,
            expires_at: share.expires_at,
        })
    }
}

/// What each is called, and of a member or a key how it stands.
type Known = HashMap<Subject, (String, Option<State>)>;

fn known(
    conn: &mut PgConnection,
    found: &Found<SeeFolder>,
    owners: &[(FolderId, MemberId)],
    (shares, now): (&[Share], DateTime<Utc>),
) -> error::Result<Known> {
    let permit = found.permit.library();
    let owners = owners.iter().map(|(_, member)| Subject::Member(*member));
    let all = owners.chain(shares.iter().map(|share| share.subject));
    let all: ByKind = all.collect();
    let members = people::known(conn, permit, &all.members)?;
    let members = members.into_iter().map(|member| {
        let state = match member.is_suspended {
            true => State::Suspended,
            false => State::Active,
        };
        (Subject::Member(member.id), (member.name, Some(state)))
    });
    let groups = people::named_groups(conn, permit, &all.groups)?;
    let groups = groups
        .into_iter()
        .map(|(id, name)| (Subject::Group(id), (name, None)));
    let keys = keys::named(conn, permit, &all.keys)?;
    let keys = keys.into_values().filter(|key| key.revoked_at.is_none());
    let keys = keys.map(|key| {
        let state = key.state(now);
        (Subject::Key(key.id), (key.label, Some(state)))
    });
    Ok(members.chain(groups).chain(keys).collect())
}

/// Roles that were given just now.
pub fn given(
    conn: &mut PgConnection,
    actor: &Actor,
    (id, shares): (FolderId, Vec<Share>),
    now: DateTime<Utc>,
) -> error::Result<Vec<AccessOf>> {
    let found = find::<SeeFolder>(conn, actor, id, now)?;
    let known = known(conn, &found, &[], (&shares, now))?;
    let direct = || Through {
        r#type: ThroughKind::Direct,
        folder_id: None,
    };
    let shown = |share| AccessOf::of(share, direct(), &known);
    Ok(shares.into_iter().filter_map(shown).collect())
}
