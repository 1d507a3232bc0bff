use anyhow::Context;
use clap::Args;
use keyroom::{
    actor::Source,
    auth,
    config::Config,
    people::{self, Email, Hasher},
};

use super::{Installation, WHY, password_from_stdin, told};

#[derive(Args)]
pub struct ResetPassword {
    /// The address that the person signs in with
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// Read the new password, of at least 15 characters, from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl ResetPassword {
    pub fn run(self) -> anyhow::Result<()> {
        let email = Email::parse(&self.email).map_err(anyhow::Error::msg)?;
        let typed = password_from_stdin()?;
        let installation = Installation::open(&Config::from_env()?, 1)?;
        let db = &installation.db;
        let user = db
            .run_here(|conn| people::find_user(conn, WHY, email.as_str()))
            .map_err(told)?
            .with_context(|| format!("nobody has an account with the address {}", self.email))?;
        let password = typed
            .choose(&[&user.name, &user.email, "keyroom"])
            .map_err(anyhow::Error::msg)
            .context("the password was not changed")?;
        let hash = Hasher::new()?.hash_here(&password).map_err(told)?;
        let now = installation.clock.now();
        let ended = db
            .run_here(|conn| auth::reset_password(conn, WHY, &user, &hash, &Source::default(), now))
            .map_err(told)?;
        eprintln!(
            "{} has a new password, and can sign in with it at once. Sessions that ended: {ended}.",
            user.email
        );
        Ok(())
    }
}
