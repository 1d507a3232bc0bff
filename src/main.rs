//! The program: arguments → configuration → database → migrations → what was asked for.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// API keys for a workspace, self-hosted, and the JSON API that they open.
#[derive(Parser)]
#[command(name = "keyroom", version, about, after_help = CONFIGURATION, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

const CONFIGURATION: &str = "\
Commands work beside a running server on the same data folder. Each has its own --help.

Configuration, from the environment or from .env in this folder:
  KEYROOM_LISTEN           address and port [127.0.0.1:8080]
  KEYROOM_PUBLIC_URL       how people and programs reach it [from KEYROOM_LISTEN]
  KEYROOM_ALLOW_HTTP       true: plain HTTP also beyond this machine [false]
  KEYROOM_DATA             folder of the embedded database, the key files and the contents of files [./data]
  DATABASE_URL             a PostgreSQL 15 or newer in place of the embedded one
  KEYROOM_PEPPER_FILE      key file of the API keys [pepper in the data folder]
  KEYROOM_MASTER_KEY_FILE  key file of everything else [master-key in the data folder]
  KEYROOM_OBJECTS_URL      where the contents of files are kept, as file:///path or
                           s3://bucket?region=…&endpoint=… [objects in the data folder]
  KEYROOM_AUDIT_DAYS       days that the audit log and the activity of accounts are kept [400]
  KEYROOM_TRUSTED_PROXIES  addresses or networks whose X-Forwarded-For is believed
  KEYROOM_SMTP_URL         the server that takes mails, smtp:// or smtps://, with user and password
  KEYROOM_MAIL_FROM        who they are from, as Keyroom <keyroom@example.com>
  KEYROOM_LOG              error, warn, info, debug or trace [info]";

#[derive(Subcommand)]
enum Command {
    /// Run the server (the default)
    Serve,
    /// Make somebody an owner of a workspace, and the workspace where it is missing
    CreateAdmin(commands::CreateAdmin),
    /// Make a workspace key and print it, alone, on standard output
    CreateKey(commands::CreateKey),
    /// Say whether a text has the form of a key, and of which kind; needs neither configuration nor database
    CheckKey(commands::CheckKey),
    /// Give somebody a new password, and end their sessions
    ResetPassword(commands::ResetPassword),
    /// Bring the database to this version
    Migrate,
    /// Write everything into one file: database, key files, and contents that are in a folder; also beside a running
    /// server. Contents in a bucket are not in it
    Backup(commands::Backup),
    /// Make an installation from a backup, in an empty data folder or an empty database
    Restore(commands::Restore),
    /// Check configuration, files, clock, database and store of contents, and say what to do
    Doctor,
    /// Print the description of the API, OpenAPI 3.1 in JSON, on standard output; needs no configuration
    Openapi,
}

fn main() -> ExitCode {
    // A file that is missing is fine; one that cannot be read is said below, once the log exists.
    let env_file = dotenvy::dotenv();
    // Only of Keyroom itself: libraries log whole requests when they are asked for details.
    let level = std::env::var("KEYROOM_LOG").unwrap_or_else(|_| "info".to_owned());
    env_logger::Builder::new()
        .parse_filters(&format!("warn,keyroom={level}"))
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
        Command::CheckKey(asked) => asked.run(),
        Command::ResetPassword(asked) => asked.run(),
        Command::Migrate => commands::migrate(),
        Command::Backup(asked) => asked.run(),
        Command::Restore(asked) => asked.run(),
        Command::Doctor => commands::doctor(),
        Command::Openapi => commands::openapi(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keyroom: {error:#}");
            ExitCode::FAILURE
        }
    }
}
