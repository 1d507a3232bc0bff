//! The embedded default: a private PostgreSQL in the data folder, for when `DATABASE_URL` is not
//! set.
//!
//! One cluster serves any number of Keyroom processes on the same folder (the server, commands
//! beside it); the last one out stops it. It listens on a unix socket inside a folder of mode 0700
//! and nowhere else.

mod client;
mod cluster;
mod conninfo;
mod find;
mod folder;
mod lock;
mod look;
mod server;

pub use client::{Target, Tool};
pub use cluster::{Cluster, create_filled, start};
pub use find::{Account, Programs};
pub use folder::initialize;
pub use lock::{Instance, claim, is_claimed};
pub use look::{Look, exists, look};
