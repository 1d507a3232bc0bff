//! What can be done to many keys at once, and to which of them.

use chrono::{DateTime, Utc};

use super::{Key, State};

/// Keys that one change may touch.
pub const MOST: usize = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bulk {
    Activate,
    Deactivate,
    Revoke,
    Restore,
}

/// Why a key stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skip {
    ActiveAlready,
    DeactivatedAlready,
    RevokedAlready,
    Expired,
    Revoked,
    NotRevoked,
    Compromised,
    TooLate,
    LabelTaken,
    /// Of an undo: somebody changed it after what is undone.
    ChangedSince,
}

impl Skip {
    /// Follows a number: "2 skipped: expired keys cannot be activated."
    pub fn why(self) -> &'static str {
        match self {
            Self::ActiveAlready => "active already",
            Self::DeactivatedAlready => "deactivated already",
            Self::RevokedAlready => "revoked already",
            Self::Expired => "expired keys refuse every request",
            Self::Revoked => "revoked keys refuse every request",
            Self::NotRevoked => "only revoked keys can be restored",
            Self::Compromised => "keys revoked as compromised cannot be restored",
            Self::TooLate => "revoked more than 7 days ago",
            Self::LabelTaken => "another key has the label now; restore it by itself with another",
            Self::ChangedSince => "changed by somebody since",
        }
    }
}

impl Bulk {
    pub fn name(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::Revoke => "revoke",
            Self::Restore => "restore",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [
            Self::Activate,
            Self::Deactivate,
            Self::Revoke,
            Self::Restore,
        ]
        .into_iter()
        .find(|bulk| bulk.name() == name)
    }

    /// What takes it back. A revoked key comes back deactivated, whatever it was.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::Activate => Self::Deactivate,
            Self::Deactivate => Self::Activate,
            Self::Revoke => Self::Restore,
            Self::Restore => Self::Revoke,
        }
    }

    /// As the audit log calls it.
    pub fn event(self) -> &'static str {
        match self {
            Self::Activate => "key.activated",
            Self::Deactivate => "key.deactivated",
            Self::Revoke => "key.revoked",
            Self::Restore => "key.restored",
        }
    }

    /// Why it does not fit a key in this state.
    ///
    /// # Errors
    /// The reason, for whoever asked.
    pub fn check(self, key: &Key, now: DateTime<Utc>) -> Result<(), Skip> {
        match (self, key.state(now)) {
            (Self::Activate, State::Deactivated)
            | (Self::Deactivate, State::Active)
            | (Self::Revoke, State::Active | State::Deactivated | State::Expired) => Ok(()),
            (Self::Activate, State::Active) => Err(Skip::ActiveAlready),
            (Self::Deactivate, State::Deactivated) => Err(Skip::DeactivatedAlready),
            (Self::Revoke, State::Revoked) => Err(Skip::RevokedAlready),
            (Self::Activate | Self::Deactivate, State::Expired) => Err(Skip::Expired),
            (Self::Activate | Self::Deactivate, State::Revoked) => Err(Skip::Revoked),
            (Self::Restore, State::Revoked) => match key.restorable_until() {
                None => Err(Skip::Compromised),
                Some(end) if end <= now => Err(Skip::TooLate),
                Some(_) => Ok(()),
            },
            (Self::Restore, _) => Err(Skip::NotRevoked),
        }
    }
}
