//! Everything put together: the routes of all features, and the layers around them.

use actix_web::{
    App, Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web::Data,
};

use crate::{
    access,
    audit::{self, Directory, Retention, Standing},
    auth::{self, DeviceKey},
    clock::Clock,
    config::{PublicUrl, Smtp},
    db::{self, ApiDb, Db},
    docs::{self, Docs, Document},
    given_shares::GivenShares,
    invitations::{self, LetIn, Promised},
    key_files::{MasterKey, Pepper},
    keys::{self, Calls, KeySeal},
    library, lifecycle,
    made_keys::MadeKeys,
    mail::{self, Mail},
    notices,
    objects::Objects,
    owned_folders::OwnedFolders,
    people::{self, Hasher},
    reached_folders::ReachedFolders,
    sent_invitations::SentInvitations,
    setup::{self, Gate, SetUpCode},
    sharing,
    web::{self as site, Access, Routes, Site, assets, limit::Limits},
    workspaces,
};

/// Every address there is.
pub fn routes() -> Routes {
    let mut r = Routes::default();
    r.get("/healthz", Access::Open, healthz);
    r.get("/readyz", Access::Open, readyz);
    r.get(assets::ROUTE, Access::Open, assets::serve);
    auth::routes(&mut r);
    setup::routes(&mut r);
    people::routes(&mut r);
    notices::routes(&mut r);
    workspaces::routes(&mut r);
    invitations::routes(&mut r);
    mail::routes(&mut r);
    keys::routes(&mut r);
    library::routes(&mut r);
    sharing::routes(&mut r);
    access::routes(&mut r);
    lifecycle::routes(&mut r);
    audit::routes(&mut r);
    docs::routes(&mut r);
    r
}

/// What every server of this version says of its API.
pub fn openapi() -> Document {
    Document::of(routes().table(), None)
}

/// What the workers of one server share.
#[derive(Clone)]
pub struct Shared {
    pub db: Data<Db>,
    pub api_db: Data<ApiDb>,
    pub site: Data<Site>,
    pub pepper: Data<Pepper>,
    pub key_seal: Data<KeySeal>,
    pub calls: Data<Calls>,
    pub made_keys: Data<dyn MadeKeys>,
    pub sent_invitations: Data<dyn SentInvitations>,
    pub reached_folders: Data<dyn ReachedFolders>,
    pub given_shares: Data<dyn GivenShares>,
    pub owned_folders: Data<dyn OwnedFolders>,
    pub limits: Data<Limits>,
    pub gate: Data<Gate>,
    pub hasher: Data<Hasher>,
    pub mail: Data<Mail>,
    pub devices: Data<DeviceKey>,
    pub set_up_code: Data<SetUpCode>,
    pub docs: Data<Docs>,
    pub retention: Data<Retention>,
    pub objects: Data<Objects>,
    session_key: actix_web::cookie::Key,
}

/// Of the pool, what the API may hold at most; pages have as many, and what runs beside them the rest.
const POOL: u32 = 21;
const LANE: usize = 9;

impl Shared {
    /// # Errors
    /// The system has no randomness or no TLS for the mail server, or the API cannot be described.
    pub fn new(
        db: &Db,
        public_url: PublicUrl,
        clock: Clock,
        trusted_proxies: Vec<ipnet::IpNet>,
        pepper: Pepper,
        master: &MasterKey,
        smtp: Option<&Smtp>,
    ) -> anyhow::Result<Self> {
        let (pepper, key_seal) = (Data::new(pepper), Data::new(KeySeal::of(master)));
        let made_keys = keys::made_keys(pepper.clone().into_inner(), key_seal.clone().into_inner());
        Ok(Self {
            mail: Data::new(Mail::new(smtp, public_url.clone(), master)?),
            devices: Data::new(DeviceKey::of(master)),
            db: Data::new(db.lane(LANE)),
            api_db: Data::new(ApiDb(db.lane(LANE))),
            docs: Data::new(Docs::new(routes().table(), &public_url)?),
            site: Data::new(Site::new(public_url, clock, trusted_proxies, master)),
            pepper,
            key_seal,
            calls: Data::default(),
            made_keys: Data::from(made_keys),
            sent_invitations: Data::from(invitations::sent_invitations(PROMISED)),
            reached_folders: Data::from(library::reached_folders()),
            given_shares: Data::from(library::given_shares()),
            owned_folders: Data::from(library::owned_folders()),
            limits: Data::default(),
            gate: Data::default(),
            hasher: Data::new(Hasher::new()?),
            set_up_code: Data::new(SetUpCode::of(master)),
            retention: Data::new(Retention::days(400)),
            objects: Data::new(Objects::nowhere()),
            session_key: auth::cookie_key(master),
        })
    }

    /// The audit log is kept for so many days.
    #[must_use]
    pub fn keeping_the_log(self, days: u32) -> Self {
        Self {
            retention: Data::new(Retention::days(days)),
            ..self
        }
    }

    /// Contents are kept there.
    #[must_use]
    pub fn storing(self, objects: Objects) -> Self {
        Self {
            objects: Data::new(objects),
            ..self
        }
    }

    /// Connections to open at most.
    pub const fn pool_size() -> u32 {
        POOL
    }
}

/// Roles in folders.
const PROMISED: Promised = Promised {
    keep: library::accept,
    forget: library::forget_promised,
};

/// The application for one worker, behind `auth::guard`; what that costs is measured with another. Layers are listed
/// from the inside out.
pub fn app(
    shared: Shared,
    guard: fn(Access, actix_web::Route) -> actix_web::Route,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let sessions = auth::middleware(&shared.site, shared.session_key.clone());
    App::new()
        .app_data(shared.db)
        .app_data(shared.api_db)
        .app_data(shared.site)
        .app_data(shared.pepper)
        .app_data(shared.key_seal)
        .app_data(shared.calls)
        .app_data(shared.made_keys)
        .app_data(shared.sent_invitations)
        .app_data(shared.reached_folders)
        .app_data(shared.given_shares)
        .app_data(shared.owned_folders)
        .app_data(shared.limits)
        .app_data(shared.gate)
        .app_data(shared.hasher)
        .app_data(shared.mail)
        .app_data(shared.devices)
        .app_data(shared.set_up_code)
        .app_data(Data::new(keys::FOR_SETTINGS))
        .app_data(shared.docs)
        .app_data(shared.retention)
        .app_data(shared.objects)
        .app_data(Data::new(Directory(people::list_for_audit)))
        .app_data(Data::new(Standing(auth::standing)))
        .app_data(Data::new(LetIn(auth::let_in)))
        .app_data(Data::new(PROMISED))
        .configure(|cfg| routes().mount(cfg, guard))
        // The cookie is opened for the guards, and written after them.
        .wrap(sessions)
        // Before there is an owner no page is reached, so no session is asked for.
        .wrap(from_fn(setup::guard))
        // A flash is signed: it may be read before anybody is known.
        .wrap(from_fn(site::carry_flash))
        // A forged request is refused before anything of it is read.
        .wrap(from_fn(site::csrf::guard))
        // Not what contains a secret: see `web::page`. Pages first, then whatever is left.
        .wrap(from_fn(site::compress_pages))
        .wrap(Compress::default())
        // Outermost, so that every answer has its id, its headers and its line in the log.
        .wrap(from_fn(site::finish))
}

/// The process is up.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The database answers and knows every migration of this version.
async fn readyz(db: Data<Db>) -> HttpResponse {
    match db.run(db::is_migrated).await {
        Ok(true) => HttpResponse::Ok()
            .content_type("text/plain")
            .body("ready\n"),
        Ok(false) => unready("a migration is missing\n"),
        Err(_) => unready("the database does not answer\n"),
    }
}

fn unready(why: &'static str) -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header((actix_web::http::header::RETRY_AFTER, "1"))
        .content_type("text/plain")
        .body(why)
}
