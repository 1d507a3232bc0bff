//! What can be done with a key besides what its card shows.

use crate::web::filters;
use askama::Template;

/// *More actions*: a button and the list that it opens.
#[derive(Template)]
#[template(path = "keys/menu.html")]
pub struct Menu {
    pub id: String,
    pub label: String,
    /// The address of *Edit*; none once revoked.
    pub edit: Option<String>,
    /// The address of *Rotate key*; none once revoked, and while it rotates.
    pub rotate: Option<String>,
    /// Where the key's page says how far a rotation is.
    pub progress: Option<String>,
    /// The words and the address of *Take over*; none but of a personal key, and none once revoked.
    pub take_over: Option<(&'static str, String)>,
    /// The address of *Make another like this*.
    pub like: String,
    /// What to do if somebody else may have it: the words, and the address.
    pub incident: Option<(&'static str, String)>,
}

impl askama::filters::HtmlSafe for Menu {}
