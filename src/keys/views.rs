//! What the screens of API keys show. Handlers fill these; the templates choose nothing.

mod bulk;
mod calls;
mod dialogs;
mod edit;
mod list;
mod menu;
mod new;
mod show;

pub use bulk::{BulkEditPage, BulkKey, BulkPage, ExpiryField, FromTo, SkippedKeys, Why};
pub use calls::{Bar, Calls, Chart, Column, Line, Row, Text};
pub use dialogs::{Confirm, RestorePage, RevokePage};
pub use edit::{EditPage, Meanwhile, Was};
pub use list::{
    Card, Choosable, CopyButton, EmptyList, Foot, IndexPage, KeyList, KeyOwner, OwnKeys,
    OwnerChoice, PermissionChoices, SearchForm, StatusFilter, Switch,
};
pub use menu::Menu;
pub use new::{
    DateField, ExpiryChoice, KeyForm, LabelField, Like, NewPage, OriginsField, RevealPage,
    ShownPage,
};
pub use show::ShowPage;
