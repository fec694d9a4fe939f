//! Sending a plan, step by step in its order, and stopping at the first refusal: what was done, what failed and what was
//! not tried is all in the answer. Steps are not pipelined, since each is placed before one that must stand already.

use std::collections::HashMap;

use routeros_api::Command;

use crate::network::connections::Session;
use crate::network::failure::Failure;
use crate::network::isolation_page::plan::{Before, Plan, Step, Work, comment};
use crate::network::isolation_page::rows::Menu;

billing::text_enum! {
    /// What became of a step.
    pub enum StepOutcome as "outcome" {
        /// The router took it.
        Done => "done",
        /// The router refused it, or did not answer.
        Failed => "failed",
        /// An earlier step failed, so it was not sent.
        NotTried => "not_tried",
    }
}

/// What became of a plan.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What became of each step, in the plan's order; `None` for one that had nothing to send.
    pub outcomes: Vec<Option<StepOutcome>>,
    /// Why it ended early.
    pub failure: Option<Failure>,
}

/// Sends the plan.
pub async fn send(session: &Session, plan: &Plan) -> Sent {
    let mut made = HashMap::new();
    let mut outcomes = Vec::with_capacity(plan.steps.len());
    let mut failure = None;
    for step in &plan.steps {
        let outcome = match &step.work {
            Work::Nothing => None,
            _ if failure.is_some() => Some(StepOutcome::NotTried),
            _ => match carry_out(session, step, &mut made).await {
                Ok(()) => Some(StepOutcome::Done),
                Err(refused) => {
                    failure = Some(refused);
                    Some(StepOutcome::Failed)
                }
            },
        };
        outcomes.push(outcome);
    }
    Sent { outcomes, failure }
}

/// The ids of the rows that were made, by menu and name.
type Made = HashMap<(Menu, String), String>;

async fn carry_out(session: &Session, step: &Step, made: &mut Made) -> Result<(), Failure> {
    match &step.work {
        Work::Nothing => {}
        Work::Commands(commands) => {
            for command in commands {
                gently(session, command.clone()).await?;
            }
        }
        Work::Put {
            menu,
            name,
            attributes,
            before,
            replaces,
        } => {
            let mut command = Command::new(format!("{}/add", menu.path()));
            for (name, value) in attributes {
                command = command.attribute(*name, value);
            }
            // The place of a row that an earlier step made is known by now; the steps are in that order.
            let command = command
                .attribute("comment", comment(name))
                .attribute_if("place-before", place(*menu, before, made));
            let remove = |id: &String| Command::new(format!("{}/remove", menu.path())).attribute(".id", id);
            // Entries of a list may stand there once only, so the old one goes first; a rule is never missing in between.
            let is_entry = matches!(menu, Menu::Hosts | Menu::Hosts6);
            if is_entry {
                for id in replaces {
                    gently(session, remove(id)).await?;
                }
            }
            if let Some(id) = session.call(command).await?.ret {
                made.insert((*menu, name.clone()), id);
            }
            if !is_entry {
                for id in replaces {
                    gently(session, remove(id)).await?;
                }
            }
        }
        Work::Move { menu, id, before } => {
            let command = Command::new(format!("{}/move", menu.path()))
                .attribute("numbers", id)
                .attribute_if("destination", place(*menu, before, made));
            session.call(command).await?;
        }
    }
    Ok(())
}

fn place(menu: Menu, before: &Before, made: &Made) -> Option<String> {
    match before {
        Before::End => None,
        Before::Id(id) => Some(id.clone()),
        Before::Made(name) => made.get(&(menu, name.clone())).cloned(),
    }
}

/// Sends a command for which "it is gone already" is no failure.
async fn gently(session: &Session, command: Command) -> Result<(), Failure> {
    let removes = command.word().ends_with("/remove");
    match session.call(command).await {
        Err(Failure::Router(error)) if removes && error.is_no_such_item() => Ok(()),
        answer => answer.map(drop),
    }
}
