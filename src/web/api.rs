//! What the rows under `/v1` say of themselves, for programs and their authors.
//!
//! A row names its operation; what it takes and what it answers is read off the types of its handler, and how it
//! refuses follows from its access and from what it takes. So nothing of it can be forgotten or be untrue.

mod answers;
mod draft;
pub mod openapi;
mod takes;

pub use answers::{Answer, Answers, Created, NoContent};
pub use draft::{Draft, Schemas};
pub use takes::Takes;

use super::problem::Problem;

/// What only a person can say of a row. Texts are CommonMark, of paragraphs and `code`.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Names the function in generated clients, so it never changes.
    pub id: &'static str,
    /// The heading under which it is found.
    pub tag: &'static str,
    /// What it does, beginning with a verb.
    pub summary: &'static str,
    pub description: &'static str,
    /// What it refuses beyond what follows from its row.
    pub refusals: &'static [&'static Problem],
}

/// An operation with what its handler's types say.
#[derive(Debug, Clone, Copy)]
pub struct Described {
    pub says: Operation,
    pub takes: fn(&mut Draft<'_>),
    pub answers: fn(&mut Draft<'_>),
}
