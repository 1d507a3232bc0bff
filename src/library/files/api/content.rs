//! *Upload a file*, *Replace the contents* and *Download a file*.

use std::{
    collections::BTreeMap,
    future::{Ready, ready},
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, Responder, body::BoxBody, dev::Payload,
    http::header::CONTENT_RANGE, web::Data,
};
use schemars::{JsonSchema, json_schema};

use super::shape::{ApiFile, one};
use crate::{
    actor::Actor,
    audit::Standing,
    db::ApiDb,
    error::{Error, FieldError, Result, field},
    ids::{FileId, FolderId},
    library::{
        files::{
            content::{self, Condition},
            find,
            model::{File, FileName},
            receive::Intake,
        },
        find as find_folder,
        model::Metadata,
    },
    objects::Objects,
    permissions::Permission,
    policy::{self, AddToFolder, ReadFolder, UseLibrary, permit},
    web::{
        Fault, Incoming, Now, Part, Parts, Path, Site,
        api::{Answer, Answers, Created, Draft, Takes},
        json,
    },
};

/// What a form has of metadata, at most.
const METADATA: usize = 128 * 1024;

/// A file, and what is said of it.
#[derive(JsonSchema)]
#[schemars(rename = "NewFile")]
#[expect(dead_code, reason = "what it has comes as parts of a form")]
pub struct Uploading {
    /// The contents, with the name of the file: 1 to 255 characters on one line, different from those of the files beside
    /// it, whatever the case, and neither `.` nor `..`. It is a name and never a path.
    #[schemars(extend("format" = "binary"))]
    file: String,
    /// JSON: at most 50 texts of 1 KiB. Asks for `FILE_META_CREATE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", example = &r#"{"source": "wiki"}"#)]
    metadata: Option<String>,
}

/// Where contents are received, for the API.
pub struct Tools {
    db: Data<ApiDb>,
    objects: Data<Objects>,
    site: Data<Site>,
    standing: Data<Standing>,
}

impl FromRequest for Tools {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let tools = || {
            Some(Self {
                db: req.app_data::<Data<ApiDb>>()?.clone(),
                objects: req.app_data::<Data<Objects>>()?.clone(),
                site: req.app_data::<Data<Site>>()?.clone(),
                standing: req.app_data::<Data<Standing>>()?.clone(),
            })
        };
        let missing =
            || Error::Internal(anyhow::anyhow!("nothing to receive contents with")).into();
        ready(tools().ok_or_else(missing))
    }
}

impl Takes for Tools {
    fn tell(_: &mut Draft<'_>) {}
}

impl Tools {
    fn intake(&self, actor: &Actor) -> Intake {
        Intake {
            objects: self.objects.clone().into_inner(),
            db: self.db.0.clone(),
            clock: self.site.clock.clone(),
            actor: actor.clone(),
            standing: *self.standing.get_ref(),
        }
    }
}

/// Where it goes is asked before a byte of it is read.
pub async fn upload(
    actor: Actor,
    tools: Tools,
    Path(folder): Path<FolderId>,
    mut parts: Parts<Uploading>,
) -> Result<Created<ApiFile>, Fault> {
    let (db, asking, now) = (&tools.db, actor.clone(), tools.site.clock.now());
    db.0.run(move |conn| find_folder::find::<AddToFolder>(conn, &asking, folder, now).map(drop))
        .await?;
    let (mut file, mut metadata) = (None, None);
    while let Some(mut part) = parts.next().await? {
        match (part.name.as_str(), &file, &metadata) {
            ("file", None, _) => {
                let name = name_of(&part)?;
                let stored = tools.intake(&actor).part(&mut part, parts.length).await?;
                file = Some((name, stored));
            }
            ("metadata", _, None) => metadata = Some(read_metadata(&actor, &mut part).await?),
            ("file" | "metadata", ..) => {
                return Err(field(name(&part), "This field is given twice").into());
            }
            _ => return Err(unknown(&part).into()),
        }
    }
    let Some((name, stored)) = file else {
        return Err(field("file", "This field is missing").into());
    };
    let made = stored.upload(folder, name, metadata.unwrap_or_default());
    let made = made.await?;
    Ok(Created(show_one(db, actor, made).await?))
}

fn name(part: &Part) -> &'static str {
    match part.name.as_str() {
        "file" => "file",
        _ => "metadata",
    }
}

fn unknown(part: &Part) -> Error {
    let name: String = part.name.chars().take(80).collect();
    Error::Invalid(vec![FieldError::new(name, "There is no such field")])
}

fn name_of(part: &Part) -> Result<FileName> {
    let Some(name) = &part.file_name else {
        return Err(field("file", "Send a file, with its name (filename)"));
    };
    FileName::parse(name).map_err(|mistake| Error::Invalid(vec![mistake]))
}

async fn read_metadata(actor: &Actor, part: &mut Part) -> Result<Metadata> {
    policy::check_holds(actor, &[Permission::FileMetaCreate].into_iter().collect())?;
    let text = part.bytes(METADATA).await?;
    let texts: BTreeMap<String, String> = json::parse_field("metadata", &text)?;
    Ok(Metadata::parse("metadata", texts)?)
}

async fn show_one(db: &ApiDb, actor: Actor, file: File) -> Result<ApiFile> {
    db.0.run(move |conn| one(conn, &permit::<UseLibrary>(&actor)?, file))
        .await
}

pub async fn replace(
    actor: Actor,
    tools: Tools,
    Path(id): Path<FileId>,
    req: HttpRequest,
    body: Incoming,
) -> Result<Answer<ApiFile>, Fault> {
    // It would be taken for all of it (RFC 9110, section 14.5).
    if req.headers().contains_key(CONTENT_RANGE) {
        return Err(Error::Unreadable("Send all of the contents, without Content-Range.").into());
    }
    let (db, asking, now) = (&tools.db, actor.clone(), tools.site.clock.now());
    let found =
        db.0.run(move |conn| find::find::<AddToFolder>(conn, &asking, id, now));
    let condition = Condition::of(&req);
    // Sooner than after all of it.
    if !condition.holds(&found.await?.file) {
        return Err(Error::Precondition.into());
    }
    let stored = tools.intake(&actor).body(body).await?;
    let made = stored
        .replace(id, move |file| condition.holds(file))
        .await?;
    Ok(Answer(show_one(db, actor, made).await?))
}

/// The contents, or what a condition makes of them.
pub struct Download(HttpResponse);

pub async fn download(
    actor: Actor,
    db: Data<ApiDb>,
    objects: Data<Objects>,
    Now(now): Now,
    Path(id): Path<FileId>,
    req: HttpRequest,
) -> Result<Download, Fault> {
    let workspace = actor.workspace;
    let found =
        db.0.run(move |conn| find::find::<ReadFolder>(conn, &actor, id, now));
    let file = found.await?.file;
    let answer = content::answer(&req, (workspace, &file), &objects).await?;
    Ok(Download(answer))
}

impl Responder for Download {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0
    }
}

impl Answers for Download {
    fn tell(draft: &mut Draft<'_>) {
        let bytes = || json_schema!({ "type": "string", "format": "binary" });
        draft.content(
            200,
            "*/*",
            bytes(),
            "The contents, of the media type that the file has.",
        );
        draft.content(206, "*/*", bytes(), "The bytes that `Range` names.");
        draft.header(206, "Content-Range");
        draft.empty(304, "They are still what `If-None-Match` names.");
        for status in [200, 206, 304] {
            draft.header(status, "ETag");
        }
        let text = || json_schema!({ "type": "string" });
        draft.request_header(
            "Range",
            "Which bytes, as `bytes=0-1023`; one range.",
            text(),
        );
        draft.request_header(
            "If-Range",
            "The range only of the contents with this `ETag`; of others, all.",
            text(),
        );
        draft.request_header(
            "If-None-Match",
            "Only if they are other contents than those with this `ETag`.",
            text(),
        );
        draft.request_header(
            "If-Match",
            "Only if they are the contents with this `ETag`.",
            text(),
        );
    }
}
