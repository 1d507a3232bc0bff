use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use super::Report;

const PATIENCE: Duration = Duration::from_secs(3);

/// Is it up, and does it say that it is ready?
pub fn check(report: &mut Report, listen: SocketAddr) {
    let name = "server";
    let address = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => {
            SocketAddr::new(Ipv4Addr::LOCALHOST.into(), listen.port())
        }
        IpAddr::V6(ip) if ip.is_unspecified() => {
            SocketAddr::new(Ipv6Addr::LOCALHOST.into(), listen.port())
        }
        _ => listen,
    };
    match ask(address) {
        Ok(answer) if answer.ends_with("\r\n\r\nready\n") => {
            report.ok(name, format!("ready at {address}"));
        }
        // Every answer of Keyroom's has one.
        Ok(answer) if answer.to_lowercase().contains("x-request-id: ") => {
            let why = answer.rsplit("\r\n\r\n").next().unwrap_or_default().trim();
            report.fail(
                name,
                format!("at {address} it is not ready: {why}; see the lines below, and its log"),
            );
        }
        Ok(_) => report.fail(
            name,
            format!("at {address} something else answers: stop that, or set KEYROOM_LISTEN to another address"),
        ),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            report.warn(name, format!("does not run at {address}; start it with keyroom serve"));
        }
        Err(error) => report.fail(name, format!("at {address} there is no answer ({error}); see its log")),
    }
}

fn ask(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(64 << 10).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
