//! A file, a label, and checked input about both. No I/O.

mod edit;
mod file;
mod kind;
mod label;
mod order;
mod patch;
mod search;
mod taken;

pub use edit::{FileEdit, FileSaid};
pub use file::{File, FileName, NewFile};
pub use kind::{Kind, kind};
pub use label::{Label, LabelName, MOST_LABELS};
pub use order::{Order, Place, Stretch};
pub use patch::FilePatch;
pub use search::{Hit, Passage, Query};
pub use taken::Taken;
