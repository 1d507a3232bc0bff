//! *Upload*: several files in one form, or by a script one after the other.

mod told;

use actix_web::web::Data;
use chrono::{DateTime, Utc};

use self::told::{Told, Went};
use super::{OfFolder, folder, folder_path};
use crate::{
    actor::Actor,
    audit::Standing,
    db::Db,
    error::{Error, FieldError, Result},
    ids::FolderId,
    library::{
        files::{self, File, FileName, Intake, Taken},
        find::find,
        views::{UploadPage, UploadedPart},
    },
    objects::{self, Objects},
    policy::{AddToFolder, UseLibrary, permit},
    web::{
        Fragment, Now, Page, PageResult, Part, Parts, Path, Site, see_other_with, size,
        ui::{ErrorSummary, Shell},
    },
};

pub async fn ask(
    actor: Actor,
    shell: Shell,
    db: Data<Db>,
    Now(now): Now,
    Path(of): Path<OfFolder>,
) -> PageResult {
    page(actor, shell, &db, (of.folder, &[]), now).await?.ok()
}

async fn page(
    actor: Actor,
    shell: Shell,
    db: &Db,
    (id, mistakes): (FolderId, &[FieldError]),
    now: DateTime<Utc>,
) -> Result<Page<UploadPage>> {
    let viewer = actor.clone();
    let (read, space) = db
        .run(move |conn| {
            find::<AddToFolder>(conn, &viewer, id, now)?;
            let space = objects::space(conn, &permit::<UseLibrary>(&viewer)?)?;
            Ok((folder::Read::first(conn, &viewer, id, now)?, space))
        })
        .await?;
    let path = folder_path(&shell, id);
    Ok(Page(UploadPage {
        folder: read.view(&actor, &shell, now),
        action: format!("{path}/upload"),
        cancel: path.clone(),
        summary: ErrorSummary::of(mistakes),
        error: FieldError::of(mistakes, "file"),
        limit: (space.file_limit, size(space.file_limit)),
        shell: shell
            .titled(format!("Upload to {}", read.folder.name), "library")
            .at(path),
    }))
}

type Tools = (Data<Db>, Data<Objects>, Data<Site>, Data<Standing>);

pub async fn upload(
    actor: Actor,
    shell: Shell,
    tools: Tools,
    (Path(of), Fragment(is_part)): (Path<OfFolder>, Fragment),
    mut parts: Parts<()>,
) -> PageResult {
    let desk = Desk {
        actor: actor.clone(),
        folder: of.folder,
        tools: tools.clone(),
    };
    let mut went = Went::default();
    if let Err(error) = desk.take_all(&mut parts, is_part, &mut went).await {
        parts.pass_over().await;
        went.broke_off(error)?;
    }
    let to = folder_path(&shell, of.folder);
    match (is_part, went.is_empty()) {
        (true, _) => answer_of_one(&went),
        (false, false) => see_other_with(&to, went.flash()),
        (false, true) => {
            let none = [FieldError::new("file", "Choose one or more files")];
            let (db, now) = (&tools.0, tools.2.clock.now());
            page(actor, shell, db, (of.folder, &none), now)
                .await?
                .unprocessable()
        }
    }
}

/// What a script puts into its list; the next page says how many there were in all.
fn answer_of_one(went: &Went) -> PageResult {
    let (text, is_done) = went.last();
    let page = Page(UploadedPart { text });
    let mut answer = match is_done {
        true => page.ok()?,
        false => page.unprocessable()?,
    };
    if let Some(flash) = went.counted() {
        answer.extensions_mut().insert(flash);
    }
    Ok(answer)
}

/// Where files are handed in.
struct Desk {
    actor: Actor,
    folder: FolderId,
    tools: Tools,
}

const UNKNOWN: Error = Error::Unreadable("A field is missing, doubled or unknown.");

impl Desk {
    /// Each part as it comes. What has arrived stays, whatever comes after it.
    async fn take_all(&self, parts: &mut Parts<()>, is_one: bool, went: &mut Went) -> Result<()> {
        self.check().await?;
        let mut taken = Taken::default();
        while let Some(mut part) = parts.next().await? {
            match (part.name.as_str(), part.file_name.as_deref()) {
                ("csrf", None) => {}
                ("taken", None) => {
                    taken = Taken::named(&part.bytes(20).await?).ok_or(UNKNOWN)?;
                }
                ("before", None) => went.before = number(&part.bytes(10).await?)?,
                ("file", None | Some("")) => {
                    // So comes a field in which nothing was chosen.
                    if part.bytes(0).await.is_err() {
                        went.tell(Told::not("A file without a name", "Give it a name first"));
                    }
                }
                ("file", Some(given)) => {
                    let length = parts.length.filter(|_| is_one);
                    went.now = base(given).to_owned();
                    let told = self.take(&mut part, (&went.now, taken), length).await?;
                    went.tell(told);
                }
                _ => return Err(UNKNOWN),
            }
        }
        Ok(())
    }

    /// Before a byte of it is read.
    async fn check(&self) -> Result<()> {
        let (actor, folder, now) = (self.actor.clone(), self.folder, self.now());
        let work = move |conn: &mut _| find::<AddToFolder>(conn, &actor, folder, now).map(drop);
        self.tools.0.run(work).await
    }
    fn now(&self) -> DateTime<Utc> {
        self.tools.2.clock.now()
    }

    /// What is wrong with this file keeps no other from coming.
    async fn take(
        &self,
        part: &mut Part,
        (given, taken): (&str, Taken),
        length: Option<u64>,
    ) -> Result<Told> {
        let name = match FileName::parse(given) {
            Ok(name) => name,
            Err(why) => return Ok(Told::not(given, &why.message)),
        };
        match self.store(part, (&name, taken), length).await {
            Ok(file) => Ok(Told::done(&name, &file)),
            Err(Error::Invalid(mistakes)) => Ok(match mistakes.first() {
                Some(why) if why.field == "name" && taken == Taken::LeaveOut => {
                    Told::left_out(given)
                }
                why => Told::not(given, why.map_or("", |why| &why.message)),
            }),
            Err(Error::Oversize(why)) => Ok(Told::not(given, &why)),
            Err(Error::Conflict(why)) => Ok(Told::not(given, why)),
            Err(other) => Err(other),
        }
    }

    async fn store(
        &self,
        part: &mut Part,
        (name, taken): (&FileName, Taken),
        length: Option<u64>,
    ) -> Result<File> {
        let (db, objects, site, standing) = &self.tools;
        if taken == Taken::LeaveOut {
            let (actor, folder, now) = (self.actor.clone(), self.folder, self.now());
            let name = name.clone();
            db.run(move |conn| files::check_free(conn, &actor, folder, &name, now))
                .await?;
        }
        let intake = Intake {
            objects: objects.clone().into_inner(),
            db: db.as_ref().clone(),
            clock: site.clock.clone(),
            actor: self.actor.clone(),
            standing: *standing.get_ref(),
        };
        let stored = intake.part(part, length).await?;
        stored.put(self.folder, name.clone(), taken).await
    }
}

/// The last part of a path: some browsers send where the file was.
fn base(given: &str) -> &str {
    given.rsplit(['/', '\\']).next().unwrap_or(given)
}

fn number(text: &[u8]) -> Result<u32> {
    let text = std::str::from_utf8(text).ok();
    text.and_then(|text| text.parse().ok()).ok_or(UNKNOWN)
}
