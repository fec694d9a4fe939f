//! The rows of one answer, one by one.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures::Stream;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use crate::command::Command;
use crate::connection::Connection;
use crate::dispatch::Sink;
use crate::error::Error;
use crate::reply::Row;

/// The rows of a command as they come. It ends after `!done`; an error is its last item.
///
/// Dropping it before its end sends `/cancel`; [`RowStream::cancel`] does so and waits until the router has obeyed.
#[derive(Debug)]
pub struct RowStream {
    connection: Connection,
    tag: u64,
    rows: mpsc::UnboundedReceiver<Result<(Row, usize), Error>>,
    waiting: Arc<AtomicUsize>,
    ended: bool,
    cancelled: bool,
}

impl RowStream {
    pub(crate) fn start(
        connection: Connection,
        command: &Command,
        permit: OwnedSemaphorePermit,
    ) -> Result<Self, Error> {
        let (caller, rows) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let limit = command.limit(connection.command_limit());
        let sink = Sink::Rows {
            caller,
            waiting: Arc::clone(&waiting),
        };
        let tag = connection.dispatch().send(command, limit, sink, Some(permit))?;
        Ok(Self {
            connection,
            tag,
            rows,
            waiting,
            ended: false,
            cancelled: false,
        })
    }

    /// The next row; `None` after the last.
    pub async fn next_row(&mut self) -> Option<Result<Row, Error>> {
        std::future::poll_fn(|context| self.poll_row(context)).await
    }

    /// Ends the command on the router and waits for that. Rows that came meanwhile are lost.
    ///
    /// # Errors
    /// The command had failed before it was cancelled, or the connection was given up.
    pub async fn cancel(mut self) -> Result<(), Error> {
        if !self.ended {
            self.send_cancel();
        }
        while let Some(row) = self.next_row().await {
            match row {
                Err(error) if error.is_interrupted() => {}
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    fn poll_row(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Row, Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        self.rows.poll_recv(context).map(|received| match received {
            Some(Ok((row, size))) => {
                self.waiting.fetch_sub(size, Ordering::Relaxed);
                Some(Ok(row))
            }
            Some(Err(error)) => {
                if matches!(error, Error::ReplyTooLarge { .. }) {
                    self.send_cancel();
                }
                self.ended = true;
                Some(Err(error))
            }
            None => {
                self.ended = true;
                None
            }
        })
    }

    fn send_cancel(&mut self) {
        if std::mem::replace(&mut self.cancelled, true) {
            return;
        }
        let limit = self.connection.command_limit();
        if let Err(error) = self.connection.dispatch().cancel(self.tag, limit) {
            tracing::debug!(%error, "a stream ended with its connection");
        }
    }
}

impl Stream for RowStream {
    type Item = Result<Row, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_row(context)
    }
}

impl Drop for RowStream {
    fn drop(&mut self) {
        if !self.ended {
            self.send_cancel();
        }
    }
}
