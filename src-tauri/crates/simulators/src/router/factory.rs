//! The firewall that a router for homes and small offices has when it leaves its box: what an isolation page must stand
//! above, FastTrack first of all.

use super::state::State;

const FILTER: &[&[(&str, &str)]] = &[
    &[
        ("chain", "forward"),
        ("action", "passthrough"),
        ("comment", "special dummy rule to show fasttrack counters"),
        ("dynamic", "true"),
    ],
    &[
        ("chain", "input"),
        ("action", "accept"),
        ("connection-state", "established,related,untracked"),
        ("comment", "defconf: accept established,related,untracked"),
    ],
    &[
        ("chain", "input"),
        ("action", "drop"),
        ("connection-state", "invalid"),
        ("comment", "defconf: drop invalid"),
    ],
    &[
        ("chain", "input"),
        ("action", "accept"),
        ("protocol", "icmp"),
        ("comment", "defconf: accept ICMP"),
    ],
    &[
        ("chain", "forward"),
        ("action", "fasttrack-connection"),
        ("connection-state", "established,related"),
        ("hw-offload", "true"),
        ("comment", "defconf: fasttrack"),
    ],
    &[
        ("chain", "forward"),
        ("action", "accept"),
        ("connection-state", "established,related,untracked"),
        ("comment", "defconf: accept established,related, untracked"),
    ],
    &[
        ("chain", "forward"),
        ("action", "drop"),
        ("connection-state", "invalid"),
        ("comment", "defconf: drop invalid"),
    ],
    &[
        ("chain", "forward"),
        ("action", "drop"),
        ("connection-state", "new"),
        ("connection-nat-state", "!dstnat"),
        ("in-interface-list", "WAN"),
        ("comment", "defconf: drop all from WAN not DSTNATed"),
    ],
];

const NAT: &[&[(&str, &str)]] = &[&[
    ("chain", "srcnat"),
    ("action", "masquerade"),
    ("out-interface-list", "WAN"),
    ("ipsec-policy", "out,none"),
    ("comment", "defconf: masquerade"),
]];

impl State {
    pub(crate) fn load_factory_firewall(&mut self) {
        for rule in FILTER {
            self.insert("/ip/firewall/filter", rule);
        }
        for rule in NAT {
            self.insert("/ip/firewall/nat", rule);
        }
    }
}
