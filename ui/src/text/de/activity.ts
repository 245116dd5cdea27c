import type { SyncKind } from "../../ipc/bindings";
import type { activity as English } from "../en/activity";
import type { Shape } from "../shape";

/** Der Verlauf der Abgleiche, und das Protokoll. */
export const activity = {
  show: "Was gezeigt wird",
  syncs: "Abgleiche",
  log: "Protokoll",
  loading: "Der Verlauf wird geladen …",
  failed: "Der Verlauf konnte nicht gelesen werden",
  outdated: "Ältere Abgleiche konnten nicht gelesen werden.",
  empty: "Noch keine Abgleiche",
  emptyFor: (user: string) => `Noch keine Abgleiche von ${user}`,
  emptyHint: "Jeder Abgleich eines Geräts erscheint hier, sobald er beginnt.",
  showAll: "Alle Benutzer zeigen",
  notRunning: "Der Server läuft nicht",
  notRunningHint: "Den Verlauf sehen Sie, solange er läuft, das Protokoll jederzeit.",
  startServer: "Server starten",
  starting: "Der Server startet …",
  stopping: "Der Server hält an …",
  showLog: "Protokoll zeigen",

  user: "Benutzer",
  allUsers: "Alle Benutzer",
  removedUser: "Entfernter Benutzer",
  copyAll: "Liste kopieren",
  copyRow: (user: string, when: string) => `Abgleich von ${user}, ${when}, kopieren`,
  more: "Mehr zeigen",

  time: "Zeit",
  userAndDevice: "Benutzer, Gerät",
  kindAndDuration: "Art, Dauer",
  amount: "Menge",
  result: "Ergebnis",
  today: "Heute",
  yesterday: "Gestern",

  kinds: {
    normal: "Änderungen",
    upload: "Alles hochgeladen",
    download: "Alles heruntergeladen",
    media: "Medien",
  } satisfies Record<SyncKind, string>,

  running: "Läuft",
  progressOf: (user: string) => `Abgleich von ${user}`,
  runningOf: (done: string, total: string) => `${done} von ${total}`,
  fromDevice: "vom Gerät",
  toDevice: "zum Gerät",
  nothingNew: "Nichts Neues",
  stopped: "Nicht beendet.",
  parts: {
    reviews: { one: "# Wiederholung", other: "# Wiederholungen" },
    notes: { one: "# Notiz", other: "# Notizen" },
    cards: { one: "# Karte", other: "# Karten" },
    notetypes: { one: "# Notiztyp", other: "# Notiztypen" },
    decks: { one: "# Stapel", other: "# Stapel" },
    deletions: { one: "# Löschung", other: "# Löschungen" },
    media_files: { one: "# Datei", other: "# Dateien" },
    media_deletions: { one: "# gelöschte Datei", other: "# gelöschte Dateien" },
  },

  logLabel: "Protokoll der App",
  logLoading: "Das Protokoll wird geladen …",
  logFailed: "Das Protokoll konnte nicht gelesen werden",
  logEmpty: "Noch nichts im Protokoll",
  logEmptyHint: "Was der Server tut, steht hier Zeile für Zeile.",
  logCopy: "Protokoll kopieren",
  logToEnd: "Neueste Zeilen",
  openFolder: "Ordner öffnen",
} satisfies Shape<typeof English>;
