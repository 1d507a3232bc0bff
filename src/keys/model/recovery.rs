//! Whether the secret of a key can be shown again.

use diesel::{
    deserialize::{self, FromSql},
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};

/// Chosen when a key is made, and never later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::AsExpression, diesel::FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Recovery {
    Never,
    Possible,
    /// It was possible until the key was revoked. Then the sealed secrets were destroyed: the database sees to that.
    Over,
}

impl Recovery {
    /// Of a key that is being made.
    pub fn of_new(is_recoverable: bool) -> Self {
        match is_recoverable {
            true => Self::Possible,
            false => Self::Never,
        }
    }

    /// As the database has it then.
    pub fn after_revocation(self) -> Self {
        match self {
            Self::Possible | Self::Over => Self::Over,
            Self::Never => Self::Never,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Possible => "possible",
            Self::Over => "over",
        }
    }
}

impl FromSql<Text, Pg> for Recovery {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            b"never" => Ok(Self::Never),
            b"possible" => Ok(Self::Possible),
            b"over" => Ok(Self::Over),
            _ => Err("a recovery that this version does not know".into()),
        }
    }
}

impl ToSql<Text, Pg> for Recovery {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.name(), out)
    }
}
