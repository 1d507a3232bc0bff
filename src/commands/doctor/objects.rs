use std::path::Path;

use keyroom::{
    config::{Config, ObjectsAt},
    ids::InstallationId,
    objects::Objects,
};

use super::Report;

/// Can contents be written, read and deleted?
pub fn check(report: &mut Report, config: &Config) {
    let name = "store of contents";
    let (place, remedy) = match &config.objects {
        ObjectsAt::Folder(folder) if !folder.exists() => {
            return report.ok(
                name,
                format!("{} is made at the first start", folder.display()),
            );
        }
        ObjectsAt::Folder(folder) => (
            folder.display().to_string(),
            "give the folder to the user that runs Keyroom, make room, or set KEYROOM_OBJECTS_URL to another",
        ),
        ObjectsAt::Bucket(bucket) => (
            format!("bucket {}", bucket.name),
            "start the store, let this machine reach it, make the bucket, or correct KEYROOM_OBJECTS_URL and what it \
             says of region, endpoint and credentials",
        ),
    };
    match probe(config) {
        Ok(()) if is_in_the_clear(config) => report.warn(
            name,
            format!("{place} takes, gives and deletes, but contents go there in the clear: use an https:// endpoint"),
        ),
        Ok(()) => report.ok(name, format!("{place} takes, gives and deletes contents")),
        Err(error) => report.fail(name, format!("{place}: {error:#}: {remedy}")),
    }
}

/// As an installation that nobody has.
fn probe(config: &Config) -> anyhow::Result<()> {
    let id = InstallationId::fresh();
    let objects = Objects::open(&config.objects, id)?;
    let done = actix_web::rt::System::new().block_on(objects.probe());
    if let ObjectsAt::Folder(folder) = &config.objects {
        std::fs::remove_dir(Path::new(folder).join(id.to_string())).ok();
    }
    Ok(done?)
}

fn is_in_the_clear(config: &Config) -> bool {
    let ObjectsAt::Bucket(bucket) = &config.objects else {
        return false;
    };
    let url = bucket.endpoint.as_deref().map(url::Url::parse);
    let Some(Ok(url)) = url else {
        return false;
    };
    let is_here = match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "http" && !is_here
}
