//! The profiles by which a router's closed lines are told from its open ones: the one that the office gives them, and those
//! of which an import found that somebody closed lines with them before. Only the first is ever given to a line.

use store::routers::Router;

/// By which profiles closed lines are told from open ones.
pub trait ClosesBy {
    /// The one that a line gets that is closed from here.
    fn given(&self) -> &str;

    /// Whether a line with this profile is closed.
    fn closes(&self, profile: &str) -> bool {
        profile == self.given()
    }
}

impl ClosesBy for str {
    fn given(&self) -> &str {
        self
    }
}

impl ClosesBy for String {
    fn given(&self) -> &str {
        self
    }
}

impl ClosesBy for Router {
    fn given(&self) -> &str {
        &self.details.isolated_profile
    }

    fn closes(&self, profile: &str) -> bool {
        profile == self.given() || self.closed_marks.profiles.iter().any(|marked| marked == profile)
    }
}
