#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sync_tests::fuzz::run("direct_post", data));
