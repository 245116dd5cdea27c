//! `cargo xtask run`: the server with something to try it with.

use std::process::{Command, Stdio};

use crate::step::{self, Outcome, cargo, target_folder};

const NAME: &str = "demo";
const PASSWORD: &str = "demo";

/// Builds the server and starts it with a demonstration account, whose data is in
/// the target folder.
pub fn run() -> Outcome {
    println!("This builds the server; nothing is installed.");
    step::step("build", || {
        step::run(&mut cargo(&["build", "--package", "anki-sync-server", "--locked"]))
    })?;
    let program = target_folder()
        .join("debug")
        .join(format!("anki-sync-server{}", std::env::consts::EXE_SUFFIX));
    let storage = target_folder().join("demo");
    println!(
        "\nThe demonstration account: name {NAME}, password {PASSWORD}. Anki asks for them as \
         email and password.\nIts data is in {}. Ctrl-C ends the server.\n",
        storage.display()
    );
    serve(Command::new(program).arg("--base").arg(storage))
}

fn serve(server: &mut Command) -> Outcome {
    // An account of the environment: it needs no step of its own, and the
    // variables of the person's own server must not get in between.
    for variable in ["SYNC_BASE", "SYNC_HOST", "PASSWORDS_HASHED", "SYNC_USER2"] {
        server.env_remove(variable);
    }
    step::run(server.env("SYNC_USER1", format!("{NAME}:{PASSWORD}")).stdin(Stdio::null()))
}
