//! What every test stands on: a server of its own over a database of its own, and people and programs that ask it.
//!
//! Scenes are set in [`make`]; what came of them, tests read from pages and from the API.

pub mod app;
pub mod browser;
pub mod bucket;
pub mod cluster;
pub mod contract;
pub mod database;
pub mod http;
pub mod log;
pub mod make;
pub mod page;
pub mod port;
pub mod program;
pub mod python;
pub mod sql;

pub use app::TestApp;
pub use browser::Browser;
