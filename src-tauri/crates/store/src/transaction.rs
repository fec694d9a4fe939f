//! One transaction on either engine, and the macros that run one static SQL text on it. There is no query outside a
//! transaction: what a caller sees is one state of the database, and what it writes is there wholly or not at all.

use sqlx::{Postgres, Sqlite};

use crate::error::Result;

/// A transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
#[derive(Debug)]
pub enum Tx {
    /// On the office's own file.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// On a server that several desks share.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Tx {
    /// Makes everything that was written permanent.
    ///
    /// # Errors
    /// [`crate::Error::Full`], [`crate::Error::Busy`] and whatever else the engine says; nothing is kept then.
    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Takes everything back, and waits until that is done.
    ///
    /// # Errors
    /// When the connection is lost; nothing is kept then either.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => match tx.rollback().await {
                // SQLite does it by itself when the disk is full.
                Err(sqlx::Error::Database(error)) if error.message().contains("no transaction is active") => {
                }
                done => done?,
            },
            Tx::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Whether this runs on PostgreSQL: the question that every dialect branch asks.
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self, Tx::Postgres(_))
    }
}

/// Runs one SQL text on whichever engine the transaction is on.
///
/// `sql!(tx, execute, TEXT, binds…)` gives the number of rows that changed; `sql!(tx, fetch_one::<Row>, TEXT, binds…)`,
/// `fetch_optional` and `fetch_all` give rows. The text is static and in what both engines speak: `$1`, `ON CONFLICT`,
/// `RETURNING`. `; each LIST` at the end binds every value of a list after the others.
macro_rules! sql {
    ($tx:expr, execute, $text:expr $(, $bind:expr)* $(; each $list:expr)? $(,)?) => {{
        let done: $crate::Result<u64> = match &mut *$tx {
            $crate::Tx::Sqlite(tx) => {
                #[allow(unused_mut, reason = "only a list of further values binds anything after this")]
                let mut query = ::sqlx::query($text)$(.bind($bind))*;
                $( for value in $list { query = query.bind(value); } )?
                query.execute(&mut **tx).await.map(|done| done.rows_affected()).map_err($crate::Error::from)
            }
            $crate::Tx::Postgres(tx) => {
                #[allow(unused_mut, reason = "only a list of further values binds anything after this")]
                let mut query = ::sqlx::query($text)$(.bind($bind))*;
                $( for value in $list { query = query.bind(value); } )?
                query.execute(&mut **tx).await.map(|done| done.rows_affected()).map_err($crate::Error::from)
            }
        };
        done
    }};
    ($tx:expr, $fetch:ident::<$row:ty>, $text:expr $(, $bind:expr)* $(; each $list:expr)? $(,)?) => {
        match &mut *$tx {
            $crate::Tx::Sqlite(tx) => {
                #[allow(unused_mut, reason = "only a list of further values binds anything after this")]
                let mut query = ::sqlx::query_as::<_, $row>($text)$(.bind($bind))*;
                $( for value in $list { query = query.bind(value); } )?
                query.$fetch(&mut **tx).await.map_err($crate::Error::from)
            }
            $crate::Tx::Postgres(tx) => {
                #[allow(unused_mut, reason = "only a list of further values binds anything after this")]
                let mut query = ::sqlx::query_as::<_, $row>($text)$(.bind($bind))*;
                $( for value in $list { query = query.bind(value); } )?
                query.$fetch(&mut **tx).await.map_err($crate::Error::from)
            }
        }
    };
}
pub(crate) use sql;

/// Writes many rows with few statements: `sql_rows!(tx, HEAD, TAIL, rows, |row| [binds…])` runs
/// `HEAD (…), (…) TAIL` for a chunk of the rows at a time.
///
/// Without a further word it gives the number of rows that changed; with `fetch_all::<Row>` before the rows it gives what
/// `RETURNING` in the tail says.
macro_rules! sql_rows {
    ($tx:expr, execute, $head:expr, $tail:expr, $rows:expr, |$row:ident| [$($bind:expr),+ $(,)?]) => {{
        const WIDTH: usize = [$(stringify!($bind)),+].len();
        let mut changed: u64 = 0;
        for chunk in $rows.chunks($crate::rows::per_statement(WIDTH)) {
            let text = $crate::rows::text($tx.is_postgres(), $head, WIDTH, chunk.len(), $tail);
            let text = ::sqlx::AssertSqlSafe(text);
            changed += match &mut *$tx {
                $crate::Tx::Sqlite(tx) => {
                    let mut query = ::sqlx::query(text);
                    for $row in chunk { query = query$(.bind($bind))+; }
                    query.execute(&mut **tx).await.map(|done| done.rows_affected())
                }
                $crate::Tx::Postgres(tx) => {
                    let mut query = ::sqlx::query(text);
                    for $row in chunk { query = query$(.bind($bind))+; }
                    query.execute(&mut **tx).await.map(|done| done.rows_affected())
                }
            }
            .map_err($crate::Error::from)?;
        }
        changed
    }};
    ($tx:expr, fetch_all::<$out:ty>, $head:expr, $tail:expr, $rows:expr, |$row:ident| [$($bind:expr),+ $(,)?]) => {{
        const WIDTH: usize = [$(stringify!($bind)),+].len();
        let mut fetched: Vec<$out> = Vec::with_capacity($rows.len());
        for chunk in $rows.chunks($crate::rows::per_statement(WIDTH)) {
            let text = $crate::rows::text($tx.is_postgres(), $head, WIDTH, chunk.len(), $tail);
            let text = ::sqlx::AssertSqlSafe(text);
            let some = match &mut *$tx {
                $crate::Tx::Sqlite(tx) => {
                    let mut query = ::sqlx::query_as::<_, $out>(text);
                    for $row in chunk { query = query$(.bind($bind))+; }
                    query.fetch_all(&mut **tx).await
                }
                $crate::Tx::Postgres(tx) => {
                    let mut query = ::sqlx::query_as::<_, $out>(text);
                    for $row in chunk { query = query$(.bind($bind))+; }
                    query.fetch_all(&mut **tx).await
                }
            }
            .map_err($crate::Error::from)?;
            fetched.extend(some);
        }
        fetched
    }};
}
pub(crate) use sql_rows;
