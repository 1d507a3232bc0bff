//! A folder, who has a role in it, and checked input about both. No I/O.

mod edit;
mod effect;
mod folder;
mod metadata;
mod new;
mod place;
mod roles;
mod share;

pub use edit::{FolderEdit, FolderSaid, Step};
pub use effect::{Change, Held, changes};
pub use folder::{Folder, MOST_DEEP, Path, RESTORABLE, Visibility};
pub use metadata::{Metadata, MetadataChange};
pub use new::{FolderPatch, NewFolder, check_description, check_name, composed};
pub use place::{By, Show, Sort, Stretch, Wanted, words};
pub use roles::Roles;
pub use share::{ByKind, Grant, Share, ShareRow, Subject};
