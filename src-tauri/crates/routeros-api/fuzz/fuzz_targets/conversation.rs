//! Any bytes as a router's answers to a client that has logged in and asked three questions.

#![no_main]

#[path = "../../tests/suite/conversation.rs"]
mod conversation;

use std::cell::OnceCell;

use tokio::runtime::{Builder, Runtime};

thread_local! {
    static RUNTIME: OnceCell<Runtime> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    RUNTIME.with(|runtime| {
        let build = || Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.get_or_init(build).block_on(conversation::judge(bytes));
    });
});
