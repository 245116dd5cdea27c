//! What our own code may do, and what may come into it.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifests() -> Vec<PathBuf> {
    let mut manifests: Vec<PathBuf> = ["tests", "tests/bench", "xtask", "src-tauri"]
        .iter()
        .map(|member| root().join(member).join("Cargo.toml"))
        .filter(|manifest| manifest.exists())
        .collect();
    for member in std::fs::read_dir(root().join("crates")).unwrap() {
        manifests.push(member.unwrap().path().join("Cargo.toml"));
    }
    manifests
}

/// A crate that does not take the workspace's lints would be without the rule.
#[test]
fn unsafe_code_is_forbidden_in_every_crate() {
    let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(workspace.contains("\nunsafe_code = \"forbid\"\n"));
    for manifest in manifests() {
        let text = std::fs::read_to_string(&manifest).unwrap();
        let takes_ours = text.contains("\n[lints]\nworkspace = true\n");
        let has_its_own = text.contains("\n[lints.rust]\nunsafe_code = \"forbid\"\n");
        assert!(takes_ours || has_its_own, "{}", manifest.display());
    }
}

/// Crates come from the registry alone: another source would have a line of its own.
#[test]
fn everything_comes_from_one_registry_with_a_checksum() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for package in lock.split("[[package]]").skip(1) {
        let name = package.lines().find(|line| line.starts_with("name = ")).unwrap();
        if let Some(source) = package.lines().find(|line| line.starts_with("source = ")) {
            assert!(source.starts_with("source = \"registry+"), "{name}: {source}");
            assert!(package.contains("\nchecksum = \""), "{name} has no checksum");
        }
    }
}

/// The lists of known weaknesses are asked on every push, and once a week without one.
#[test]
fn known_weaknesses_are_looked_up_for_crates_and_for_npm() {
    let workflow =
        |name: &str| std::fs::read_to_string(root().join(".github/workflows").join(name)).unwrap();
    let supply = workflow("supply.yml");
    for check in ["cargo-deny-action", "npm audit", "[ui, packaging]"] {
        assert!(supply.contains(check), "{check}");
    }
    for caller in ["test.yml", "weekly.yml"] {
        assert!(workflow(caller).contains("uses: ./.github/workflows/supply.yml"), "{caller}");
    }
}

/// Each of the fuzzer's targets has its hour a week.
#[test]
fn every_fuzz_target_runs_weekly() {
    let weekly = std::fs::read_to_string(root().join(".github/workflows/weekly.yml")).unwrap();
    let names: Vec<&str> = sync_tests::fuzz::TARGETS.iter().map(|(name, _)| *name).collect();
    assert!(weekly.contains(&format!("target: [{}]", names.join(", "))), "{names:?}");
}

#[test]
fn licences_advisories_and_sources_have_rules() {
    let rules = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    for rule in
        ["[advisories]", "[licenses]", "unknown-registry = \"deny\"", "unknown-git = \"deny\""]
    {
        assert!(rules.contains(rule), "{rule}");
    }
}
