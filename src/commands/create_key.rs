use anyhow::Context;
use clap::Args;
use keyroom::{
    config::Config,
    error::Error,
    keys::{self, KeySeal, Lifetime, NewKey},
    permissions::{Permission, Permissions},
    policy::{ManageKeys, permit},
    web::time::Zone,
    workspaces,
};

use super::{Installation, WHY, operator, told};

#[derive(Args)]
pub struct CreateKey {
    /// The workspace's address, as in /w/SLUG
    #[arg(long, value_name = "SLUG")]
    workspace: String,
    /// Name the app and where it runs; unique among the keys of the workspace
    #[arg(long)]
    label: String,
    /// What the key may do, such as FILE_UPLOAD; give it once for each
    #[arg(long = "permission", value_name = "CODE", required = true, num_args = 1..)]
    permissions: Vec<Permission>,
    /// Days until the key expires, or `never`; the workspace's default lifetime unless you say otherwise
    #[arg(long, value_name = "DAYS", value_parser = lifetime)]
    expires_in: Option<Lifetime>,
    /// Keep the secret encrypted, so that owners and admins can show it again; the workspace's settings must allow it
    #[arg(long)]
    recoverable: bool,
}

fn lifetime(text: &str) -> Result<Lifetime, String> {
    match (text, text.parse::<u16>()) {
        ("never", _) => Ok(Lifetime::Unlimited),
        (_, Ok(days)) if days > 0 => Ok(Lifetime::Days(days)),
        _ => Err("write a number of days from 1 to 65535, or never".to_owned()),
    }
}

impl CreateKey {
    pub fn run(self) -> anyhow::Result<()> {
        let installation = Installation::open(&Config::from_env()?, 1)?;
        let now = installation.clock.now();
        let permissions: Permissions = self.permissions.into_iter().collect();
        let seal = KeySeal::of(&installation.master);
        let keep = (&installation.pepper, &seal);
        let secret = installation
            .db
            .run_here(|conn| {
                let workspace =
                    workspaces::find_at(conn, WHY, &self.workspace)?.ok_or(Error::NotFound)?;
                let actor = operator(workspace.id);
                let lifetimes = workspaces::key_lifetimes(conn, &permit::<ManageKeys>(&actor)?)?;
                let lifetime = self
                    .expires_in
                    .unwrap_or_else(|| Lifetime::default_of(lifetimes));
                let rules = (lifetimes, Zone::UTC, now);
                let new = NewKey::parse(&self.label, Ok(permissions), Ok(lifetime), rules)?;
                let new = new.recoverable(self.recoverable);
                let (_, secret) = keys::create(conn, &actor, keep, &new, now)?;
                if workspace.slug != self.workspace {
                    eprintln!("/w/{} is /w/{} now.", self.workspace, workspace.slug);
                }
                Ok(secret)
            })
            .map_err(|error| match error {
                Error::NotFound => {
                    anyhow::anyhow!("there is no workspace at /w/{}", self.workspace)
                }
                other => told(other),
            })
            .context("no key was made")?;
        println!("{}", secret.reveal());
        Ok(())
    }
}
