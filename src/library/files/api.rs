//! Files, labels and search for programs.

mod change;
mod content;
mod given;
mod labels;
mod list;
mod routes;
mod search;
mod shape;

pub use routes::routes;
