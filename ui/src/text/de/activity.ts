import type { ActivityText } from "../en/activity";

const count = (one: string, many: string) => (number: number, shown: string) =>
  `${shown} ${number === 1 ? one : many}`;

export const activity: ActivityText = {
  title: "Verlauf",
  views: "Was gezeigt wird",
  syncs: "Syncs",
  log: "Protokoll",
  loading: "Verlauf wird geladen …",
  failed: "Der Verlauf konnte nicht gelesen werden.",
  retry: "Erneut versuchen",
  empty: {
    title: "Noch keine Syncs",
    hint: "Jeder Sync eines Geräts erscheint hier, sobald er endet.",
  },
  emptyFor: {
    title: (user) => `Noch keine Syncs von ${user}`,
    hint: "Jeder Sync erscheint hier, sobald er endet.",
    showAll: "Alle Benutzer zeigen",
  },
  notRunning: {
    title: "Der Server läuft nicht",
    hint: "Der Verlauf ist zu lesen, solange er läuft, das Protokoll jederzeit.",
    start: "Server starten",
    starting: "Der Server startet …",
    stopping: "Der Server wird beendet …",
    showLog: "Protokoll zeigen",
  },

  user: "Benutzer",
  allUsers: "Alle Benutzer",
  removedUser: "Entfernter Benutzer",
  unknownApp: "Unbekanntes Programm",
  copyAll: "Angezeigte kopieren",
  copyRow: "Kopieren",
  copyRowNamed: (user, when) => `Sync von ${user}, ${when}, kopieren`,
  copied: "Kopiert",
  more: "Mehr zeigen",
  loadingMore: "Wird geladen …",
  shown: count("Sync angezeigt", "Syncs angezeigt"),

  columns: {
    time: "Zeit",
    user: "Benutzer",
    device: "Gerät",
    kind: "Art",
    bytes: "Menge",
    up: "Vom Gerät",
    down: "Zum Gerät",
    duration: "Dauer",
    result: "Ergebnis",
    actions: "Aktionen",
  },

  kinds: {
    normal: "Änderungen",
    upload: "Alles hochgeladen",
    download: "Alles heruntergeladen",
    media: "Medien",
  },

  running: "Läuft …",
  runningOf: (done, total) => `${done} von ${total}`,
  nothingNew: "Nichts Neues",
  sent: (what) => `Vom Gerät: ${what}`,
  received: (what) => `Zum Gerät: ${what}`,
  reviews: count("Wiederholung", "Wiederholungen"),
  notes: count("Notiz", "Notizen"),
  cards: count("Karte", "Karten"),
  notetypes: count("Notiztyp", "Notiztypen"),
  decks: count("Stapel", "Stapel"),
  deletions: count("Löschung", "Löschungen"),
  mediaFiles: count("Mediendatei", "Mediendateien"),
  mediaDeletions: count("gelöschte Mediendatei", "gelöschte Mediendateien"),
  problem: "Nicht beendet",

  failures: {
    aborted: "Auf dem Gerät abgebrochen. Dort noch einmal synchronisieren.",
    superseded:
      "Ein anderes Gerät dieses Benutzers begann zu synchronisieren. Noch einmal synchronisieren, wenn es fertig ist.",
    sanity_check:
      "Gerät und Server stimmten am Ende nicht überein. Das Gerät bietet nun einen vollständigen Sync an: die Seite mit den neueren Karten behalten.",
    refused:
      "Was das Gerät sandte, passt nicht zur Sammlung. In Anki „Extras → Datenbank überprüfen“ benutzen, dann noch einmal synchronisieren.",
    upload_refused:
      "Die hochgeladene Sammlung ist beschädigt oder zu neu. In Anki „Extras → Datenbank überprüfen“ benutzen, dann noch einmal hochladen.",
    too_large:
      "Größer als die Grenze für Uploads. Die Grenze in den Einstellungen unter „Netzwerk“ erhöhen, dann noch einmal synchronisieren.",
    idle: "Das Gerät meldete sich nicht mehr. Seine Verbindung prüfen, dann noch einmal synchronisieren.",
    closed:
      "Der Server wurde beendet oder der Benutzer inzwischen geändert. Noch einmal synchronisieren.",
    server_fault:
      "Dieser Computer konnte es nicht speichern, vielleicht ist der Datenträger voll. Platz schaffen, ins Protokoll sehen, dann noch einmal synchronisieren.",
    unknown:
      "Der Sync wurde nicht fertig. Vielleicht sagt das Protokoll, warum. Noch einmal synchronisieren.",
  },

  logView: {
    label: "Protokoll der App",
    loading: "Protokoll wird geladen …",
    failed: "Das Protokoll konnte nicht gelesen werden.",
    empty: "Das Protokoll ist leer.",
    emptyHint: "Was der Server tut, steht hier Zeile für Zeile.",
    copy: "Protokoll kopieren",
    openFolder: "Ordner öffnen",
    toEnd: "Zur neuesten Zeile",
    following: "Neue Zeilen erscheinen am Ende.",
  },
};
