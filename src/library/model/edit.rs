//! A form changes what was changed in it, and leaves what became of the rest meanwhile.

use serde::{Deserialize, Serialize};

use super::{Folder, Visibility};

/// What becomes of a value that a form was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It was not touched, or is so already.
    Stays,
    Changes,
    /// Somebody else has changed it meanwhile, and otherwise.
    Clashes,
}

impl Step {
    pub fn of<T: PartialEq>(from: &T, to: &T, now: &T) -> Self {
        match (to == from || to == now, from == now) {
            (true, _) => Self::Stays,
            (false, true) => Self::Changes,
            (false, false) => Self::Clashes,
        }
    }
}

/// What the form about a folder shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderSaid {
    pub name: String,
    pub description: String,
    pub visibility: Visibility,
}

impl From<&Folder> for FolderSaid {
    fn from(folder: &Folder) -> Self {
        Self {
            name: folder.name.clone(),
            description: folder.description.clone(),
            visibility: folder.visibility,
        }
    }
}

/// From what the form was made with to what was typed.
#[derive(Debug, Clone)]
pub struct FolderEdit {
    /// None: it was not said, and counts as what is there.
    pub from: Option<FolderSaid>,
    pub to: FolderSaid,
}

impl FolderEdit {
    /// What the folder is to be, and which of its texts clash.
    pub fn onto(&self, now: &FolderSaid) -> (FolderSaid, Vec<&'static str>) {
        let (from, to) = (self.from.as_ref().unwrap_or(now), &self.to);
        let mut clashes = Vec::new();
        let mut text = |field, [from, to, now]: [&String; 3]| {
            let step = Step::of(from, to, now);
            if step == Step::Clashes {
                clashes.push(field);
            }
            let kept = if step == Step::Stays { now } else { to };
            kept.clone()
        };
        let said = FolderSaid {
            name: text("name", [&from.name, &to.name, &now.name]),
            description: text(
                "description",
                [&from.description, &to.description, &now.description],
            ),
            visibility: match to.visibility == from.visibility {
                true => now.visibility,
                false => to.visibility,
            },
        };
        (said, clashes)
    }
}
