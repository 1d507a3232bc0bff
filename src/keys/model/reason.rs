//! Why a key was revoked.

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, diesel::AsExpression, diesel::FromSqlRow,
)]
#[serde(rename_all = "lowercase")]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum Reason {
    Unneeded,
    Compromised,
}

impl Reason {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unneeded => "unneeded",
            Self::Compromised => "compromised",
        }
    }

    /// Than the reason for which a key was revoked; none is the least grave.
    pub fn is_graver_than(self, other: Option<Self>) -> bool {
        match other {
            None => true,
            Some(Self::Unneeded) => self == Self::Compromised,
            Some(Self::Compromised) => false,
        }
    }
}

mod sql {
    use diesel::{
        deserialize::{self, FromSql},
        pg::{Pg, PgValue},
        serialize::{self, Output, ToSql},
        sql_types::Text,
    };

    use super::Reason;

    impl FromSql<Text, Pg> for Reason {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            match value.as_bytes() {
                b"unneeded" => Ok(Self::Unneeded),
                b"compromised" => Ok(Self::Compromised),
                _ => Err("a reason that this version does not know".into()),
            }
        }
    }

    impl ToSql<Text, Pg> for Reason {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            <str as ToSql<Text, Pg>>::to_sql(self.name(), out)
        }
    }
}
