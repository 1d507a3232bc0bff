//! Which roles somebody has been given, at this moment.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use diesel::{dsl::exists, helper_types::IntoBoxed, pg::Pg, prelude::*};

use crate::{
    actor::{Actor, FolderRole, Who},
    error::Result,
    ids::{FolderId, GroupId, KeyId, MemberId, WorkspaceId},
    library::model::{Path, Roles, Share, ShareRow, Visibility},
    policy::{Permit, UseLibrary},
    schema::{folders, group_members, shares},
};

/// Whose roles count: a personal key has those of its owner.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder {
    Member(MemberId),
    Key(KeyId),
    Nobody,
}

impl Holder {
    pub(super) fn of(actor: &Actor) -> Self {
        match &actor.who {
            Who::Member { id, .. } => Self::Member(*id),
            Who::Key {
                owner: Some((member, _)),
                ..
            } => Self::Member(*member),
            Who::Key {
                id, owner: None, ..
            } => Self::Key(*id),
            Who::CommandLine | Who::Keyroom | Who::Finder => Self::Nobody,
        }
    }
}

type Shares<'a> = IntoBoxed<'a, shares::table, Pg>;

#[diesel::dsl::auto_type]
fn groups_of(workspace: WorkspaceId, member: MemberId) -> _ {
    group_members::table
        .filter(group_members::workspace_id.eq(workspace))
        .filter(group_members::member_id.eq(member))
        .select(group_members::group_id.nullable())
}

/// Those that are in force and about whoever asks: by themselves, and by their groups. Apart, since together no index fits.
fn given<'a>(workspace: WorkspaceId, holder: Holder, now: DateTime<Utc>) -> Vec<Shares<'a>> {
    let all = || {
        shares::table
            .filter(shares::workspace_id.eq(workspace))
            .filter(shares::expires_at.is_null().or(shares::expires_at.gt(now)))
            .into_boxed()
    };
    match holder {
        Holder::Member(id) => vec![
            all().filter(shares::member_id.eq(id)),
            all().filter(shares::group_id.eq_any(groups_of(workspace, id))),
        ],
        Holder::Key(id) => vec![all().filter(shares::key_id.eq(id))],
        Holder::Nobody => Vec::new(),
    }
}

/// Those in these folders: at most three questions, however many they are.
pub fn roles_on(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    ids: &[FolderId],
    now: DateTime<Utc>,
) -> Result<Roles> {
    let mut roles = Roles::default();
    let (workspace, holder) = (permit.workspace(), Holder::of(permit.actor()));
    for given in given(workspace, holder, now) {
        let given: Vec<(FolderId, FolderRole, Option<DateTime<Utc>>)> = given
            .filter(shares::folder_id.eq_any(ids))
            .select((shares::folder_id, shares::role, shares::expires_at))
            .load(conn)?;
        for (id, role, end) in given {
            roles.give_until(id, role, end);
        }
    }
    if let Holder::Member(member) = holder {
        let owned: Vec<FolderId> = folders::table
            .filter(folders::workspace_id.eq(workspace))
            .filter(folders::id.eq_any(ids))
            .filter(folders::owner_member_id.eq(member))
            .select(folders::id)
            .load(conn)?;
        owned.into_iter().for_each(|id| roles.own(id));
    }
    Ok(roles)
}

/// All of them but those of their own within their own, of folders that are not in the trash.
pub fn roles_everywhere(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    now: DateTime<Utc>,
) -> Result<Roles> {
    let (workspace, holder) = (permit.workspace(), Holder::of(permit.actor()));
    let mut shared: Vec<(FolderId, FolderRole)> = Vec::new();
    for given in given(workspace, holder, now) {
        shared.extend(
            given
                .select((shares::folder_id, shares::role))
                .load::<(FolderId, FolderRole)>(conn)?,
        );
    }
    let ids: BTreeSet<FolderId> = shared.iter().map(|(id, _)| *id).collect();
    let living = folders::table
        .filter(folders::workspace_id.eq(workspace))
        .filter(folders::trashed_at.is_null())
        .select((folders::id, folders::path));
    let mut ways: HashMap<FolderId, Path> = living
        .filter(folders::id.eq_any(ids))
        .load::<(FolderId, Path)>(conn)?
        .into_iter()
        .collect();
    let mut owned: Vec<(FolderId, Path)> = Vec::new();
    if let Holder::Member(member) = holder {
        // What is in a folder of theirs and theirs too follows from that.
        let above = diesel::alias!(folders as above);
        let is_in_own = above
            .filter(above.field(folders::workspace_id).eq(workspace))
            .filter(above.field(folders::id).nullable().eq(folders::parent_id))
            .filter(above.field(folders::owner_member_id).eq(member));
        owned = living
            .filter(folders::owner_member_id.eq(member))
            .filter(diesel::dsl::not(exists(is_in_own)))
            .load(conn)?;
    }
    let mut roles = Roles::default();
    let given = shared.into_iter().filter(|(id, _)| ways.contains_key(id));
    given.for_each(|(id, role)| roles.give(id, role));
    for (id, way) in owned {
        roles.own(id);
        ways.insert(id, way);
    }
    let on_the_way: BTreeSet<FolderId> = ways.values().flat_map(|way| way.ids()).copied().collect();
    let unlisted: Vec<FolderId> = folders::table
        .filter(folders::workspace_id.eq(workspace))
        .filter(folders::id.eq_any(on_the_way))
        .filter(folders::visibility.eq(Visibility::Unlisted))
        .select(folders::id)
        .load(conn)?;
    Ok(roles.along(ways, unlisted.into_iter().collect()))
}

/// What was given to whoever asks in these folders themselves, to say through what they have it.
pub fn given_on(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    ids: &[FolderId],
    now: DateTime<Utc>,
) -> Result<Vec<Share>> {
    let mut rows: Vec<ShareRow> = Vec::new();
    for given in given(permit.workspace(), Holder::of(permit.actor()), now) {
        let given = given
            .filter(shares::folder_id.eq_any(ids))
            .order(shares::id);
        rows.extend(given.select(ShareRow::as_select()).load::<ShareRow>(conn)?);
    }
    rows.into_iter().map(Share::try_from).collect()
}

/// In which groups these members are.
pub fn groups_of_all(
    conn: &mut PgConnection,
    permit: &Permit<UseLibrary>,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Vec<GroupId>>> {
    let found: Vec<(MemberId, GroupId)> = group_members::table
        .filter(group_members::workspace_id.eq(permit.workspace()))
        .filter(group_members::member_id.eq_any(members))
        .select((group_members::member_id, group_members::group_id))
        .load(conn)?;
    let mut groups: HashMap<MemberId, Vec<GroupId>> = HashMap::new();
    for (member, group) in found {
        groups.entry(member).or_default().push(group);
    }
    Ok(groups)
}
