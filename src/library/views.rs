//! What the pages of the library show.

mod dialogs;
mod folder;
mod list;
mod moving;
mod trash;
mod uploading;

pub use dialogs::{
    DeletePage, DestroyPage, EditPage, Form, Meanwhile, NewPage, NewWithinPage, RestorePage,
};
pub use folder::{Crumb, FolderPage, FolderView, Losses, NoRole, Pile};
pub use list::{Column, Empty, HomePage, HomeView, MenuItem, Part, Row, Table};
pub use moving::{Affected, MoveAskPage, MovePage, OwnerPage, PlaceLink, PlacesView};
pub use trash::{TrashPage, TrashRow, TrashView};
pub use uploading::{UploadPage, UploadedPart};
