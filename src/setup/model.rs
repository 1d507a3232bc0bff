use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use subtle::ConstantTimeEq;

use crate::key_files::{Answer, MasterKey, Pepper};

/// What a database remembers of the key files it was used with. An answer tells nothing of the key that gave it.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownKeyFiles {
    /// In hexadecimal, by version.
    pub(super) pepper: BTreeMap<i32, String>,
    pub(super) master: BTreeMap<i32, String>,
    /// The versions of the pepper without which some key could not be checked.
    pub(super) peppers_in_use: Vec<i32>,
}

impl KnownKeyFiles {
    /// None yet: any two will do.
    pub fn is_empty(&self) -> bool {
        self.pepper.is_empty() && self.master.is_empty()
    }

    /// # Errors
    /// A file is not the one the database was used with; the sentence says which.
    pub fn fit(&self, pepper: &Pepper, master: &MasterKey) -> Result<(), String> {
        let answers = pepper.answers();
        fits("pepper (KEYROOM_PEPPER_FILE)", &self.pepper, &answers)?;
        let has = |version: &&i32| answers.iter().any(|(v, _)| v == *version);
        if let Some(version) = self.peppers_in_use.iter().find(|v| !has(v)) {
            return Err(format!(
                "version {version} of the pepper (KEYROOM_PEPPER_FILE) is missing, and keys were made with it"
            ));
        }
        let name = "master key (KEYROOM_MASTER_KEY_FILE)";
        fits(name, &self.master, &master.answers())
    }
}

fn fits(
    name: &str,
    known: &BTreeMap<i32, String>,
    answers: &[(i32, Answer)],
) -> Result<(), String> {
    let mut in_use = 0;
    for (version, answer) in answers {
        let Some(known) = known.get(version) else {
            continue;
        };
        in_use += 1;
        let answer = HEXLOWER.encode(answer);
        if !bool::from(known.as_bytes().ct_eq(answer.as_bytes())) {
            return Err(format!("version {version} of the {name} differs"));
        }
    }
    if in_use == 0 && !known.is_empty() {
        return Err(format!("the {name} has none of the versions in use"));
    }
    Ok(())
}
