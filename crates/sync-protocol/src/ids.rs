//! Ids, sequence numbers and times as types of their own, so that a card id
//! cannot be passed where seconds are wanted.

use serde::{Deserialize, Serialize};

macro_rules! number_type {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number_type!(
    /// Id of a note: usually its creation time in milliseconds.
    NoteId(i64)
);
number_type!(
    /// Id of a card: usually its creation time in milliseconds.
    CardId(i64)
);
number_type!(
    /// Id of a deck; 1 is the default deck.
    DeckId(i64)
);
number_type!(
    /// Id of a notetype. May be negative and use the full 64 bits.
    NotetypeId(i64)
);
number_type!(
    /// Id of a deck configuration; 1 is the default one.
    DeckConfigId(i64)
);
number_type!(
    /// Id of a review log entry: the time of the review in milliseconds.
    RevlogId(i64)
);
number_type!(
    /// Update sequence number of a collection; -1 marks a change not yet sent.
    Usn(i32)
);
number_type!(
    /// Update sequence number of a media folder, counted apart from [`Usn`].
    MediaUsn(i32)
);
number_type!(
    /// Seconds since the Unix epoch, UTC.
    TimestampSecs(i64)
);
number_type!(
    /// Milliseconds since the Unix epoch, UTC.
    TimestampMillis(i64)
);

impl TimestampMillis {
    /// The same moment in whole seconds.
    #[must_use]
    pub fn as_secs(self) -> TimestampSecs {
        TimestampSecs(self.0.div_euclid(1000))
    }
}

impl Usn {
    /// The number after this one; stays at the largest one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
