//! What somebody does at the router itself: items changed and taken away past the API and its checks.

use super::handle::RunningRouter;
use super::table::{Changes, Table};

impl RunningRouter {
    /// Changes the items of a menu whose field has this value; gives how many there were.
    pub fn change(&self, menu: &str, (field, value): (&str, &str), fields: &[(&str, &str)]) -> usize {
        self.core.with(|state| {
            let Some(table) = state.tables.get_mut(menu) else {
                return 0;
            };
            let changes: Changes = fields
                .iter()
                .filter_map(|(name, value)| Some((table.menu.field(name)?.name, Some((*value).to_owned()))))
                .collect();
            let ids = having(table, field, value);
            for id in &ids {
                table.set(*id, changes.clone());
            }
            ids.len()
        })
    }

    /// Takes the items of a menu away whose field has this value; gives how many there were.
    pub fn remove(&self, menu: &str, (field, value): (&str, &str)) -> usize {
        self.core.with(|state| {
            let Some(table) = state.tables.get_mut(menu) else {
                return 0;
            };
            let ids = having(table, field, value);
            for id in &ids {
                table.remove(*id);
            }
            ids.len()
        })
    }
}

fn having(table: &Table, field: &str, value: &str) -> Vec<u64> {
    table
        .iter()
        .filter(|item| item.get(field) == Some(value))
        .map(|item| item.id)
        .collect()
}
