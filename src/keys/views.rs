//! What the screens of API keys show. Handlers fill these; the templates choose nothing.

mod bulk;
mod callers;
mod calls;
mod dialogs;
mod edit;
mod incident;
mod list;
mod menu;
mod new;
mod reveal;
mod rotation;
mod run;
mod show;
mod take_over;
mod withdrawal;

pub use bulk::{BulkEditPage, BulkKey, BulkPage, FromTo, SkippedKeys, Why};
pub use callers::{CallerRow, Callers, CallersPage};
pub use calls::{Bar, Calls, Chart, Column, Line, Row, Text};
pub use dialogs::{Confirm, RestorePage, RevokePage};
pub use edit::{EditPage, Excluded, Meanwhile, Was};
pub use incident::{
    IncidentPage, MadeWithIt, Mark, NoteField, OpenIncident, OpenIncidents, PlaceRow, RecordPage,
    StepHead, Way,
};
pub use list::{
    Aged, Card, Choosable, CopyButton, EmptyList, Foot, IndexPage, KeyList, KeyOwner, OwnKeys,
    OwnerChoice, PermissionChoices, SearchForm, SelectedAll, StatusFilter, Switch,
};
pub use menu::Menu;
pub use new::{
    DateField, ExpiryChoice, KeyForm, LabelField, Like, LimitsFields, NewPage, OriginsField,
    RecoverableTick, RevealPage, ShownPage,
};
pub use reveal::{AskRevealPage, Asked, RevealedPage, ValueChoice};
pub use rotation::{
    Ending, Ends, ExpiryFields, GraceChoice, HourBar, OldCaller, RotatePage, Rotating,
    RotationEndPage, RotationSection, Side,
};
pub use run::{RunBanner, RunPage};
pub use show::ShowPage;
pub use take_over::TakeOverPage;
pub use withdrawal::{GivenRow, GivenView, WithdrawalPage};
