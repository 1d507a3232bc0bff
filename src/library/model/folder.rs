//! A folder as it is kept.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    prelude::*,
    serialize::{self, Output, ToSql},
    sql_types::{Array, Nullable, Text, Uuid},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{By, Metadata, Sort};
use crate::{
    ids::{FolderId, MemberId},
    schema::folders,
    web::paging::Cursor,
};

/// Folders within each other, at most, the one at the top counted.
pub const MOST_DEEP: usize = 32;

/// How long what was put into the trash can be restored.
pub const RESTORABLE: TimeDelta = TimeDelta::days(30);

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = folders, check_for_backend(Pg))]
pub struct Folder {
    pub id: FolderId,
    /// None: it is at the top of the library.
    pub parent_id: Option<FolderId>,
    pub path: Path,
    pub name: String,
    /// The name as it is sorted.
    pub folded: String,
    /// May be empty.
    pub description: String,
    pub metadata: Metadata,
    pub visibility: Visibility,
    /// None: the workspace.
    pub owner_member_id: Option<MemberId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub trashed_at: Option<DateTime<Utc>>,
    /// The folder that was put into the trash, and this one with it.
    pub trashed_with: Option<FolderId>,
    /// Who did, by name.
    pub trashed_by: Option<String>,
}

impl Folder {
    /// In a list that is sorted so.
    pub fn place(&self, sort: Sort) -> Cursor<FolderId, By> {
        Cursor {
            at: match sort {
                Sort::Name | Sort::Size => By::Name(self.folded.clone()),
                Sort::Changed => By::Changed(self.updated_at),
            },
            id: self.id,
        }
    }

    /// What the audit log keeps of it.
    pub fn facts(&self) -> Value {
        json!({
            "name": self.name,
            "description": self.description,
            "metadata": self.metadata,
            "visibility": self.visibility,
        })
    }
}

/// The way to a folder: from the one at the top to itself.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Array<Nullable<Uuid>>)]
pub struct Path(Vec<FolderId>);

impl Path {
    /// Of a folder in the one at the end of `above`, or at the top.
    pub fn of(above: Option<&Self>, id: FolderId) -> Self {
        let above = above.map(|path| path.0.as_slice()).unwrap_or_default();
        Self(above.iter().copied().chain([id]).collect())
    }

    /// From the top to the folder itself.
    pub fn ids(&self) -> &[FolderId] {
        &self.0
    }

    /// Those that it is in, from the top.
    pub fn above(&self) -> &[FolderId] {
        self.0
            .split_last()
            .map(|(_, above)| above)
            .unwrap_or_default()
    }

    /// The part of it that another has not.
    pub fn beyond(&self, other: &Self) -> Self {
        let ids = self.0.iter().copied();
        Self(ids.filter(|id| !other.contains(*id)).collect())
    }

    pub fn contains(&self, id: FolderId) -> bool {
        self.0.contains(&id)
    }

    /// How many folders there are on it.
    pub fn depth(&self) -> usize {
        self.0.len()
    }
}

impl FromSql<Array<Nullable<Uuid>>, Pg> for Path {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let ids = <Vec<Option<FolderId>> as FromSql<Array<Nullable<Uuid>>, Pg>>::from_sql(value)?;
        Ok(Self(ids.into_iter().flatten().collect()))
    }
}

impl ToSql<Array<Nullable<Uuid>>, Pg> for Path {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let ids: Vec<Option<FolderId>> = self.0.iter().copied().map(Some).collect();
        <Vec<Option<FolderId>> as ToSql<Array<Nullable<Uuid>>, Pg>>::to_sql(
            &ids,
            &mut out.reborrow(),
        )
    }
}

/// Who meets a folder or a file in lists and search: everybody with a role, or Editors alone. By its id it is as any.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    JsonSchema,
    AsExpression,
    FromSqlRow,
)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
#[diesel(sql_type = Text)]
pub enum Visibility {
    #[default]
    Listed,
    Unlisted,
}

impl Visibility {
    pub fn name(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Unlisted => "unlisted",
        }
    }
}

impl FromSql<Text, Pg> for Visibility {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            b"listed" => Ok(Self::Listed),
            b"unlisted" => Ok(Self::Unlisted),
            _ => Err("a visibility that this version does not know".into()),
        }
    }
}

impl ToSql<Text, Pg> for Visibility {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.name(), out)
    }
}
