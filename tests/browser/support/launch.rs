//! Starts Chromium on a thread of its own and sees to it that nothing of it is left behind.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use chromiumoxide::browser::BrowserConfig;
use futures_util::StreamExt;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::LOAD;

/// Host names beside `localhost` and `127.0.0.1` lead nowhere, so a page that asks for anything
/// outside fails visibly.
const CLOSED_WORLD: &str = "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1";

/// A running Chromium. Dropping it closes the browser and removes its profile.
pub(super) struct Process {
    cdp: Option<Arc<chromiumoxide::Browser>>,
    pub(super) driver: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    pub(super) profile: PathBuf,
    guard: Guard,
}

impl Process {
    pub(super) async fn start(resolver_rules: Option<&str>) -> Self {
        let profile = new_profile();
        let config = config(&profile, resolver_rules);
        let (ready, started) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("browser".into())
            .spawn(move || drive(config, ready, stopped))
            .expect("the machine must allow one more thread");
        let (cdp, driver, pid) = match started.await {
            Ok(Ok(started)) => started,
            Ok(Err(why)) => panic!("Chromium does not start: {why}"),
            Err(_) => panic!("Chromium does not start: its thread ended early"),
        };
        let guard = Guard::new(pid, &profile);
        Self {
            cdp: Some(cdp),
            driver,
            stop: Some(stop),
            thread: Some(thread),
            profile,
            guard,
        }
    }

    pub(super) fn cdp(&self) -> Arc<chromiumoxide::Browser> {
        self.cdp
            .clone()
            .expect("the connection is only taken when the browser is dropped")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.cdp = None;
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
        drop(std::fs::remove_dir_all(&self.profile));
        self.guard.dismiss();
    }
}

type Started = (Arc<chromiumoxide::Browser>, Handle, u32);

/// The life of the browser thread: start, pass every message on, close.
///
/// One thread for the connection and for those who listen to it: what Chromium reported before a
/// page was ready has then always been taken in before the test hears that the page is ready.
fn drive(
    config: BrowserConfig,
    ready: oneshot::Sender<Result<Started, String>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime for the browser can always be built");
    runtime.block_on(async {
        let (mut cdp, mut handler) = match chromiumoxide::Browser::launch(config).await {
            Ok(launched) => launched,
            Err(why) => return drop(ready.send(Err(why.to_string()))),
        };
        let pid = cdp
            .get_mut_child()
            .and_then(|child| child.as_mut_inner().id())
            .unwrap_or(0);
        // An error in one message is no reason to stop listening; the end of the stream is.
        let listening = tokio::spawn(async move { while handler.next().await.is_some() {} });
        let mut cdp = Arc::new(cdp);
        if ready
            .send(Ok((Arc::clone(&cdp), Handle::current(), pid)))
            .is_err()
        {
            return;
        }
        drop(stopped.await);
        // A context that is being disposed of may hold the connection for a moment more.
        for _ in 0..200 {
            if let Some(cdp) = Arc::get_mut(&mut cdp) {
                drop(cdp.close().await);
                if tokio::time::timeout(Duration::from_secs(5), cdp.wait())
                    .await
                    .is_err()
                {
                    drop(cdp.kill().await);
                }
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        listening.abort();
    });
}

fn config(profile: &Path, resolver_rules: Option<&str>) -> BrowserConfig {
    let rules = match resolver_rules {
        Some(rules) => format!("{rules}, {CLOSED_WORLD}"),
        None => CLOSED_WORLD.into(),
    };
    let builder = BrowserConfig::builder()
        .chrome_executable(executable())
        .new_headless_mode()
        .user_data_dir(profile)
        .viewport(None)
        .disable_https_first()
        .launch_timeout(Duration::from_secs(60))
        .request_timeout(LOAD)
        .arg(("host-resolver-rules", rules.as_str()));
    // Chromium's sandbox refuses root, and most containers lack what it needs.
    builder
        .no_sandbox()
        .build()
        .expect("the executable is given, nothing else is looked for")
}

/// The browser to use: `CHROMIUM`, or the first known name on the `PATH`.
fn executable() -> PathBuf {
    if let Some(given) = std::env::var_os("CHROMIUM").filter(|given| !given.is_empty()) {
        let given = PathBuf::from(given);
        assert!(
            given.is_file(),
            "CHROMIUM is set to {}, which is no file",
            given.display()
        );
        return given;
    }
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| {
            panic!(
                "The browser tests need Chromium and found none of {} on the PATH. Install it \
                 (Debian: apt-get install --no-install-recommends chromium fonts-liberation) or \
                 set CHROMIUM to its path.",
                names.join(", ")
            )
        })
}

fn new_profile() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("keyroom-browser-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("the temporary folder must be writable");
    folder
}

/// Ends Chromium when this process ends, however it ends.
///
/// The browser that tests share lives in a `static`, which is never dropped, and a test run can be
/// killed. A small shell waits for the end of its input, which the system closes with this
/// process, and then ends that one Chromium (known by its profile) and removes the profile.
struct Guard(Option<Child>);

impl Guard {
    const SCRIPT: &str = r#"
        trap '' INT TERM HUP
        read -r _
        ours() { tr '\0' ' ' <"/proc/$1/cmdline" | grep -qF -- "$2"; }
        i=0
        while ours "$1" "$2"; do
            if [ $i -lt 50 ]; then kill "$1"; else kill -9 "$1"; fi
            i=$((i + 1)); sleep 0.1
        done
        sleep 0.2; rm -rf -- "$2"; sleep 1; rm -rf -- "$2"
    "#;

    fn new(pid: u32, profile: &Path) -> Self {
        let child = Command::new("sh")
            .args(["-c", Self::SCRIPT, "sh", &pid.to_string()])
            .arg(profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(Some(
            child.expect("every system with a Chromium has a shell"),
        ))
    }

    /// The browser is gone: the shell has nothing left to do.
    fn dismiss(&mut self) {
        if let Some(mut child) = self.0.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}
