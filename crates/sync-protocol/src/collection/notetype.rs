//! Notetypes in their schema 11 form, which is the wire form of all versions.
//!
//! A key that clients may leave out is an `Option` here: `None` means that it
//! was missing, so that the store can keep what it has (weakness H-5 of the
//! reference server). What the server sends has every key.

use serde::{Deserialize, Serialize};

use crate::lenient::{int_or_string, lax, lax_some, loose_bool, some};
use crate::{JsonObject, Usn};

/// Keys of a notetype that never come out of the unknown keys.
pub const RESERVED_NOTETYPE_KEYS: &[&str] = &[
    "latexPost",
    "flds",
    "css",
    "originalStockKind",
    "originalId",
    "id",
    "usn",
    "mod",
    "req",
    "latexPre",
    "name",
    "did",
    "tmpls",
    "type",
    "sortf",
    "latexsvg",
];
/// Keys of a field that never come out of the unknown keys.
pub const RESERVED_FIELD_KEYS: &[&str] = &[
    "name",
    "ord",
    "sticky",
    "rtl",
    "plainText",
    "font",
    "size",
    "collapsed",
    "description",
    "excludeFromSearch",
    "id",
    "tag",
    "preventDeletion",
];
/// Keys of a template that never come out of the unknown keys.
pub const RESERVED_TEMPLATE_KEYS: &[&str] =
    &["name", "ord", "did", "afmt", "bafmt", "qfmt", "bqfmt", "bfont", "bsize", "id"];

/// Fields and templates of notes (wire: an element of `models`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notetype {
    /// Id; 0 is refused by the store.
    #[serde(deserialize_with = "int_or_string")]
    pub id: i64,
    /// Name, unique without regard to case.
    pub name: String,
    /// 0 normal, 1 cloze.
    #[serde(rename = "type", deserialize_with = "kind")]
    pub kind: u8,
    /// Last change, in seconds.
    #[serde(rename = "mod")]
    pub modified: i64,
    /// Sequence number.
    pub usn: Usn,
    /// Index of the field that notes are sorted by.
    #[serde(rename = "sortf")]
    pub sort_field: u16,
    /// Deck id, unused since 2021.
    #[serde(rename = "did", deserialize_with = "lax")]
    pub deck_id: Option<i64>,
    /// Card templates in order.
    #[serde(rename = "tmpls")]
    pub templates: Vec<CardTemplate>,
    /// Fields in order.
    #[serde(rename = "flds")]
    pub fields: Vec<NotetypeField>,
    /// Style sheet.
    #[serde(deserialize_with = "lax")]
    pub css: String,
    /// LaTeX before the content.
    #[serde(
        rename = "latexPre",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub latex_pre: Option<String>,
    /// LaTeX after the content.
    #[serde(
        rename = "latexPost",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub latex_post: Option<String>,
    /// Whether LaTeX becomes SVG.
    #[serde(
        rename = "latexsvg",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub latex_svg: Option<bool>,
    /// Which fields a card needs to be non-empty; stored, never computed, here.
    #[serde(
        rename = "req",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub requirements: Option<Vec<CardRequirement>>,
    /// Which built-in notetype it was made from; 0 unknown, then left out.
    #[serde(
        rename = "originalStockKind",
        default,
        deserialize_with = "some",
        skip_serializing_if = "is_zero_or_none"
    )]
    pub original_stock_kind: Option<i32>,
    /// Id in the collection it was imported from.
    #[serde(
        rename = "originalId",
        default,
        deserialize_with = "some",
        skip_serializing_if = "is_none_twice"
    )]
    pub original_id: Option<Option<i64>>,
    /// Keys this program does not know.
    #[serde(flatten)]
    pub other: JsonObject,
}

fn kind<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    match u8::deserialize(deserializer)? {
        kind @ 0..=1 => Ok(kind),
        _ => Err(serde::de::Error::custom("a notetype's type is 0 or 1")),
    }
}

fn is_zero_or_none(value: &Option<i32>) -> bool {
    value.unwrap_or(0) == 0
}

fn is_none_twice(value: &Option<Option<i64>>) -> bool {
    value.flatten().is_none()
}

/// One field of a notetype (wire: an element of `flds`). Its `ord` is ignored
/// on input: the position in the list counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotetypeField {
    /// Name, unique within the notetype.
    pub name: String,
    /// Position, on output.
    #[serde(default)]
    pub ord: Option<u16>,
    /// Whether the content stays when adding the next note.
    #[serde(deserialize_with = "loose_bool")]
    pub sticky: bool,
    /// Right to left.
    #[serde(deserialize_with = "loose_bool")]
    pub rtl: bool,
    /// Font name in the editor.
    pub font: String,
    /// Font size in the editor.
    pub size: u16,
    /// Placeholder in the editor.
    #[serde(default, deserialize_with = "lax_some", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the editor shows HTML by default.
    #[serde(
        rename = "plainText",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub plain_text: Option<bool>,
    /// Whether the editor shows it collapsed.
    #[serde(default, deserialize_with = "lax_some", skip_serializing_if = "Option::is_none")]
    pub collapsed: Option<bool>,
    /// Whether plain searches skip it.
    #[serde(
        rename = "excludeFromSearch",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub exclude_from_search: Option<bool>,
    /// Random id for merging imports; uses the full 64 bits.
    #[serde(default, deserialize_with = "lax_some", skip_serializing_if = "Option::is_none")]
    pub id: Option<Option<i64>>,
    /// Marks fields with a special role.
    #[serde(default, deserialize_with = "lax_some", skip_serializing_if = "Option::is_none")]
    pub tag: Option<Option<u32>>,
    /// Whether the person may delete it.
    #[serde(
        rename = "preventDeletion",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub prevent_deletion: Option<bool>,
    /// Keys this program does not know.
    #[serde(flatten)]
    pub other: JsonObject,
}

/// One card template (wire: an element of `tmpls`). Its `ord` is ignored on
/// input: the position in the list counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CardTemplate {
    /// Name, unique within the notetype.
    pub name: String,
    /// Position, on output.
    #[serde(default)]
    pub ord: Option<u16>,
    /// Front.
    #[serde(rename = "qfmt")]
    pub question: String,
    /// Back.
    #[serde(
        rename = "afmt",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub answer: Option<String>,
    /// Front in the browser.
    #[serde(
        rename = "bqfmt",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub browser_question: Option<String>,
    /// Back in the browser.
    #[serde(
        rename = "bafmt",
        default,
        deserialize_with = "some",
        skip_serializing_if = "Option::is_none"
    )]
    pub browser_answer: Option<String>,
    /// Deck that new cards go to.
    #[serde(
        rename = "did",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub deck_id: Option<Option<i64>>,
    /// Font name in the browser.
    #[serde(
        rename = "bfont",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub browser_font: Option<String>,
    /// Font size in the browser.
    #[serde(
        rename = "bsize",
        default,
        deserialize_with = "lax_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub browser_size: Option<u8>,
    /// Random id for merging imports; uses the full 64 bits.
    #[serde(default, deserialize_with = "lax_some", skip_serializing_if = "Option::is_none")]
    pub id: Option<Option<i64>>,
    /// Keys this program does not know.
    #[serde(flatten)]
    pub other: JsonObject,
}

/// Wire form: `[card_ord, kind, [field_ords]]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRequirement(
    /// Template index.
    pub u16,
    /// How the fields count.
    pub RequirementKind,
    /// Field indexes, ascending.
    pub Vec<u16>,
);

/// How the fields of a [`CardRequirement`] count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequirementKind {
    /// The card is never generated.
    None,
    /// One of them is enough.
    Any,
    /// All are needed.
    All,
}
