//! Areas: how the office cuts its neighbourhood for collectors and technicians.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::edits;
use crate::error::{Error, FormCheck, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// An area.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AreaView {
    /// The row's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Rises with each change.
    pub version: i64,
}

impl From<store::areas::Area> for AreaView {
    fn from(area: store::areas::Area) -> AreaView {
        AreaView {
            id: area.id,
            name: area.name,
            version: area.version,
        }
    }
}

/// Lists the areas.
#[derive(Debug)]
pub struct ListAreas;

impl Request for ListAreas {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = Vec<AreaView>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<AreaView>> {
        let mut tx = call.read().await?;
        Ok(store::areas::all(&mut tx)
            .await?
            .into_iter()
            .map(AreaView::from)
            .collect())
    }
}

/// Adds an area.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddArea {
    /// Its name.
    pub name: String,
}

impl Request for AddArea {
    const ABILITY: Ability = Ability::CatalogueWrite;
    type Answer = AreaView;

    async fn run(self, call: &Call<'_>) -> Result<AreaView> {
        let mut form = FormCheck::new();
        let name = form.text("name", &self.name, 80);
        form.finish()?;
        let mut tx = call.begin().await?;
        let area = store::areas::insert(&mut tx, &name, call.now).await?;
        let entry = Entry::done(
            "area_added",
            (
                format!("Wilayah {name} ditambahkan"),
                format!("Area {name} added"),
            ),
        )
        .about("area", area.id, name);
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        Ok(area.into())
    }
}

/// Gives an area another name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameArea {
    /// Which; set from the path.
    #[serde(skip)]
    pub id: i64,
    /// The new name.
    pub name: String,
    /// The version that was read; a change since then is refused.
    pub version: Option<i64>,
}

impl Request for RenameArea {
    const ABILITY: Ability = Ability::CatalogueWrite;
    type Answer = AreaView;

    async fn run(self, call: &Call<'_>) -> Result<AreaView> {
        let mut form = FormCheck::new();
        let name = form.text("name", &self.name, 80);
        form.finish()?;
        let mut tx = call.begin().await?;
        let before = store::areas::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Wilayah", "area"))?;
        edits::check(&mut tx, edits::AREA, self.id, self.version, before.version).await?;
        let after = store::areas::Area {
            name: name.clone(),
            ..before.clone()
        };
        let done = store::areas::update(&mut tx, &after, call.now).await;
        edits::written(&mut tx, edits::AREA, self.id, done).await?;
        let entry = Entry::done(
            "area_renamed",
            (
                format!("Wilayah {} menjadi {name}", before.name),
                format!("Area {} is now {name}", before.name),
            ),
        )
        .about("area", before.id, name.clone());
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        Ok(AreaView {
            id: before.id,
            name,
            version: after.version + 1,
        })
    }
}
