//! Ports for programs that take theirs some time after they are started.

use std::{
    net::TcpListener,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// A port that nothing listens on. The system gives none of these out by itself, so nobody else takes it meanwhile.
pub fn free_port() -> u16 {
    const FIRST: u16 = 10_000;
    const MANY: u32 = 20_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut ports = (0..MANY).map(|_| {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        // Another run begins elsewhere.
        let place = process::id().wrapping_mul(101).wrapping_add(n) % MANY;
        FIRST + u16::try_from(place).expect("one of them")
    });
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.find(is_free).expect("a free port")
}
