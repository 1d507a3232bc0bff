//! What the screens of API keys show. Handlers fill these; the templates choose nothing.

mod bulk;
mod dialogs;
mod list;
mod new;
mod show;

pub use bulk::{BulkKey, BulkPage, SkippedKeys, Why};
pub use dialogs::{Confirm, RestorePage, RevokePage};
pub use list::{Card, EmptyList, Foot, IndexPage, KeyList, StatusFilter, Switch};
pub use new::{DateField, ExpiryChoice, LabelField, NewForm, NewPage, RevealPage, ShownPage};
pub use show::ShowPage;
