//! An entry of the list, as it is read and as programs see it.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::subject::{Kind, Subject};
use crate::{
    actor::Role,
    ids::{GroupId, WorkspaceId},
    keys::{FolderOfKey, KeyAccess, Object, Origins, Owner, State},
    people::{GroupAccess, MemberAccess},
    permissions::Permissions,
    reached_folders::{Holder, Reach},
    web::paging::Cursor,
};

/// Somebody or something that can reach what is in the workspace.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Access")]
pub struct AccessEntry {
    r#type: Kind,
    #[schemars(example = &"019a9fd4-71b0-7f6e-8a55-93c1d04e2b67")]
    id: String,
    /// The name of a member or group, the label of a key.
    #[schemars(example = &"Ada Park")]
    label: String,
    /// Of a member or a key: only who is active, also while it rotates, reaches anything at this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "State")]
    status: Option<State>,
    /// Of a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "RoleName")]
    role: Option<RoleName>,
    /// Of a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", example = &"ada@brightwater.example")]
    email: Option<String>,
    /// What they may ask for while they are active: a member by role, by what every member may and by groups; a personal
    /// key within what its owner may. Of a group what it adds for its members.
    permissions: Permissions,
    /// The first 100 by name of the folders in which their roles begin, or become greater: a role is one in all that is in
    /// the folder, too. Only folders in which the key that asks has a role itself. A personal key has the roles of its
    /// owner.
    folders: Vec<FolderOfKey>,
    /// How many such folders there are, also of those that the key that asks may not know.
    #[schemars(example = 3)]
    folder_count: i64,
    /// The groups that a member is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<GroupOfMember>")]
    groups: Option<Vec<GroupOfMember>>,
    /// How many members a group has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "i64", example = 12)]
    member_count: Option<i64>,
    /// What is there of a key alone.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    of_key: Option<OfKey>,
}

#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum RoleName {
    Owner,
    Admin,
    Member,
}

/// A group by its name.
#[derive(Serialize, JsonSchema)]
struct GroupOfMember {
    id: GroupId,
    #[schemars(example = &"Engineering")]
    name: String,
}

#[derive(Serialize, JsonSchema)]
struct OfKey {
    object: Object,
    owner: Owner,
    /// When a key ends; null: it does not end by itself.
    #[schemars(example = &"2026-11-22T09:30:00Z")]
    expires_at: Option<DateTime<Utc>>,
    /// From where a key may be used, as ranges; none: from anywhere.
    #[schemars(example = json!(["203.0.113.0/24"]))]
    allowed_ips: Vec<String>,
    /// At which sites a publishable key may be used, or `*`.
    #[schemars(example = &["https://shop.example.com"])]
    allowed_origins: Origins,
}

pub enum Row {
    Member(MemberAccess),
    Group(GroupAccess),
    Key(Box<KeyAccess>),
}

impl Row {
    pub fn place(&self) -> Cursor<Subject, ()> {
        let id = match self {
            Self::Member(member) => Subject::Member(member.id),
            Self::Group(group) => Subject::Group(group.group.id),
            Self::Key(key) => Subject::Key(key.key.id),
        };
        Cursor { at: (), id }
    }

    /// Whose roles it has.
    pub fn holder(&self) -> Holder {
        match self {
            Self::Member(member) => Holder::Member(member.id),
            Self::Group(group) => Holder::Group(group.group.id),
            Self::Key(key) => Holder::of_key(key.key.id, key.key.owner_member_id),
        }
    }

    pub fn shown(self, reach: Reach, workspace: WorkspaceId, now: DateTime<Utc>) -> AccessEntry {
        let folder_count = reach.total;
        let folders = reach.folders.into_iter().map(FolderOfKey::of).collect();
        AccessEntry {
            folders,
            folder_count,
            ..self.entry(workspace, now)
        }
    }

    fn entry(self, workspace: WorkspaceId, now: DateTime<Utc>) -> AccessEntry {
        match self {
            Self::Member(member) => AccessEntry {
                status: Some(match member.is_suspended {
                    true => State::Suspended,
                    false => State::Active,
                }),
                role: Some(match member.holder.role {
                    Role::Owner => RoleName::Owner,
                    Role::Admin => RoleName::Admin,
                    Role::Member => RoleName::Member,
                }),
                email: Some(member.email),
                groups: Some(member.groups.into_iter().map(GroupOfMember::of).collect()),
                ..AccessEntry::of(
                    Kind::Member,
                    member.id.to_string(),
                    member.holder.name,
                    member.holder.held,
                )
            },
            Self::Group(GroupAccess { group, size }) => AccessEntry {
                member_count: Some(size),
                ..AccessEntry::of(
                    Kind::Group,
                    group.id.to_string(),
                    group.name,
                    group.permissions,
                )
            },
            Self::Key(found) => {
                let KeyAccess { key, permissions } = *found;
                AccessEntry {
                    status: Some(key.state(now)),
                    of_key: Some(OfKey {
                        object: Object::of(key.kind),
                        owner: Owner::of(key.owner_member_id, workspace),
                        expires_at: key.expires_at,
                        allowed_ips: key.limits.allowed_ips.ranges().collect(),
                        allowed_origins: key.allowed_origins,
                    }),
                    ..AccessEntry::of(Kind::ApiKey, key.id.to_string(), key.label, permissions)
                }
            }
        }
    }
}

impl AccessEntry {
    /// What there is of everything.
    fn of(r#type: Kind, id: String, label: String, permissions: Permissions) -> Self {
        Self {
            r#type,
            id,
            label,
            status: None,
            role: None,
            email: None,
            permissions,
            folders: Vec::new(),
            folder_count: 0,
            groups: None,
            member_count: None,
            of_key: None,
        }
    }
}

impl GroupOfMember {
    fn of((id, name): (GroupId, String)) -> Self {
        Self { id, name }
    }
}
