//! The notetypes of a new collection.

use sync_protocol::{TimestampMillis, Usn};

use super::notetypes::{FieldRow, NotetypeRow, TemplateRow};
use super::proto::{CardRequirement, FieldConfig, NotetypeConfig, TemplateConfig};
use crate::StoreError;
use crate::random::random_u64;

/// How the fields of a [`CardRequirement`] count.
const ANY: i32 = 1;
const ALL: i32 = 2;

const CARD_CSS: &str = include_str!("stock_notetypes/card.css");
const CLOZE_CSS: &str = include_str!("stock_notetypes/cloze.css");
const OCCLUSION_CSS: &str = include_str!("stock_notetypes/image_occlusion.css");
const LATEX_PRE: &str = include_str!("stock_notetypes/latex_pre.tex");
const LATEX_POST: &str = "\\end{document}";

const FRONT_TO_BACK: Template = Template {
    name: "Card 1",
    front: "{{Front}}",
    back: "{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}",
};
const BACK_TO_FRONT: Template = Template {
    name: "Card 2",
    front: "{{Back}}",
    back: "{{FrontSide}}\n\n<hr id=answer>\n\n{{Front}}",
};

struct Stock {
    name: &'static str,
    cloze: bool,
    /// Number that clients recognise it by.
    kind: i32,
    css: &'static [&'static str],
    fields: &'static [Field],
    templates: &'static [Template],
    requirements: &'static [(u32, i32, &'static [u32])],
}

struct Field {
    name: &'static str,
    tag: Option<u32>,
    prevent_deletion: bool,
}

struct Template {
    name: &'static str,
    front: &'static str,
    back: &'static str,
}

const fn field(name: &'static str) -> Field {
    Field { name, tag: None, prevent_deletion: false }
}

const fn special_field(name: &'static str, tag: u32, prevent_deletion: bool) -> Field {
    Field { name, tag: Some(tag), prevent_deletion }
}

const STOCK: &[Stock] = &[
    Stock {
        name: "Basic",
        cloze: false,
        kind: 1,
        css: &[CARD_CSS],
        fields: &[field("Front"), field("Back")],
        templates: &[FRONT_TO_BACK],
        requirements: &[(0, ANY, &[0])],
    },
    Stock {
        name: "Basic (and reversed card)",
        cloze: false,
        kind: 2,
        css: &[CARD_CSS],
        fields: &[field("Front"), field("Back")],
        templates: &[FRONT_TO_BACK, BACK_TO_FRONT],
        requirements: &[(0, ANY, &[0]), (1, ANY, &[1])],
    },
    Stock {
        name: "Basic (optional reversed card)",
        cloze: false,
        kind: 3,
        css: &[CARD_CSS],
        fields: &[field("Front"), field("Back"), field("Add Reverse")],
        templates: &[
            FRONT_TO_BACK,
            Template { front: "{{#Add Reverse}}{{Back}}{{/Add Reverse}}", ..BACK_TO_FRONT },
        ],
        requirements: &[(0, ANY, &[0]), (1, ALL, &[1, 2])],
    },
    Stock {
        name: "Basic (type in the answer)",
        cloze: false,
        kind: 4,
        css: &[CARD_CSS],
        fields: &[field("Front"), field("Back")],
        templates: &[Template {
            name: "Card 1",
            front: "{{Front}}\n\n{{type:Back}}",
            back: "{{Front}}\n\n<hr id=answer>\n\n{{type:Back}}",
        }],
        requirements: &[(0, ANY, &[0, 1])],
    },
    Stock {
        name: "Cloze",
        cloze: true,
        kind: 5,
        css: &[CARD_CSS, CLOZE_CSS],
        fields: &[special_field("Text", 0, true), special_field("Back Extra", 1, false)],
        templates: &[Template {
            name: "Cloze",
            front: "{{cloze:Text}}",
            back: "{{cloze:Text}}<br>\n{{Back Extra}}",
        }],
        requirements: &[(0, ANY, &[0])],
    },
    Stock {
        name: "Image Occlusion",
        cloze: true,
        kind: 6,
        css: &[OCCLUSION_CSS],
        fields: &[
            special_field("Occlusion", 0, true),
            special_field("Image", 1, true),
            special_field("Header", 2, true),
            special_field("Back Extra", 3, true),
            special_field("Comments", 4, false),
        ],
        templates: &[Template {
            name: "Image Occlusion",
            front: include_str!("stock_notetypes/image_occlusion_front.html"),
            back: include_str!("stock_notetypes/image_occlusion_back.html"),
        }],
        requirements: &[(0, ANY, &[0, 1, 2])],
    },
];

/// The six notetypes of a new collection, with ids from `now` on.
pub(crate) fn stock_notetypes(now: TimestampMillis) -> Result<Vec<NotetypeRow>, StoreError> {
    (now.0..).zip(STOCK).map(|(id, stock)| stock.row(id)).collect()
}

impl Stock {
    fn row(&self, id: i64) -> Result<NotetypeRow, StoreError> {
        let config = NotetypeConfig {
            kind: i32::from(self.cloze),
            css: self.css.concat(),
            latex_pre: LATEX_PRE.into(),
            latex_post: LATEX_POST.into(),
            reqs: self
                .requirements
                .iter()
                .map(|&(card_ord, kind, field_ords)| CardRequirement {
                    card_ord,
                    kind,
                    field_ords: field_ords.to_vec(),
                })
                .collect(),
            original_stock_kind: self.kind,
            ..NotetypeConfig::default()
        };
        let fields = self.fields.iter().map(|field| {
            let config = FieldConfig {
                font_name: "Arial".into(),
                font_size: 20,
                id: Some(random_id()?),
                tag: field.tag,
                prevent_deletion: field.prevent_deletion,
                ..FieldConfig::default()
            };
            Ok(FieldRow { name: field.name.into(), config })
        });
        let templates = self.templates.iter().map(|template| {
            let config = TemplateConfig {
                q_format: template.front.into(),
                a_format: template.back.into(),
                id: Some(random_id()?),
                ..TemplateConfig::default()
            };
            Ok(TemplateRow { name: template.name.into(), config })
        });
        Ok(NotetypeRow {
            id,
            name: self.name.into(),
            modified: 0,
            usn: Usn(0),
            config,
            fields: fields.collect::<Result<_, StoreError>>()?,
            templates: templates.collect::<Result<_, StoreError>>()?,
        })
    }
}

/// An id for a field or template, by which imports recognise it.
fn random_id() -> Result<i64, StoreError> {
    random_u64().map(u64::cast_signed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use prost::Message;
    use sha1::{Digest, Sha1};

    use super::*;

    #[test]
    fn configs_are_those_of_the_official_stock_notetypes() {
        let hashes: Vec<(String, usize, String)> = stock_notetypes(TimestampMillis(1))
            .unwrap()
            .into_iter()
            .map(|notetype| {
                let config = notetype.config.encode_to_vec();
                (notetype.name, config.len(), hex::encode(Sha1::digest(&config)))
            })
            .collect();
        let expected = [
            ("Basic", 357, "2aeb1b14f29cf64000989f3ae5ff541b5ca0c774"),
            ("Basic (and reversed card)", 366, "f781279fc46149e67b56cfe47d1a8a1fa9b19d06"),
            ("Basic (optional reversed card)", 367, "e39ea817a7bbe5554ba4d76c5c08d80c45643325"),
            ("Basic (type in the answer)", 358, "462ee45839ae759cc4ddf9d484ea923fb4dabe4c"),
            ("Cloze", 454, "9670cfe95a1be727bf85d9a84d014fe2ba9648db"),
            ("Image Occlusion", 605, "30bb2a905172e74aa10c20dea01d20839c7b9392"),
        ]
        .map(|(name, bytes, hash)| (name.to_owned(), bytes, hash.to_owned()));
        assert_eq!(hashes, expected);
    }

    #[test]
    fn fields_and_templates_differ_from_the_official_ones_by_their_random_id_alone() {
        let notetypes = stock_notetypes(TimestampMillis(1)).unwrap();

        let official = hex::decode("1a05417269616c2014489098f0a8b4a9dddff601").unwrap();
        let mut front = notetypes[0].fields[0].config.clone();
        front.id = FieldConfig::decode(&*official).unwrap().id;
        assert_eq!(front.encode_to_vec(), official);

        // The tag 0 is written, too.
        let official = hex::decode("1a05417269616c201448b0df81a1aabda7ab5950005801").unwrap();
        let mut text = notetypes[4].fields[0].config.clone();
        text.id = FieldConfig::decode(&*official).unwrap().id;
        assert_eq!(text.encode_to_vec(), official);

        let official = hex::decode(
            "0a097b7b46726f6e747d7d12277b7b46726f6e74536964657d7d0a0a3c68722069643d616e737765723e\
             0a0a7b7b4261636b7d7d40e6ca91bf92eaa6f0b101",
        )
        .unwrap();
        let mut card = notetypes[0].templates[0].config.clone();
        card.id = TemplateConfig::decode(&*official).unwrap().id;
        assert_eq!(card.encode_to_vec(), official);
    }

    #[test]
    fn ids_count_up_from_the_time_of_creation() {
        let ids: Vec<i64> =
            stock_notetypes(TimestampMillis(1000)).unwrap().iter().map(|n| n.id).collect();
        assert_eq!(ids, [1000, 1001, 1002, 1003, 1004, 1005]);
    }
}
