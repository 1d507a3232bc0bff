//! Keyroom from outside: a real server over a real PostgreSQL, asked through HTTP.

mod architecture;
mod policy;
mod queries;
mod routes;
mod schema;
mod support;

mod program;
mod scenes;

mod api;
mod api_limits;
mod api_refusals;
mod audit;
mod backup;
mod bulk;
mod client_address;
mod command_line;
mod compression;
mod counting;
mod deploy;
mod doctor;
mod error_pages;
mod faults;
mod general;
mod input;
mod key_list;
mod keys;
mod keys_form;
mod last_owner;
mod members;
mod outage;
mod password;
mod processes;
mod request_log;
mod reset_password;
mod restore;
mod reveal;
mod revoke;
mod secrets;
mod sessions;
mod set_up;
mod sign_in;
mod stopping;
mod suspension;
