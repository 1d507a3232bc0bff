use std::net::TcpListener;

use anyhow::Context;
use keyroom::{
    app::Shared,
    config::Config,
    postgres, serve as server,
    setup::{self, SetUpCode},
};
use tokio::signal::unix::{SignalKind, signal};

use super::{Installation, WHY, told};

/// Runs until Ctrl-C or SIGTERM.
pub fn serve() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    // Before anything else: a second server on the folder must not so much as touch it.
    let _instance = match config.database_url {
        Some(_) => None,
        None => Some(postgres::claim(&config.data)?),
    };
    let listener = TcpListener::bind(config.listen).with_context(|| {
        format!(
            "cannot listen on {}; set KEYROOM_LISTEN to another address",
            config.listen
        )
    })?;
    listener.set_nonblocking(true)?;
    let installation = Installation::open(&config, Shared::pool_size())?;
    if let Some(cluster) = &installation.cluster {
        cluster.watch();
    }
    let is_set_up = installation
        .db
        .run_here(|conn| setup::is_set_up(conn, WHY))
        .map_err(told)?;
    let public_url = config.public_url.clone();
    if !public_url.is_trustworthy() {
        log::warn!(
            "plain HTTP: passwords and keys can be read on the way to {}",
            public_url.origin()
        );
    }
    let code = SetUpCode::of(&installation.master);
    let objects = installation.objects(&config)?;
    let shared = Shared::new(
        &installation.db,
        config.public_url,
        installation.clock.clone(),
        config.trusted_proxies,
        installation.pepper,
        &installation.master,
        config.smtp.as_ref(),
    )?
    .keeping_the_log(config.audit_days)
    .storing(objects);
    if !shared.mail.is_configured() {
        log::info!("mail is not set up (KEYROOM_SMTP_URL): nothing is sent to anybody");
    }
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    actix_web::rt::System::new().block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut running = server::start(shared.clone(), &installation.db, listener, workers)?;
        running.look_after(shared, &installation.db);
        if is_set_up {
            eprintln!("Keyroom is ready at {}", public_url.origin());
        } else {
            let code = code.reveal();
            eprintln!(
                "Keyroom is ready. Set it up at {}\nSet-up code: {code}",
                public_url.at(&format!("/set-up?code={code}"))
            );
        }
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        log::info!("stopping");
        running.stop().await;
        anyhow::Ok(())
    })?;
    drop(installation.cluster);
    Ok(())
}
