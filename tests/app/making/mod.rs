//! What is made with the real app instead of proved: pictures for the documents, and numbers.
//! Ignored among the tests; `cargo xtask screenshots` and `cargo xtask measure` run these.

mod measure;
mod screenshots;
