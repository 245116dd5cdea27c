//! The app: the server, the settings, and who listens.

/// All that lives as long as the app.
#[derive(Debug)]
pub struct App;
