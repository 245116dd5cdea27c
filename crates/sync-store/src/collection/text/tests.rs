#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn strip(html: &str) -> String {
    strip_html_keeping_media_names(html).into_owned()
}

#[test]
fn plain_text_is_left_alone() {
    for text in ["", "hello", "a\u{a0}b", "{{c1::foo}}", "a > b"] {
        assert!(
            matches!(strip_html_keeping_media_names(text), Cow::Borrowed(same) if same == text)
        );
    }
}

#[test]
fn names_of_shown_files_stay_between_blanks() {
    assert_eq!(strip(r#"<img src="a b.jpg">"#), " a b.jpg ");
    assert_eq!(strip("<img src= foo.jpg>x"), "  foo.jpg x");
    assert_eq!(strip(r#"<img src="">"#), r#" "" "#);
    assert_eq!(strip(r#"<img alt="a>b" SRC='q.png'/>"#), " q.png ");
    assert_eq!(strip(r#"<img src="x&amp;y.jpg">"#), " x&y.jpg ");
    assert_eq!(strip(r#"<img data-src="z.png">"#), " z.png ");
    assert_eq!(strip(r#"<object data=o.svg type=x>"#), " o.svg ");
    assert_eq!(strip(r#"<b src="no.png">b</b>"#), "b");
}

#[test]
fn comments_styles_and_scripts_go_with_their_contents() {
    assert_eq!(strip("<style>x</style>a<!-- z -->b"), "ab");
    assert_eq!(strip("<script>1<2</script>z"), "z");
    assert_eq!(strip("<STYLE a>\n</style></Style >a"), "a");
    assert_eq!(strip("<!-- open <b>x"), "x");
    assert_eq!(strip("<style>open"), "open");
    assert_eq!(strip("3 < 5 and 6 > 2"), "3  2");
    assert_eq!(strip("a < b"), "a < b");
}

#[test]
fn entities_are_decoded_all_or_none() {
    assert_eq!(strip("&lt;b&gt;"), "<b>");
    assert_eq!(strip("a&nbsp;b"), "a b");
    assert_eq!(strip("a\u{a0}b &amp;"), "a b &");
    assert_eq!(strip("a & b&nbsp;"), "a & b&nbsp;");
    assert_eq!(strip("x &bogus; &amp; y"), "x &bogus; &amp; y");
    assert_eq!(strip("AT&T"), "AT&T");
    assert_eq!(strip("&#65;&#x42;"), "AB");
    assert_eq!(strip("&#99999999999;"), "&#99999999999;");
    assert_eq!(strip("&#xd800;"), "&#xd800;");
    assert_eq!(
        strip(r#"<b>Caf&eacute;</b>&nbsp;<img src="a b.jpg"> &amp; x<br>[sound:q.mp3]"#),
        "Café  a b.jpg  & x[sound:q.mp3]"
    );
}

#[test]
fn unterminated_comments_take_linear_time() {
    // With a search to the end from each of them this would take minutes.
    let html = "<!-->".repeat(400_000) + &"<style>".repeat(400_000);
    assert_eq!(strip(&html), "");
}

/// Pieces that tags, comments and elements are made of.
fn html() -> impl Strategy<Value = String> {
    let pieces = [
        "<",
        ">",
        "<!--",
        "-->",
        "--",
        "!",
        "<style",
        "</style>",
        "</STYLE",
        "<\u{17f}tyle>",
        "</\u{17f}tyle>",
        "<script>",
        "</script>",
        "</script",
        "<b>",
        "/",
        " ",
        "\n",
        "x",
        "é",
        "style",
        "<!-->",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..24)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn tags_are_found_as_by_the_pattern(html in html()) {
        static TAG: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new("(?is)<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>").unwrap()
        });
        prop_assert_eq!(strip_tags(&html), TAG.replace_all(&html, ""));
    }

    #[test]
    fn any_text_is_survived(text in ".*") {
        strip(&text);
    }
}
