//! What came of the files that were sent, in words.

use crate::{
    error::{Error, Result},
    library::files::{File, FileName},
    web::{Flash, time},
};

/// So much of a name is said: the flash is a cookie.
const SAID: usize = 60;

/// So many files are named one by one.
const NAMED: usize = 4;

/// What came of one file.
pub struct Told {
    name: String,
    came: Came,
}

enum Came {
    /// As what, where that is not its name alone.
    Done(String),
    /// As whoever sent it wished.
    LeftOut,
    /// Why not.
    Not(String),
}

impl Told {
    pub fn done(name: &FileName, file: &File) -> Self {
        let name = name.text();
        let version = file.version;
        Self::of(
            name,
            Came::Done(match version > 1 {
                true => format!("version {version}"),
                false if file.name == name => String::new(),
                false => short(&file.name),
            }),
        )
    }

    pub fn left_out(name: &str) -> Self {
        Self::of(name, Came::LeftOut)
    }

    pub fn not(name: &str, why: &str) -> Self {
        Self::of(name, Came::Not(why.trim_end_matches('.').to_owned()))
    }

    fn of(name: &str, came: Came) -> Self {
        let name = short(name);
        Self { name, came }
    }

    /// For the row of a file: what came of it, and whether that is good.
    fn in_a_row(&self) -> (String, bool) {
        match &self.came {
            Came::Done(other) if other.is_empty() => ("Uploaded".to_owned(), true),
            Came::Done(other) => (format!("Uploaded as {other}"), true),
            Came::LeftOut => (
                "Left out: a file of that name is there already".to_owned(),
                false,
            ),
            Came::Not(why) => (why.clone(), false),
        }
    }
}

fn short(name: &str) -> String {
    match name.chars().nth(SAID) {
        None => name.to_owned(),
        Some(_) => name.chars().take(SAID - 1).chain(['…']).collect(),
    }
}

/// What came of all of one form.
#[derive(Default)]
pub struct Went {
    all: Vec<Told>,
    /// How many a script has sent before this one.
    pub before: u32,
    /// What is on its way.
    pub now: String,
    /// Why nothing came after it.
    end: Option<String>,
}

impl Went {
    pub fn tell(&mut self, told: Told) {
        self.all.push(told);
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn done(&self) -> usize {
        let is_done = |told: &&Told| matches!(told.came, Came::Done(_));
        self.all.iter().filter(is_done).count()
    }

    /// # Errors
    /// The one that is given, where nothing has arrived: it is all that is to be said.
    pub fn broke_off(&mut self, error: Error) -> Result<()> {
        if self.done() == 0 {
            return Err(error);
        }
        let why = match &error {
            Error::Forbidden(why) | Error::Suspended(why) => why,
            Error::Unauthenticated => "You were signed out meanwhile.",
            Error::NotFound => "You no longer have access to the folder, or it is gone.",
            Error::TooSlow | Error::Unreadable(_) => "The form broke off.",
            Error::Busy(_) => "Keyroom is busy. Try again in a moment.",
            Error::Away(_) => "Files cannot be stored at the moment. Try again in a moment.",
            other => {
                log::error!("an upload broke off: {other:?}");
                "Something failed on our side. Try again."
            }
        };
        let name = short(&self.now);
        self.end = Some(format!(
            "{name} and what came after it did not arrive. {why}"
        ));
        Ok(())
    }

    /// Of the only file that a script sends.
    pub fn last(&self) -> (String, bool) {
        let none = || ("Choose a file".to_owned(), false);
        self.all.last().map_or_else(none, Told::in_a_row)
    }

    /// How many a script has sent so far.
    pub fn counted(&self) -> Option<Flash> {
        let done = self.done() + self.before as usize;
        (done > 0).then(|| Flash::done(are_uploaded(done), ""))
    }

    pub fn flash(&self) -> Flash {
        let (done, text) = (self.done(), self.text());
        let has_failed = self
            .all
            .iter()
            .any(|told| matches!(told.came, Came::Not(_)));
        match (done, &self.all[..]) {
            (0, _) => Flash::not_done("Nothing is uploaded.", text),
            // How many did not come is not known.
            _ if self.end.is_some() => Flash::not_done(are_uploaded(done), text),
            (_, all) if has_failed => {
                Flash::not_done(format!("{done} of {} uploaded.", files(all.len())), text)
            }
            (_, [one]) => Flash::done(format!("{} is uploaded.", one.name), text),
            _ => Flash::done(are_uploaded(done), text),
        }
    }

    /// What is to be said of files one by one: of some of them.
    fn text(&self) -> String {
        let worth_saying: Vec<String> = self
            .all
            .iter()
            .filter_map(|told| match &told.came {
                Came::Done(other) if other.is_empty() => None,
                Came::Done(other) => Some(format!("{} is there as {other}.", told.name)),
                Came::LeftOut => Some(format!("{} was left out.", told.name)),
                Came::Not(why) => Some(format!("{}: {why}.", told.name)),
            })
            .collect();
        let more = worth_saying.len().saturating_sub(NAMED);
        let mut said: Vec<String> = worth_saying.into_iter().take(NAMED).collect();
        if more > 0 {
            said.push(format!("And {more} more like these."));
        }
        said.extend(self.end.clone());
        said.join(" ")
    }
}

fn files(n: usize) -> String {
    time::counted(i64::try_from(n).unwrap_or(i64::MAX), "file")
}

fn are_uploaded(n: usize) -> String {
    match n {
        1 => "1 file is uploaded.".to_owned(),
        _ => format!("{} are uploaded.", files(n)),
    }
}
