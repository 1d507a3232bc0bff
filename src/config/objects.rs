use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use url::Url;

use super::Lookup;

/// Where the contents of files are kept.
#[derive(Clone)]
pub enum ObjectsAt {
    /// Made where it is missing.
    Folder(PathBuf),
    Bucket(Bucket),
}

/// A bucket of a store that speaks S3. No `Debug`: it holds a password.
#[derive(Clone)]
pub struct Bucket {
    pub name: String,
    /// What everything of ours begins with there; empty: nothing.
    pub prefix: String,
    pub region: String,
    /// None: Amazon's own.
    pub endpoint: Option<String>,
    /// Is the bucket a part of the endpoint's name, not of the path?
    pub is_in_host: bool,
    /// None: whatever Amazon gives to a machine of its own.
    pub credentials: Option<Credentials>,
}

#[derive(Clone)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: Option<String>,
}

const EXAMPLE: &str = "write file:///var/lib/keyroom/objects, or \
     s3://bucket?region=eu-central-1&endpoint=https://s3.example.com with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

impl ObjectsAt {
    /// `data`: the folder beside whose database they are unless something else is said.
    ///
    /// # Errors
    /// What is wrong with it. The address itself, which may hold a password, is not told.
    pub(super) fn read(var: Lookup<'_>, data: &Path) -> anyhow::Result<Self> {
        let Some(address) = var("KEYROOM_OBJECTS_URL") else {
            return Ok(Self::Folder(data.join("objects")));
        };
        let Ok(url) = Url::parse(&address) else {
            bail!("KEYROOM_OBJECTS_URL is not an address; {EXAMPLE}");
        };
        match url.scheme() {
            "file" => folder(&url),
            "s3" => Ok(Self::Bucket(bucket(&url, var)?)),
            _ => bail!("KEYROOM_OBJECTS_URL begins with neither file:// nor s3://; {EXAMPLE}"),
        }
    }
}

fn folder(url: &Url) -> anyhow::Result<ObjectsAt> {
    let path = url
        .to_file_path()
        .ok()
        .filter(|path| path.parent().is_some());
    match path {
        Some(path) if url.query().is_none() && url.fragment().is_none() => {
            Ok(ObjectsAt::Folder(path))
        }
        _ => bail!(
            "KEYROOM_OBJECTS_URL names no folder of this machine; write its whole path behind file://, such as \
             file:///var/lib/keyroom/objects"
        ),
    }
}

fn bucket(url: &Url, var: Lookup<'_>) -> anyhow::Result<Bucket> {
    let name = url
        .host_str()
        .filter(|name| !name.is_empty() && url.port().is_none() && url.username().is_empty())
        .with_context(|| format!("KEYROOM_OBJECTS_URL names no bucket; {EXAMPLE}"))?;
    let mut given = BTreeMap::new();
    for (key, value) in url.query_pairs() {
        if given.insert(key.clone(), value.into_owned()).is_some() {
            bail!("KEYROOM_OBJECTS_URL says {key} twice");
        }
    }
    let mut take = |key: &str, variables: &[&str]| {
        let elsewhere = || variables.iter().find_map(|name| var(name));
        given
            .remove(key)
            .filter(|value| !value.is_empty())
            .or_else(elsewhere)
    };
    let region = take("region", &["AWS_REGION", "AWS_DEFAULT_REGION"]);
    let endpoint = take("endpoint", &["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]);
    let style = take("style", &[]);
    let access_key_id = take("access_key_id", &["AWS_ACCESS_KEY_ID"]);
    let secret_access_key = take("secret_access_key", &["AWS_SECRET_ACCESS_KEY"]);
    let session_token = take("session_token", &["AWS_SESSION_TOKEN"]);
    if let Some(unknown) = given.keys().next() {
        bail!(
            "KEYROOM_OBJECTS_URL says {unknown}, which means nothing here; known are region, endpoint, style, \
             access_key_id, secret_access_key and session_token"
        );
    }
    let is_address = |text: &String| {
        Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    };
    if endpoint.as_ref().is_some_and(|text| !is_address(text)) {
        bail!(
            "KEYROOM_OBJECTS_URL has an endpoint that is no address; write one such as https://s3.example.com"
        );
    }
    let is_in_host = match style.as_deref() {
        None | Some("path") => false,
        Some("host") => true,
        Some(_) => bail!("KEYROOM_OBJECTS_URL has another style than path (the default) or host"),
    };
    let credentials = match (access_key_id, secret_access_key) {
        (Some(access_key_id), Some(secret_access_key)) => Some(Credentials {
            access_key_id,
            secret_access_key,
            session_token,
        }),
        (None, None) => None,
        _ => bail!(
            "KEYROOM_OBJECTS_URL (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) has one of access_key_id and \
             secret_access_key without the other"
        ),
    };
    Ok(Bucket {
        name: name.to_owned(),
        prefix: url.path().trim_matches('/').to_owned(),
        // Stores other than Amazon's mostly do not care.
        region: region.unwrap_or_else(|| "us-east-1".to_owned()),
        endpoint,
        is_in_host,
        credentials,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(vars: &[(&str, &str)]) -> anyhow::Result<ObjectsAt> {
        let var = |name: &str| {
            let found = vars.iter().find(|(n, _)| *n == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        ObjectsAt::read(&var, Path::new("./data"))
    }

    #[test]
    fn contents_are_beside_the_database_unless_something_else_is_said() {
        for (vars, path) in [
            (&[][..], "./data/objects"),
            (&[("KEYROOM_OBJECTS_URL", "file:///srv/a%20b")], "/srv/a b"),
        ] {
            let Ok(ObjectsAt::Folder(folder)) = read(vars) else {
                panic!("{path} is no folder");
            };
            assert_eq!(folder, Path::new(path));
        }
    }

    #[test]
    fn a_bucket_is_told_in_the_address_or_by_what_others_read_too() {
        let url = "s3://files/keyroom/?region=eu-1&endpoint=http://127.0.0.1:9000&access_key_id=a&secret_access_key=b%2F";
        let Ok(ObjectsAt::Bucket(bucket)) =
            read(&[("KEYROOM_OBJECTS_URL", url), ("AWS_REGION", "x")])
        else {
            panic!("no bucket");
        };
        assert_eq!(
            (bucket.name.as_str(), bucket.prefix.as_str()),
            ("files", "keyroom")
        );
        assert_eq!(bucket.region, "eu-1");
        assert_eq!(bucket.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
        assert_eq!(bucket.credentials.expect("both").secret_access_key, "b/");
        let Ok(ObjectsAt::Bucket(bucket)) = read(&[
            ("KEYROOM_OBJECTS_URL", "s3://files"),
            ("AWS_ACCESS_KEY_ID", "a"),
            ("AWS_SECRET_ACCESS_KEY", "b"),
            ("AWS_REGION", "eu-2"),
        ]) else {
            panic!("no bucket");
        };
        assert_eq!(
            (bucket.region.as_str(), bucket.prefix.as_str()),
            ("eu-2", "")
        );
        assert!(bucket.credentials.is_some() && bucket.endpoint.is_none());
    }

    #[test]
    fn what_cannot_be_used_is_told_without_the_address() {
        for url in [
            "objects",
            "ftp://secret",
            "file://host/secret",
            "file:///",
            "file:///secret?x=1",
            "s3://?region=secret",
            "s3://bucket?reigon=secret",
            "s3://bucket?region=secret&region=secret",
            "s3://bucket?endpoint=secret",
            "s3://bucket?style=secret",
            "s3://bucket?secret_access_key=secret",
            "s3://user:secret@bucket",
        ] {
            let error = read(&[("KEYROOM_OBJECTS_URL", url)]).err().expect(url);
            let told = format!("{error:#}");
            assert!(told.starts_with("KEYROOM_OBJECTS_URL "), "{told}");
            assert!(
                !told.contains("secret") || told.contains("secret_access_key"),
                "{told}"
            );
        }
    }
}
