//! The screen of the first run.

use actix_web::web::Data;
use serde::Deserialize;

use super::{Gate, SetUpCode, actions, views::SetUpPage};
use crate::{
    actor::Source,
    db::Db,
    error::{Error, FieldError},
    people::{Hasher, NewUser, Password, TypedPassword},
    web::{
        Flash, Form, Now, Page, PageResult, Query, client,
        limit::Limits,
        see_other_with, time,
        ui::{ErrorSummary, Shell, TextField},
    },
    workspaces::NewWorkspace,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    code: Option<String>,
}

pub async fn new(
    shell: Shell,
    gate: Data<Gate>,
    db: Data<Db>,
    Query(link): Query<Link>,
) -> PageResult {
    if gate.is_set_up(&db).await? {
        return Err(Error::NotFound.into());
    }
    let typed = Typed {
        code: link.code.unwrap_or_default(),
        ..Typed::default()
    };
    Page(page(shell, &typed, &[])).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUpForm {
    workspace: String,
    name: String,
    email: String,
    password: TypedPassword,
    code: String,
}

/// What is shown again after a mistake; the password never is.
#[derive(Default)]
struct Typed {
    workspace: String,
    name: String,
    email: String,
    code: String,
}

type Tools = (
    Data<Gate>,
    Data<Db>,
    Data<Hasher>,
    Data<Limits>,
    Data<SetUpCode>,
);

pub async fn create(
    shell: Shell,
    source: Source,
    tools: Tools,
    Now(now): Now,
    Form(form): Form<SetUpForm>,
) -> PageResult {
    let (gate, db, hasher, limits, code) = tools;
    if gate.is_set_up(&db).await? {
        return Err(Error::NotFound.into());
    }
    let typed = Typed {
        workspace: form.workspace,
        name: form.name,
        email: form.email,
        code: form.code,
    };
    let network = source.ip.map(client::network_of);
    if let Some(Err(Error::Limited { retry_after })) = network.map(|n| limits.sign_ins.take(&n)) {
        let wait = time::duration(retry_after);
        let why = format!("Too many attempts. Try again in {wait}");
        let mistake = FieldError::new("code", why);
        return Page(page(shell, &typed, &[mistake])).limited(retry_after);
    }
    let (workspace, user, password) = match check(&typed, form.password, &code, &hasher).await? {
        Ok(checked) => checked,
        Err(mistakes) => return Page(page(shell, &typed, &mistakes)).unprocessable(),
    };
    let hash = hasher.hash(password).await?;
    let made = db
        .run(move |conn| actions::set_up(conn, source, &workspace, &user, &hash, now))
        .await;
    match made {
        Ok(()) => see_other_with(
            "/sign-in",
            Flash::done(
                "Your workspace is ready.",
                "Sign in with the password you chose.",
            ),
        ),
        Err(Error::Invalid(mistakes)) => Page(page(shell, &typed, &mistakes)).unprocessable(),
        Err(other) => Err(other.into()),
    }
}

type Checked = Result<(NewWorkspace, NewUser, Password), Vec<FieldError>>;

/// Without the right code nothing else is told.
async fn check(
    typed: &Typed,
    password: TypedPassword,
    code: &SetUpCode,
    hasher: &Hasher,
) -> Result<Checked, Error> {
    let mistake = |field: &'static str, why: String| FieldError::new(field, why);
    if !code.is(&typed.code) {
        let message = if typed.code.trim().is_empty() {
            "Enter the set-up code that the server printed when it started"
        } else {
            "That is not the set-up code. Copy it from what the server printed when it started"
        };
        return Ok(Err(vec![mistake("code", message.to_owned())]));
    }
    let workspace = NewWorkspace::parse(&typed.workspace);
    let user = NewUser::parse(&typed.name, &typed.email);
    let about = [&typed.workspace, &typed.name, &typed.email, "keyroom"];
    let about = about.iter().map(ToString::to_string).collect();
    let password = hasher.choose(password, about).await?;
    match (workspace, user, password) {
        (Ok(workspace), Ok(user), Ok(password)) => Ok(Ok((workspace, user, password))),
        (workspace, user, password) => {
            let mut mistakes: Vec<_> = workspace
                .err()
                .map(|m| mistake("workspace", m))
                .into_iter()
                .collect();
            mistakes.extend(user.err().unwrap_or_default());
            mistakes.extend(password.err().map(|m| mistake("password", m)));
            Ok(Err(mistakes))
        }
    }
}

fn page(shell: Shell, typed: &Typed, mistakes: &[FieldError]) -> SetUpPage {
    let of = |field| FieldError::of(mistakes, field);
    SetUpPage {
        shell: shell.titled("Set up Keyroom", "").at("/set-up"),
        action: "/set-up".to_owned(),
        summary: ErrorSummary::of(mistakes),
        workspace: TextField::text("workspace", "Workspace name", &typed.workspace)
            .autocomplete("organization")
            .max_length(80)
            .large()
            .error(of("workspace")),
        name: TextField::text("name", "Your name", &typed.name)
            .autocomplete("name")
            .max_length(80)
            .large()
            .error(of("name")),
        email: TextField::email("email", "Email", &typed.email)
            .large()
            .error(of("email")),
        password: TextField::password("password", "Password", "new-password")
            .hint("At least 15 characters.")
            .large()
            .error(of("password")),
        code: TextField::text("code", "Set-up code", &typed.code)
            .hint("The server printed it when it started.")
            .max_length(64)
            .large()
            .error(of("code")),
    }
}
