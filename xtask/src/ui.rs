//! The window's front end: built, checked, tested.

use anyhow::{Result, bail};

use crate::node::Node;
use crate::steps::{Steps, count};

/// Builds what the app shows. The app cannot be compiled without it.
pub fn build(steps: &mut Steps) -> Result<Node> {
    let node = Node::provide(steps)?;
    node.install_modules(steps)?;
    if !steps.run("Build the window", &mut node.npm(&["run", "build"]))?.is_ok {
        bail!("The window cannot be built; see above.");
    }
    Ok(node)
}

/// Types, lints and format.
pub fn check(steps: &mut Steps, node: &Node) -> Result<()> {
    steps.run("Types, lints and format of the window", &mut node.npm(&["run", "check"]))?;
    Ok(())
}

/// Tests of state and components, without the app.
pub fn test(steps: &mut Steps, node: &Node) -> Result<()> {
    let mut tests = node.npm(&["run", "test"]);
    // Colours would hide the numbers, and a terminal would get a progress display.
    tests.env("NO_COLOR", "1").env("CI", "1");
    let outcome = steps.run("Tests of the window", &mut tests)?;
    let summary = outcome.lines.iter().rev().find_map(|line| line.trim().strip_prefix("Tests "));
    let numbers = |what| summary.map_or(0, |summary| count(summary, what));
    steps.count_tests(numbers("passed"), numbers("failed"));
    Ok(())
}
