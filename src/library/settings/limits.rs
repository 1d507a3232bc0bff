//! How much there may be: the size of a file, and that of all together.

use actix_web::web::Data;
use serde::Deserialize;

use super::{
    list_path,
    undo::OfChange,
    views::{Choice, LimitField, LimitsPage},
};
use crate::{
    actor::Actor,
    db::Db,
    error::{Error, FieldError, Result},
    library::files::{self, Limited},
    objects::{self, LARGEST_FILE, LARGEST_SPACE, Space},
    policy::{ManageLibrary, permit},
    web::{
        Flash, Form, Now, Page, PageResult, Path,
        back::Back,
        see_other_with, size,
        ui::{ErrorSummary, Shell},
    },
};

/// How a unit is sent, what it is called, and how many bytes it has.
type Unit = (&'static str, &'static str, i64);

const BYTES: Unit = ("bytes", "bytes", 1);
const UNITS: [Unit; 3] = [
    ("mib", "MiB", 1 << 20),
    ("gib", "GiB", 1 << 30),
    ("tib", "TiB", 1 << 40),
];

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    file_limit: String,
    file_unit: String,
    total_limit: String,
    total_unit: String,
}

impl Limits {
    fn of(space: Space) -> Self {
        let ((file_limit, file_unit), (total_limit, total_unit)) =
            (written(space.file_limit), written(space.total_limit));
        Self {
            file_limit,
            file_unit,
            total_limit,
            total_unit,
        }
    }

    fn parse(&self) -> Result<(i64, i64)> {
        let file = bytes("file_limit", &self.file_limit, &self.file_unit);
        let total = bytes("total_limit", &self.total_limit, &self.total_unit);
        match (file, total) {
            (Ok(file), Ok(total)) => Ok((file, total)),
            (file, total) => {
                let mistakes = file.err().into_iter().chain(total.err());
                Err(Error::Invalid(mistakes.collect()))
            }
        }
    }

    fn page(&self, space: Space, mistakes: &[FieldError], shell: Shell) -> LimitsPage {
        let list = list_path(&shell);
        let field = |name, unit_name, label, hint, (value, unit): (&String, &String)| LimitField {
            name,
            unit_name,
            label,
            hint,
            value: value.clone(),
            units: units(unit),
            error: FieldError::of(mistakes, name),
        };
        LimitsPage {
            action: format!("{list}/limits"),
            summary: ErrorSummary::of(mistakes),
            limits: vec![
                field(
                    "file_limit",
                    "file_unit",
                    "Size of one file",
                    format!(
                        "At most {}. Larger files that are there already stay.",
                        size(LARGEST_FILE)
                    ),
                    (&self.file_limit, &self.file_unit),
                ),
                field(
                    "total_limit",
                    "total_unit",
                    "Size of all files together",
                    format!(
                        "At most {}. What is in the trash counts too, until it is deleted for good. {} are used now.",
                        size(LARGEST_SPACE),
                        size(space.used)
                    ),
                    (&self.total_limit, &self.total_unit),
                ),
            ],
            list_href: list,
            shell: shell.titled("Limits of the library", "all-folders"),
        }
    }
}

/// In the largest unit that says it exactly.
fn written(bytes: i64) -> (String, String) {
    let units = UNITS.into_iter().rev().chain([BYTES]);
    let exact = units.into_iter().find(|(_, _, of)| bytes % of == 0);
    let (unit, _, of) = exact.unwrap_or(BYTES);
    ((bytes / of).to_string(), unit.to_owned())
}

fn units(chosen: &str) -> Vec<Choice> {
    let exact = (chosen == BYTES.0).then_some(BYTES);
    exact
        .into_iter()
        .chain(UNITS)
        .map(|(value, text, _)| Choice {
            value: value.to_owned(),
            text: text.to_owned(),
            selected: value == chosen,
        })
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "no limit is near the end of what is exact"
)]
fn bytes(name: &'static str, number: &str, unit: &str) -> Result<i64, FieldError> {
    let known = UNITS.into_iter().chain([BYTES]).find(|of| of.0 == unit);
    let (_, _, of) = known.ok_or_else(|| FieldError::new(name, "Choose a unit"))?;
    let why = "Enter the size as a number, for example 5 or 1.5";
    let is_number = number
        .trim()
        .chars()
        .all(|c| c.is_ascii_digit() || c == '.');
    match number.trim().parse::<f64>() {
        Ok(number) if is_number => Ok((number * of as f64).round() as i64),
        _ => Err(FieldError::new(name, why)),
    }
}

pub async fn ask(actor: Actor, shell: Shell, db: Data<Db>) -> PageResult {
    let permit = permit::<ManageLibrary>(&actor)?;
    let space = db.run(move |conn| objects::space(conn, &permit)).await?;
    Page(Limits::of(space).page(space, &[], shell)).ok()
}

pub async fn change(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Form(limits): Form<Limits>,
) -> PageResult {
    let permit = permit::<ManageLibrary>(&actor)?;
    let done = match limits.parse() {
        Ok(new) => {
            db.run(move |conn| files::set_limits(conn, &actor, new, now))
                .await
        }
        Err(mistakes) => Err(mistakes),
    };
    match done {
        Ok(limited) => {
            let list = list_path(&shell);
            see_other_with(&list, flash(&limited, &list))
        }
        Err(Error::Invalid(mistakes)) => {
            let space = db.run(move |conn| objects::space(conn, &permit)).await?;
            Page(limits.page(space, &mistakes, shell)).unprocessable()
        }
        Err(other) => Err(other.into()),
    }
}

fn flash(limited: &Limited, list: &str) -> Flash {
    let Limited { before, after, .. } = limited;
    let strong = format!(
        "A file may have {}, all together {}.",
        size(after.file_limit),
        size(after.total_limit)
    );
    let Some(entry) = limited.entry else {
        return Flash::done(strong, "Nothing is otherwise than it was.");
    };
    let mut text = format!(
        "It was {} and {}.",
        size(before.file_limit),
        size(before.total_limit)
    );
    if after.used > after.total_limit {
        text = format!(
            "{text} {} are there already. They stay, and nothing can be added.",
            size(after.used)
        );
    }
    Flash::done(strong, text).undo(format!("{list}/limits/{entry}/reversal"))
}

pub async fn undo(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfChange>,
    Form(back): Form<Back>,
) -> PageResult {
    permit::<ManageLibrary>(&actor)?;
    let undone = db
        .run(move |conn| files::undo_limits(conn, &actor, of.entry, now))
        .await?;
    let flash = match undone {
        Some(limited) => Flash::done(
            "The limits are as before.",
            format!(
                "A file may have {}, all together {}.",
                size(limited.after.file_limit),
                size(limited.after.total_limit)
            ),
        ),
        None => Flash::not_done(
            "The limits stay as they are.",
            "They were changed again in the meantime.",
        ),
    };
    see_other_with(&back.next.or_list(&list_path(&shell)), flash)
}
