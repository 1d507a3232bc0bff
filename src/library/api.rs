//! The folders, as programs see them: under `/v1`.

mod access;
mod change;
mod given;
mod list;
mod routes;
mod shape;
mod sharing;

pub use routes::routes;
