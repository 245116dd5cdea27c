"""One Anki client, driven by lines of JSON.

Runs inside the virtual environment of one released version of the `anki`
package, reads one command a line from standard input and answers each with one
line on standard output: {"ok": value} or {"error": {"kind": …, "text": …}}.
Nothing here knows what a scenario wants; the scenarios are in Rust.

The same file drives every version. Where their calls differ, the version is
asked for once, at the bottom of `Client.__init__`.
"""

import inspect
import json
import os
import sys
import time
import traceback

# Anki's own modules print now and then; answers must stay alone on their line.
ANSWERS = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

from anki import lang  # noqa: E402
from anki.buildinfo import version  # noqa: E402
from anki.collection import Collection  # noqa: E402

MEDIA_DEADLINE_SECS = 60


class Client:
    def __init__(self):
        lang.set_lang("en")
        self.col = None
        self.auth = None
        self.endpoint = ""
        # For the times of media files: ahead of every real one, see `_show_change`.
        self.clock = int(time.time()) + 86400
        # 2.1.57 moved the server's address from the environment into the login.
        from anki.sync_pb2 import SyncLoginRequest

        self.address_in_login = "endpoint" in SyncLoginRequest.DESCRIPTOR.fields_by_name
        # 23.10 started to sync media in the background, and to answer how far it is.
        self.background_media = hasattr(Collection, "media_sync_status")
        self.one_full_sync_call = hasattr(Collection, "full_upload_or_download")
        # Up to 2.1.6x Python itself kept a transaction open between calls.
        self.python_transactions = "trx" in inspect.signature(Collection.save).parameters

    def let_the_clock_catch_up(self):
        # Ids are times in milliseconds, one after the other. A program that adds several
        # objects in one millisecond runs ahead of the clock, and a second device would then
        # take the same ids for its own objects, which no two people manage to do.
        newest = time.time()
        if self.col is not None and self.col.db is not None:
            for table in ("notes", "cards"):
                newest = max(newest, (self.col.db.scalar("select max(id) from " + table) or 0) / 1000)
        while (ahead := newest + 0.001 - time.time()) > 0:
            time.sleep(ahead)

    def let_a_second_pass(self):
        """Returns in the next whole second: what changes then is later to every client."""
        time.sleep(1.005 - time.time() % 1)

    # The collection as a file
    ###################################################################

    def version(self):
        return version

    def open(self, folder):
        self.col = Collection(os.path.join(folder, "collection.anki2"))
        # Releases since 23.10 schedule with nothing else, and refuse older collections.
        self.col.set_v3_scheduler(True)

    def close(self):
        self.col.close()
        self.col = None

    def check_database(self):
        """What the client found, in its own words; nothing is what a person wants to see."""
        text, _ = self.col.fix_integrity()
        *problems, done = text.split("\n")
        if "rebuilt and optimized" not in done:
            problems.append(done)
        return problems

    def downgrade(self, path):
        """Rewrites another collection file as the form that every version reads. What this
        version does not know but carries along comes out in its place."""
        Collection(path).close(downgrade=True)

    def objects(self, path):
        """The decks, options and notetypes of another collection file."""
        col = Collection(path)
        try:
            return {
                "decks": {str(deck["id"]): deck for deck in col.decks.all()},
                "deck_config": {str(conf["id"]): conf for conf in col.decks.all_config()},
                "notetypes": {str(one["id"]): one for one in col.models.all()},
            }
        finally:
            col.close()

    # Sync
    ###################################################################

    def use_server(self, address):
        """The address as a person types it, with a slash at the end."""
        self.endpoint = address
        os.environ["SYNC_ENDPOINT"] = address + "sync/"
        os.environ["SYNC_ENDPOINT_MEDIA"] = address + "msync/"
        if self.auth is not None and self.address_in_login:
            self.auth.endpoint = address

    def login(self, name, password):
        if self.address_in_login:
            self.auth = self.col.sync_login(
                username=name, password=password, endpoint=self.endpoint
            )
            self.auth.endpoint = self.endpoint
        else:
            self.auth = self.col.sync_login(username=name, password=password)
        return self.auth.hkey

    def use_key(self, key):
        """Takes a host key as it was kept from an earlier start."""
        from anki.sync_pb2 import SyncAuth

        self.auth = SyncAuth(hkey=key)
        self.use_server(self.endpoint)

    def _outside_transaction(self, call):
        if not self.python_transactions:
            return call()
        self.col.save(trx=False)
        try:
            return call()
        finally:
            self.col.db.begin()

    def sync(self, media=False):
        """Runs a normal sync if one is possible and tells what is needed beyond it."""

        def call():
            if self.background_media:
                return self.col.sync_collection(self.auth, media)
            return self.col.sync_collection(self.auth)

        answer = self._outside_transaction(call)
        self.col.models._clear_cache()
        if media and self.background_media:
            self._wait_for_media()
        elif media:
            self.sync_media()
        required = type(answer).ChangesRequired.Name(answer.required)
        return {"required": required, "message": answer.server_message}

    def status(self):
        answer = self._outside_transaction(lambda: self.col.sync_status(self.auth))
        return type(answer).Required.Name(answer.required)

    def upload(self):
        self._full_sync(upload=True)

    def download(self):
        self._full_sync(upload=False)

    def _full_sync(self, upload):
        self.col.close_for_full_sync()
        try:
            if self.one_full_sync_call:
                self.col.full_upload_or_download(
                    auth=self.auth, server_usn=None, upload=upload
                )
            elif upload:
                self.col.full_upload(self.auth)
            else:
                self.col.full_download(self.auth)
        finally:
            # The backend opens the collection again by itself, also after a failure.
            self.col.reopen(after_full_sync=True)

    def sync_media(self):
        if self.background_media:
            self.col.sync_media(self.auth)
            self._wait_for_media()
        else:
            self.col.sync_media(self.auth)

    def _wait_for_media(self):
        # The backend has no call that waits for its media thread; it can only
        # be asked, and raises here what the thread failed with.
        deadline = time.monotonic() + MEDIA_DEADLINE_SECS
        while self.col.media_sync_status().active:
            if time.monotonic() > deadline:
                raise TimeoutError("the media sync did not end")
            time.sleep(0.005)

    # Notes and cards
    ###################################################################

    def add_note(self, deck, notetype, fields, tags=()):
        note = self.col.new_note(self.col.models.by_name(notetype))
        for index, text in enumerate(fields):
            note.fields[index] = text
        note.tags = list(tags)
        self.col.add_note(note, self.col.decks.id(deck))
        return note.id

    def add_notes(self, deck, notetype, count, prefix):
        notetype = self.col.models.by_name(notetype)
        deck = self.col.decks.id(deck)
        for number in range(count):
            note = self.col.new_note(notetype)
            note.fields[0] = "%s %d" % (prefix, number)
            note.fields[1] = "back of %s %d <b>bold</b> &amp; more" % (prefix, number)
            note.tags = ["%s%d" % (prefix, number % 10)]
            self.col.add_note(note, deck)

    def edit_note(self, id, fields=None, tags=None):
        note = self.col.get_note(id)
        for index, text in (fields or {}).items():
            note.fields[int(index)] = text
        if tags is not None:
            note.tags = tags
        self.col.update_note(note)

    def edit_notes(self, query, suffix):
        for id in self.col.find_notes(query):
            note = self.col.get_note(id)
            note.fields[1] += suffix
            self.col.update_note(note)

    def delete_notes(self, query):
        return self.col.remove_notes(self.col.find_notes(query)).count

    def find_notes(self, query):
        return list(self.col.find_notes(query))

    def notes(self):
        """Id and fields of every note."""
        rows = self.col.db.all("select id, flds from notes")
        return [{"id": id, "fields": fields.split("\x1f")} for id, fields in rows]

    def find_cards(self, query):
        return list(self.col.find_cards(query))

    def fields(self, id):
        return self.col.get_note(id).fields

    def add_tags(self, query, tags):
        self.col.tags.bulk_add(self.col.find_notes(query), tags)

    def remove_tags(self, query, tags):
        self.col.tags.bulk_remove(self.col.find_notes(query), tags)

    def rename_tag(self, old, new):
        self.col.tags.rename(old, new)

    def suspend(self, query):
        self.col.sched.suspend_cards(self.col.find_cards(query))

    def bury(self, query):
        self.col.sched.bury_cards(self.col.find_cards(query))

    def flag(self, query, flag):
        self.col.set_user_flag_for_cards(flag, self.col.find_cards(query))

    def set_due(self, query, days):
        self.col.sched.set_due_date(self.col.find_cards(query), days)

    def move_cards(self, query, deck):
        self.col.set_deck(self.col.find_cards(query), self.col.decks.id(deck))

    def answer(self, deck, ratings):
        """Answers the next cards of a deck, as a person who clicks through it."""
        self.col.decks.select(self.col.decks.id(deck))
        self.col.sched.reset()
        answered = 0
        for rating in ratings:
            card = self.col.sched.getCard()
            if card is None:
                break
            self.col.sched.answerCard(card, rating)
            answered += 1
        return answered

    # Decks, options, notetypes, config
    ###################################################################

    def add_deck(self, name, description=""):
        id = self.col.decks.id(name)
        deck = self.col.decks.get(id)
        deck["desc"] = description
        self.col.decks.save(deck)
        return id

    def rename_deck(self, old, new):
        self.col.decks.rename(self.col.decks.id_for_name(old), new)

    def delete_deck(self, name):
        self.col.decks.remove([self.col.decks.id_for_name(name)])

    def collapse_deck(self, name):
        deck = self.col.decks.by_name(name)
        deck["collapsed"] = not deck["collapsed"]
        self.col.decks.save(deck)

    def deck_names(self):
        return sorted(deck.name for deck in self.col.decks.all_names_and_ids())

    def add_filtered_deck(self, name, search, limit):
        deck = self.col.sched.get_or_create_filtered_deck(0)
        deck.name = name
        del deck.config.search_terms[:]
        in_order_added = 5
        deck.config.search_terms.add(search=search, limit=limit, order=in_order_added)
        deck.config.reschedule = True
        return self.col.sched.add_or_update_filtered_deck(deck).id

    def rebuild_filtered_deck(self, name):
        self.col.sched.rebuild_filtered_deck(self.col.decks.id_for_name(name))

    def empty_filtered_deck(self, name):
        self.col.sched.empty_filtered_deck(self.col.decks.id_for_name(name))

    def add_options(self, name, deck):
        options = self.col.decks.add_config(name)
        deck = self.col.decks.by_name(deck)
        deck["conf"] = options["id"]
        self.col.decks.save(deck)
        return options["id"]

    def options_id(self, name):
        return next(one["id"] for one in self.col.decks.all_config() if one["name"] == name)

    def set_option(self, id, key, value):
        options = self.col.decks.get_config(id)
        options[key] = value
        self.col.decks.update_config(options)

    def edit_options(self, id, new_per_day, steps):
        options = self.col.decks.get_config(id)
        options["new"]["perDay"] = new_per_day
        options["new"]["delays"] = steps
        options["lapse"]["mult"] = 0.25
        self.col.decks.update_config(options)

    def delete_options(self, id):
        self.col.decks.remove_config(id)

    def notetype_names(self):
        return sorted(notetype.name for notetype in self.col.models.all_names_and_ids())

    def copy_notetype(self, name, new_name):
        notetype = self.col.models.copy(self.col.models.by_name(name), add=False)
        notetype["name"] = new_name
        self.col.models.add(notetype)

    def edit_notetype(self, name, css):
        notetype = self.col.models.by_name(name)
        notetype["css"] = css
        notetype["tmpls"][0]["qfmt"] += "<!-- %s -->" % css
        notetype["flds"][0]["font"] = "Liberation Sans"
        self.col.models.update_dict(notetype)

    def add_field(self, notetype, field):
        notetype = self.col.models.by_name(notetype)
        self.col.models.add_field(notetype, self.col.models.new_field(field))
        self.col.models.update_dict(notetype)

    def delete_notetype(self, name):
        self.col.models.remove(self.col.models.by_name(name)["id"])

    def set_config(self, key, value):
        self.col.set_config(key, value)

    def config(self, key):
        return self.col.get_config(key)

    def remove_config(self, key):
        self.col.remove_config(key)

    # Media
    ###################################################################

    def write_media(self, name, text):
        """Puts a file into the media folder under exactly this name."""
        folder = self.col.media.dir()
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(text.encode("utf-8"))
        self._show_change(folder, path)

    def write_many_media(self, prefix, count, size):
        for number in range(count):
            text = "%s %d " % (prefix, number)
            self.write_media("%s %d.txt" % (prefix, number), text * (size // len(text) + 1))

    def add_media(self, name, text):
        """Adds a file as the editor does, which may choose another name."""
        return self.col.media.write_data(name, text.encode("utf-8"))

    def trash_media(self, names):
        self.col.media.trash_files(names)
        self._show_change(self.col.media.dir())

    def delete_media(self, name):
        folder = self.col.media.dir()
        os.unlink(os.path.join(folder, name))
        self._show_change(folder)

    def media_names(self):
        return sorted(os.listdir(self.col.media.dir()))

    def _show_change(self, folder, path=None):
        # Clients look at the times of the folder and its files, some of them in whole
        # seconds; a second change within one second would be none to them.
        self.clock += 2
        if path is not None:
            os.utime(path, (self.clock, self.clock))
        os.utime(folder, (self.clock, self.clock))


def describe(error):
    kind = getattr(getattr(error, "kind", None), "name", None)
    name = type(error).__name__
    return {
        "kind": "%s.%s" % (name, kind) if kind else name,
        "text": str(error),
        "trace": traceback.format_exc(),
    }


def main():
    client = Client()
    for line in sys.stdin:
        command = json.loads(line)
        name = command.pop("do")
        try:
            if name.startswith("_"):
                raise ValueError("not a command: " + name)
            answer = {"ok": getattr(client, name)(**command)}
            if name.startswith(("add_", "answer", "copy_")):
                client.let_the_clock_catch_up()
        except Exception as error:
            answer = {"error": describe(error)}
        ANSWERS.write(json.dumps(answer) + "\n")
        ANSWERS.flush()


main()
