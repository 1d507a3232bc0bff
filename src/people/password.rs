//! Passwords: which may be chosen, and how they are kept (argon2id, m = 19 MiB, t = 2, p = 1).

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use hmac::Mac;
use tokio::{sync::Semaphore, time::timeout};

use crate::error::{Error, Result};

/// In characters (NIST SP 800-63B-4, section 3.1.1.2: at least 15, and long ones must fit).
pub const SHORTEST: usize = 15;
pub const LONGEST: usize = 128;

/// How much of a password is judged, in characters.
const JUDGED: usize = 32;

/// How long a password waits for its turn before the answer is that we are busy.
const WAIT: Duration = Duration::from_secs(2);

/// A password as somebody typed it to prove who they are. No `Debug`, no `Serialize`.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub struct TypedPassword(String);

/// A password good enough to be set. No `Debug`, no `Serialize`.
pub struct Password(String);

/// As the database keeps it (PHC string).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub(super) String);

impl PasswordHash {
    /// Into what is to end with the password.
    pub fn add_to(&self, mac: &mut impl Mac) {
        mac.update(self.0.as_bytes());
    }
}

impl TypedPassword {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Chooses this as a new password; `about` is what an attacker would try first: name, e-mail, workspace.
    ///
    /// # Errors
    /// A sentence to the person.
    pub fn choose(self, about: &[&str]) -> Result<Password, String> {
        let length = self.0.chars().count();
        if length == 0 {
            return Err("Enter a password".to_owned());
        }
        if length < SHORTEST {
            return Err(format!(
                "Use at least {SHORTEST} characters; this has {length}"
            ));
        }
        if length > LONGEST {
            return Err(format!("Use at most {LONGEST} characters"));
        }
        // Common passwords, their repetitions and the person's own names; no rule on what it is composed of. What
        // is unlikely in its beginning is unlikely as a whole, and judging more of it takes seconds.
        let beginning: String = self.0.chars().take(JUDGED).collect();
        if zxcvbn::zxcvbn(&beginning, about).guesses_log10() < 10.0 {
            return Err("This password is easy to guess. Use several unrelated words, or let a password manager make one".to_owned());
        }
        Ok(Password(self.0))
    }
}

/// Hashes and checks, off the event loop and a few at a time: each costs 19 MiB and tens of milliseconds.
#[derive(Clone)]
pub struct Hasher {
    gate: Arc<Semaphore>,
    /// Judging a new password is apart: it must not hold up those who sign in.
    judge: Arc<Semaphore>,
    /// Checked where there is no account, so that the answer takes as long.
    nobody: PasswordHash,
}

impl Hasher {
    /// # Errors
    /// The system has no randomness for a salt.
    pub fn new() -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            gate: Arc::new(Semaphore::new(cores)),
            judge: Arc::new(Semaphore::new(1)),
            nobody: hash("nobody's password is this long")?,
        })
    }

    pub async fn hash(&self, password: Password) -> Result<PasswordHash> {
        run(&self.gate, move || hash(&password.0)).await
    }

    /// Is it the password behind `known`? None: there is no account, and the answer is no after as long a time.
    pub async fn verify(&self, typed: TypedPassword, known: Option<PasswordHash>) -> Result<bool> {
        let exists = known.is_some();
        let against = known.unwrap_or_else(|| self.nobody.clone());
        run(&self.gate, move || {
            // Nothing longer was ever set; what comes is cut before it costs anything.
            let typed: String = typed.0.chars().take(LONGEST + 1).collect();
            Ok(matches(&typed, &against)? && exists)
        })
        .await
    }

    /// The same on the calling thread, for the command line.
    pub fn hash_here(&self, password: &Password) -> Result<PasswordHash> {
        hash(&password.0).map_err(Error::Internal)
    }

    /// As [`TypedPassword::choose`], off the event loop: judging a long password takes milliseconds.
    pub async fn choose(
        &self,
        typed: TypedPassword,
        about: Vec<String>,
    ) -> Result<Result<Password, String>> {
        run(&self.judge, move || {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            Ok(typed.choose(&about))
        })
        .await
    }
}

async fn run<T: Send + 'static>(
    gate: &Arc<Semaphore>,
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T> {
    let turn = timeout(WAIT, gate.clone().acquire_owned())
        .await
        .map_err(|_| Error::Busy("too many passwords are being checked".into()))?
        .map_err(|e| Error::Internal(e.into()))?;
    tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    })
    .await
    .map_err(|e| Error::Internal(e.into()))?
    .map_err(Error::Internal)
}

fn argon2() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(|e| anyhow::anyhow!("{e}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> anyhow::Result<PasswordHash> {
    argon2()?
        .hash_password(password.as_bytes())
        .map(|hash| PasswordHash(hash.to_string()))
        .map_err(|e| anyhow::anyhow!("cannot hash a password: {e}"))
}

fn matches(password: &str, against: &PasswordHash) -> anyhow::Result<bool> {
    let parsed = argon2::password_hash::phc::PasswordHash::new(&against.0)
        .map_err(|e| anyhow::anyhow!("a stored password hash is damaged: {e}"))?;
    Ok(argon2()?
        .verify_password(password.as_bytes(), &parsed)
        .is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<Password, String> {
        TypedPassword::new(text.to_owned()).choose(&["Ada Park", "ada@brightwater.example"])
    }

    #[test]
    fn long_unlikely_passwords_are_good_whatever_they_are_made_of() {
        for good in [
            "violet tractor sings at noon",
            "Überfülltes Boot im Regen",
            "kT9$vLm2#pQz8&wXr4!n",
        ] {
            assert!(choose(good).is_ok(), "{good}");
        }
        assert!(choose(&"violet tractor ".repeat(8)).is_ok());
    }

    #[test]
    fn short_long_common_and_personal_ones_are_refused() {
        for bad in [
            "",
            "kT9$vLm2#pQz8&",
            "passwordpassword",
            "111111111111111111",
            "qwertyuiopasdfgh",
            "ada@brightwater.example",
            &"a".repeat(129),
        ] {
            assert!(choose(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_same_password_matches() {
        let known = hash("violet tractor sings at noon").expect("hashed");
        assert!(known.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(matches("violet tractor sings at noon", &known).expect("readable"));
        assert!(!matches("violet tractor sings at noo", &known).expect("readable"));
    }
}
