//! Who is asking, and from where. Built only by the guards and the command line; everything below trusts it.

mod role;

use chrono::{DateTime, TimeDelta, Utc};

pub use role::{FolderRole, Role};

use crate::{
    ids::{KeyId, MemberId, RequestId, SessionHandle, UserId, WorkspaceId},
    permissions::Permissions,
};

/// Where a request comes from; an audit entry keeps all but the session.
#[derive(Debug, Clone, Default)]
pub struct Source {
    pub ip: Option<std::net::IpAddr>,
    /// At most 300 characters, without control characters.
    pub user_agent: Option<String>,
    pub request: Option<RequestId>,
    /// What lets in whoever is signed in. A guard notes it.
    pub session: Option<SessionHandle>,
}

/// Somebody acting in one workspace.
#[derive(Debug, Clone)]
pub struct Actor {
    pub who: Who,
    pub workspace: WorkspaceId,
    pub source: Source,
    is_about_own: bool,
    needed: Permissions,
}

#[derive(Debug, Clone)]
pub enum Who {
    Member {
        id: MemberId,
        name: String,
        role: Role,
        /// What every member has and what their groups add. Owners and admins have everything, whatever this says.
        permissions: Permissions,
    },
    Key {
        id: KeyId,
        /// The version of the secret that it came with.
        secret: i32,
        label: String,
        /// In force: of a personal key, within what its owner has now.
        permissions: Permissions,
        /// Whose personal key it is, and the role that they have now.
        owner: Option<(MemberId, Role)>,
    },
    /// The operator at the server's own command line.
    CommandLine,
    /// The server itself, by a rule that somebody has set.
    Keyroom,
    /// Whoever presents a key that they have found. Nobody knows who they are, and that key is all that they can do
    /// something about.
    Finder,
}

impl Actor {
    pub fn new(who: Who, workspace: WorkspaceId, source: Source) -> Self {
        Self {
            who,
            workspace,
            source,
            is_about_own: false,
            needed: Permissions::default(),
        }
    }

    /// They are let in for what asks for these.
    pub fn note_needed(&mut self, needed: &Permissions) {
        self.needed = self.needed.with(needed);
    }

    /// What a key was asked for on its way here, and has to have until it is done.
    pub fn needed(&self) -> &Permissions {
        &self.needed
    }

    /// The same, as they stand now.
    #[must_use]
    pub fn as_now(&self, who: Who) -> Self {
        Self {
            who,
            ..self.clone()
        }
    }

    /// The same, about nothing but what is their own: so somebody acts in their account, whatever their role.
    #[must_use]
    pub fn about_own(self) -> Self {
        Self {
            is_about_own: true,
            ..self
        }
    }

    /// As which member somebody acts who acts about nothing but what is their own.
    pub fn own(&self) -> Option<MemberId> {
        self.member_id().filter(|_| self.is_about_own)
    }

    /// What whoever has found a key is called: by the address, which is all that is known.
    pub fn finder(&self) -> String {
        match self.source.ip {
            Some(ip) => format!("Somebody at {ip}"),
            None => "Somebody".to_owned(),
        }
    }

    /// As which key somebody acts.
    pub fn key_id(&self) -> Option<KeyId> {
        match &self.who {
            Who::Key { id, .. } => Some(*id),
            Who::Member { .. } | Who::CommandLine | Who::Keyroom | Who::Finder => None,
        }
    }

    pub fn member_id(&self) -> Option<MemberId> {
        self.membership().map(|(id, _)| id)
    }

    /// As which member somebody acts, and with which role.
    pub fn membership(&self) -> Option<(MemberId, Role)> {
        match &self.who {
            Who::Member { id, role, .. } => Some((*id, *role)),
            Who::Key { .. } | Who::CommandLine | Who::Keyroom | Who::Finder => None,
        }
    }
}

/// A person who is signed in, outside any workspace: the subject of their own account.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub source: Source,
}

/// How long a password that was entered counts.
const CONFIRMED_FOR: TimeDelta = TimeDelta::minutes(10);

/// Proof that whoever asks has entered their password within the last ten minutes.
///
/// What must not be done at a screen that was left unlocked takes it, and is not reached without: see `web::confirm`.
#[derive(Debug, Clone, Copy)]
pub struct Confirmed(());

impl Confirmed {
    /// None: it was never entered, or too long ago.
    pub fn since(entered_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Self> {
        let is_recent = entered_at.is_some_and(|at| now - at < CONFIRMED_FOR);
        is_recent.then_some(Self(()))
    }
}

mod sql {
    use diesel::{
        deserialize::{self, FromSql},
        pg::{Pg, PgValue},
        serialize::{self, Output, ToSql},
        sql_types::Text,
    };

    use super::{FolderRole, Role};

    impl FromSql<Text, Pg> for Role {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            match value.as_bytes() {
                b"owner" => Ok(Self::Owner),
                b"admin" => Ok(Self::Admin),
                b"member" => Ok(Self::Member),
                _ => Err("a role that this version does not know".into()),
            }
        }
    }

    impl ToSql<Text, Pg> for Role {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            <str as ToSql<Text, Pg>>::to_sql(self.name(), out)
        }
    }

    impl FromSql<Text, Pg> for FolderRole {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            match value.as_bytes() {
                b"user" => Ok(Self::User),
                b"editor" => Ok(Self::Editor),
                _ => Err("a role in a folder that this version does not know".into()),
            }
        }
    }

    impl ToSql<Text, Pg> for FolderRole {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            <str as ToSql<Text, Pg>>::to_sql(self.name(), out)
        }
    }
}
