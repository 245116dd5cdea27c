//! `cargo xtask check`: what can be said without running anything.

use crate::prerequisites;
use crate::step::{Outcome, cargo, run, step};

/// Format, lints, documentation; warnings are errors.
pub fn check() -> Outcome {
    prerequisites::toolchain()?;
    step("format", || run(&mut cargo(&["fmt", "--all", "--check"])))?;
    step("lints", || {
        run(&mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ]))
    })?;
    step("documentation", || {
        let mut doc = cargo(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
            "--locked",
            "--quiet",
        ]);
        run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
    })
}
