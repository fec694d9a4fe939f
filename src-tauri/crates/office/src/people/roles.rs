//! The roles and what each may do, as a form for staff or a script that makes tokens needs to know them. They are the
//! program's and not the office's: nobody can change one.

use serde::Serialize;
use utoipa::ToSchema;

use crate::actor::{Ability, Role};
use crate::error::Result;
use crate::office::{Call, Request};

/// A role.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RoleView {
    /// The role.
    pub name: Role,
    /// What it may do.
    pub abilities: Vec<Ability>,
}

/// Lists the roles, the one that may do most first.
#[derive(Clone, Copy, Debug)]
pub struct ListRoles;

impl Request for ListRoles {
    const ABILITY: Ability = Ability::Own;
    type Answer = Vec<RoleView>;

    async fn run(self, _call: &Call<'_>) -> Result<Vec<RoleView>> {
        Ok(Role::ALL
            .iter()
            .map(|&name| RoleView {
                name,
                abilities: name.abilities(),
            })
            .collect())
    }
}
