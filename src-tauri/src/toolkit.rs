//! The start of the toolkit under Tauri, which on Linux is GTK.

#[cfg(target_os = "linux")]
mod platform {
    use std::process::Command;
    use std::sync::OnceLock;

    use gtk::glib;

    const OPENGL: &str = "GDK_GL";

    static IS_WITHOUT_OPENGL: OnceLock<()> = OnceLock::new();

    /// Whether there is a desktop that answers. Asking Tauri would panic.
    pub fn starts() -> bool {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")) && gtk::init().is_ok()
    }

    /// Keeps GTK in this process from preparing for OpenGL, which loads a
    /// graphics driver: twice the memory, and a tray draws nothing. To be called
    /// before the toolkit starts and before there is a second thread.
    pub fn do_without_opengl() {
        // Whoever set it had a reason.
        if std::env::var_os(OPENGL).is_none() && glib::setenv(OPENGL, "disable", false).is_ok() {
            let _ = IS_WITHOUT_OPENGL.set(());
        }
    }

    /// Lets a program that this one starts draw as usual.
    pub fn allow_opengl(command: &mut Command) {
        if IS_WITHOUT_OPENGL.get().is_some() {
            command.env_remove(OPENGL);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use std::process::Command;

    /// There is always a desktop.
    pub fn starts() -> bool {
        true
    }

    /// Nothing to do here.
    pub fn do_without_opengl() {}

    /// Nothing to do here.
    pub fn allow_opengl(_command: &mut Command) {}
}

pub use platform::{allow_opengl, do_without_opengl, starts};
