//! The program: arguments → configuration → database → migrations → what was asked for.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// API keys and folder access for a workspace, self-hosted.
///
/// Configuration is read from the environment and from `.env`; see the README for every variable.
#[derive(Parser)]
#[command(name = "keyroom", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default)
    Serve,
    /// Make somebody an owner of a workspace, and the workspace where it is missing
    CreateAdmin(commands::CreateAdmin),
    /// Make a workspace key and print it, alone, on standard output
    CreateKey(commands::CreateKey),
    /// Bring the database to this version
    Migrate,
}

fn main() -> ExitCode {
    // A file that is missing is fine; one that cannot be read is said below, once the log exists.
    let env_file = dotenvy::dotenv();
    env_logger::Builder::from_env(env_logger::Env::new().filter_or("KEYROOM_LOG", "info"))
        .format_target(false)
        .init();
    if let Err(error) = env_file
        && !error.not_found()
    {
        log::warn!("the file .env was not read: {error}");
    }
    let done = match Arguments::parse().command.unwrap_or(Command::Serve) {
        Command::Serve => commands::serve(),
        Command::CreateAdmin(asked) => asked.run(),
        Command::CreateKey(asked) => asked.run(),
        Command::Migrate => commands::migrate(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keyroom: {error:#}");
            ExitCode::FAILURE
        }
    }
}
