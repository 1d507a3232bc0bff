use anyhow::bail;
use clap::Args;
use keyroom::{
    config::Config,
    people::{Hasher, NewUser},
    setup::{self, AdminOutcome},
    workspaces::NewWorkspace,
};

use super::{Installation, password_from_stdin, told};

#[derive(Args)]
pub struct CreateAdmin {
    /// The workspace's name; its address follows from it
    #[arg(long)]
    workspace: String,
    /// The person's name
    #[arg(long)]
    name: String,
    #[arg(long)]
    email: String,
    /// Read the password, of at least 15 characters, from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl CreateAdmin {
    pub fn run(self) -> anyhow::Result<()> {
        let workspace = NewWorkspace::parse(&self.workspace).map_err(anyhow::Error::msg)?;
        let user = NewUser::parse(&self.name, &self.email)
            .map_err(|mistakes| told(keyroom::error::Error::Invalid(mistakes)))?;
        let password = password_from_stdin()?
            .choose(&[&self.workspace, &self.name, &self.email, "keyroom"])
            .map_err(anyhow::Error::msg)?;

        let installation = Installation::open(&Config::from_env()?, 1)?;
        let hash = Hasher::new()?.hash_here(&password).map_err(told)?;
        let now = installation.clock.now();
        let outcome = installation
            .db
            .run_here(|conn| setup::create_admin(conn, &workspace, &user, &hash, now))
            .map_err(told)?;
        let email = &self.email;
        match outcome {
            AdminOutcome::Made(w) => {
                eprintln!("{email} is an owner of {} (/w/{}).", w.name, w.slug)
            }
            AdminOutcome::Promoted(w) => eprintln!(
                "{email} has an account and is an owner of {} (/w/{}) now. The password was not changed.",
                w.name, w.slug
            ),
            AdminOutcome::WasOwner(w) => {
                bail!(
                    "{email} is an owner of {} (/w/{}) already; nothing was changed",
                    w.name,
                    w.slug
                )
            }
        }
        Ok(())
    }
}
