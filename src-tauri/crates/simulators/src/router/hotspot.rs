//! Hotspot logins: a device logs in with its user's profile of that moment and keeps it until it is logged out. A
//! device with a cookie comes back by itself.

use std::net::Ipv4Addr;

use tokio::time::Instant;

use super::sessions::Redial;
use super::state::State;
use super::traces::Traces;

/// Every user's device, as far as menus show one.
const DEVICE: &str = "02:48:53:00:00:01";
const COOKIES: &str = "/ip/hotspot/cookie";

/// A user of the hotspot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotspotUser {
    /// User name.
    pub name: String,
    /// Password.
    pub password: String,
    /// Name of the profile in `/ip/hotspot/user/profile`.
    pub profile: String,
    /// Comment.
    pub comment: Option<String>,
}

impl HotspotUser {
    /// A user with the profile `default`.
    #[must_use]
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            password: password.into(),
            profile: "default".to_owned(),
            comment: None,
        }
    }
}

/// A login that stands.
#[derive(Debug, Clone)]
pub(crate) struct LiveLogin {
    pub(crate) id: u64,
    pub(crate) profile: String,
    pub(crate) since: Instant,
    traces: Traces,
}

impl State {
    pub(crate) fn load_hotspot_user(&mut self, user: &HotspotUser) {
        let mut fields = vec![
            ("name", user.name.as_str()),
            ("password", user.password.as_str()),
            ("profile", user.profile.as_str()),
        ];
        fields.extend(user.comment.as_deref().map(|comment| ("comment", comment)));
        self.load_keyed("/ip/hotspot/user", &fields);
    }

    /// Lets a user's device log in. `false` if the router turns it away; it may be logged in already.
    pub(crate) fn log_in_at_hotspot(&mut self, name: &str) -> bool {
        if self.hotspot.contains_key(name) {
            return true;
        }
        let user = self
            .table("/ip/hotspot/user")
            .and_then(|users| users.by_name(name))
            .filter(|user| !user.is("disabled"));
        let Some(user) = user else { return false };
        let own_address = user.get("address").map(str::to_owned);
        let server = user.get("server").filter(|server| *server != "all");
        let server = server.unwrap_or("hotspot1").to_owned();
        let profile_name = user.get("profile").unwrap_or("default").to_owned();
        let Some(profile) = self
            .table("/ip/hotspot/user/profile")
            .and_then(|profiles| profiles.by_name(&profile_name))
        else {
            return false;
        };
        let (limit, list) = (profile.get("rate-limit"), profile.get("address-list"));
        let (limit, list) = (limit.map(str::to_owned), list.map(str::to_owned));
        let address = own_address.unwrap_or_else(|| self.hotspot_address().to_string());
        let fields = [
            ("server", server.as_str()),
            ("user", name),
            ("address", &address),
            ("mac-address", DEVICE),
            ("login-by", "cookie"),
        ];
        let Some(id) = self.insert("/ip/hotspot/active", &fields) else {
            return false;
        };
        self.give_cookie(name);
        let queue = format!("<hotspot-{name}>");
        let list = list.as_deref().filter(|list| !list.is_empty());
        let traces = self.leave_traces(&address, list, &queue, &address, limit.as_deref());
        let live = LiveLogin {
            id,
            profile: profile_name,
            since: Instant::now(),
            traces,
        };
        self.hotspot.insert(name.to_owned(), live);
        true
    }

    /// Remembers the device of a user who has logged in; it comes back by itself until its cookie is removed.
    fn give_cookie(&mut self, name: &str) {
        let has_one = self
            .table(COOKIES)
            .is_some_and(|cookies| cookies.iter().any(|cookie| cookie.get("user") == Some(name)));
        if !has_one {
            let fields = [("user", name), ("mac-address", DEVICE), ("expires-in", "3d")];
            self.insert(COOKIES, &fields);
        }
    }

    /// Logs a user out. The device's cookie logs it in again, if the user still may.
    pub(crate) fn log_out_of_hotspot(&mut self, name: &str) -> bool {
        let Some(live) = self.hotspot.remove(name) else {
            return false;
        };
        if let Some(active) = self.tables.get_mut("/ip/hotspot/active") {
            active.remove(live.id);
        }
        self.wipe_traces(live.traces);
        self.want_relogin(name);
        true
    }

    /// Notes that a device will log in again, if it has a cookie and is not logged in.
    pub(crate) fn want_relogin(&mut self, name: &str) {
        if self.hotspot_devices.contains(name) && !self.hotspot.contains_key(name) {
            self.redials.push(Redial::Hotspot(name.to_owned()));
        }
    }

    fn hotspot_address(&self) -> Ipv4Addr {
        let number = self
            .table("/ip/hotspot/active")
            .map_or(0, |active| active.next_id());
        Ipv4Addr::from(0x0A05_3200 + u32::try_from(number % 0xFFFF).unwrap_or_default())
    }
}
