SELECT (SELECT count() FROM cards),
       (SELECT count() FROM notes),
       (SELECT count() FROM revlog),
       (SELECT count() FROM notetypes),
       (SELECT count() FROM decks),
       (SELECT count() FROM deck_config)
