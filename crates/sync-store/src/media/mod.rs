//! Media files and their database.
