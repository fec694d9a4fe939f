//! Commands on menus: `print`, `add`, `set`, `remove` and their kin.

use super::menu::{Access, Menu, menu};
use super::state::State;
use super::table::{Changes, Item, read_id, written_id};
use super::wire::{Answer, Question, Refusal};

impl State {
    /// Carries a command out; the whole answer, refusals included.
    pub(crate) fn execute(&mut self, user: &str, question: &Question) -> Answer {
        self.note(question);
        let mut answer = Answer::to(question);
        let outcome = match self.planned_refusal(&question.command) {
            Some(message) => Err(Refusal::new(None, message)),
            None => self.carry_out(user, question, &mut answer),
        };
        if let Err(refusal) = outcome {
            answer.trap(&refusal);
            answer.done(None);
        }
        answer
    }

    fn carry_out(&mut self, user: &str, question: &Question, answer: &mut Answer) -> Result<(), Refusal> {
        let (path, verb) = question
            .command
            .rsplit_once('/')
            .ok_or_else(Refusal::no_such_command)?;
        let reads = matches!(verb, "print" | "getall");
        if path == "/interface" && reads {
            self.permit(user, "read")?;
            return self.print_interfaces(question, answer);
        }
        if path == "/interface" && verb == "monitor-traffic" {
            self.permit(user, "read")?;
            self.monitor_traffic(question.attribute("interface").unwrap_or_default(), answer)?;
            answer.done(None);
            return Ok(());
        }
        let menu = menu(path).ok_or_else(Refusal::no_such_command)?;
        if !reads && !allows(menu, verb) {
            return Err(Refusal::no_such_command());
        }
        self.permit(user, Self::policy_for(menu, !reads))?;
        if reads {
            return self.print(user, menu, question, answer);
        }
        let made = match verb {
            "add" => Some(self.add(menu, question)?),
            "set" => self.set(menu, question)?,
            "comment" => self.only(menu, question, &["comment"])?,
            "enable" => self.switch(menu, question, "false")?,
            "disable" => self.switch(menu, question, "true")?,
            "unset" => self.unset(menu, question)?,
            "remove" => self.remove(menu, question)?,
            "move" => self.move_items(menu, question)?,
            "make-static" => self.change(menu, question, vec![("dynamic", Some("false".to_owned()))])?,
            _ => return Err(Refusal::no_such_command()),
        };
        answer.done(made.as_deref());
        Ok(())
    }

    fn permit(&self, user: &str, policy: &str) -> Result<(), Refusal> {
        if self.may(user, policy) {
            Ok(())
        } else {
            Err(Refusal::not_permitted())
        }
    }

    fn add(&mut self, menu: &'static Menu, question: &Question) -> Result<String, Refusal> {
        let mut changes = self.changes(menu, question, &["place-before"])?;
        if let Some(required) = menu.key.first()
            && !changes
                .iter()
                .any(|(name, value)| name == required && value.is_some())
        {
            return Err(Refusal::new(
                1,
                format!("missing value(s) of argument(s) {required}"),
            ));
        }
        let before = match question.attribute("place-before") {
            Some(place) => Some(self.find(menu, place)?),
            None => None,
        };
        // An address-list entry with a time-out is the router's own business from then on.
        if menu.path.ends_with("/address-list")
            && changes
                .iter()
                .any(|(name, value)| *name == "timeout" && value.is_some())
        {
            changes.push(("dynamic", Some("true".to_owned())));
        }
        let Some(table) = self.tables.get_mut(menu.path) else {
            return Err(Refusal::no_such_command());
        };
        if table
            .key_after(None, &changes)
            .is_some_and(|key| table.holder(&key).is_some())
        {
            return Err(Refusal::new(None, menu.duplicate));
        }
        let id = table.add(changes, before);
        self.changed(menu, &[id]);
        Ok(written_id(id))
    }

    fn set(&mut self, menu: &'static Menu, question: &Question) -> Result<Option<String>, Refusal> {
        let changes = self.changes(menu, question, &[".id", "numbers"])?;
        if menu.access == Access::Single {
            let only = self
                .table(menu.path)
                .and_then(|table| table.iter().next())
                .map(|item| item.id);
            if let (Some(id), Some(table)) = (only, self.tables.get_mut(menu.path)) {
                table.set(id, changes);
            }
            return Ok(None);
        }
        self.change(menu, question, changes)
    }

    /// `set` that takes these fields only.
    fn only(
        &mut self,
        menu: &'static Menu,
        question: &Question,
        names: &[&str],
    ) -> Result<Option<String>, Refusal> {
        let changes = self.changes(menu, question, &[".id", "numbers"])?;
        match changes.iter().find(|(name, _)| !names.contains(name)) {
            Some((name, _)) => Err(Refusal::unknown_parameter(name)),
            None => self.change(menu, question, changes),
        }
    }

    fn switch(
        &mut self,
        menu: &'static Menu,
        question: &Question,
        disabled: &str,
    ) -> Result<Option<String>, Refusal> {
        self.change(menu, question, vec![("disabled", Some(disabled.to_owned()))])
    }

    fn unset(&mut self, menu: &'static Menu, question: &Question) -> Result<Option<String>, Refusal> {
        let name = question.attribute("value-name").unwrap_or_default();
        let field = menu.field(name).ok_or_else(|| Refusal::no_match("value-name"))?;
        self.change(
            menu,
            question,
            vec![(field.name, field.default.map(str::to_owned))],
        )
    }

    /// Changes the items that the question names: all of them or none.
    fn change(
        &mut self,
        menu: &'static Menu,
        question: &Question,
        changes: Changes,
    ) -> Result<Option<String>, Refusal> {
        let ids = self.named_items(menu, question)?;
        for &id in &ids {
            let Some(table) = self.tables.get_mut(menu.path) else {
                break;
            };
            let Some(item) = table.get(id) else {
                return Err(Refusal::no_such_item());
            };
            if item.is("dynamic") && !changes.iter().all(|(name, _)| *name == "dynamic") {
                // Made up: no recorded case of these words was found.
                return Err(Refusal::new(None, "failure: can not change dynamic entry"));
            }
            let key = table.key_after(Some(item), &changes);
            if key.is_some_and(|key| table.holder(&key).is_some_and(|holder| holder != id)) {
                return Err(Refusal::new(None, menu.duplicate));
            }
            let old_name = item.get("name").map(str::to_owned);
            table.set(id, changes.clone());
            if menu.path == "/ppp/profile"
                && let Some(old_name) = old_name
            {
                let new_name = self
                    .table(menu.path)
                    .and_then(|table| table.get(id)?.get("name"))
                    .map(str::to_owned);
                self.follow_profile(&old_name, &new_name.unwrap_or_default());
            }
        }
        self.changed(menu, &ids);
        Ok(None)
    }

    fn remove(&mut self, menu: &'static Menu, question: &Question) -> Result<Option<String>, Refusal> {
        let ids = self.named_items(menu, question)?;
        for id in ids {
            let Some(item) = self.table(menu.path).and_then(|table| table.get(id)) else {
                return Err(Refusal::no_such_item());
            };
            let name = item.get("name").unwrap_or_default().to_owned();
            if item.is("default") {
                // Made up: no recorded case of these words was found.
                return Err(Refusal::new(None, "failure: can not remove default item"));
            }
            match menu.path {
                "/ppp/active" => {
                    self.drop_session(&name);
                    continue;
                }
                "/ip/hotspot/active" => {
                    let user = item.get("user").unwrap_or_default().to_owned();
                    self.log_out_of_hotspot(&user);
                    continue;
                }
                "/ip/hotspot/cookie" => {
                    let user = item.get("user").unwrap_or_default().to_owned();
                    self.hotspot_devices.remove(&user);
                }
                "/ip/dhcp-server/lease" => {
                    let device = item.get("mac-address").unwrap_or_default().to_owned();
                    self.forget_lease(id);
                    self.renew(&device);
                    continue;
                }
                _ => {}
            }
            if let Some(table) = self.tables.get_mut(menu.path) {
                table.remove(id);
            }
            if menu.path == "/ppp/profile" {
                // Secrets of a profile that is gone show its number.
                self.follow_profile(&name, &written_id(id));
            }
        }
        Ok(None)
    }

    fn move_items(&mut self, menu: &'static Menu, question: &Question) -> Result<Option<String>, Refusal> {
        let ids = self.named_items(menu, question)?;
        let before = match question.attribute("destination") {
            Some(place) => Some(self.find(menu, place)?),
            None => None,
        };
        if let Some(table) = self.tables.get_mut(menu.path) {
            for id in ids {
                table.move_before(id, before);
            }
        }
        Ok(None)
    }

    /// The fields that the question sets, checked and in the router's spelling.
    fn changes(&self, menu: &'static Menu, question: &Question, apart: &[&str]) -> Result<Changes, Refusal> {
        let mut changes = Changes::new();
        for (name, value) in &question.attributes {
            if apart.contains(&name.as_str()) {
                continue;
            }
            let field = menu.field(name).ok_or_else(|| Refusal::unknown_parameter(name))?;
            changes.push((field.name, self.accept(field, value)?));
        }
        Ok(changes)
    }

    /// The items in `.id` or `numbers`: `.id`s or names, separated by commas.
    fn named_items(&self, menu: &'static Menu, question: &Question) -> Result<Vec<u64>, Refusal> {
        let named = question
            .attribute(".id")
            .or_else(|| question.attribute("numbers"));
        let named = named.ok_or_else(Refusal::no_such_item)?;
        named.split(',').map(|item| self.find(menu, item)).collect()
    }

    fn find(&self, menu: &'static Menu, item: &str) -> Result<u64, Refusal> {
        let table = self.table(menu.path).ok_or_else(Refusal::no_such_command)?;
        let by_id = read_id(item).and_then(|id| table.get(id));
        by_id
            .or_else(|| table.by_name(item))
            .map(|item| item.id)
            .ok_or_else(Refusal::no_such_item)
    }

    /// What follows from a change.
    fn changed(&mut self, menu: &Menu, ids: &[u64]) {
        match menu.path {
            "/ppp/secret" => {
                let enabled = self.values_of_enabled(menu, ids, "name");
                enabled.iter().for_each(|name| self.want_redial(name));
            }
            "/ip/hotspot/user" => {
                let enabled = self.values_of_enabled(menu, ids, "name");
                enabled.iter().for_each(|name| self.want_relogin(name));
            }
            "/ip/dhcp-server/lease" => {
                let devices = self.values(menu, ids, |_| true, "mac-address");
                devices.iter().for_each(|device| self.renew(device));
            }
            "/ip/arp" => ids.iter().for_each(|id| self.learn_again(*id)),
            _ => {}
        }
    }

    fn values_of_enabled(&self, menu: &Menu, ids: &[u64], field: &str) -> Vec<String> {
        self.values(menu, ids, |item| !item.is("disabled"), field)
    }

    fn values(&self, menu: &Menu, ids: &[u64], wanted: impl Fn(&Item) -> bool, field: &str) -> Vec<String> {
        ids.iter()
            .filter_map(|id| self.table(menu.path)?.get(*id))
            .filter(|item| wanted(item))
            .filter_map(|item| item.get(field).map(str::to_owned))
            .collect()
    }

    /// Secrets and profiles hang together by number, so a new name of the profile shows in its secrets.
    fn follow_profile(&mut self, old: &str, new: &str) {
        if old == new {
            return;
        }
        let Some(secrets) = self.tables.get_mut("/ppp/secret") else {
            return;
        };
        let concerned: Vec<u64> = secrets
            .iter()
            .filter(|secret| secret.get("profile") == Some(old))
            .map(|secret| secret.id)
            .collect();
        for id in concerned {
            secrets.set(id, vec![("profile", Some(new.to_owned()))]);
        }
    }
}

/// Whether the menu has the command at all.
fn allows(menu: &Menu, verb: &str) -> bool {
    match verb {
        "add" => menu.access == Access::Items,
        "remove" => matches!(menu.access, Access::Items | Access::Sessions),
        "set" => !matches!(menu.access, Access::Sessions | Access::SingleReadOnly),
        "enable" | "disable" => menu.field("disabled").is_some(),
        "comment" => menu.field("comment").is_some(),
        "unset" => matches!(menu.access, Access::Items | Access::Fixed),
        "move" => menu.path.contains("/firewall/") || menu.path == "/queue/simple",
        "make-static" => menu.path == "/ip/dhcp-server/lease",
        _ => false,
    }
}
