//! What is wrong with this installation, and what to do about it. Looks, and changes nothing but a probe in the store of
//! contents, which it removes again; works whether or not server and database do.

mod database;
mod files;
mod mail;
mod objects;
mod server;
mod settings;

use std::fmt::Display;

use anyhow::bail;

/// How a check ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Ok,
    /// Works, but should not stay so; or could not be checked.
    Warn,
    Fail,
}

/// One line for each check, as they are made.
#[derive(Default)]
struct Report {
    warnings: usize,
    failures: usize,
}

impl Report {
    fn ok(&mut self, name: &str, text: impl Display) {
        self.line(Mark::Ok, name, &text);
    }

    fn warn(&mut self, name: &str, text: impl Display) {
        self.line(Mark::Warn, name, &text);
    }

    fn fail(&mut self, name: &str, text: impl Display) {
        self.line(Mark::Fail, name, &text);
    }

    /// An error is a failure.
    fn of<T: Display>(&mut self, name: &str, result: anyhow::Result<T>) {
        match result {
            Ok(text) => self.ok(name, text),
            Err(error) => self.fail(name, format!("{error:#}")),
        }
    }

    fn line(&mut self, mark: Mark, name: &str, text: &dyn Display) {
        let mark = match mark {
            Mark::Ok => "ok",
            Mark::Warn => "warn",
            Mark::Fail => "FAIL",
        };
        self.warnings += usize::from(mark == "warn");
        self.failures += usize::from(mark == "FAIL");
        // One line, whatever an error of the database has in it.
        let text = text.to_string();
        let words: Vec<&str> = text.split_whitespace().collect();
        println!("{mark:<5} {name:<24} {}", words.join(" "));
    }
}

/// # Errors
/// Something has to be done before Keyroom works.
pub fn doctor() -> anyhow::Result<()> {
    let mut report = Report::default();
    let config = settings::check(&mut report);
    files::check(&mut report, &config);
    server::check(&mut report, config.listen);
    database::check(&mut report, &config);
    objects::check(&mut report, &config);
    mail::check(&mut report, &config);
    match (report.failures, report.warnings) {
        (0, 0) => println!("All is well."),
        (0, _) => println!("Nothing fails; read the lines that begin with warn."),
        (1, _) => bail!("one check failed; its line says what to do"),
        (n, _) => bail!("{n} checks failed; their lines say what to do"),
    }
    Ok(())
}
