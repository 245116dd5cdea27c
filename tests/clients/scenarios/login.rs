//! Signing in, and what happens without.

use serde_json::json;

use crate::pair::Pair;
use crate::server::{NAME, PASSWORD};

/// A wrong name or password is refused in words, the right one works, and its key keeps
/// working; a key that the server does not know asks the person to sign in again.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start(versions);
    let address = pair.server.address();
    for client in [&mut pair.first, &mut pair.second] {
        for (name, password) in
            [(NAME, "wrong"), (NAME, ""), ("nobody", PASSWORD), ("../etc", "passwd")]
        {
            let refused = client
                .try_call("login", json!({ "name": name, "password": password }))
                .expect_err("a wrong login is refused");
            assert_eq!(refused.kind, "SyncError.AUTH", "{name}: {refused:?}");
        }

        client.call("use_key", json!({ "key": "0123456789abcdef0123456789abcdef01234567" }));
        let refused = client.try_sync().expect_err("an unknown key is refused");
        assert_eq!(refused.kind, "SyncError.AUTH", "{refused:?}");

        let key = client.log_in(&address, NAME, PASSWORD);
        let again = client.log_in(&address, NAME, PASSWORD);
        for key in [key, again] {
            client.call("use_key", json!({ "key": key }));
            client.try_sync().expect("the key of a login works");
        }
    }
    pair.first.call("upload", json!({}));
    pair.second.try_sync().expect("the sync works");
    pair.second.call("download", json!({}));
    pair.finish();
}
