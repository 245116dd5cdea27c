//! One file for each thing a person goes through.

mod tray;
