//! Compiles `tauri.conf.json` and the permissions in.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["call", "choose_folder"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("tauri.conf.json and capabilities/ are valid");
}
