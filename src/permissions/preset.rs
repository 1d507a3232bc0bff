//! Presets: sets of permissions under one name, and what ticks beside them mean.

use std::str::FromStr;

use super::{Group, Permission, Permissions};

/// The preset that is none: what is ticked counts.
pub const CUSTOM: &str = "custom";

/// The same, for a form that does not say.
pub fn custom() -> String {
    CUSTOM.to_owned()
}

/// What a preset and ticks mean together. A preset without a tick means its permissions; ticks that differ from it
/// would mean two things.
///
/// # Errors
/// A sentence to the person.
pub fn chosen(preset: &str, ticks: &[String], held: &Permissions) -> Result<Permissions, String> {
    let ticked: Permissions = ticks
        .iter()
        .map(|code| code.parse())
        .collect::<Result<_, _>>()?;
    if preset == CUSTOM {
        return Ok(ticked);
    }
    let preset: Preset = preset
        .parse()
        .map_err(|()| "Choose one of the presets".to_owned())?;
    let meant = preset.permissions(held);
    if ticked.is_empty() || ticked == meant {
        Ok(meant)
    } else {
        Err(format!(
            "The ticks differ from the preset {}. Choose Custom to keep the ticks",
            preset.name()
        ))
    }
}

/// What the dialog offers above the long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    ReadOnly,
    Upload,
    ManageFiles,
    Everything,
}

impl Preset {
    pub const ALL: &[Self] = &[
        Self::ReadOnly,
        Self::Upload,
        Self::ManageFiles,
        Self::Everything,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::ReadOnly => "read_only",
            Self::Upload => "upload",
            Self::ManageFiles => "manage_files",
            Self::Everything => "everything",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "Read only",
            Self::Upload => "Upload",
            Self::ManageFiles => "Manage files",
            Self::Everything => "Everything I have",
        }
    }

    /// Its permissions, cut to those that whoever chooses it has.
    pub fn permissions(self, held: &Permissions) -> Permissions {
        let wanted = |p: Permission| {
            let about = p.describe();
            match self {
                Self::ReadOnly => about.publishable,
                Self::Upload => {
                    about.publishable
                        || [
                            Permission::FileUpload,
                            Permission::FileMetaCreate,
                            Permission::DirCreate,
                        ]
                        .contains(&p)
                }
                Self::ManageFiles => [
                    Group::Read,
                    Group::Files,
                    Group::Folders,
                    Group::CollectionsAndLabels,
                ]
                .contains(&about.group),
                Self::Everything => true,
            }
        };
        held.iter().filter(|p| wanted(*p)).collect()
    }
}

impl FromStr for Preset {
    type Err = ();
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|p| p.code() == code)
            .ok_or(())
    }
}
