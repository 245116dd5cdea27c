//! The fuzzer's saved inputs, once more. What it ever found is among them.

use std::path::Path;

use sync_tests::fuzz;

macro_rules! replays {
    ($($target:ident)*) => {$(
        #[test]
        fn $target() {
            replay(stringify!($target));
        }
    )*

        #[test]
        fn every_target_is_replayed() {
            let targets = fuzz::TARGETS.map(|(name, _)| name);
            assert_eq!([$(stringify!($target)),*], targets);
        }
    };
}

replays! { direct_post multipart messages sync media_zip collection_file schema_11 }

fn replay(target: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut inputs: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "{} is empty", folder.display());
    for input in inputs {
        let data = std::fs::read(&input).unwrap();
        let outcome = std::panic::catch_unwind(|| fuzz::run(target, &data));
        assert!(outcome.is_ok(), "{} does harm", input.display());
    }
}
