//! Why a change to many keys leaves some of them as they are.

/// Why a key stays as it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
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
    Suspended,
    /// Another member's personal key.
    Anothers,
    Uneditable,
    /// It may what whoever changes it may not.
    BeyondEditor,
    /// It reaches folders that the key that changes it does not.
    BeyondFolders,
    BeyondMaximum,
    SameExpiry,
    HasThem,
    HasNone,
    NoneLeft,
    /// It is publishable, and these are not for such keys.
    OnlyReads,
    /// Of an undo: somebody changed it after what is undone.
    ChangedSince,
    /// Of an undo: what is undone was taken back before, or is forgotten.
    Forgotten,
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
            Self::Suspended => "suspended with their owner",
            Self::Anothers => "personal keys of other members, which are up to their owners",
            Self::Uneditable => "revoked keys cannot be edited",
            Self::BeyondEditor => "with permissions that you do not have",
            Self::BeyondFolders => "with roles in folders that the key that asks does not have",
            Self::BeyondMaximum => "beyond the maximum lifetime of the workspace",
            Self::SameExpiry => "with this expiry already",
            Self::HasThem => "with these permissions already",
            Self::HasNone => "without these permissions",
            Self::NoneLeft => "a key needs at least one permission, and these would have none left",
            Self::OnlyReads => "publishable keys cannot have these permissions",
            Self::ChangedSince => "changed by somebody since",
            Self::Forgotten => "taken back before, or changed more than a day ago",
        }
    }
}
