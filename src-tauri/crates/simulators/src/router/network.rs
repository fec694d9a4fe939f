//! What an office's router holds, to be loaded in one go: profiles, secrets, static lines.

use super::rates;
use super::state::State;

/// A PPP secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// User name.
    pub name: String,
    /// Password.
    pub password: String,
    /// Name of the profile.
    pub profile: String,
    /// Service, `pppoe` by default.
    pub service: String,
    /// Fixed address of the customer.
    pub remote_address: Option<String>,
    /// Comment.
    pub comment: Option<String>,
    /// Whether it is switched off.
    pub disabled: bool,
}

impl Secret {
    /// A PPPoE secret with the profile `default`.
    #[must_use]
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            password: password.into(),
            profile: "default".to_owned(),
            service: "pppoe".to_owned(),
            remote_address: None,
            comment: None,
            disabled: false,
        }
    }

    /// The same with another profile.
    #[must_use]
    pub fn with_profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = profile.into();
        self
    }

    /// The same with a comment.
    #[must_use]
    pub fn with_comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }
}

/// A PPP profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Name.
    pub name: String,
    /// Rate limit as the router is told it, upload first; it is kept in the router's spelling.
    pub rate_limit: Option<String>,
    /// Pool or address for customers.
    pub remote_address: Option<String>,
    /// Address list that sessions join.
    pub address_list: Option<String>,
}

impl Profile {
    /// A profile with a rate limit such as `5120k/10M`.
    #[must_use]
    pub fn new(name: impl Into<String>, rate_limit: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            rate_limit: Some(rate_limit.into()),
            remote_address: None,
            address_list: None,
        }
    }
}

/// A customer with a fixed address: a static ARP entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticLine {
    /// Address.
    pub address: String,
    /// MAC address of the device.
    pub mac_address: String,
    /// Interface, for instance `bridge1`.
    pub interface: String,
    /// Comment.
    pub comment: Option<String>,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// Profiles.
    pub profiles: Vec<Profile>,
    /// Secrets.
    pub secrets: Vec<Secret>,
    /// Static lines.
    pub static_lines: Vec<StaticLine>,
    /// Whether the devices of all secrets are switched on and online.
    pub online: bool,
}

impl Network {
    /// An invented office of so many PPPoE customers, all online: `plg00001` and on, over three packages.
    #[must_use]
    pub fn invented(customers: usize) -> Self {
        let packages = [
            ("pkg-hemat", "5120k/10M"),
            ("pkg-rumah", "10M/20M"),
            ("pkg-cepat", "25M/50M"),
        ];
        let mut profiles: Vec<Profile> = packages.map(|(name, limit)| Profile::new(name, limit)).into();
        let isolated = Profile {
            address_list: Some("isolated".to_owned()),
            ..Profile::new("isolated", "64k/64k")
        };
        profiles.push(isolated);
        let secrets = (1..=customers)
            .zip(packages.iter().cycle())
            .map(|(number, (package, _))| {
                Secret::new(format!("plg{number:05}"), format!("sandi{number:05}"))
                    .with_profile(*package)
                    .with_comment(format!("ID: PLG-{number:05}"))
            });
        let secrets = secrets.collect();
        Self {
            profiles,
            secrets,
            static_lines: Vec::new(),
            online: true,
        }
    }
}

impl State {
    pub(crate) fn load_profile(&mut self, profile: &Profile) {
        let limit = profile.rate_limit.as_deref().map(rates::kept);
        let mut fields = vec![("name", profile.name.as_str())];
        fields.extend(limit.as_deref().map(|limit| ("rate-limit", limit)));
        fields.extend(
            profile
                .remote_address
                .as_deref()
                .map(|address| ("remote-address", address)),
        );
        fields.extend(profile.address_list.as_deref().map(|list| ("address-list", list)));
        self.load_keyed("/ppp/profile", &fields);
    }

    pub(crate) fn load_secret(&mut self, secret: &Secret) {
        let mut fields = vec![
            ("name", secret.name.as_str()),
            ("password", secret.password.as_str()),
            ("profile", secret.profile.as_str()),
            ("service", secret.service.as_str()),
            ("disabled", if secret.disabled { "true" } else { "false" }),
        ];
        fields.extend(
            secret
                .remote_address
                .as_deref()
                .map(|address| ("remote-address", address)),
        );
        fields.extend(secret.comment.as_deref().map(|comment| ("comment", comment)));
        self.load_keyed("/ppp/secret", &fields);
    }

    pub(crate) fn load_static_line(&mut self, line: &StaticLine) {
        let mut fields = vec![
            ("address", line.address.as_str()),
            ("mac-address", line.mac_address.as_str()),
            ("interface", line.interface.as_str()),
        ];
        fields.extend(line.comment.as_deref().map(|comment| ("comment", comment)));
        self.load_keyed("/ip/arp", &fields);
    }

    /// Adds an item, or changes the one with the same key: loading twice gives nothing twice.
    pub(crate) fn load_keyed(&mut self, path: &str, fields: &[(&str, &str)]) {
        let Some(table) = self.tables.get_mut(path) else {
            return;
        };
        let changes = fields
            .iter()
            .filter_map(|(name, value)| Some((table.menu.field(name)?.name, Some((*value).to_owned()))))
            .collect();
        match table.key_after(None, &changes).and_then(|key| table.holder(&key)) {
            Some(id) => table.set(id, changes),
            None => drop(table.add(changes, None)),
        }
    }
}
