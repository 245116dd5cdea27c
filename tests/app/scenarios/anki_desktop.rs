//! Anki itself, as a person has it on the computer.

use super::{NAME, PASSWORD, add_user};
use crate::support::{Desktop, Setup, Tray, anki_desktop};

#[test]
fn an_anki_desktop_with_the_shown_address_syncs() {
    let desktop = Desktop::start();
    let _tray = Tray::start(&desktop);
    let app = Setup::finished(&desktop).start(&desktop);
    let window = app.window();
    add_user(&window);
    window.go_to("Home");
    let address = window.shown_address();

    anki_desktop::sync(&desktop, &address, NAME, PASSWORD, None);

    window.go_to("Activity");
    window.find_like("row", NAME);
    window.see("Full upload");
    window.see("Anki 26.9.3");
    window.go_to("Users");
    window.see("1 device");
}
