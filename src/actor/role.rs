//! The roles that people have in a workspace, and that people, groups and keys have in a folder.

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Deserialize,
    diesel::AsExpression,
    diesel::FromSqlRow,
)]
#[serde(rename_all = "lowercase")]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum Role {
    Member,
    Admin,
    Owner,
}

impl Role {
    /// From the one who may most.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Admin, Self::Member];

    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin => "Admin",
            Self::Member => "Member",
        }
    }

    /// "an owner", "a member".
    pub fn article(self) -> &'static str {
        match self {
            Self::Owner => "an owner",
            Self::Admin => "an admin",
            Self::Member => "a member",
        }
    }

    /// What somebody with it can do.
    pub fn means(self) -> &'static str {
        match self {
            Self::Owner => "Can do everything here, also with owners.",
            Self::Admin => "Can manage keys, members and settings, but not owners.",
            Self::Member => "Can do what members and their groups may do.",
        }
    }
}

/// What somebody may do in a folder and in all that is in it. From the one who may less.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
    diesel::AsExpression,
    diesel::FromSqlRow,
)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum FolderRole {
    /// Search and read.
    User,
    /// Upload and manage.
    Editor,
}

impl FolderRole {
    pub const ALL: [Self; 2] = [Self::User, Self::Editor];

    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Editor => "editor",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Editor => "Editor",
        }
    }

    /// "a User", "an Editor".
    pub fn article(self) -> &'static str {
        match self {
            Self::User => "a User",
            Self::Editor => "an Editor",
        }
    }

    /// What somebody with it can do.
    pub fn means(self) -> &'static str {
        match self {
            Self::User => "Can search and read",
            Self::Editor => "Can upload and manage",
        }
    }
}
