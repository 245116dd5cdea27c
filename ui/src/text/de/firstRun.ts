import type { firstRun as English } from "../en/firstRun";
import type { Shape } from "../shape";

/** Die drei Schritte beim ersten Start. */
export const firstRun = {
  welcome: "Anki mit dem eigenen Computer abgleichen",
  step: (step: number, of: number) => `Schritt ${step} von ${of}`,
  steps: ["Ordner", "Benutzer", "Adresse"],
  folderTitle: "Wo sollen die Daten liegen?",
  folderText:
    "In diesem Ordner auf diesem Computer liegen die Karten und Medien, die Ihre Geräte abgleichen. Er lässt sich später verlegen.",
  folder: "Datenordner",
  otherFolder: "Anderen Ordner wählen …",
  suggestedFolder: "Vorgeschlagenen Ordner nehmen",
  free: (bytes: string) => `${bytes} frei`,
  checking: "Der Ordner wird angesehen …",
  foundTitle: "Hier sind schon Daten",
  foundText: "Sie werden übernommen, wie sie sind. Nichts wird kopiert oder geändert.",
  foundAccount: (name: string, bytes: string) => `${name} (${bytes})`,
  useFolder: "Diesen Ordner nehmen",
  takeOver: "Diese Daten übernehmen",
  userTitle: "Wer will abgleichen?",
  userText:
    "Mit diesem Namen und Passwort meldet sich Anki auf jedem Gerät an. Weitere Personen können später dazukommen, jede mit eigenen Karten.",
  name: "Benutzername",
  nameHint: "Kurz und einfach, etwa anna. Anki fragt danach als „E-Mail“.",
  password: "Passwort",
  passwordHint:
    "Ein Vorschlag; ändern Sie ihn nach Belieben. Notieren Sie das Passwort: Später lässt es sich nicht mehr anzeigen, nur neu setzen.",
  passwordOf: (name: string) => `Passwort für ${name}`,
  copyPassword: "Passwort kopieren",
  suggest: "Anderes vorschlagen",
  foundUsersTitle: "Geben Sie jedem Benutzer ein Passwort",
  foundUsersText:
    "Passwörter gehören nicht zu den Daten und werden darum hier neu gesetzt. Lassen Sie eines leer, um es später unter „Benutzer“ nachzuholen.",
  keptUsersTitle: "Die Benutzer sind schon bekannt",
  keptUsersText: "Sie behalten ihre Passwörter, und ihre Geräte bleiben angemeldet:",
  allEmpty: "Setzen Sie wenigstens ein Passwort.",
  addUser: "Benutzer anlegen",
  setPasswords: "Passwörter setzen",
  doneTitle: "Fertig. Das ist die Adresse",
  doneText: "Geben Sie sie auf jedem Gerät in Anki ein, mit Benutzername und Passwort.",
  doneWaiting: "Die Adresse erscheint, sobald der Server läuft.",
  connect: "Gerät verbinden",
} satisfies Shape<typeof English>;
