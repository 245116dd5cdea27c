//! Compiles `tauri.conf.json` and the permissions in.

/// The controls of Windows that dialogs need, as Tauri's own manifest names them.
const WINDOWS_CONTROLS: &str = "type='win32' name='Microsoft.Windows.Common-Controls' \
    version='6.0.0.0' processorArchitecture='*' publicKeyToken='6595b64144ccf1df' language='*'";

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["call", "choose_folder"]);
    let mut attributes = tauri_build::Attributes::new().app_manifest(commands);
    let is_msvc = std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "msvc");
    if is_msvc {
        // Tauri puts its manifest into programs only. Tests need it too, or Windows does not
        // start them; so the linker makes it for both (tauri-apps/tauri#13419).
        let windows = tauri_build::WindowsAttributes::new_without_app_manifest();
        attributes = attributes.windows_attributes(windows);
        println!("cargo:rustc-link-arg=/MANIFEST:EMBED");
        println!("cargo:rustc-link-arg=/MANIFESTDEPENDENCY:{WINDOWS_CONTROLS}");
    }
    tauri_build::try_build(attributes).expect("tauri.conf.json and capabilities/ are valid");
}
