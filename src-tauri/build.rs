//! Prepares what the webview needs; a build without the feature `desktop` needs nothing.

fn main() {
    #[cfg(feature = "desktop")]
    desktop();
}

#[cfg(feature = "desktop")]
fn desktop() {
    // The build crate watches the default folder only; without this line an edited capability is silently not used.
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    // The page's files are compressed here, once. The macro that would do it in the library is run by each of its builds, the
    // one with tests beside the one without, and the second takes in files that the first has not finished.
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .codegen(tauri_build::CodegenContext::new());
    if let Err(error) = tauri_build::try_build(attributes) {
        eprintln!("the desktop part cannot be prepared: {error:#}");
        std::process::exit(1);
    }
}
