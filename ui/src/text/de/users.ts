import type { users as English } from "../en/users";
import type { Shape } from "../shape";

/** Benutzer, ihre Geräte und Passwörter. */
export const users = {
  loading: "Benutzer werden geladen …",
  failed: "Die Benutzer konnten nicht gelesen werden",
  outdated: "Die Liste ist vielleicht nicht aktuell.",
  empty: "Noch keine Benutzer",
  emptyHint:
    "Wer mit diesem Computer abgleicht, bekommt einen eigenen Namen und ein eigenes Passwort.",
  notRunning: "Der Server läuft nicht",
  notRunningHint: "Solange er läuft, können Sie die Benutzer hier sehen und ändern.",
  startServer: "Server starten",
  starting: "Der Server startet …",
  stopping: "Der Server hält an …",
  done: "Fertig",
  openFolder: "Ordner öffnen",

  card: {
    disabled: "Deaktiviert",
    inactive: "Nicht nutzbar",
    cards: "Karten",
    notes: "Notizen",
    collection: "Sammlung",
    media: "Medien",
    files: { one: "# Datei", other: "# Dateien" },
    lastSync: (when: string) => `Letzter Abgleich ${when}`,
    never: "Noch nicht abgeglichen",
    busy: "Belegt",
    busyHint:
      "Lässt sich nicht zählen, solange dieser Benutzer abgleicht oder wenn die Datei nicht lesbar ist.",
    counting: "Wird gezählt …",
    none: "Noch keine",
    unreadable: "Nicht lesbar",
    devices: { one: "# Gerät", other: "# Geräte" },
    noDevices: "Kein Gerät ist angemeldet.",
    environmentNote:
      "Außerhalb der App eingerichtet, durch eine Umgebungsvariable (SYNC_USER…). Name und Passwort werden dort geändert; danach muss der Server neu starten.",
    disabledNote:
      "Kann sich nicht anmelden und nicht abgleichen, bis Sie ihn wieder aktivieren. Alle Daten sind noch da.",
    inactiveNote:
      "Dieser Benutzer stammt aus einer Umgebungsvariable, die es nicht mehr gibt. Legen Sie ein Passwort fest, um ihn weiter zu nutzen.",
    more: (name: string) => `Mehr zu ${name}`,
    changePassword: "Passwort ändern",
    setPassword: "Passwort festlegen",
    rename: "Umbenennen …",
    disable: "Deaktivieren …",
    enable: "Aktivieren",
    remove: "Entfernen …",
  },

  devices: {
    lastUsed: (when: string) => `zuletzt ${when}`,
    signOut: "Abmelden",
    signOutNamed: (device: string) => `${device} abmelden`,
    signOutAll: "Alle Geräte abmelden …",
  },

  found: {
    title: "Daten ohne Benutzer",
    hint: "Im Datenordner liegen Sammlungen, mit denen noch niemand abgleichen kann. Legen Sie ein Passwort fest, um eine zu übernehmen.",
    takeNamed: (name: string) => `Passwort für ${name} festlegen`,
    collection: (size: string) => `Sammlung mit ${size}`,
  },

  add: {
    action: "Benutzer hinzufügen",
    title: "Benutzer hinzufügen",
    takeTitle: (name: string) => `Daten von ${name} übernehmen`,
    name: "Name",
    nameHint:
      'Kurz und am Handy leicht zu tippen. Das darf nicht darin vorkommen: /\u00a0\\\u00a0:\u00a0*\u00a0?\u00a0"\u00a0<\u00a0>\u00a0|',
    takeSubmit: "Übernehmen",
    doneTitle: (name: string) => `${name} kann jetzt abgleichen`,
    doneHint: "Das geben Sie auf dem Gerät ein:",
    address: "Adresse des Sync-Servers",
    nameOnDevice: "E-Mail oder Benutzername",
    noAddress: "Steht unter „Start“, solange der Server läuft",
    once: "Das Passwort wird nur dieses eine Mal gezeigt. Schreiben Sie es auf oder kopieren Sie es.",
  },

  password: {
    label: "Passwort",
    newLabel: "Neues Passwort",
    hint: "Wird auf jedem Gerät einmal eingegeben.",
    suggest: "Vorschlagen",
    copy: "Passwort kopieren",
    title: (name: string) => `Passwort von ${name} ändern`,
    setTitle: (name: string) => `Passwort für ${name} festlegen`,
    devices: "Jetzt angemeldete Geräte",
    signOut: "Abmelden",
    signOutHint:
      "Jedes fragt beim nächsten Abgleich nach dem neuen Passwort. Richtig, wenn ein Gerät verloren ging oder jemand das alte Passwort kennen könnte.",
    keep: "Angemeldet lassen",
    keepHint:
      "Sie gleichen weiter ab. Nur ein Gerät, das sich neu anmeldet, braucht das neue Passwort.",
    doneTitle: (name: string) => `${name} hat ein neues Passwort`,
    doneSignedOut:
      "Die Geräte sind abgemeldet. Jedes fragt beim nächsten Abgleich nach dem neuen Passwort.",
    doneKept: "Die angemeldeten Geräte bleiben es.",
  },

  rename: {
    title: (name: string) => `${name} umbenennen`,
    label: "Neuer Name",
    hint: "Die Geräte bleiben angemeldet. Ein Gerät, das sich neu anmeldet, braucht den neuen Namen.",
    submit: "Umbenennen",
  },

  disable: {
    title: (name: string) => `${name} deaktivieren?`,
    text: "Ein laufender Abgleich endet. Kein Gerät kann abgleichen oder sich anmelden, bis Sie den Benutzer wieder aktivieren. Daten werden nicht gelöscht, und die Geräte bleiben für dann angemeldet.",
    submit: "Deaktivieren",
  },

  remove: {
    title: (name: string) => `${name} entfernen?`,
    text: "Der Benutzer, seine angemeldeten Geräte und sein Verlauf werden sofort entfernt.",
    data: "Karten und Medien werden nicht gelöscht. Sie kommen in einen Ordner mit Datum, und Sie erfahren, wohin. Was auf den Geräten ist, bleibt dort.",
    submit: "Benutzer entfernen",
    doneTitle: (name: string) => `${name} wurde entfernt`,
    doneFolder: "Karten und Medien liegen jetzt in diesem Ordner:",
    doneNothing: "Es gab keine Daten aufzuheben: Dieser Benutzer hat nie abgeglichen.",
  },

  signOut: {
    title: (device: string) => `${device} abmelden?`,
    allTitle: (name: string) => `Alle Geräte von ${name} abmelden?`,
    text: "Ein laufender Abgleich des Geräts endet. Beim nächsten fragt es nach Name und Passwort. Was es noch nicht abgeglichen hat, bleibt auf ihm.",
    allText:
      "Laufende Abgleiche enden. Beim nächsten fragt jedes Gerät nach Name und Passwort. Was es noch nicht abgeglichen hat, bleibt auf ihm.",
    submit: "Abmelden",
    allSubmit: "Alle abmelden",
  },
} satisfies Shape<typeof English>;
