//! What every request needs to know of this installation.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use actix_web::{cookie::Key, dev::ResponseHead, http::ConnectionType};
use ipnet::IpNet;

use crate::{clock::Clock, config::PublicUrl, key_files::MasterKey};

pub struct Site {
    pub public_url: PublicUrl,
    pub clock: Clock,
    pub trusted_proxies: Vec<IpNet>,
    changes: AtomicU64,
    is_stopping: AtomicBool,
    pub(super) csrf_key: [u8; 64],
    pub(super) flash_key: Key,
}

impl Site {
    pub fn new(
        public_url: PublicUrl,
        clock: Clock,
        trusted_proxies: Vec<IpNet>,
        master: &MasterKey,
    ) -> Self {
        Self {
            public_url,
            clock,
            trusted_proxies,
            changes: AtomicU64::default(),
            is_stopping: AtomicBool::default(),
            csrf_key: master.derive("csrf"),
            flash_key: Key::from(&master.derive("flash")),
        }
    }

    /// Grows whenever a request that may have changed something is about to be answered. Whoever saw another number
    /// when they read the database may have read what is no longer so.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    pub(super) fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// From now on every answer is the last of its connection, and says so: a client that was told sends nothing into a
    /// connection that is about to close.
    pub fn say_goodbye(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn take_leave(&self, answer: &mut ResponseHead) {
        if self.is_stopping.load(Ordering::Relaxed) {
            answer.set_connection_type(ConnectionType::Close);
        }
    }

    /// The name of a cookie. Browsers hold `__Host-` to HTTPS, this host and the whole of it.
    pub fn cookie_name(&self, name: &str) -> String {
        if self.public_url.is_https() {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        }
    }
}
