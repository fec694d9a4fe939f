//! Switching a router between `observe` and `manage`. Taking a router over means accepting what stands on it: lines that
//! somebody closed there by hand become overrides, so that the first plan does not open them all.

use billing::{Access, Observed, OverrideVerdict, RouterMode};
use store::routers::Router;

use crate::access::overrides;
use crate::access::router_reading;
use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::routers::{ReadRouter, RouterView};

/// Switches a router's mode.
#[derive(Clone, Copy, Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchRouterMode {
    /// Which; set from the path.
    #[serde(skip)]
    pub router_id: i64,
    /// `observe` or `manage`.
    pub mode: RouterMode,
}

impl Request for SwitchRouterMode {
    const ABILITY: Ability = Ability::NetworkWrite;
    type Answer = RouterView;

    async fn run(self, call: &Call<'_>) -> Result<RouterView> {
        let closed_by_hand = match self.mode {
            RouterMode::Manage => closed_by_hand(call, self.router_id).await?,
            RouterMode::Observe => Vec::new(),
        };
        let mut tx = call.begin().await?;
        let before = store::routers::find(&mut tx, self.router_id)
            .await?
            .ok_or_else(|| Error::missing("Router", "router"))?;
        if before.details.mode != self.mode {
            let mut details = before.details.clone();
            details.mode = self.mode;
            let reason = format!(
                "Sudah tertutup di router {} sebelum dikelola Sambung",
                details.name
            );
            for customer_id in &closed_by_hand {
                overrides::set(
                    &mut tx,
                    call,
                    *customer_id,
                    OverrideVerdict::Closed,
                    &reason,
                    None,
                )
                .await?;
            }
            let entry = Entry::done(
                "router_mode_switched",
                format!("Router {} kini dalam mode {}", details.name, self.mode),
            )
            .about("router", self.router_id, &details.name)
            .detail(serde_json::json!({
                "before": before.details.mode, "after": self.mode, "closed_by_hand": closed_by_hand.len(),
            }));
            store::routers::update(&mut tx, &Router { details, ..before }, call.now).await?;
            logs::record(&mut tx, call, entry).await?;
        }
        tx.commit().await?;
        call.office.ring();
        ReadRouter { id: self.router_id }.run(call).await
    }
}

/// The lines that the ledger wants open and that are closed on the router; somebody closed them there.
async fn closed_by_hand(call: &Call<'_>, router_id: i64) -> Result<Vec<i64>> {
    let read = router_reading::read(call, router_id).await?;
    let by_hand = read.lines.iter().filter(|(judged, line)| {
        let said = read.snapshot.about(line);
        judged.desired() == Access::Open
            && judged.overridden.is_none()
            && said.is_ok_and(|said| said.observed(&read.isolated) == Observed::Closed)
    });
    Ok(by_hand.map(|(judged, _)| judged.customer.id).collect())
}
