//! Another storage folder while there is data in the present one.

use serde_json::json;

use super::{NAME, add_note, add_user, synced_client};
use crate::support::{Desktop, Setup, Tray};

#[test]
fn a_move_takes_accounts_devices_and_collections_along() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).start(&desktop);
    let icon = tray.icon();
    let window = app.window();
    add_user(&window);
    let mut client = synced_client(&desktop, &window.address());
    let new = desktop.home().join("Documents/Anki server");

    let moved = window.call("change_storage", json!({ "folder": new, "plan": "move" }));

    icon.state("Running · ");
    assert_eq!(app.settings()["storage"], json!(new));
    assert!(new.join(NAME).join("collection.anki2").exists());
    let previous = moved["previous"].as_str();
    assert!(
        previous.is_none_or(|folder| std::path::Path::new(folder).exists()),
        "the window tells of a folder that is not there: {previous:?}"
    );
    add_note(&mut client, "After the move?", "As before.");
    client.sync();
    window.go_to("Settings");
    window.see("Documents/Anki server");
}

#[test]
fn a_folder_of_ankis_own_is_refused() {
    let desktop = Desktop::start();
    let _tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).start(&desktop);
    let own = desktop.home().join(".local/share/Anki2");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("prefs21.db"), b"").unwrap();
    let window = app.window();
    window.until_running();
    let check = window.call("check_folder", json!({ "folder": own }));
    assert_eq!(check["problem"], "anki_data");
}
