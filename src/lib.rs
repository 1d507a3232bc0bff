//! Keyroom: the API keys of a workspace, and the JSON API that they open.
//!
//! Data flows one way. Each part uses those before it in this list, never those after it; a test holds the order.

// The kernel: what every feature stands on. It names no feature.
pub mod actor;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod given_shares;
pub mod ids;
pub mod key_files;
pub mod made_keys;
pub mod objects;
pub mod owned_folders;
pub mod permissions;
pub mod policy;
pub mod postgres;
pub mod reached_folders;
pub mod schema;
pub mod seal;
pub mod sent_invitations;
pub mod web;

// The features, in their order.
pub mod audit;

pub mod mail;

pub mod people;

pub mod notices;

pub mod workspaces;

pub mod invitations;

pub mod keys;

pub mod library;

pub mod sharing;

pub mod access;

pub mod lifecycle;

pub mod setup;

// The edge: from a request to somebody, and everything put together.
pub mod auth;

pub mod docs;

pub mod app;

pub mod serve;
