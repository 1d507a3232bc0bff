use std::io::{self, Read, Write};

use anyhow::{Context, bail};
use clap::Args;
use keyroom::keys::PresentedKey;

/// What no key is longer than, many times over: a wrong file on standard input is not read to its end.
const LONGEST: u64 = 4096;

#[derive(Args)]
pub struct CheckKey {
    /// The text to check; without it the first line of standard input, which no list of processes and no history shows
    #[arg(value_name = "TEXT")]
    text: Option<String>,
}

impl CheckKey {
    /// # Errors
    /// The text has not the form of a key, with what is wrong about it; never the text itself.
    pub fn run(self) -> anyhow::Result<()> {
        let text = match self.text {
            Some(text) => text,
            None => first_line()?,
        };
        match PresentedKey::parse(&text) {
            Ok(key) => {
                let (kind, id) = (key.kind().name(), key.id());
                Ok(writeln!(io::stdout(), "{kind} key, id {id}")?)
            }
            Err(wrong) => bail!("this is not a key: {wrong}"),
        }
    }
}

fn first_line() -> anyhow::Result<String> {
    let mut given = Vec::new();
    io::stdin().take(LONGEST).read_to_end(&mut given)?;
    let given = String::from_utf8(given).context("this is not a key: it is not text")?;
    Ok(given.lines().next().unwrap_or_default().to_owned())
}
