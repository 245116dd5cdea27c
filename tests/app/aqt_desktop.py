"""A real Anki desktop that a person sets up for a sync server of their own.

Runs inside a virtual environment with the `aqt` package, under a display:

    python aqt_desktop.py FOLDER ADDRESS NAME PASSWORD [PICTURES]

It opens the preferences, types the address, logs in, syncs, and ends with 0 once
the sync is done. What it does is printed line by line. Dialogs are found by what
is written on them, as a person finds them. PICTURES is a folder for screenshots.
"""

import sys
from pathlib import Path

import aqt
from aqt import gui_hooks
from aqt.profiles import ProfileManager
from aqt.qt import (
    QAbstractButton,
    QApplication,
    QDialog,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTabWidget,
    QTimer,
)

PROFILE = "User 1"
LOOK_EVERY_MS = 200
DEADLINE_SECS = 150

folder, address, name, password = sys.argv[1:5]
pictures = Path(sys.argv[5]) if len(sys.argv) > 5 else None


def say(*words):
    print(*words, flush=True)


def plain(text):
    """A label without the mark of its shortcut."""
    return text.replace("&", "").strip()


def texts(widget, kind):
    return [plain(one.text()) for one in widget.findChildren(kind) if one.isVisible()]


def button(widget, *labels):
    for one in widget.findChildren(QAbstractButton):
        if one.isVisible() and one.isEnabled() and plain(one.text()) in labels:
            return one
    return None


def take_picture(widget, file):
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        widget.grab().save(str(pictures / file))


def prepare_profile():
    """As it is after the first start, when a language was chosen."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    profiles = ProfileManager(Path(folder))
    profiles.setupMeta()
    profiles.create(PROFILE)
    profiles.load(PROFILE)
    profiles.meta["firstRun"] = False
    profiles.setLang("en_US")
    profiles.set_update_check(False)
    profiles.save()


class Person:
    """Looks at the screen now and then, and does the next thing."""

    def __init__(self):
        self.preferences = None
        self.asked_login = False
        self.typed_login = False
        self.answered = set()
        self.looks = 0
        self.timer = QTimer()
        self.timer.timeout.connect(self.look)

    def start(self):
        col = aqt.mw.col
        note = col.new_note(col.models.by_name("Basic"))
        note.fields[0] = "What does this card prove?"
        note.fields[1] = "That it can travel."
        col.add_note(note, col.decks.id("Default"))
        self.timer.start(LOOK_EVERY_MS)

    def look(self):
        self.looks += 1
        if self.looks * LOOK_EVERY_MS > DEADLINE_SECS * 1000:
            for one in QApplication.topLevelWidgets():
                if one.isVisible():
                    say("on the screen:", one.windowTitle(), texts(one, QLabel), texts(one, QAbstractButton))
            aqt.mw.app.exit(1)
            return
        if self.preferences is None:
            self.open_preferences()
        elif not self.asked_login:
            self.type_address()
        else:
            self.answer_dialogs()

    def open_preferences(self):
        self.preferences = aqt.dialogs.open("Preferences", aqt.mw)
        say("opened the preferences")

    def type_address(self):
        tabs = self.preferences.findChild(QTabWidget)
        syncing = [index for index in range(tabs.count()) if plain(tabs.tabText(index)) == "Syncing"]
        tabs.setCurrentIndex(syncing[0])
        page = tabs.currentWidget()
        # The group is called "Self-hosted sync server"; its field is the only one to write in.
        field = [one for one in page.findChildren(QLineEdit) if one.isVisible() and type(one) is QLineEdit][-1]
        field.clear()
        field.insert(address)
        field.editingFinished.emit()
        say("typed the address", field.text())
        self.preferences.repaint()
        take_picture(self.preferences, "anki-preferences.png")
        log_in = button(page, "Log In", "Log in")
        self.asked_login = True
        # Its dialog does not return before it is answered.
        QTimer.singleShot(0, log_in.click)

    def answer_dialogs(self):
        for dialog in QApplication.topLevelWidgets():
            if not dialog.isVisible() or dialog in (self.preferences, aqt.mw):
                continue
            if not isinstance(dialog, QDialog):
                continue
            fields = [one for one in dialog.findChildren(QLineEdit) if one.isVisible()]
            if len(fields) == 2:
                if not self.typed_login:
                    self.typed_login = True
                    self.log_in(dialog, fields)
                continue
            self.answer(dialog)

    def log_in(self, dialog, fields):
        fields[0].insert(name)
        fields[1].insert(password)
        take_picture(dialog, "anki-log-in.png")
        say("typed name and password")
        button(dialog, "OK").click()

    def answer(self, dialog):
        said = " ".join(texts(dialog, QLabel))
        # After logging in: save the preferences and sync? And then: which way?
        choice = button(dialog, "Yes") or button(dialog, "Upload to AnkiWeb", "Upload to server", "Upload")
        if choice:
            say("was asked:", said)
            choice.click()
            return
        if isinstance(dialog, QMessageBox) and said not in self.answered:
            self.answered.add(said)
            say("was told:", said, texts(dialog, QAbstractButton))

    def finish(self):
        say("the sync is finished; signed in as", aqt.mw.pm.profile.get("syncUser"))
        self.timer.stop()
        # What runs after the hook may still need the collection.
        QTimer.singleShot(500, self.leave)

    def leave(self):
        take_picture(aqt.mw, "anki.png")
        if self.preferences.isVisible():
            self.preferences.close()
        aqt.mw.unloadProfileAndExit()


prepare_profile()
person = Person()
gui_hooks.profile_did_open.append(lambda: QTimer.singleShot(0, person.start))
gui_hooks.sync_did_finish.append(person.finish)
sys.argv = ["anki", "-b", folder, "-p", PROFILE, "-l", "en_US"]
aqt.run()
