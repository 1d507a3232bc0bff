//! Who or what has a role in a folder.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::{
    actor::FolderRole,
    error::{Error, Result},
    ids::{FolderId, GroupId, InvitationId, KeyId, MemberId, ShareId},
    schema::shares,
};

/// To whom or what a role is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    Member(MemberId),
    Group(GroupId),
    Key(KeyId),
    /// Whoever accepts it, from then on.
    Invitation(InvitationId),
}

impl Subject {
    /// As programs call its kind.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Member(_) => "member",
            Self::Group(_) => "group",
            Self::Key(_) => "api_key",
            Self::Invitation(_) => "invitation",
        }
    }

    pub fn id(self) -> String {
        match self {
            Self::Member(id) => id.to_string(),
            Self::Group(id) => id.to_string(),
            Self::Key(id) => id.to_string(),
            Self::Invitation(id) => id.to_string(),
        }
    }

    /// From the two words that [`Subject::kind`] and [`Subject::id`] make of it; never an invitation, which ends otherwise
    /// than a share.
    ///
    /// # Errors
    /// `NotFound`: there is nothing that is called so.
    pub fn parse(kind: &str, id: &str) -> Result<Self> {
        let found = match kind {
            "member" => id.parse().ok().map(Self::Member),
            "group" => id.parse().ok().map(Self::Group),
            "api_key" => id.parse().ok().map(Self::Key),
            _ => None,
        };
        found.ok_or(Error::NotFound)
    }
}

/// Several of them, apart: whoever knows one kind is asked about that.
#[derive(Debug, Default)]
pub struct ByKind {
    pub members: Vec<MemberId>,
    pub groups: Vec<GroupId>,
    pub keys: Vec<KeyId>,
    pub invitations: Vec<InvitationId>,
}

impl FromIterator<Subject> for ByKind {
    fn from_iter<I: IntoIterator<Item = Subject>>(subjects: I) -> Self {
        let mut all = Self::default();
        for subject in subjects {
            match subject {
                Subject::Member(id) => all.members.push(id),
                Subject::Group(id) => all.groups.push(id),
                Subject::Key(id) => all.keys.push(id),
                Subject::Invitation(id) => all.invitations.push(id),
            }
        }
        all
    }
}

/// A role to be given.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    pub subject: Subject,
    pub role: FolderRole,
    /// None: until somebody takes it away.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A role that was given.
#[derive(Debug, Clone)]
pub struct Share {
    pub id: ShareId,
    pub folder: FolderId,
    pub subject: Subject,
    pub role: FolderRole,
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was given as it is.
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = shares, check_for_backend(diesel::pg::Pg))]
pub struct ShareRow {
    id: ShareId,
    folder_id: FolderId,
    member_id: Option<MemberId>,
    group_id: Option<GroupId>,
    key_id: Option<KeyId>,
    invitation_id: Option<InvitationId>,
    role: FolderRole,
    expires_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl TryFrom<ShareRow> for Share {
    type Error = Error;
    fn try_from(row: ShareRow) -> Result<Self> {
        let member = row.member_id.map(Subject::Member);
        let group = row.group_id.map(Subject::Group);
        let key = row.key_id.map(Subject::Key);
        let invitation = row.invitation_id.map(Subject::Invitation);
        let subject = member.or(group).or(key).or(invitation);
        Ok(Self {
            id: row.id,
            folder: row.folder_id,
            subject: subject.ok_or(Error::NotFound)?,
            role: row.role,
            expires_at: row.expires_at,
            created_at: row.created_at,
        })
    }
}
