//! Plain text of a field, from which a note's checksum and sort field are made.
//!
//! Clients find duplicates by that checksum, so the result must be theirs to the
//! last blank: what looks odd here is what they do.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// A tag that shows a file, with the file's name in group 1, 2 or 3: quoted,
/// single-quoted or bare. A bare name may begin with or hold blanks.
static MEDIA_TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?is)<\b(?:img|audio|video|object|source)\b(?:[^>]|"[^"]+?"|'[^']+?')+?"#,
        r#"\b(?:src|data)\b=(?:"([^"]+?)"[^>]*>|'([^']+?)'[^>]*>|([^>]+?)(?:\x20[^>]*>|>))"#,
    ))
    .expect("the pattern is valid")
});

/// The text without HTML, with the names of shown files in their places.
pub(super) fn strip_html_keeping_media_names(html: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(html);
    if html.contains('<') {
        if let Cow::Owned(changed) = MEDIA_TAG.replace_all(&text, " ${1}${2}${3} ") {
            text = Cow::Owned(changed);
        }
        if let Cow::Owned(changed) = strip_tags(&text) {
            text = Cow::Owned(changed);
        }
    }
    if text.contains('&') {
        // One bad entity, and all of them stay as they are.
        if let Ok(decoded) = htmlescape::decode_html(&text) {
            text = Cow::Owned(decoded.replace('\u{a0}', " "));
        }
    }
    text
}

/// Removes comments, styles and scripts with their contents, and all other tags.
///
/// The same as replacing `<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>`
/// (ignoring case and line breaks) by nothing, but in linear time. With the
/// pattern, a field full of unterminated comments takes time that grows with the
/// square of its length, and a client decides what is in a field.
fn strip_tags(html: &str) -> Cow<'_, str> {
    let mut text = String::new();
    let mut rest = html;
    let mut search = TagSearch::default();
    while let Some(start) = rest.find('<') {
        let Some(length) = search.tag_length(&rest[start..]) else { break };
        text.push_str(&rest[..start]);
        rest = &rest[start + length..];
    }
    if rest.len() == html.len() {
        return Cow::Borrowed(html);
    }
    text.push_str(rest);
    Cow::Owned(text)
}

/// Remembers which terminators do not occur in the rest of the text, so that
/// none is searched for in vain twice.
#[derive(Default)]
struct TagSearch {
    no_comment_end: bool,
    no_style_end: bool,
    no_script_end: bool,
}

impl TagSearch {
    /// Length of what is to be removed at the `<` that `html` begins with.
    /// `None` when no `>` follows, so that nothing more can be removed.
    fn tag_length(&mut self, html: &str) -> Option<usize> {
        let tag_end = 1 + html[1..].find('>')? + 1;
        let longer = if html.starts_with("<!--") {
            search_once(&mut self.no_comment_end, || Some(4 + html[4..].find("-->")? + 3))
        } else if starts_with_name(&html[1..], "style").is_some() {
            search_once(&mut self.no_style_end, || element_length(html, tag_end, "style"))
        } else if starts_with_name(&html[1..], "script").is_some() {
            search_once(&mut self.no_script_end, || element_length(html, tag_end, "script"))
        } else {
            None
        };
        Some(longer.unwrap_or(tag_end))
    }
}

fn search_once(in_vain: &mut bool, search: impl FnOnce() -> Option<usize>) -> Option<usize> {
    if *in_vain {
        return None;
    }
    let found = search();
    *in_vain = found.is_none();
    found
}

/// Length of the element up to and with its closing tag.
fn element_length(html: &str, tag_end: usize, name: &str) -> Option<usize> {
    let mut position = tag_end;
    loop {
        position += html[position..].find("</")? + 2;
        let after = starts_with_name(&html[position..], name);
        if let Some(after) = after.filter(|after| html[position + after..].starts_with('>')) {
            return Some(position + after + 1);
        }
    }
}

/// The length in bytes of `name` at the start of the text, in any letter case.
/// U+017F is another lower case of `S`; no other letter of the names has one.
fn starts_with_name(text: &str, name: &str) -> Option<usize> {
    let mut characters = text.chars();
    let mut length = 0;
    for expected in name.chars() {
        let found = characters.next()?;
        let other_s = expected == 's' && found == '\u{17f}';
        if !other_s && !found.eq_ignore_ascii_case(&expected) {
            return None;
        }
        length += found.len_utf8();
    }
    Some(length)
}

#[cfg(test)]
mod tests;
