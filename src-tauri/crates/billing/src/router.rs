//! The words that say how far this program may go on a router. What is sent to one lives in the crates that speak to it.

use crate::text_enum::text_enum;

text_enum! {
    /// Whether anything is sent to a router.
    #[default(Observe)]
    pub enum RouterMode as "router mode" {
        /// Read and compared only.
        Observe => "observe",
        /// Lines are closed and opened.
        Manage => "manage",
    }
}

text_enum! {
    /// How a line with a fixed address is closed.
    #[default(ArpDisable)]
    pub enum StaticIsolation as "static isolation" {
        /// Its ARP entry is disabled; helps only where the interface answers `reply-only`.
        ArpDisable => "arp_disable",
        /// Its address is put on a list that the firewall matches.
        AddressList => "address_list",
    }
}
