//! `print`: rows, restricted by queries and the property list.

use std::borrow::Cow;

use tokio::sync::mpsc::UnboundedReceiver;

use super::menu::{Access, Kind, Menu, menu};
use super::query;
use super::state::{State, written_time};
use super::table::{Happened, Item, Table, read_id, written_id};
use super::wire::{Answer, Question, Refusal};

/// Parameters of `print` that change nothing for the API.
const IGNORED: &[&str] = &[
    ".proplist",
    "count-only",
    "detail",
    "without-paging",
    "stats",
    "all",
    "terse",
    "value-list",
    "once",
    "from",
    "where",
];

const INTERFACES: [(&str, &str); 3] = [
    ("/interface/ethernet", "ether"),
    ("/interface/bridge", "bridge"),
    ("/interface/vlan", "vlan"),
];

impl State {
    pub(crate) fn print(
        &self,
        user: &str,
        menu: &'static Menu,
        question: &Question,
        answer: &mut Answer,
    ) -> Result<(), Refusal> {
        check_parameters(question)?;
        let Some(table) = self.table(menu.path) else {
            return Err(Refusal::no_such_command());
        };
        let sensitive = self.may(user, "sensitive");
        let wanted = question
            .attribute(".proplist")
            .map(|list| list.split(',').collect::<Vec<_>>());
        let from = question
            .attribute("from")
            .map(|list| list.split(',').filter_map(read_id).collect::<Vec<_>>());
        let shown = |item: &&Item| {
            from.as_ref().is_none_or(|from| from.contains(&item.id))
                && query::matches(&question.queries, |name| self.value(table, item, name, sensitive))
        };
        // By name, as a router finds an item too; anything else, and what the router made by itself, means looking at each.
        let by_key = query::single_equality(&question.queries)
            .filter(|(name, _)| menu.key == [*name])
            .and_then(|(_, value)| table.by_key(&[value]));
        let rows: Vec<&Item> = match by_key {
            Some(found) => std::iter::once(found).filter(shown).collect(),
            None => table.iter().filter(shown).collect(),
        };
        if question.attribute("count-only").is_some() {
            answer.done(Some(&rows.len().to_string()));
            return Ok(());
        }
        for item in &rows {
            self.row(table, item, wanted.as_deref(), sensitive, answer);
        }
        self.end_of_list(rows.is_empty(), answer);
        Ok(())
    }

    /// The changes of a menu from now on, for `listen`.
    pub(crate) fn watch(
        &mut self,
        user: &str,
        question: &Question,
    ) -> Result<(&'static Menu, UnboundedReceiver<Happened>), Refusal> {
        self.note(question);
        let path = question.command.strip_suffix("/listen").unwrap_or_default();
        let menu = menu(path)
            .filter(|menu| !matches!(menu.access, Access::Single | Access::SingleReadOnly))
            .ok_or_else(Refusal::no_such_command)?;
        if !self.may(user, "read") {
            return Err(Refusal::not_permitted());
        }
        check_parameters(question)?;
        let table = self
            .tables
            .get_mut(menu.path)
            .ok_or_else(Refusal::no_such_command)?;
        Ok((menu, table.watch()))
    }

    /// One item as a row, if it is still there and the question wants it.
    pub(crate) fn print_item(
        &self,
        user: &str,
        menu: &'static Menu,
        id: u64,
        question: &Question,
        answer: &mut Answer,
    ) {
        let Some(table) = self.table(menu.path) else {
            return;
        };
        let sensitive = self.may(user, "sensitive");
        let wanted = question
            .attribute(".proplist")
            .map(|list| list.split(',').collect::<Vec<_>>());
        if let Some(item) = table.get(id)
            && query::matches(&question.queries, |name| self.value(table, item, name, sensitive))
        {
            self.row(table, item, wanted.as_deref(), sensitive, answer);
        }
    }

    fn row(&self, table: &Table, item: &Item, wanted: Option<&[&str]>, sensitive: bool, answer: &mut Answer) {
        let menu = table.menu;
        let mut fields: Vec<(&str, Cow<'_, str>)> = Vec::with_capacity(menu.fields.len() + 1);
        let mut show = |name: &'static str| {
            if wanted.is_none_or(|wanted| wanted.contains(&name))
                && let Some(value) = self.value(table, item, name, sensitive)
            {
                fields.push((name, value));
            }
        };
        if !matches!(menu.access, Access::Single | Access::SingleReadOnly) {
            show(".id");
        }
        menu.fields.iter().for_each(|field| show(field.name));
        answer.sentence("!re", fields.iter().map(|(name, value)| (*name, value.as_ref())));
    }

    /// `/interface/print`: the ports of all kinds, and one per session.
    pub(crate) fn print_interfaces(&self, question: &Question, answer: &mut Answer) -> Result<(), Refusal> {
        check_parameters(question)?;
        let wanted = question
            .attribute(".proplist")
            .map(|list| list.split(',').collect::<Vec<_>>());
        let ports = INTERFACES
            .iter()
            .filter_map(|(path, kind)| Some((self.table(path)?, *kind)));
        let ports = ports.flat_map(|(table, kind)| table.iter().map(move |item| (item, kind)));
        let mut rows: Vec<Vec<(&str, String)>> = ports
            .map(|(item, kind)| {
                let mut row = vec![
                    ("name", item.get("name").unwrap_or_default().to_owned()),
                    ("type", kind.to_owned()),
                ];
                for name in ["mac-address", "running", "disabled", "comment"] {
                    row.extend(item.get(name).map(|value| (name, value.to_owned())));
                }
                row
            })
            .collect();
        for session in self.table("/ppp/active").into_iter().flat_map(Table::iter) {
            let (service, user) = (
                session.get("service").unwrap_or_default(),
                session.get("name").unwrap_or_default(),
            );
            let name = ("name", format!("<{service}-{user}>"));
            let flags = [
                ("dynamic", "true".to_owned()),
                ("running", "true".to_owned()),
                ("disabled", "false".to_owned()),
            ];
            rows.push(
                [name, ("type", format!("{service}-in"))]
                    .into_iter()
                    .chain(flags)
                    .collect(),
            );
        }
        let mut nothing = true;
        for (number, row) in (1..).zip(&mut rows) {
            row.insert(0, (".id", written_id(number)));
            let value = |name: &str| {
                row.iter()
                    .find(|(found, _)| *found == name)
                    .map(|(_, value)| Cow::from(value.as_str()))
            };
            if query::matches(&question.queries, value) {
                nothing = false;
                let shown = row
                    .iter()
                    .filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| wanted.contains(name)));
                answer.sentence("!re", shown.map(|(name, value)| (*name, value.as_str())));
            }
        }
        self.end_of_list(nothing, answer);
        Ok(())
    }

    fn end_of_list(&self, nothing: bool, answer: &mut Answer) {
        if nothing && self.spec.says_empty() {
            answer.sentence("!empty", []);
        }
        answer.done(None);
    }

    /// A property as it is now: some are reckoned when they are read, some hidden from some users.
    fn value<'s>(
        &'s self,
        table: &'s Table,
        item: &'s Item,
        name: &str,
        sensitive: bool,
    ) -> Option<Cow<'s, str>> {
        match (table.menu.path, name) {
            (_, ".id") => return Some(written_id(item.id).into()),
            ("/ppp/active", "uptime") => {
                let live = self.sessions.get(item.get("name")?)?;
                return Some(written_time(live.since.elapsed()).into());
            }
            ("/ip/hotspot/active", "uptime") => {
                let live = self.hotspot.get(item.get("user")?)?;
                return Some(written_time(live.since.elapsed()).into());
            }
            ("/system/resource", "uptime") => return Some(written_time(self.started.elapsed()).into()),
            ("/system/clock", "time") => return Some(self.now().strftime("%H:%M:%S").to_string().into()),
            ("/system/clock", "date") => {
                // Before 7.10 the month was a word.
                let form = if self.spec.version >= (7, 10) {
                    "%Y-%m-%d"
                } else {
                    "%b/%d/%Y"
                };
                return Some(self.now().strftime(form).to_string().to_lowercase().into());
            }
            ("/system/clock", "gmt-offset") => return Some(self.now().strftime("%:z").to_string().into()),
            _ => {}
        }
        match table.menu.field(name)?.kind {
            Kind::Hidden => None,
            Kind::Password if !sensitive => None,
            _ => item.get(name).map(Cow::Borrowed),
        }
    }
}

fn check_parameters(question: &Question) -> Result<(), Refusal> {
    match question
        .attributes
        .iter()
        .find(|(name, _)| !IGNORED.contains(&name.as_str()))
    {
        Some((name, _)) => Err(Refusal::unknown_parameter(name)),
        None => Ok(()),
    }
}
