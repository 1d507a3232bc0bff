mod group;
mod list;
mod member;
mod report;

pub use group::{Group, NewGroup};
pub use list::{By, Filter, PAGE, Place, Sort, Stretch, Which, pages, words};
pub use member::{Contact, Known, Listed, Member, Named, Recipient, State};
pub use report::Report;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

use crate::{
    actor::Role,
    error::FieldError,
    ids::{AccountEventId, MemberId, UserId, WorkspaceId},
    permissions::Permissions,
    schema::{account_events, users},
    web::{Home, text, time::Zone},
};

/// An address as somebody typed it, in a form that mail can be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// # Errors
    /// A sentence to the person.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Enter an email address".to_owned());
        }
        let is_address = text.len() <= 254
            && !text.chars().any(|c| c.is_control() || c.is_whitespace())
            && !text::has_key(text)
            && email_address::EmailAddress::is_valid(text);
        if is_address {
            Ok(Self(text.to_owned()))
        } else {
            Err("Enter an email address such as ada@example.com".to_owned())
        }
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Name and address of somebody new, checked.
#[derive(Debug, Clone)]
pub struct NewUser {
    pub name: String,
    pub email: Email,
}

impl NewUser {
    /// # Errors
    /// Every mistake, under the fields `name` and `email`.
    pub fn parse(name: &str, email: &str) -> Result<Self, Vec<FieldError>> {
        match (text::line(name, "your name", 80), Email::parse(email)) {
            (Ok(name), Ok(email)) => Ok(Self { name, email }),
            (name, email) => Err([("name", name.err()), ("email", email.err())]
                .into_iter()
                .filter_map(|(field, why)| Some(FieldError::new(field, why?)))
                .collect()),
        }
    }
}

/// A user as everything but the password check sees them: there is no hash in it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub theme: Theme,
    /// A name of the IANA database. None: times are shown in the zone of each workspace.
    pub time_zone: Option<String>,
    /// By mail, when somebody shares a folder with them and chooses to tell them.
    pub told_of_shares: bool,
}

impl User {
    pub fn zone(&self) -> Option<Zone> {
        self.time_zone.as_deref().and_then(Zone::named)
    }
}

/// What somebody changes of themselves, checked; what is none was not said.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    name: Option<String>,
    /// Some of none: no zone of one's own.
    zone: Option<Option<Zone>>,
    theme: Option<Theme>,
    told_of_shares: Option<bool>,
}

impl Profile {
    /// # Errors
    /// Every mistake, under `name` and `time_zone`.
    pub fn parse(
        name: Option<&str>,
        time_zone: Option<&str>,
        (theme, told_of_shares): (Option<Theme>, Option<bool>),
    ) -> Result<Self, Vec<FieldError>> {
        let name = name
            .map(|name| text::line(name, "your name", 80))
            .transpose();
        let zone = match time_zone {
            None => Ok(None),
            Some("") => Ok(Some(None)),
            Some(name) => Zone::named(name)
                .map(|zone| Some(Some(zone)))
                .ok_or("Choose a time zone of the list"),
        };
        match (name, zone) {
            (Ok(name), Ok(zone)) => Ok(Self {
                name,
                zone,
                theme,
                told_of_shares,
            }),
            (name, zone) => {
                let name = name.err().map(|why| FieldError::new("name", why));
                let zone = zone.err().map(|why| FieldError::new("time_zone", why));
                Err(name.into_iter().chain(zone).collect())
            }
        }
    }

    pub fn of_theme(theme: Theme) -> Self {
        Self {
            theme: Some(theme),
            ..Self::default()
        }
    }

    pub(super) fn over(&self, user: User) -> User {
        User {
            name: self.name.clone().unwrap_or(user.name),
            time_zone: match self.zone {
                Some(zone) => zone.map(|zone| zone.name().to_owned()),
                None => user.time_zone,
            },
            theme: self.theme.unwrap_or(user.theme),
            told_of_shares: self.told_of_shares.unwrap_or(user.told_of_shares),
            ..user
        }
    }
}

/// Something that happened to an account.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = account_events, check_for_backend(diesel::pg::Pg))]
pub struct AccountEvent {
    pub id: AccountEventId,
    pub at: DateTime<Utc>,
    pub action: String,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// How pages look to a person: light, dark, or as their system is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, diesel::AsExpression, diesel::FromSqlRow,
)]
#[serde(rename_all = "lowercase")]
#[diesel(sql_type = diesel::sql_types::Text)]
pub enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A user in one workspace.
#[derive(Debug, Clone)]
pub struct MemberView {
    pub id: MemberId,
    pub role: Role,
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub slug: String,
    pub zone: Zone,
    pub is_suspended: bool,
    /// In this workspace.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Since when the workspace is in the trash.
    pub deleted_at: Option<DateTime<Utc>>,
    /// What every member of the workspace may ask the API for.
    pub default_permissions: Permissions,
}

impl MemberView {
    /// Whether the workspace is open to them.
    pub fn may_enter(&self) -> bool {
        !self.is_suspended && self.deleted_at.is_none()
    }

    /// As the menu shows it that leads from one workspace to another.
    pub fn home(&self) -> Home {
        Home {
            name: self.workspace_name.clone(),
            slug: self.slug.clone(),
            role: self.role,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub(super) struct UserRow<'a> {
    pub id: UserId,
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
    pub password_changed_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

mod sql {
    use diesel::{
        deserialize::{self, FromSql},
        pg::{Pg, PgValue},
        serialize::{self, Output, ToSql},
        sql_types::Text,
    };

    use super::Theme;

    impl FromSql<Text, Pg> for Theme {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            match value.as_bytes() {
                b"system" => Ok(Self::System),
                b"light" => Ok(Self::Light),
                b"dark" => Ok(Self::Dark),
                _ => Err("a theme that this version does not know".into()),
            }
        }
    }

    impl ToSql<Text, Pg> for Theme {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            <str as ToSql<Text, Pg>>::to_sql(self.name(), out)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_kept_as_typed() {
        assert_eq!(
            Email::parse(" Ada@Example.com ").map(|e| e.0).as_deref(),
            Ok("Ada@Example.com")
        );
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.com",
            "a b@example.com",
            "a@b\0.com",
            "skey_7Kq2mXw0B1aZ8@example.com",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let mistakes = NewUser::parse(" ", "x").expect_err("two mistakes");
        assert_eq!(
            mistakes.iter().map(|m| &*m.field).collect::<Vec<_>>(),
            ["name", "email"]
        );
    }
}
