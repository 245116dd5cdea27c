//! Messages of the collection sync, one file each, and the objects they carry.

mod changes;
mod chunk;
mod deck;
mod deck_config;
mod empty;
mod finish;
mod full;
mod graves;
mod meta;
mod notetype;
mod sanity;
mod start;

pub use changes::{ApplyChangesRequest, DecksAndConfig, UnchunkedChanges};
pub use chunk::{ApplyChunkRequest, CardEntry, CardQueue, CardType, Chunk, NoteEntry, RevlogEntry};
pub use deck::{
    DayAmount, DayLimit, Deck, DeckCommon, FilteredDeck, NormalDeck, RESERVED_DECK_KEYS, SearchTerm,
};
pub use deck_config::{
    DeckConfig, LapseSettings, NewSettings, RESERVED_CONFIG_KEYS, RESERVED_LAPSE_KEYS,
    RESERVED_NEW_KEYS, RESERVED_REVIEW_KEYS, ReviewSettings,
};
pub use empty::EmptyRequest;
pub use finish::FinishResponse;
pub use full::{UPLOAD_CORRUPT, UPLOAD_OK, UPLOAD_TOO_LARGE};
pub use graves::{ApplyGravesRequest, GraveKind, Graves};
pub use meta::{MetaRequest, MetaResponse};
pub use notetype::{
    CardRequirement, CardTemplate, Notetype, NotetypeField, RESERVED_FIELD_KEYS,
    RESERVED_NOTETYPE_KEYS, RESERVED_TEMPLATE_KEYS, RequirementKind,
};
pub use sanity::{
    DueCounts, SanityCheckCounts, SanityCheckRequest, SanityCheckResponse, SanityStatus,
};
pub use start::StartRequest;
