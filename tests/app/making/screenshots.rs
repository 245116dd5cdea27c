//! Pictures of every view for `docs/screenshots/`: light and dark, in one and two pixels for
//! each of the window's. What they show is real: accounts, syncs and devices of real clients.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::client::{Client, NEWEST};
use crate::scenarios::{add_note, first_upload};
use crate::support::{App, Desktop, Setup, Tray, Window, anki_desktop};

/// The window's size in its own pixels: that of a first start.
const SIZE: (u32, u32) = (980, 680);

/// Who syncs in the pictures.
const PEOPLE: [(&str, u32, u32); 3] = [("anna", 412, 23), ("ben", 96, 4), ("Grandpa", 31, 0)];

#[test]
#[ignore = "makes pictures and proves nothing"]
fn are_taken() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/screenshots");
    fs::create_dir_all(&folder).unwrap();
    for (theme, scale) in [("light", 1), ("dark", 1), ("light", 2), ("dark", 2)] {
        let pictures = Pictures { folder: folder.clone(), theme, scale };
        pictures.first_run();
        pictures.views();
    }
    pack(&folder);
}

struct Pictures {
    folder: PathBuf,
    theme: &'static str,
    scale: u32,
}

impl Pictures {
    fn take(&self, window: &Window<'_>, view: &str) {
        window.until("document.fonts.status === 'loaded'", json!([]));
        window.until(
            "document.getAnimations().every((one) => one.playState !== 'running')",
            json!([]),
        );
        // The pointer leaves its last button, and the focus its last control.
        window.script("document.activeElement?.blur(); scrollTo(0, 0)", json!([]));
        let scale = if self.scale == 1 { String::new() } else { format!("@{}x", self.scale) };
        window.screenshot(&self.folder.join(format!("{view}-{}{scale}.png", self.theme)));
    }

    fn start<'d>(&self, desktop: &'d Desktop, setup: Setup) -> App<'d> {
        use_a_good_font(desktop);
        setup.with("theme", json!(self.theme)).start(desktop)
    }

    fn first_run(&self) {
        let desktop = Desktop::with_scale(self.scale);
        let _tray = Tray::start(&desktop);
        let app = self.start(&desktop, usual_port(Setup::new()));
        let window = app.window();
        window.resize(SIZE.0, SIZE.1);
        window.find("heading", "Where should the data live?");
        self.take(&window, "first-run-folder");
        window.press("Use this folder");
        window.fill("User name", "anna");
        self.take(&window, "first-run-user");
        window.press("Add user");
        window.shown_address();
        self.take(&window, "first-run-address");
    }

    fn views(&self) {
        let desktop = Desktop::with_scale(self.scale);
        let _tray = Tray::start(&desktop);
        let app = self.start(&desktop, usual_port(Setup::finished(&desktop)));
        let window = app.window();
        window.resize(SIZE.0, SIZE.1);
        window.until_running();
        let address = window.address();
        let _devices: Vec<Client> = PEOPLE
            .iter()
            .map(|(name, notes, media)| person(&window, &desktop, &address, name, *notes, *media))
            .collect();
        if self.theme == "light" && self.scale == 1 {
            let password = "a password of a person";
            window.call("add_user", json!({ "name": "maria", "password": password }));
            anki_desktop::sync(&desktop, &address, "maria", password, Some(&self.folder));
        }
        for view in ["Home", "Users", "Activity", "Settings"] {
            window.go_to(view);
            window.until("!document.querySelector('[aria-busy=true]')", json!([]));
            self.take(&window, &view.to_lowercase());
        }
        window.go_to("Activity");
        window.press("Log");
        self.take(&window, "log");
        window.go_to("Home");
        if window.has("button", "Show the steps") {
            window.press("Show the steps");
        }
        window.find("heading", "Connect a device");
        window.script(
            "all('heading', 'Connect a device', true)[0].scrollIntoView({ block: 'start' })",
            json!([]),
        );
        self.take_as_it_is(&window, "connect");
    }

    fn take_as_it_is(&self, window: &Window<'_>, view: &str) {
        let scale = if self.scale == 1 { String::new() } else { format!("@{}x", self.scale) };
        window.screenshot(&self.folder.join(format!("{view}-{}{scale}.png", self.theme)));
    }
}

/// The port that people will see, unless this computer uses it.
fn usual_port(setup: Setup) -> Setup {
    match std::net::TcpListener::bind(("0.0.0.0", 8080)) {
        Ok(_) => setup.with("port", json!(8080)),
        Err(_) => setup,
    }
}

/// What desktops use by default is not what a bare Debian has.
fn use_a_good_font(desktop: &Desktop) {
    let folder = desktop.home().join(".config/gtk-3.0");
    fs::create_dir_all(&folder).unwrap();
    let settings = "[Settings]\ngtk-font-name=Inter 10\ngtk-xft-antialias=1\ngtk-xft-hinting=0\n";
    fs::write(folder.join("settings.ini"), settings).unwrap();
}

/// Adds a user whose device uploads a collection and syncs twice.
fn person(
    window: &Window<'_>,
    desktop: &Desktop,
    address: &str,
    name: &str,
    notes: u32,
    media: u32,
) -> Client {
    let password = "a password of a person";
    window.call("add_user", json!({ "name": name, "password": password }));
    let mut client = Client::start(NEWEST, &desktop.folder().join(name));
    let many = |deck: &str, count: u32, prefix: &str| json!({ "deck": deck, "notetype": "Basic", "count": count, "prefix": prefix });
    client.call("add_notes", many("Spanish", notes, "word"));
    client.log_in(address, name, password);
    first_upload(&mut client);
    if media > 0 {
        let files = json!({ "prefix": "picture", "count": media, "size": 40_000 });
        client.call("write_many_media", files);
        client.sync_with_media();
    }
    add_note(&mut client, "¿Qué tal?", "How are you?");
    client.call("answer", json!({ "deck": "Spanish", "ratings": [3, 3, 2, 3] }));
    client.sync();
    client
}

/// Makes the files smaller with what Debian has, where it is installed.
fn pack(folder: &Path) {
    let pictures: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "png"))
        .collect();
    let quantize = ["--force", "--skip-if-larger", "--ext", ".png", "--quality", "80-100"];
    for picture in &pictures {
        // Fewer colours do not show: the window has few.
        let packed = Command::new("pngquant").args(quantize).arg("--").arg(picture).status();
        if packed.is_err() {
            println!("| pngquant is not installed: the pictures stay as large as they are");
            break;
        }
    }
    let size: u64 = pictures.iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    println!("| {} pictures, {} kB", pictures.len(), size / 1000);
}
