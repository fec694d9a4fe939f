//! A router in a process of its own, for measurements that must not count what the simulator takes: the program that
//! measures starts itself once more, and that one serves until it is told to stop.
//!
//! ```no_run
//! use simulators::apart::{self, Apart};
//! use simulators::router::{Network, Router, RouterSpec};
//!
//! # fn main() -> std::io::Result<()> {
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! if std::env::args().nth(1).is_some_and(|word| word == "router") {
//!     let router = Router::start(RouterSpec::default()).await?;
//!     router.load(&Network::invented(10_000));
//!     return apart::serve(&router).await;
//! }
//! let router = Apart::start(["router"])?;
//! println!("a router at {}", router.addr());
//! # Ok::<(), std::io::Error>(())
//! # })
//! # }
//! ```

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::router::RunningRouter;

/// Serves in the router's process: says the address to the one that started it and ends when that one goes away.
///
/// # Errors
/// The standard input cannot be read.
pub async fn serve(router: &RunningRouter) -> io::Result<()> {
    let mut output = tokio::io::stdout();
    output
        .write_all(format!("{}\n", router.addr()).as_bytes())
        .await?;
    output.flush().await?;
    tokio::io::stdin().read_to_end(&mut Vec::new()).await?;
    Ok(())
}

/// A router in a process of its own; dropping it ends that process.
#[derive(Debug)]
pub struct Apart {
    process: Child,
    address: SocketAddr,
}

impl Apart {
    /// Starts this program once more with these arguments, by which it knows that it is to [`serve`] a router.
    ///
    /// # Errors
    /// The program cannot be started, or does not say an address.
    pub fn start(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> io::Result<Self> {
        let mut process = std::process::Command::new(std::env::current_exe()?)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        match line.trim().parse() {
            Ok(address) => Ok(Self { process, address }),
            Err(_) => {
                process.kill()?;
                process.wait()?;
                let said = format!("the router's process said {line:?} and no address");
                Err(io::Error::new(io::ErrorKind::InvalidData, said))
            }
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        // Without its input it ends by itself. One that cannot be waited for is gone already.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
