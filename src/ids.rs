//! One type per table's id, so that a `UserId` can never stand where a `MemberId` is wanted.

use std::{
    fmt,
    sync::atomic::{AtomicU32, Ordering},
};

use chrono::{DateTime, Utc};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use rand::{RngExt, distr::Alphanumeric, rngs::SysRng};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, diesel_derive_newtype::DieselNewType,
        )]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new id. Time-ordered, so that newest-first follows an index.
            pub fn fresh() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = &'static str;
            /// As it is written, and no other way.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text.parse() {
                    Ok(id) if text.len() == uuid::fmt::Hyphenated::LENGTH => Ok(Self(id)),
                    _ => Err("Give an id as it was answered"),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": "uuid", "description": "An id that never changes." })
            }
        }
    )*};
}

ids! {
    WorkspaceId;
    UserId;
    MemberId;
    GroupId;
    InvitationId;
    NoticeId;
    FolderId;
    /// That somebody or something has a role in a folder.
    ShareId;
    /// What somebody has asked the admins to share.
    ShareRequestId;
    AuditEventId;
    FileId;
    LabelId;
    /// The contents of one file, as one upload brought them.
    ObjectId;
    /// Everything in one database.
    InstallationId;
    /// One change to many keys at once.
    KeyChangeId;
    /// A change to more keys than one transaction takes.
    KeyRunId;
    AccountEventId;
    /// One mail, in the outbox and in its `Message-ID`.
    MailId;
    /// What pages call a session, whose own id is a secret.
    SessionHandle;
    /// One request, in logs, answers and audit entries.
    RequestId;
    /// One form as it was served: what it makes, it makes once.
    FormNonce;
}

impl AuditEventId {
    /// A new id that has the time of its entry in it, so that the entry is found without a look into every month.
    /// Among the entries of one moment, what this process made later is greater.
    pub fn at(at: DateTime<Utc>) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        // Of these ten, the first three share their bytes with the version and the variant.
        let mut rest = [0; 10];
        rest[3..7].copy_from_slice(&number);
        rest[7..].copy_from_slice(&uuid::Uuid::now_v7().as_bytes()[13..]);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid())
    }

    /// The time in it, to the millisecond. None: it was not made by us.
    pub fn time(&self) -> Option<DateTime<Utc>> {
        let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
        DateTime::from_timestamp(seconds.try_into().ok()?, nanos)
    }
}

/// The public part of an API key: 12 characters of base62, the same in the key
/// itself, in its mask and in the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct KeyId([u8; Self::LENGTH]);

impl KeyId {
    pub const LENGTH: usize = 12;

    /// Uniform, from the operating system's generator.
    pub fn fresh() -> Self {
        let mut rng = rand::rand_core::UnwrapErr(SysRng);
        Self(std::array::from_fn(|_| rng.sample(Alphanumeric)))
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for KeyId {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.as_bytes().try_into() {
            Ok(id) if text.bytes().all(|b| b.is_ascii_alphanumeric()) => Ok(Self(id)),
            _ => Err("a key id is 12 letters and digits"),
        }
    }
}

impl serde::Serialize for KeyId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> serde::Deserialize<'de> for KeyId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for KeyId {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KeyId".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[0-9A-Za-z]{12}$",
            "description": "The part of a key that is no secret.",
            "examples": ["7Kq2mXw0B1aZ"],
        })
    }
}

impl FromSql<Text, Pg> for KeyId {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(<String as FromSql<Text, Pg>>::from_sql(value)?.parse()?)
    }
}

impl ToSql<Text, Pg> for KeyId {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.as_str(), out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_entry_has_its_time_and_its_place_among_equals() {
        let at = DateTime::from_timestamp_micros(1_800_000_000_123_456).expect("in range");
        let ids: Vec<AuditEventId> = (0..1_000).map(|_| AuditEventId::at(at)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        let to_the_millisecond = at.timestamp_millis();
        for id in ids {
            assert_eq!(
                id.time().map(|t| t.timestamp_millis()),
                Some(to_the_millisecond)
            );
        }
        let other: AuditEventId = "00000000-0000-4000-8000-000000000000"
            .parse()
            .expect("an id");
        assert_eq!(other.time(), None);
    }
}
