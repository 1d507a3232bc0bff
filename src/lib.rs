//! Keyroom: API keys and folder access for a workspace, and the JSON API the keys open.
//!
//! Data flows one way: edge → features → kernel; a feature uses those above it
//! in this list, never those below.

// The kernel: what every feature stands on. It names no feature.
pub mod actor;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod ids;
pub mod key_files;
pub mod permissions;
pub mod policy;
pub mod postgres;
pub mod schema;
pub mod web;

// The features, in their order.
pub mod audit;
pub mod keys;
pub mod people;
pub mod setup;
pub mod workspaces;

// The edge: from a request to an actor, and everything put together.
pub mod app;
pub mod auth;
pub mod serve;
