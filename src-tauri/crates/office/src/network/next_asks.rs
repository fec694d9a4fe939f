//! When this desk asks the routers that are away whether they are back, for whoever looks. The worker decides it and says
//! it here; nothing is kept, since another opening of the office begins anew.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::network::Network;

/// The next question to each router that is away and that work waits for.
#[derive(Debug, Default)]
pub(super) struct NextAsks(Mutex<HashMap<i64, Timestamp>>);

impl Network {
    /// Takes note of when which router is asked; the others are asked by nobody.
    pub(crate) fn will_ask(&self, asks: HashMap<i64, Timestamp>) {
        *self.next_asks.0.lock().unwrap_or_else(PoisonError::into_inner) = asks;
    }

    /// When a router that is away is asked again; `None` where nobody is about to ask.
    pub(crate) fn next_ask(&self, router_id: i64) -> Option<Timestamp> {
        let asks = self.next_asks.0.lock().unwrap_or_else(PoisonError::into_inner);
        asks.get(&router_id).copied()
    }
}
