//! Which path means which method.
//!
//! People type addresses with and without `/sync/`, `/msync/`, a path prefix of
//! their proxy or a doubled slash, and clients append `sync/NAME` or
//! `msync/NAME` to whatever was typed. So only the last two segments count.

/// What a path asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/`: the page for a person with a browser.
    Welcome,
    /// `/health`.
    Health,
    /// `/sync/NAME`.
    Collection(CollectionMethod),
    /// `/msync/NAME`.
    Media(MediaMethod),
    /// Anything else, methods nobody knows included.
    Unknown,
}

macro_rules! methods {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $type { $($variant,)* }

        impl $type {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$variant,)*];

            fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The name on the wire.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

methods! {
    /// Methods of the collection sync, and the login.
    CollectionMethod {
        HostKey = "hostKey",
        Meta = "meta",
        Start = "start",
        ApplyGraves = "applyGraves",
        ApplyChanges = "applyChanges",
        Chunk = "chunk",
        ApplyChunk = "applyChunk",
        SanityCheck = "sanityCheck2",
        Finish = "finish",
        Abort = "abort",
        Upload = "upload",
        Download = "download",
    }
}

methods! {
    /// Methods of the media sync.
    MediaMethod {
        Begin = "begin",
        MediaChanges = "mediaChanges",
        UploadChanges = "uploadChanges",
        DownloadFiles = "downloadFiles",
        MediaSanity = "mediaSanity",
    }
}

impl Route {
    /// What `path` asks for; the query is not part of it.
    pub(crate) fn of(path: &str) -> Self {
        let mut segments = path.rsplit('/').filter(|segment| !segment.is_empty());
        let Some(last) = segments.next() else { return Self::Welcome };
        match segments.next() {
            Some("sync") => {
                CollectionMethod::from_name(last).map_or(Self::Unknown, Self::Collection)
            }
            Some("msync") => MediaMethod::from_name(last).map_or(Self::Unknown, Self::Media),
            _ if last == "health" => Self::Health,
            _ => Self::Unknown,
        }
    }

    /// A name for logs.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::Health => "health",
            Self::Collection(method) => method.name(),
            Self::Media(method) => method.name(),
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    const META: Route = Route::Collection(CollectionMethod::Meta);
    const BEGIN: Route = Route::Media(MediaMethod::Begin);

    #[test]
    fn every_method_is_found_by_its_name() {
        for method in CollectionMethod::ALL {
            let path = format!("/sync/{}", method.name());
            assert_eq!(Route::of(&path), Route::Collection(*method));
        }
        for method in MediaMethod::ALL {
            assert_eq!(Route::of(&format!("/msync/{}", method.name())), Route::Media(*method));
        }
    }

    #[test]
    fn addresses_typed_with_the_servers_own_folders_work() {
        assert_eq!(Route::of("/sync/sync/meta"), META);
        assert_eq!(Route::of("/sync/msync/begin"), BEGIN);
        assert_eq!(Route::of("/msync/sync/meta"), META);
        assert_eq!(Route::of("/msync/msync/begin"), BEGIN);
    }

    #[test]
    fn repeated_slashes_count_as_one() {
        assert_eq!(Route::of("//sync/meta"), META);
        assert_eq!(Route::of("/sync///meta/"), META);
        assert_eq!(Route::of("//"), Route::Welcome);
    }

    #[test]
    fn media_methods_do_not_exist_under_sync_and_the_other_way_round() {
        assert_eq!(Route::of("/sync/begin"), Route::Unknown);
        assert_eq!(Route::of("/msync/meta"), Route::Unknown);
    }

    #[test]
    fn a_method_without_its_folder_is_unknown() {
        for path in ["/meta", "/sync", "/sync/", "/sync/meta/x", "/Sync/meta", "/index.html"] {
            assert_eq!(Route::of(path), Route::Unknown, "{path}");
        }
    }

    #[test]
    fn the_root_is_the_page_and_health_is_itself() {
        assert_eq!(Route::of("/"), Route::Welcome);
        assert_eq!(Route::of("/health"), Route::Health);
    }

    proptest! {
        #[test]
        fn any_prefix_reaches_the_method(prefix in "(/[a-z0-9%.-]{0,8}){0,5}") {
            let path = format!("{prefix}/sync/meta");
            let route = Route::of(&path);
            prop_assert_eq!(route, META);
        }
    }
}
