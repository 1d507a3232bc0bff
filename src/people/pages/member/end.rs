//! How somebody's membership ended.

use diesel::PgConnection;

use crate::{
    actor::Actor,
    audit,
    error::Result,
    people::{model::Member, pages::report},
    policy::{ReadAudit, permit},
    web::ui::Status,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// There is a report on it.
    Removed,
    Left,
    /// The log keeps it no longer.
    Forgotten,
}

impl End {
    /// None for whoever is a member still.
    pub fn of(conn: &mut PgConnection, actor: &Actor, member: &Member) -> Result<Option<Self>> {
        let Some(at) = member.removed_at else {
            return Ok(None);
        };
        if report::find(conn, actor, member)?.is_some() {
            return Ok(Some(Self::Removed));
        }
        let what = ("member.left", "member", &*member.id.to_string());
        let left = audit::find_done(conn, &permit::<ReadAudit>(actor)?, what, at)?;
        Ok(Some(left.map_or(Self::Forgotten, |_| Self::Left)))
    }

    /// Beside the name.
    pub fn status(self) -> Status {
        match self {
            Self::Left => Status::LEFT,
            Self::Removed | Self::Forgotten => Status::REMOVED,
        }
    }

    /// Before the moment of it.
    pub fn moment(self) -> &'static str {
        match self {
            Self::Removed => "Removed",
            Self::Left => "Left",
            Self::Forgotten => "Member until",
        }
    }

    pub fn holds_nothing(self) -> &'static str {
        match self {
            Self::Removed => "They were removed, so they hold no permission here.",
            Self::Left => "They left, so they hold no permission here.",
            Self::Forgotten => "They are no member any more, so they hold no permission here.",
        }
    }
}
