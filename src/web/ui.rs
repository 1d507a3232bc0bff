//! What pages are made of: the shell around every page and the parts that several features show.
//!
//! Each part is a struct with a template under `templates/ui/`. It escapes its own values, so a page writes it as
//! `{{ part }}`. Every choice (words, icon, tone) is made when the struct is built, none in the template.

use super::filters;

mod field;
mod folder_table;
mod key;
mod permissions;
mod picker;
mod shell;
mod text;

pub use field::{ErrorSummary, TextField};
pub use folder_table::{FolderChoice, FolderTable, first_folders};
pub use key::{Fact, KeyTag, Spark, Status};
pub use permissions::{PermissionGroup, PermissionItem, PermissionsField, PresetRadio};
pub use picker::{Chip, Found, FoundKind, FoundOption, Picker, PickerOptions};
pub use shell::{Avatar, Csrf, FlashView, HomeLink, Shell, Undo, Viewer, WorkspaceView};
pub use text::{Pager, When, last_moment};
