//! Taking single lines out of a plan before it is carried out, and taking them back in. It stays so: in the preview of a
//! day the plan that is made on that day leaves the line out, whoever makes it.

use serde::Deserialize;
use serde_json::json;
use store::plans::{Kind, Plan, State};
use utoipa::ToSchema;

use crate::access::plan::view::{self, PlanDetail};
use crate::access::plan::words;
use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// Takes lines out of a plan that waits or is shown, or back in.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StrikeLines {
    /// Which plan; set from the path.
    #[serde(skip)]
    pub id: i64,
    /// Whose lines.
    pub customer_ids: Vec<i64>,
    /// Whether they are taken out, which they are when this is absent, or back in.
    #[serde(default = "yes")]
    pub struck: bool,
}

fn yes() -> bool {
    true
}

impl Request for StrikeLines {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = PlanDetail;

    async fn run(self, call: &Call<'_>) -> Result<PlanDetail> {
        let mut tx = call.begin().await?;
        let plan = store::plans::lock(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Rencana", "plan"))?;
        // The word of the evening before holds on its day, also after the plan of that day was made.
        let is_its_day = plan.kind == Kind::Preview && plan.as_of >= call.today;
        if !matches!(plan.state, State::Waiting | State::Preview) && !is_its_day {
            return Err(too_late(&plan));
        }
        let lines = store::plans::lines(&mut tx, plan.id).await?;
        let has = |id: &i64| lines.iter().any(|line| line.customer_id == *id);
        if !self.customer_ids.iter().all(has) {
            return Err(Error::missing("Jalur dalam rencana ini", "line in this plan"));
        }
        let changed = if self.struck {
            store::plans::strike(&mut tx, plan.id, &self.customer_ids, call.now).await?
        } else {
            store::plans::unstrike(&mut tx, plan.id, &self.customer_ids).await?
        };
        if changed > 0 {
            let (act, id, en) = if self.struck {
                ("plan_lines_struck", "dicoret dari", "struck from")
            } else {
                ("plan_lines_unstruck", "dimasukkan lagi ke", "put back into")
            };
            let message = (
                format!("{changed} jalur {id} rencana {}", plan.id),
                format!("{changed} lines {en} plan {}", plan.id),
            );
            let entry = Entry::done(act, message)
                .about("plan", plan.id, plan.kind.as_str())
                .detail(json!({ "customer_ids": self.customer_ids, "as_of": plan.as_of }));
            logs::record(&mut tx, call, entry).await?;
        }
        let detail = view::detail(&mut tx, call, plan.id).await?;
        tx.commit().await?;
        Ok(detail)
    }
}

fn too_late(plan: &Plan) -> Error {
    let stands = words::stands(plan.state);
    Error::conflict(
        "plan_not_waiting",
        format!(
            "Rencana {} tidak lagi menunggu ({}), jadi tidak ada yang dapat dicoret. Muat ulang daftarnya.",
            plan.id, stands.id
        ),
        format!(
            "Plan {} does not wait any more ({}), so no line can be struck. Reload the list.",
            plan.id, stands.en
        ),
    )
}
