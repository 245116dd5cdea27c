import type { UsersText } from "../en/users";

const count = (one: string, many: string) => (number: number, shown: string) =>
  `${shown} ${number === 1 ? one : many}`;

export const users: UsersText = {
  title: "Benutzer",
  loading: "Benutzer werden geladen …",
  failed: "Die Benutzer konnten nicht gelesen werden.",
  retry: "Erneut versuchen",
  empty: {
    title: "Noch keine Benutzer",
    hint: "Wer mit diesem Computer synchronisiert, bekommt einen eigenen Namen und ein eigenes Passwort.",
  },
  notRunning: {
    title: "Der Server läuft nicht",
    hint: "Solange er läuft, sind die Benutzer hier zu sehen und zu ändern.",
    start: "Server starten",
    starting: "Der Server startet …",
    stopping: "Der Server wird beendet …",
  },
  close: "Schließen",
  cancel: "Abbrechen",
  done: "Fertig",
  copy: "Kopieren",
  copied: "Kopiert",
  copyNamed: (what) => `${what} kopieren`,
  openFolder: "Ordner öffnen",

  card: {
    disabled: "Deaktiviert",
    inactive: "Nicht nutzbar",
    fromEnvironment: "Außerhalb der App eingerichtet",
    cards: "Karten",
    notes: "Notizen",
    collection: "Sammlung",
    media: "Medien",
    mediaFiles: count("Datei", "Dateien"),
    lastSync: "Letzter Sync",
    never: "Noch nie",
    busy: "Beschäftigt",
    busyHint: "Lässt sich nicht zählen, solange dieser Benutzer synchronisiert.",
    counting: "Wird gezählt …",
    unreadable: "Nicht lesbar",
    nothing: "Noch keine",
    devices: count("Gerät", "Geräte"),
    noDevices: "Kein Gerät ist angemeldet.",
    environmentNote:
      "Dieser Benutzer stammt aus einer Umgebungsvariable (SYNC_USER…). Name und Passwort werden dort geändert; danach muss der Server neu gestartet werden.",
    disabledNote:
      "Kann sich nicht anmelden oder synchronisieren, bis er wieder aktiviert wird. Alle Daten sind noch da.",
    inactiveNote:
      "Dieser Benutzer stammt aus einer Umgebungsvariable, die es nicht mehr gibt. Mit einem Passwort lässt er sich weiter nutzen.",
    more: (name) => `Weitere Aktionen für ${name}`,
    changePassword: "Passwort ändern",
    setPassword: "Passwort festlegen",
    rename: "Umbenennen …",
    disable: "Deaktivieren …",
    enable: "Aktivieren",
    remove: "Entfernen …",
    enabled: (name) => `${name} kann wieder synchronisieren.`,
  },

  devices: {
    label: (name) => `Geräte von ${name}`,
    lastUsed: (when) => `Zuletzt benutzt ${when}`,
    unknownApp: "Unbekanntes Programm",
    signOut: "Abmelden",
    signOutNamed: (device) => `${device} abmelden`,
    signOutAll: "Alle Geräte abmelden …",
  },

  found: {
    title: "Daten ohne Benutzer",
    hint: "Im Speicherordner liegen Sammlungen, mit denen noch niemand synchronisieren kann. Mit einem Passwort wird jede übernommen.",
    take: "Passwort festlegen",
    takeNamed: (name) => `Passwort für ${name} festlegen`,
  },

  add: {
    action: "Benutzer hinzufügen",
    title: "Benutzer hinzufügen",
    takeTitle: (name) => `Daten von ${name} übernehmen`,
    name: "Name",
    nameHint: 'Kurz und auf dem Handy leicht zu tippen. Nicht erlaubt: / \\ : * ? " < > |',
    submit: "Hinzufügen",
    takeSubmit: "Übernehmen",
    doneTitle: (name) => `${name} kann jetzt synchronisieren`,
    doneHint:
      "Das wird auf dem Gerät eingegeben. Das Passwort ist nur dieses eine Mal zu sehen: am besten notieren oder kopieren.",
    address: "Adresse des Sync-Servers",
    nameOnDevice: "E-Mail oder Benutzername",
    noAddress: "Die Adresse steht unter „Start“, sobald der Server läuft.",
  },

  password: {
    label: "Passwort",
    newLabel: "Neues Passwort",
    hint: "Wird nur auf den Geräten gebraucht, auf jedem einmal.",
    show: "Passwort anzeigen",
    hide: "Passwort verbergen",
    suggest: "Vorschlagen",
    title: (name) => `Passwort von ${name} ändern`,
    setTitle: (name) => `Passwort für ${name} festlegen`,
    devicesLegend: "Jetzt angemeldete Geräte",
    signOut: "Abmelden",
    signOutHint:
      "Jedes fragt beim nächsten Sync nach dem neuen Passwort. Richtig, wenn ein Gerät verloren ging oder jemand das alte Passwort kennen könnte.",
    keep: "Angemeldet lassen",
    keepHint:
      "Sie synchronisieren weiter. Nur Geräte, die sich ab jetzt anmelden, brauchen das neue Passwort.",
    submit: "Passwort ändern",
    setSubmit: "Passwort festlegen",
    doneTitle: "Das Passwort ist geändert",
    doneHint: "Es ist nur dieses eine Mal zu sehen: am besten notieren oder kopieren.",
    doneSignedOut: "Die Geräte sind abgemeldet und fragen beim nächsten Sync danach.",
    doneKept: "Die Geräte bleiben angemeldet.",
  },

  rename: {
    title: (name) => `${name} umbenennen`,
    label: "Neuer Name",
    hint: "Die Geräte bleiben angemeldet. Bei einer neuen Anmeldung gilt der neue Name.",
    submit: "Umbenennen",
  },

  disable: {
    title: (name) => `${name} deaktivieren?`,
    body: "Ein laufender Sync dieses Benutzers endet. Bis er wieder aktiviert wird, kann kein Gerät synchronisieren oder sich anmelden. Daten werden nicht gelöscht, und danach müssen sich die Geräte nicht neu anmelden.",
    submit: "Deaktivieren",
  },

  remove: {
    title: (name) => `${name} entfernen?`,
    body: "Der Benutzer, seine angemeldeten Geräte und sein Verlauf werden sofort entfernt. Karten und Medien werden nicht gelöscht: Sie kommen in einen Ordner mit Datum auf diesem Computer. Was auf den Geräten ist, bleibt dort.",
    submit: "Benutzer entfernen",
    doneTitle: (name) => `${name} ist entfernt`,
    doneFolder: "Karten und Medien liegen jetzt in diesem Ordner:",
    doneNothing: "Es gab keine Daten aufzuheben: Dieser Benutzer hat nie synchronisiert.",
  },

  signOut: {
    title: (device) => `${device} abmelden?`,
    allTitle: (name) => `Alle Geräte von ${name} abmelden?`,
    body: "Ein laufender Sync des Geräts endet. Beim nächsten Sync fragt es nach Name und Passwort. Was es noch nicht synchronisiert hat, bleibt auf ihm.",
    allBody:
      "Laufende Syncs enden. Jedes Gerät fragt beim nächsten Sync nach Name und Passwort. Was die Geräte noch nicht synchronisiert haben, bleibt auf ihnen.",
    submit: "Abmelden",
    allSubmit: "Alle abmelden",
  },
};
