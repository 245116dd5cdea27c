//! The part of a panel that shows tray icons, over D-Bus: it takes the app's icon in, reads
//! what it says and clicks what is in its menu.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, Proxy};
use zbus::message::Header;
use zbus::zvariant::{OwnedValue, Value};

use super::desktop::Desktop;
use super::wait::{self, DEADLINE};

const MENU: &str = "com.canonical.dbusmenu";
const ITEM: &str = "org.kde.StatusNotifierItem";

/// An id, properties, and below them the same again.
type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

struct Watcher {
    registered: Sender<(String, String)>,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        // Some name their bus name, some the path of their object.
        let item = match service.starts_with('/') {
            true => (sender, service.to_owned()),
            false => (service.to_owned(), "/StatusNotifierItem".to_owned()),
        };
        let _ = self.registered.send(item);
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// A panel on the session bus of a desktop.
pub struct Tray {
    connection: Connection,
    registered: Receiver<(String, String)>,
}

impl Tray {
    /// Puts the panel up. Programs that start later find it.
    pub fn start(desktop: &Desktop) -> Self {
        let (sender, registered) = channel();
        let connection = Builder::address(desktop.bus_address().as_str())
            .and_then(|builder| {
                builder.serve_at("/StatusNotifierWatcher", Watcher { registered: sender })
            })
            .and_then(|builder| builder.name("org.kde.StatusNotifierWatcher"))
            .and_then(Builder::build)
            .expect("the bus takes the panel");
        Self { connection, registered }
    }

    /// Waits for the icon of a program that starts.
    #[track_caller]
    pub fn icon(&self) -> Icon {
        let registered = self.registered.recv_timeout(DEADLINE);
        let (service, path) = registered.expect("the app puts an icon into the tray");
        let item = Proxy::new(&self.connection, service.clone(), path, ITEM).expect("a proxy");
        let menu: zbus::zvariant::OwnedObjectPath = item.get_property("Menu").expect("a menu");
        let menu = Proxy::new(&self.connection, service, menu, MENU).expect("a proxy");
        Icon { item, menu }
    }
}

/// The app's icon in the tray.
pub struct Icon {
    item: Proxy<'static>,
    menu: Proxy<'static>,
}

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    id: i32,
    /// What it says; empty for a line between others.
    pub label: String,
    /// Whether it can be clicked.
    pub is_enabled: bool,
}

impl Icon {
    /// What is shown when the mouse rests on the icon.
    pub fn tooltip(&self) -> String {
        type ToolTip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);
        let property = self.ask(&self.item, "ToolTip");
        let (_, _, title, text) = ToolTip::try_from(property).expect("a tooltip");
        format!("{title}\n{text}").trim().to_owned()
    }

    /// The pixels of the icon in its largest size, to tell two icons apart.
    pub fn pixels(&self) -> (i32, i32, Vec<u8>) {
        let property = self.ask(&self.item, "IconPixmap");
        let pixmaps = Vec::<(i32, i32, Vec<u8>)>::try_from(property).expect("pictures");
        pixmaps.into_iter().max_by_key(|(width, ..)| *width).expect("at least one picture")
    }

    /// Properties change: nothing that was read before may be taken from memory.
    fn ask(&self, proxy: &Proxy<'_>, property: &str) -> OwnedValue {
        let properties = Proxy::new(
            proxy.connection(),
            proxy.destination().to_owned(),
            proxy.path().to_owned(),
            "org.freedesktop.DBus.Properties",
        );
        let properties = properties.expect("a proxy");
        properties.call("Get", &(proxy.interface().as_str(), property)).expect("a property")
    }

    /// The lines of the menu as they are now.
    pub fn menu(&self) -> Vec<Entry> {
        let no_names: [&str; 0] = [];
        // Menus may be filled only when they open.
        let _ = self.menu.call::<_, _, bool>("AboutToShow", &(0i32,));
        let (_, (_, _, children)): (u32, Layout) =
            self.menu.call("GetLayout", &(0i32, -1i32, no_names.as_slice())).expect("a layout");
        children.into_iter().filter_map(entry).collect()
    }

    /// The words of all lines.
    pub fn labels(&self) -> Vec<String> {
        self.menu().into_iter().map(|entry| entry.label).filter(|label| !label.is_empty()).collect()
    }

    /// Waits for a line that begins so and can be clicked, and clicks it.
    #[track_caller]
    pub fn click(&self, label: &str) {
        let entry = wait::until_or(
            &format!("the menu offers {label}"),
            || self.menu().into_iter().find(|one| one.label.starts_with(label) && one.is_enabled),
            || format!("{:?}", self.menu()),
        );
        let event = (entry.id, "clicked", Value::I32(0), 0u32);
        self.menu.call::<_, _, ()>("Event", &event).expect("the menu hears of a click");
    }

    /// Waits until the line that tells the state begins so, and returns it whole.
    #[track_caller]
    pub fn state(&self, beginning: &str) -> String {
        wait::until_or(
            &format!("the tray says {beginning}"),
            || self.labels().into_iter().next().filter(|label| label.starts_with(beginning)),
            || format!("{:?}", self.menu()),
        )
    }

    /// Clicks the icon itself.
    pub fn activate(&self) {
        self.item.call::<_, _, ()>("Activate", &(0i32, 0i32)).expect("the icon hears of a click");
    }
}

fn entry(value: OwnedValue) -> Option<Entry> {
    let (id, properties, _) = Layout::try_from(value).ok()?;
    let text = |key: &str| {
        properties.get(key).and_then(|value| String::try_from(value.try_clone().ok()?).ok())
    };
    let flag = |key: &str| properties.get(key).and_then(|value| bool::try_from(value).ok());
    if flag("visible") == Some(false) {
        return None;
    }
    // An underline before the letter of a shortcut.
    let label = text("label").unwrap_or_default().replace('_', "");
    Some(Entry { id, label, is_enabled: flag("enabled").unwrap_or(true) })
}
