//! Keyroom from outside: a real server over a real PostgreSQL, asked through HTTP.

mod architecture;
mod policy;
mod queries;
mod routes;
mod schema;
mod support;

mod program;
mod scenes;

mod command_line;
mod general;
mod password;
mod processes;
mod sessions;
mod set_up;
mod sign_in;
