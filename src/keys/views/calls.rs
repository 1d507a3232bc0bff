//! Calls per day, as a picture and as a table.

use crate::web::filters;
use askama::Template;

/// Calls with a key, each day of a month.
#[derive(Template)]
#[template(path = "keys/calls.html")]
pub struct Calls {
    /// "9,142 requests in 28 days. 31 more were refused."
    pub summary: String,
    /// "Days are those of Europe/Dublin."
    pub days: String,
    /// None: there was no call at all.
    pub chart: Option<Chart>,
    /// The newest day first.
    pub rows: Vec<Row>,
    pub total: Row,
}

impl askama::filters::HtmlSafe for Calls {}

/// Lengths in the picture, whose unit is a pixel where it has its own size.
pub struct Chart {
    pub width: String,
    pub height: String,
    /// "Columns for 28 days, from 24 Oct to 20 Nov 2026. Most requests on 19 Nov: 493."
    pub description: String,
    /// Between which the columns stand, and on what.
    pub left: String,
    pub right: String,
    pub base: String,
    pub lines: Vec<Line>,
    pub columns: Vec<Column>,
    pub dates: Vec<Text>,
}

/// A line across, and what it stands for.
pub struct Line {
    pub y: String,
    pub label: Text,
}

pub struct Text {
    pub x: String,
    pub y: String,
    pub text: String,
}

pub struct Column {
    /// "24 Oct: 151 requests, 2 refused".
    pub title: String,
    /// The whole day: what the pointer meets.
    pub day: Bar,
    pub served: Option<Bar>,
    pub refused: Option<Bar>,
}

pub struct Bar {
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
}

pub struct Row {
    /// "20 Nov 2026".
    pub day: String,
    pub served: String,
    pub refused: String,
}
