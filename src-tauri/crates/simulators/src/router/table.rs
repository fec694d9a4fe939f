//! The items of one menu, in the router's order, findable by `.id` and by their key.

use std::collections::{BTreeMap, HashMap};

use tokio::sync::mpsc;

use super::menu::Menu;

/// Distance of neighbours in the order, so that an item can be placed between two.
const STEP: u64 = 1 << 20;

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) id: u64,
    fields: Vec<(&'static str, String)>,
}

impl Item {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.fields.iter().map(|(name, value)| (*name, value.as_str()))
    }

    fn set(&mut self, name: &'static str, value: String) {
        match self.fields.iter_mut().find(|(found, _)| *found == name) {
            Some((_, old)) => *old = value,
            None => self.fields.push((name, value)),
        }
    }

    fn clear(&mut self, name: &str) {
        self.fields.retain(|(found, _)| *found != name);
    }
}

/// `*1A`, as routers write it.
pub(crate) fn written_id(id: u64) -> String {
    format!("*{id:X}")
}

pub(crate) fn read_id(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix('*')?, 16).ok()
}

/// What those who watch a menu are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happened {
    /// The item was made or changed.
    Changed(u64),
    /// The item has gone.
    Gone(u64),
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) menu: &'static Menu,
    items: BTreeMap<u64, Item>,
    places: HashMap<u64, u64>,
    keys: HashMap<String, u64>,
    next_id: u64,
    watchers: Vec<mpsc::UnboundedSender<Happened>>,
}

/// Changes to the fields of an item: a value, or `None` to take the field away.
pub(crate) type Changes = Vec<(&'static str, Option<String>)>;

impl Table {
    pub(crate) fn new(menu: &'static Menu) -> Self {
        Self {
            menu,
            items: BTreeMap::new(),
            places: HashMap::new(),
            keys: HashMap::new(),
            next_id: 1,
            watchers: Vec::new(),
        }
    }

    /// What happens to its items from now on. A watcher that goes away is forgotten.
    pub(crate) fn watch(&mut self) -> mpsc::UnboundedReceiver<Happened> {
        let (watcher, changes) = mpsc::unbounded_channel();
        self.watchers.push(watcher);
        changes
    }

    fn tell(&mut self, happened: Happened) {
        self.watchers.retain(|watcher| watcher.send(happened).is_ok());
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The number of the item that is made next.
    pub(crate) fn next_id(&self) -> u64 {
        self.next_id
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Item> {
        self.items.get(self.places.get(&id)?)
    }

    /// The item with these key values.
    pub(crate) fn by_key(&self, values: &[&str]) -> Option<&Item> {
        self.get(*self.keys.get(&values.join("\0"))?)
    }

    /// The item by the first key field alone, where that is the whole key; else by looking through them.
    pub(crate) fn by_name(&self, name: &str) -> Option<&Item> {
        let field = self.menu.key.first()?;
        match self.menu.key {
            [_] => self.by_key(&[name]),
            _ => self.iter().find(|item| item.get(field) == Some(name)),
        }
    }

    /// The key that an item would have after these changes; a new one has the menu's defaults.
    pub(crate) fn key_after(&self, item: Option<&Item>, changes: &Changes) -> Option<String> {
        let value = |field: &str| match changes.iter().rev().find(|(name, _)| *name == field) {
            Some((_, value)) => value.as_deref(),
            None => match item {
                Some(item) => item.get(field),
                None => self.menu.field(field).and_then(|field| field.default),
            },
        };
        // What the router made by itself stands beside the static item of the same key.
        if self.menu.key.is_empty() || value("dynamic") == Some("true") {
            return None;
        }
        let values: Vec<&str> = self
            .menu
            .key
            .iter()
            .map(|field| value(field).unwrap_or_default())
            .collect();
        Some(values.join("\0"))
    }

    pub(crate) fn holder(&self, key: &str) -> Option<u64> {
        self.keys.get(key).copied()
    }

    /// Makes an item with the menu's defaults; `before` names the item that it is to stand before.
    pub(crate) fn add(&mut self, changes: Changes, before: Option<u64>) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        let mut item = Item {
            id,
            fields: Vec::with_capacity(self.menu.fields.len()),
        };
        let mut changes = changes;
        // In the menu's order, whatever order the client had.
        for field in self.menu.fields {
            let given = changes
                .iter_mut()
                .rev()
                .find(|(name, _)| *name == field.name)
                .map(|(_, value)| value.take());
            if let Some(value) = given.unwrap_or_else(|| field.default.map(str::to_owned)) {
                item.fields.push((field.name, value));
            }
        }
        if let Some(key) = self.key_after(Some(&item), &Changes::new()) {
            self.keys.insert(key, id);
        }
        let place = self.place(before);
        self.places.insert(id, place);
        self.items.insert(place, item);
        self.tell(Happened::Changed(id));
        id
    }

    pub(crate) fn set(&mut self, id: u64, changes: Changes) {
        let Some(place) = self.places.get(&id) else { return };
        let Some(mut item) = self.items.remove(place) else {
            return;
        };
        let place = *place;
        if let Some(key) = self.key_after(Some(&item), &Changes::new()) {
            self.forget_key(&key, id);
        }
        for (name, value) in changes {
            match value {
                Some(value) => item.set(name, value),
                None => item.clear(name),
            }
        }
        if let Some(key) = self.key_after(Some(&item), &Changes::new()) {
            self.keys.insert(key, id);
        }
        self.items.insert(place, item);
        self.tell(Happened::Changed(id));
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Item> {
        let item = self.items.remove(&self.places.remove(&id)?)?;
        if let Some(key) = self.key_after(Some(&item), &Changes::new()) {
            self.forget_key(&key, id);
        }
        self.tell(Happened::Gone(id));
        Some(item)
    }

    /// Puts an item before another, or at the end.
    pub(crate) fn move_before(&mut self, id: u64, before: Option<u64>) {
        let Some(item) = self
            .places
            .remove(&id)
            .and_then(|place| self.items.remove(&place))
        else {
            return;
        };
        let place = self.place(before);
        self.places.insert(id, place);
        self.items.insert(place, item);
    }

    fn forget_key(&mut self, key: &str, id: u64) {
        if self.keys.get(key) == Some(&id) {
            self.keys.remove(key);
        }
    }

    fn place(&mut self, before: Option<u64>) -> u64 {
        let last = self.items.last_key_value().map_or(0, |(place, _)| *place);
        let Some(&next) = before.and_then(|id| self.places.get(&id)) else {
            return last + STEP;
        };
        let previous = self
            .items
            .range(..next)
            .next_back()
            .map_or(0, |(place, _)| *place);
        if next - previous > 1 {
            return previous + (next - previous) / 2;
        }
        // No room between the two: space everything out again.
        let items = std::mem::take(&mut self.items);
        for (position, item) in (1..).zip(items.into_values()) {
            self.places.insert(item.id, position * STEP);
            self.items.insert(position * STEP, item);
        }
        self.place(before)
    }
}

#[cfg(test)]
mod tests {
    use super::super::menu::menu;
    use super::*;

    #[test]
    fn an_item_can_be_placed_before_another_any_number_of_times() {
        let mut table = Table::new(menu("/ip/firewall/filter").unwrap());
        let rule = |name: &str| vec![("comment", Some(name.to_owned()))];
        let last = table.add(rule("last"), None);
        for number in 0..100 {
            table.add(rule(&number.to_string()), Some(last));
        }
        let order: Vec<&str> = table.iter().filter_map(|item| item.get("comment")).collect();
        let expected: Vec<String> = (0..100)
            .map(|number| number.to_string())
            .chain(["last".to_owned()])
            .collect();
        assert_eq!(order, expected);
    }

    #[test]
    fn ids_are_written_like_a_routers() {
        assert_eq!(written_id(26), "*1A");
        assert_eq!(read_id("*1a"), Some(26));
        assert_eq!(read_id("1A"), None);
    }
}
