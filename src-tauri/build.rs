//! Prepares what the webview needs; a build without the feature `desktop` needs nothing.

fn main() {
    #[cfg(feature = "desktop")]
    desktop();
}

#[cfg(feature = "desktop")]
fn desktop() {
    // The build crate watches the default folder only; without this line an edited capability is silently not used.
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes =
        tauri_build::Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*");
    if let Err(error) = tauri_build::try_build(attributes) {
        eprintln!("the desktop part cannot be prepared: {error:#}");
        std::process::exit(1);
    }
}
