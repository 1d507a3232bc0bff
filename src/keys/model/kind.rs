//! What a key is for: servers, or browsers.

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use serde::Deserialize;

use crate::permissions::{Permission, Permissions};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, AsExpression, FromSqlRow)]
#[serde(rename_all = "lowercase")]
#[diesel(sql_type = Text)]
pub enum Kind {
    /// For servers; shown once.
    #[default]
    Secret,
    /// For browsers: no secret, and only from the origins that are allowed.
    Publishable,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Publishable => "publishable",
        }
    }

    pub fn prefix(self) -> &'static str {
        match self {
            Self::Secret => "skey_",
            Self::Publishable => "pk_",
        }
    }

    pub fn is_publishable(self) -> bool {
        self == Self::Publishable
    }

    /// Every permission that a key of this kind may have.
    pub fn permissions(self) -> Permissions {
        let may = |p: &&Permission| !self.is_publishable() || p.describe().publishable;
        Permission::ALL.iter().filter(may).copied().collect()
    }

    /// # Errors
    /// A sentence to the person that names what a key of this kind cannot have.
    pub fn check(self, permissions: &Permissions) -> Result<(), String> {
        let beyond = permissions.beyond(&self.permissions());
        let names: Vec<String> = beyond
            .iter()
            .map(|p| format!("“{}”", p.describe().name))
            .collect();
        match names.is_empty() {
            true => Ok(()),
            false => Err(format!(
                "A publishable key only reads. It cannot have {}",
                names.join(", ")
            )),
        }
    }
}

impl FromSql<Text, Pg> for Kind {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            b"secret" => Ok(Self::Secret),
            b"publishable" => Ok(Self::Publishable),
            _ => Err("a kind of key that this version does not know".into()),
        }
    }
}

impl ToSql<Text, Pg> for Kind {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.name(), out)
    }
}
