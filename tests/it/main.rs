//! Keyroom from outside: a real server over a real PostgreSQL, asked through HTTP.

mod architecture;
mod policy;
mod queries;
mod routes;
mod schema;
mod support;
