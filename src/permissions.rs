//! The catalogue of permissions: what a key, or a member, may ask the API for.
//!
//! The one table that the dialog, the API and the checks read; the database's
//! constraint is compared with it by a test.

mod preset;

pub use preset::{CUSTOM, Preset, chosen, custom};

use std::{collections::BTreeSet, fmt, str::FromStr};

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::{Array, Nullable, Text},
};

use crate::error::FieldError;

/// What the dialog shows of a permission.
pub struct Description {
    pub code: &'static str,
    pub name: &'static str,
    pub group: Group,
    /// Marked in the dialog and named again when the key is shown.
    pub careful: bool,
    /// A publishable key may have it.
    pub publishable: bool,
}

macro_rules! catalogue {
    ($($group:ident $title:literal { $($variant:ident $code:literal $name:literal $($mark:ident)*;)* })*) => {
        /// The groups of the dialog, in its order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Group { $($group),* }

        impl Group {
            pub const ALL: &[Self] = &[$(Self::$group),*];
            pub fn title(self) -> &'static str {
                match self { $(Self::$group => $title),* }
            }
            /// For the ids of elements.
            pub fn id(self) -> &'static str {
                match self { $(Self::$group => stringify!($group)),* }
            }
        }

        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission { $($($variant),*),* }

        impl Permission {
            pub const ALL: &[Self] = &[$($(Self::$variant),*),*];
            pub fn describe(self) -> Description {
                match self {
                    $($(Self::$variant => Description {
                        code: $code,
                        name: $name,
                        group: Group::$group,
                        careful: [$(stringify!($mark)),*].contains(&"careful"),
                        publishable: [$(stringify!($mark)),*].contains(&"publishable"),
                    }),*),*
                }
            }
        }
    };
}

catalogue! {
    Read "Read" {
        ObjectsList "OBJECTS_LIST" "List and search assets" publishable;
        ObjectsFetch "OBJECTS_FETCH" "Fetch assets" publishable;
    }
    Files "Files" {
        FileUpload "FILE_UPLOAD" "Upload files";
        FileMetaCreate "FILE_META_CREATE" "Create file metadata";
        FileMetaChange "FILE_META_CHANGE" "Update file metadata";
        FileRename "FILE_RENAME" "Rename files";
        FileMove "FILE_MOVE" "Move files";
        FileDelete "FILE_DELETE" "Delete files" careful;
        FileSetVisibility "FILE_SET_VISIBILITY" "Set file visibility" careful;
        FileLabelChange "FILE_LABEL_CHANGE" "Update file labels";
        FileImageEditor "FILE_IMAGE_EDITOR" "Edit images";
        FileProductChange "FILE_PRODUCT_CHANGE" "Change product information";
        FileProcessAutotagging "FILE_PROCESS_AUTOTAGGING" "Run autotagging";
    }
    Folders "Folders" {
        DirCreate "DIR_CREATE" "Create folders";
        DirRename "DIR_RENAME" "Rename folders";
        DirMetaChange "DIR_META_CHANGE" "Create and update folder metadata";
        DirMove "DIR_MOVE" "Move folders";
        DirDelete "DIR_DELETE" "Delete folders" careful;
        DirSetVisibility "DIR_SET_VISIBILITY" "Set folder visibility" careful;
    }
    CollectionsAndLabels "Collections and labels" {
        CollectionsList "COLLECTIONS_LIST" "List collections" publishable;
        CollectionsManage "COLLECTIONS_MANAGE" "Manage collections";
        LabelsList "LABELS_LIST" "View labels" publishable;
        LabelManage "LABEL_MANAGE" "Manage labels";
    }
    SharingAndApproval "Sharing and approval" {
        ObjectsShareManage "OBJECTS_SHARE_MANAGE" "Manage shareboxes" careful;
        ObjectsAirboxManage "OBJECTS_AIRBOX_MANAGE" "Manage airboxes" careful;
        ObjectsApprovalManage "OBJECTS_APPROVAL_MANAGE" "Manage approvals";
        ObjectsApprovalVote "OBJECTS_APPROVAL_VOTE" "Approve or reject assets";
    }
    Workspace "Workspace" {
        ConfigList "CONFIG_LIST" "View configuration";
        ConfigChange "CONFIG_CHANGE" "Change configuration" careful;
        AccessRead "ACCESS_READ" "View access";
        AccessManage "ACCESS_MANAGE" "Manage access and API keys" careful;
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe().code)
    }
}

impl FromStr for Permission {
    type Err = String;
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|p| p.describe().code == code)
            .ok_or_else(|| format!("There is no permission {code}"))
    }
}

impl serde::Serialize for Permission {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl schemars::JsonSchema for Permission {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Permission".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<&str> = Self::ALL.iter().map(|p| p.describe().code).collect();
        schemars::json_schema!({
            "type": "string",
            "enum": codes,
            "description": "What a key may ask the API for.",
        })
    }
}

/// A set of permissions, in the order of the catalogue. The empty set grants nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, AsExpression, FromSqlRow)]
#[serde(transparent)]
#[diesel(sql_type = Array<Nullable<Text>>)]
pub struct Permissions(BTreeSet<Permission>);

impl Permissions {
    pub fn everything() -> Self {
        Permission::ALL.iter().copied().collect()
    }
    /// Of codes, as a program sends them in `field`.
    ///
    /// # Errors
    /// Each that is none, with its place.
    pub fn sent(field: &str, codes: &[String]) -> Result<Self, Vec<FieldError>> {
        let (mut found, mut mistakes) = (BTreeSet::new(), Vec::new());
        for (n, code) in codes.iter().enumerate() {
            match code.parse() {
                Ok(permission) => drop(found.insert(permission)),
                Err(_) => mistakes.push(FieldError::new(
                    format!("{field}[{n}]"),
                    "Give the code of a permission, for example OBJECTS_LIST",
                )),
            }
        }
        match mistakes.is_empty() {
            true => Ok(Self(found)),
            false => Err(mistakes),
        }
    }
    pub fn iter(&self) -> impl Iterator<Item = Permission> {
        self.0.iter().copied()
    }
    /// "List and search assets, Fetch assets", as people read them.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.iter().map(|p| p.describe().name).collect();
        names.join(", ")
    }
    /// "List and search assets, Fetch assets and 3 more": a few of them, where there is no room for all.
    pub fn first_names(&self, most: usize) -> String {
        let more = self.len().saturating_sub(most);
        let first: Self = self.iter().take(most).collect();
        match more {
            0 => first.names(),
            n => format!("{} and {n} more", first.names()),
        }
    }
    pub fn contains(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// What is in this set and not in `other`.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Self {
        self.0.difference(&other.0).copied().collect()
    }
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        self.0.union(&other.0).copied().collect()
    }
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        self.0.intersection(&other.0).copied().collect()
    }
}

impl schemars::JsonSchema for Permissions {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Permissions".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let permission = generator.subschema_for::<Permission>();
        schemars::json_schema!({ "type": "array", "items": permission })
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().collect())
    }
}

impl FromSql<Array<Nullable<Text>>, Pg> for Permissions {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let codes = <Vec<Option<String>> as FromSql<Array<Nullable<Text>>, Pg>>::from_sql(value)?;
        codes
            .into_iter()
            .flatten()
            .map(|code| code.parse().map_err(Into::into))
            .collect()
    }
}

impl ToSql<Array<Nullable<Text>>, Pg> for Permissions {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let codes: Vec<Option<&str>> = self.iter().map(|p| Some(p.describe().code)).collect();
        <Vec<Option<&str>> as ToSql<Array<Nullable<Text>>, Pg>>::to_sql(&codes, &mut out.reborrow())
    }
}
