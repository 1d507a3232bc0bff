//! A folder or a bucket, as the configuration has it.

use std::{
    fs::{self, DirBuilder},
    os::unix::fs::DirBuilderExt,
    path::Path,
    time::Duration,
};

use anyhow::Context;
use object_store::{
    BackoffConfig, ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    local::LocalFileSystem,
};

use crate::config::Bucket;

/// How long a bucket may say nothing before it counts as away. To put the parts of a large file together takes some of them
/// longer than any other call, and not all say something meanwhile.
const SILENCE: Duration = Duration::from_secs(60);
/// So long after it began, a call that failed is not made again.
const AGAIN: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(3);
const RETRIES: usize = 2;

/// `root`: the one of ours in it.
pub fn folder(folder: &Path, root: &str) -> anyhow::Result<LocalFileSystem> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder.join(root))
        .and_then(|()| fs::read_dir(folder).map(drop))
        .with_context(|| {
            format!(
                "cannot use the folder {} (KEYROOM_OBJECTS_URL)",
                folder.display()
            )
        })?;
    Ok(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))
}

pub fn bucket(bucket: &Bucket) -> anyhow::Result<AmazonS3> {
    // The client asks for the process's own. Whoever has set one has set this.
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let retry = RetryConfig {
        max_retries: RETRIES,
        retry_timeout: AGAIN,
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(1),
            base: 2.0,
        },
    };
    // A whole body takes as long as whoever reads it.
    let mut client = ClientOptions::new()
        .with_timeout_disabled()
        .with_read_timeout(SILENCE)
        .with_connect_timeout(CONNECT);
    let mut builder = match &bucket.credentials {
        Some(known) => AmazonS3Builder::new()
            .with_access_key_id(&known.access_key_id)
            .with_secret_access_key(&known.secret_access_key),
        None => AmazonS3Builder::from_env(),
    };
    if let Some(token) = bucket
        .credentials
        .as_ref()
        .and_then(|c| c.session_token.as_ref())
    {
        builder = builder.with_token(token);
    }
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint);
        client = client.with_allow_http(endpoint.starts_with("http://"));
    }
    builder
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_virtual_hosted_style_request(bucket.is_in_host)
        .with_client_options(client)
        .with_retry(retry)
        .build()
        .context("KEYROOM_OBJECTS_URL names a bucket that cannot be used")
}
