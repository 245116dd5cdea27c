use crate::support::{Desktop, Setup, Tray};

#[test]
fn the_tray_tells_the_state() {
    let desktop = Desktop::start();
    let tray = Tray::start(&desktop);
    let _app = Setup::finished(&desktop).argument("--hidden").start(&desktop);
    let icon = tray.icon();
    eprintln!("{:?} {}", icon.menu(), icon.tooltip());
    icon.state("Running");
}
