//! What tables a database has, as it says itself: their columns, their keys, and the order in which no row comes before one
//! that it refers to.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::Cell;
use crate::error::{Error, Result};
use crate::transaction::{Tx, sql};

/// What stays behind: the history of the schema is each database's own, a lease belongs to a program that runs, and which desks
/// are there, and the codes that let in another, are of the database where they met.
const NOT_CARRIED: [&str; 4] = ["_sqlx_migrations", "leases", "desks", "desk_pairings"];

/// What a column holds. The migrations know no other kinds (`0001_office.sql`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Truth,
    Text,
}

impl Kind {
    fn of(word: &str) -> Result<Kind> {
        match word.to_ascii_lowercase().as_str() {
            "integer" | "bigint" => Ok(Kind::Integer),
            "boolean" => Ok(Kind::Truth),
            "text" => Ok(Kind::Text),
            _ => Err(Error::Unsupported(
                "the schema has a column of a kind that is not carried from one database to another",
            )),
        }
    }

    /// A column of this kind without a value.
    pub(super) const fn nothing(self) -> Cell {
        match self {
            Kind::Integer => Cell::Integer(None),
            Kind::Truth => Cell::Truth(None),
            Kind::Text => Cell::Text(None),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Where the columns of the primary key are among the columns, in the order of the key.
    pub(super) key: Vec<usize>,
    /// Where the columns are that refer to rows of this same table.
    pub(super) own: Vec<usize>,
}

impl Table {
    /// The key of a row.
    pub(super) fn key_of(&self, row: &[Cell]) -> Vec<Cell> {
        self.key.iter().filter_map(|&at| row.get(at).cloned()).collect()
    }

    /// Takes the references to rows of the same table out of a row; `None` where it has none.
    pub(super) fn hold_back(&self, row: &mut [Cell]) -> Option<Vec<Cell>> {
        let mut held = Vec::with_capacity(self.own.len());
        for &at in &self.own {
            if let (Some(cell), Some(column)) = (row.get_mut(at), self.columns.get(at)) {
                held.push(std::mem::replace(cell, column.kind.nothing()));
            }
        }
        held.iter().any(|cell| !cell.is_nothing()).then_some(held)
    }

    /// Whether it counts its rows by a number that the database gives out.
    pub(super) fn has_id(&self) -> bool {
        self.columns
            .iter()
            .any(|column| column.name == "id" && column.kind == Kind::Integer)
    }
}

/// Whether rows of one can be rows of the other: the same tables with the same columns, in whatever order they stand.
pub(super) fn are_alike(ours: &[Table], theirs: &[Table]) -> bool {
    let shape = |tables: &[Table]| -> BTreeMap<String, BTreeMap<String, &'static str>> {
        tables
            .iter()
            .map(|table| {
                let columns = table.columns.iter().map(|column| {
                    let kind = match column.kind {
                        Kind::Integer => "integer",
                        Kind::Truth => "truth",
                        Kind::Text => "text",
                    };
                    (column.name.clone(), kind)
                });
                (table.name.clone(), columns.collect())
            })
            .collect()
    };
    shape(ours) == shape(theirs)
}

/// Every table that is carried, each after those that it refers to.
pub(super) async fn read(tx: &mut Tx) -> Result<Vec<Table>> {
    let (columns, keys, references) = if tx.is_postgres() {
        (POSTGRES_COLUMNS, POSTGRES_KEYS, POSTGRES_REFERENCES)
    } else {
        (SQLITE_COLUMNS, SQLITE_KEYS, SQLITE_REFERENCES)
    };
    let columns = sql!(tx, fetch_all::<(String, String, String)>, columns)?;
    let keys = sql!(tx, fetch_all::<(String, String)>, keys)?;
    let references = sql!(tx, fetch_all::<(String, String, String)>, references)?;

    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (table, name, kind) in columns {
        if NOT_CARRIED.contains(&table.as_str()) {
            continue;
        }
        let kind = Kind::of(&kind)?;
        let entry = tables.entry(table.clone()).or_insert_with(|| Table {
            name: table,
            columns: Vec::new(),
            key: Vec::new(),
            own: Vec::new(),
        });
        entry.columns.push(Column { name, kind });
    }
    for (table, column) in keys {
        if let Some(table) = tables.get_mut(&table) {
            let at = place_of(table, &column)?;
            table.key.push(at);
        }
    }
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, to, column) in references {
        let Some(entry) = tables.get_mut(&table) else {
            continue;
        };
        if table == to {
            let at = place_of(entry, &column)?;
            entry.own.push(at);
        } else {
            needs.entry(table).or_default().insert(to);
        }
    }
    if tables.values().any(|table| table.key.is_empty()) {
        return Err(Error::Unsupported(
            "the schema has a table without a primary key, whose rows cannot be carried in parts",
        ));
    }
    in_order(tables, &needs)
}

fn place_of(table: &Table, column: &str) -> Result<usize> {
    table
        .columns
        .iter()
        .position(|known| known.name == column)
        .ok_or_else(|| {
            Error::Unreadable(format!(
                "the schema names a column {column} that {} has not",
                table.name
            ))
        })
}

/// Each table after those that it needs; among equals by name, so that the order is always the same.
fn in_order(
    mut waiting: BTreeMap<String, Table>,
    needs: &BTreeMap<String, BTreeSet<String>>,
) -> Result<Vec<Table>> {
    let mut ordered: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_ready = |name: &&String| {
            needs
                .get(*name)
                .is_none_or(|needed| needed.iter().all(|other| !waiting.contains_key(other)))
        };
        let Some(next) = waiting.keys().find(is_ready).cloned() else {
            return Err(Error::Unsupported(
                "the schema has tables that refer to each other in a circle",
            ));
        };
        ordered.extend(waiting.remove(&next));
    }
    Ok(ordered)
}

// An index for searching is made again by the triggers of the rows that it is of, so that neither it nor the tables in which
// SQLite keeps it are carried: those are no plain tables.
const SQLITE_COLUMNS: &str = "
SELECT l.name, c.name, c.type FROM pragma_table_list l JOIN pragma_table_info(l.name) c
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY l.name, c.cid";

const SQLITE_KEYS: &str = "
SELECT l.name, c.name FROM pragma_table_list l JOIN pragma_table_info(l.name) c
WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND c.pk > 0
ORDER BY l.name, c.pk";

const SQLITE_REFERENCES: &str = "
SELECT l.name, f.\"table\", f.\"from\" FROM pragma_table_list l JOIN pragma_foreign_key_list(l.name) f
WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name, f.id, f.seq";

const POSTGRES_COLUMNS: &str = "
SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), CAST(c.data_type AS TEXT)
FROM information_schema.columns c
JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY 1, c.ordinal_position";

const POSTGRES_KEYS: &str = "
SELECT CAST(r.relname AS TEXT), CAST(a.attname AS TEXT)
FROM pg_constraint k
JOIN pg_class r ON r.oid = k.conrelid
JOIN pg_namespace n ON n.oid = r.relnamespace
CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS part (attnum, place)
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.attnum
WHERE k.contype = 'p' AND n.nspname = current_schema() ORDER BY 1, part.place";

const POSTGRES_REFERENCES: &str = "
SELECT CAST(r.relname AS TEXT), CAST(f.relname AS TEXT), CAST(a.attname AS TEXT)
FROM pg_constraint k
JOIN pg_class r ON r.oid = k.conrelid
JOIN pg_class f ON f.oid = k.confrelid
JOIN pg_namespace n ON n.oid = r.relnamespace
CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS part (attnum, place)
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = part.attnum
WHERE k.contype = 'f' AND n.nspname = current_schema() ORDER BY 1, k.conname, part.place";
