//! What the end-to-end tests stand on: a desktop of their own for each, the app on it, a tray
//! that shows its icon, and hands that use its window.

pub mod anki_desktop;
pub mod app;
pub mod desktop;
pub mod free_port;
pub mod memory;
pub mod process;
pub mod tray;
pub mod wait;
pub mod webdriver;
pub mod window;

pub use app::{App, Setup};
pub use desktop::Desktop;
pub use tray::Tray;
pub use window::Window;
