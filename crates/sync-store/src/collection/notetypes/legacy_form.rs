//! Notetypes between their rows and the JSON form of the wire and of schema 11.

use sync_protocol::collection::{
    CardRequirement, CardTemplate, Notetype, NotetypeField, RESERVED_FIELD_KEYS,
    RESERVED_NOTETYPE_KEYS, RESERVED_TEMPLATE_KEYS, RequirementKind,
};

use super::{FieldRow, NotetypeRow, TemplateRow};
use crate::collection::proto::{self, FieldConfig, NotetypeConfig, TemplateConfig};

impl NotetypeRow {
    /// The rows of a received notetype. What the sender left out comes from the
    /// stored one: an older client does not know the key, and must not reset it
    /// for everybody else.
    pub(crate) fn from_legacy(notetype: Notetype, stored: Option<&Self>) -> Self {
        let defaults = NotetypeConfig::default();
        let kept = stored.map_or(&defaults, |stored| &stored.config);
        let config = NotetypeConfig {
            kind: notetype.kind.into(),
            sort_field_idx: notetype.sort_field.into(),
            css: notetype.css,
            target_deck_id_unused: notetype.deck_id.unwrap_or(0),
            latex_pre: notetype.latex_pre.unwrap_or_else(|| kept.latex_pre.clone()),
            latex_post: notetype.latex_post.unwrap_or_else(|| kept.latex_post.clone()),
            latex_svg: notetype.latex_svg.unwrap_or(kept.latex_svg),
            reqs: notetype.requirements.map_or_else(
                || kept.reqs.clone(),
                |list| list.into_iter().map(requirement_to_proto).collect(),
            ),
            original_stock_kind: notetype.original_stock_kind.unwrap_or(kept.original_stock_kind),
            original_id: notetype.original_id.unwrap_or(kept.original_id),
            other: proto::other_bytes(&notetype.other),
        };
        // Fields and templates keep their places between two full syncs, so the
        // place tells which stored one belongs to which received one.
        let stored_field = |ord: usize| stored.and_then(|stored| stored.fields.get(ord));
        let stored_template = |ord: usize| stored.and_then(|stored| stored.templates.get(ord));
        Self {
            id: notetype.id,
            name: notetype.name,
            modified: notetype.modified,
            usn: notetype.usn,
            config,
            fields: notetype
                .fields
                .into_iter()
                .enumerate()
                .map(|(ord, field)| FieldRow::from_legacy(field, stored_field(ord)))
                .collect(),
            templates: notetype
                .templates
                .into_iter()
                .enumerate()
                .map(|(ord, template)| TemplateRow::from_legacy(template, stored_template(ord)))
                .collect(),
        }
    }

    /// The form in which the notetype travels, with every key.
    pub(crate) fn into_legacy(self) -> Notetype {
        let config = self.config;
        Notetype {
            id: self.id,
            name: self.name,
            kind: u8::from(config.kind == 1),
            modified: self.modified,
            usn: self.usn,
            sort_field: config.sort_field_idx as u16,
            deck_id: Some(config.target_deck_id_unused).filter(|id| *id != 0),
            templates: (0_u16..)
                .zip(self.templates)
                .map(|(ord, template)| template.into_legacy(ord))
                .collect(),
            fields: (0_u16..).zip(self.fields).map(|(ord, field)| field.into_legacy(ord)).collect(),
            css: config.css,
            latex_pre: Some(config.latex_pre),
            latex_post: Some(config.latex_post),
            latex_svg: Some(config.latex_svg),
            requirements: Some(config.reqs.into_iter().map(requirement_to_legacy).collect()),
            original_stock_kind: Some(config.original_stock_kind),
            original_id: Some(config.original_id),
            other: proto::other_keys(&config.other, RESERVED_NOTETYPE_KEYS),
        }
    }
}

impl FieldRow {
    fn from_legacy(field: NotetypeField, stored: Option<&Self>) -> Self {
        let defaults = FieldConfig::default();
        let kept = stored.map_or(&defaults, |stored| &stored.config);
        let config = FieldConfig {
            sticky: field.sticky,
            rtl: field.rtl,
            font_name: field.font,
            font_size: field.size.into(),
            description: field.description.unwrap_or_else(|| kept.description.clone()),
            plain_text: field.plain_text.unwrap_or(kept.plain_text),
            collapsed: field.collapsed.unwrap_or(kept.collapsed),
            exclude_from_search: field.exclude_from_search.unwrap_or(kept.exclude_from_search),
            id: field.id.unwrap_or(kept.id),
            tag: field.tag.unwrap_or(kept.tag),
            prevent_deletion: field.prevent_deletion.unwrap_or(kept.prevent_deletion),
            other: proto::other_bytes(&field.other),
        };
        Self { name: field.name, config }
    }

    fn into_legacy(self, ord: u16) -> NotetypeField {
        let config = self.config;
        NotetypeField {
            name: self.name,
            ord: Some(ord),
            sticky: config.sticky,
            rtl: config.rtl,
            font: config.font_name,
            size: config.font_size as u16,
            description: Some(config.description),
            plain_text: Some(config.plain_text),
            collapsed: Some(config.collapsed),
            exclude_from_search: Some(config.exclude_from_search),
            id: Some(config.id),
            tag: Some(config.tag),
            prevent_deletion: Some(config.prevent_deletion),
            other: proto::other_keys(&config.other, RESERVED_FIELD_KEYS),
        }
    }
}

impl TemplateRow {
    fn from_legacy(template: CardTemplate, stored: Option<&Self>) -> Self {
        let defaults = TemplateConfig::default();
        let kept = stored.map_or(&defaults, |stored| &stored.config);
        let config = TemplateConfig {
            q_format: template.question,
            a_format: template.answer.unwrap_or_else(|| kept.a_format.clone()),
            q_format_browser: template
                .browser_question
                .unwrap_or_else(|| kept.q_format_browser.clone()),
            a_format_browser: template
                .browser_answer
                .unwrap_or_else(|| kept.a_format_browser.clone()),
            target_deck_id: template.deck_id.map_or(kept.target_deck_id, |id| id.unwrap_or(0)),
            browser_font_name: template
                .browser_font
                .unwrap_or_else(|| kept.browser_font_name.clone()),
            browser_font_size: template.browser_size.map_or(kept.browser_font_size, u32::from),
            id: template.id.unwrap_or(kept.id),
            other: proto::other_bytes(&template.other),
        };
        Self { name: template.name, config }
    }

    fn into_legacy(self, ord: u16) -> CardTemplate {
        let config = self.config;
        CardTemplate {
            name: self.name,
            ord: Some(ord),
            question: config.q_format,
            answer: Some(config.a_format),
            browser_question: Some(config.q_format_browser),
            browser_answer: Some(config.a_format_browser),
            deck_id: Some(Some(config.target_deck_id).filter(|id| *id > 0)),
            browser_font: Some(config.browser_font_name),
            browser_size: Some(config.browser_font_size as u8),
            id: Some(config.id),
            other: proto::other_keys(&config.other, RESERVED_TEMPLATE_KEYS),
        }
    }
}

fn requirement_to_proto(requirement: CardRequirement) -> proto::CardRequirement {
    let CardRequirement(card_ord, kind, field_ords) = requirement;
    proto::CardRequirement {
        card_ord: card_ord.into(),
        kind: match kind {
            RequirementKind::None => 0,
            RequirementKind::Any => 1,
            RequirementKind::All => 2,
        },
        field_ords: field_ords.into_iter().map(u32::from).collect(),
    }
}

fn requirement_to_legacy(requirement: proto::CardRequirement) -> CardRequirement {
    CardRequirement(
        requirement.card_ord as u16,
        match requirement.kind {
            1 => RequirementKind::Any,
            2 => RequirementKind::All,
            _ => RequirementKind::None,
        },
        requirement.field_ords.into_iter().map(|ord| ord as u16).collect(),
    )
}
