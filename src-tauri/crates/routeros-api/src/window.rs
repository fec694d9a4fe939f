//! How many commands may be under way at once.
//!
//! Small routers answer slower the more they are asked at a time. The window starts at its maximum, halves when an
//! answer takes long, and grows by one after as many quick answers as it is wide.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

#[derive(Debug)]
pub(crate) struct Window {
    permits: Arc<Semaphore>,
    slow_after: Duration,
    maximum: usize,
    allowed: usize,
    granted: usize,
    quick: usize,
    halved_at: Option<Instant>,
}

impl Window {
    pub(crate) fn new(maximum: usize, slow_after: Duration) -> Self {
        let maximum = maximum.clamp(1, Semaphore::MAX_PERMITS);
        let permits = Arc::new(Semaphore::new(maximum));
        Self {
            permits,
            slow_after,
            maximum,
            allowed: maximum,
            granted: maximum,
            quick: 0,
            halved_at: None,
        }
    }

    pub(crate) fn permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.permits)
    }

    pub(crate) fn allowed(&self) -> usize {
        self.allowed
    }

    /// Takes back the permit of a command that was sent at `sent` and answered at `answered`.
    pub(crate) fn answered(&mut self, permit: OwnedSemaphorePermit, sent: Instant, answered: Instant) {
        if answered.duration_since(sent) >= self.slow_after {
            self.quick = 0;
            // Commands sent before the last halving met the wider window; they say nothing about this one.
            if self.halved_at.is_none_or(|at| sent > at) {
                self.allowed = (self.allowed / 2).max(1);
                self.halved_at = Some(answered);
            }
        } else {
            self.quick += 1;
            if self.quick >= self.allowed && self.allowed < self.maximum {
                self.quick = 0;
                self.allowed += 1;
            }
        }
        if self.granted > self.allowed {
            permit.forget();
            self.granted -= 1;
        } else {
            drop(permit);
            self.permits.add_permits(self.allowed - self.granted);
            self.granted = self.allowed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(window: &mut Window, sent: Instant, took: Duration) {
        let permit = window.permits().try_acquire_owned().unwrap();
        window.answered(permit, sent, sent + took);
    }

    #[tokio::test]
    async fn a_slow_router_halves_the_window_once_per_round_and_quick_answers_widen_it_again() {
        let mut window = Window::new(8, Duration::from_secs(2));
        let start = Instant::now();
        for _ in 0..4 {
            answer(&mut window, start, Duration::from_secs(3));
        }
        assert_eq!(window.allowed(), 4, "four answers of one round halve it once");
        assert_eq!(window.permits().available_permits(), 4);
        let later = start + Duration::from_secs(10);
        answer(&mut window, later, Duration::from_secs(3));
        assert_eq!(window.allowed(), 2);
        for _ in 0..100 {
            answer(
                &mut window,
                later + Duration::from_secs(20),
                Duration::from_millis(5),
            );
        }
        assert_eq!(window.allowed(), 8, "it never grows beyond its maximum");
        assert_eq!(window.permits().available_permits(), 8);
    }
}
