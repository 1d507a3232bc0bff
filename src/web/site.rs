//! What every request needs to know of this installation.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::{cookie::Key, dev::ResponseHead, http::ConnectionType};
use ipnet::IpNet;

use super::changes::Changes;
use crate::{clock::Clock, config::PublicUrl, key_files::MasterKey};

pub struct Site {
    pub public_url: PublicUrl,
    pub clock: Clock,
    pub trusted_proxies: Vec<IpNet>,
    pub changes: Changes,
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
            changes: Changes::default(),
            is_stopping: AtomicBool::default(),
            csrf_key: master.derive("csrf"),
            flash_key: Key::from(&master.derive("flash")),
        }
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
