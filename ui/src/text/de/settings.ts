import type { SettingsText } from "../en/settings";

const count = (one: string, many: string) => (number: number, shown: string) =>
  `${shown} ${number === 1 ? one : many}`;

export const settings: SettingsText = {
  title: "Einstellungen",
  loading: "Einstellungen werden geladen …",
  failed: "Die Einstellungen konnten nicht gelesen werden.",
  retry: "Erneut versuchen",
  save: "Speichern",
  discard: "Änderungen verwerfen",
  saved: "Gespeichert",
  unsaved: "Noch nicht gespeichert",
  cancel: "Abbrechen",
  close: "Schließen",
  copy: "Kopieren",
  copied: "Kopiert",
  openFolder: "Ordner öffnen",

  notices: {
    restored: (file) =>
      `Die Einstellungsdatei war beschädigt. Die letzte gute Kopie wird benutzt. Die beschädigte Datei liegt als ${file} bereit.`,
    defaults: (file) =>
      `Die Einstellungsdatei war beschädigt, die App startet mit den üblichen Einstellungen. Bitte alles prüfen. Die beschädigte Datei liegt als ${file} bereit.`,
    newer:
      "Die Einstellungsdatei stammt von einer neueren Version dieser App. Änderungen werden hier nicht behalten. Bitte die neuere Version installieren.",
  },

  storage: {
    title: "Speicher",
    hint: "Sammlungen und Medien aller Benutzer liegen in diesem Ordner auf diesem Computer.",
    folder: "Ordner",
    change: "Ordner ändern …",
    checking: "Der Ordner wird geprüft …",
    dialogTitle: "Speicherordner ändern",
    newFolder: "Neuer Ordner",
    other: "Anderen Ordner wählen …",
    free: (space) => `${space} frei`,
    isCurrent: "Das ist schon der Speicherordner. Bitte einen anderen wählen.",
    problems: {
      root: "Das ist die oberste Ebene eines Laufwerks. Bitte darin einen Ordner anlegen und diesen wählen.",
      anki_data:
        "Hier liegen Ankis eigene Daten; beides in einem Ordner würde die Sammlung beschädigen. Bitte einen anderen wählen.",
      not_writable: "In diesen Ordner lässt sich nicht schreiben. Bitte einen eigenen Ordner wählen.",
      not_a_folder: "Das ist eine Datei. Bitte einen Ordner wählen.",
      in_use:
        "Ein anderer Sync-Server benutzt diesen Ordner. Bitte erst diesen beenden oder einen anderen Ordner wählen.",
      inside_current:
        "Dieser und der jetzige Ordner liegen ineinander. Bitte einen an anderer Stelle wählen.",
      not_absolute: "Der Pfad ist nicht vollständig. Bitte den Ordner noch einmal wählen.",
    },
    warnings: {
      fileSync: (program) =>
        `${program} gleicht Dateien dieses Ordners zwischen Computern ab. Während eines Syncs kann das Sammlungen beschädigen. Sicherer ist ein Ordner außerhalb von ${program}.`,
      networkDrive:
        "Der Ordner liegt auf einem Netzlaufwerk. Bricht die Verbindung während eines Syncs ab, schlägt er fehl. Sicherer ist ein Laufwerk in diesem Computer.",
      littleSpace: (free) => `Dort sind nur ${free} frei. Bitte bald Platz schaffen.`,
    },
    foundTitle: "In diesem Ordner gefunden",
    foundHint: "Beim Wechsel werden diese Benutzer übernommen.",
    foundAccount: (name, size) => `${name}, Sammlung mit ${size}`,
    needsPassword: "braucht ein Passwort",
    planLegend: "Was mit den jetzigen Daten geschieht",
    move: "Dorthin verschieben",
    moveHint: (folder) =>
      `Alles wird kopiert, mit dem Original verglichen und dann von dort benutzt. Der bisherige Ordner ${folder} bleibt unverändert, bis Sie ihn löschen.`,
    moveNotPossible: "Nicht möglich: In dem Ordner gibt es schon Benutzer.",
    switch: "Liegen lassen und mit dem beginnen, was dort ist",
    switchHintEmpty:
      "Der neue Ordner ist leer: Zunächst gibt es keine Benutzer. Nichts wird gelöscht.",
    switchHintFound:
      "Die dort gefundenen Benutzer treten an die Stelle der jetzigen. Nichts wird gelöscht; ein Wechsel zurück ist möglich.",
    moveSubmit: "Daten verschieben",
    switchSubmit: "Wechseln",
    serverStops:
      "Der Server pausiert solange. Laufende Syncs enden und müssen wiederholt werden.",
    copying: "Wird kopiert …",
    comparing: "Kopie wird mit dem Original verglichen …",
    preparing: "Wird vorbereitet …",
    progress: (done, total) => `${done} von ${total}`,
    keepOpen:
      "Dieses Fenster kann geschlossen werden; die App macht weiter. Bis zum Ende bleibt der jetzige Ordner in Gebrauch.",
    movedTitle: "Der Speicherordner ist geändert",
    movedHint: "Ab jetzt liegt alles hier:",
    previousMoved:
      "Im bisherigen Ordner liegen noch die alten Daten. Er kann gelöscht werden, wenn alle Geräte synchronisiert haben:",
    previousSwitched: "Die bisherigen Daten sind unverändert:",
    newUsers: count("Benutzer braucht ein Passwort", "Benutzer brauchen ein Passwort"),
    newUsersHint: "Es wird unter „Benutzer“ festgelegt; bis dahin können sie nicht synchronisieren.",
    openPrevious: "Bisherigen Ordner öffnen",
  },

  network: {
    title: "Netzwerk",
    hint: "Speichern startet den Server neu. Laufende Syncs enden und müssen wiederholt werden.",
    reach: "Wer den Server erreichen darf",
    reaches: {
      this_computer: {
        label: "Nur dieser Computer",
        hint: "Für Anki auf diesem Computer. Handys und andere Computer bekommen keine Antwort.",
      },
      local_networks: {
        label: "Geräte in den eigenen Netzen",
        hint: "Zuhause, Büro und VPN wie Tailscale. Für fast alle das Richtige.",
      },
      everything: {
        label: "Alles, was diesen Computer erreichen kann",
        hint: "Auch Geräte aus dem Internet, wenn der Router sie durchlässt.",
      },
    },
    everythingWarning:
      "Passwörter und Karten werden unverschlüsselt übertragen. Im Internet können andere mitlesen: besser ein VPN benutzen oder einen HTTPS-Proxy davorsetzen.",
    port: "Port",
    portHint:
      "Die Zahl am Ende der Adresse. Nach einer Änderung gilt auf jedem Gerät eine neue Adresse.",
    portInvalid: "Der Port ist eine ganze Zahl von 1 bis 65535.",
    portLow: "Ports unter 1024 brauchen meist besondere Rechte. 8080 geht fast immer.",
    advanced: "Erweitert",
    address: "Nur auf einer Adresse erreichbar",
    addressHint:
      "Eine Adresse dieses Computers, etwa 192.168.1.20. Leer lassen, um alle zu benutzen.",
    addressInvalid: "Das ist keine IP-Adresse. Sie sieht aus wie 192.168.1.20 oder fd00::1.",
    addressRefused:
      "Diese Adresse lässt sich nicht benutzen. Bitte eine dieses Computers eingeben oder das Feld leeren.",
    limit: "Grenze für Uploads",
    limitUnit: "MB",
    limitHint:
      "Der größte einzelne Upload, komprimiert. Ausgepackt darf eine Sammlung dreimal so groß sein. Erhöhen, wenn ein Gerät meldet, dass die Sammlung die Größengrenze überschreitet.",
    limitInvalid: "Die Grenze ist eine ganze Zahl von 1 bis 100000.",
    portRefused: "Dieser Port lässt sich nicht benutzen. Bitte einen anderen wählen, etwa 8080.",
    limitRefused: "Diese Grenze lässt sich nicht benutzen. Für die meisten Sammlungen passt 100.",
    reachRefused: "Diese Wahl passt nicht zur Adresse weiter unten.",
  },

  start: {
    title: "Start",
    withComputer: "Mit dem Computer starten",
    withComputerHint: "Geräte können synchronisieren, sobald Sie angemeldet sind.",
    hidden: "Im Infobereich starten",
    hiddenHint: "Ohne dieses Fenster zu öffnen.",
    hiddenNoTray: "Dieser Desktop hat keinen Infobereich: Das Fenster öffnet sich in jedem Fall.",
  },

  language: {
    title: "Sprache",
    label: "Sprache der App",
    system: (name) => `Wie das System (${name})`,
    names: { en: "English", de: "Deutsch" },
  },

  appearance: {
    title: "Darstellung",
    label: "Farben",
    themes: { system: "Wie das System", light: "Hell", dark: "Dunkel" },
  },

  about: {
    title: "Über",
    name: "Anki Sync Tray",
    version: (version) => `Version ${version}`,
    what: "Damit synchronisieren Ihre Geräte Anki mit diesem Computer statt mit einer Cloud. Die App verbindet sich von sich aus mit nichts, sammelt nichts und braucht kein Konto.",
    licence: "Freie Software unter der GNU Affero General Public License, Version 3 oder neuer.",
    independent: "Nicht von den Machern von Anki hergestellt oder unterstützt.",
    noTray:
      "Dieser Desktop zeigt keine Symbole im Infobereich. Nach dem Schließen des Fensters läuft der Server weiter; das Fenster kommt zurück, wenn Anki Sync Tray noch einmal gestartet wird.",
    report: "Bericht für Hilfe kopieren …",
    reportTitle: "Bericht für Hilfe",
    reportHint:
      "Für jemanden, der Ihnen hilft. Er enthält Versionen, Einstellungen und die letzten Probleme. Geheimes ist nicht darin: keine Passwörter, keine Schlüssel, keine Karteninhalte.",
    reportLabel: "Text des Berichts",
    reportLoading: "Der Bericht wird zusammengestellt …",
    reportFailed: "Der Bericht konnte nicht erstellt werden.",
    reportCopy: "Bericht kopieren",
  },

  notKept: "Die Änderung konnte nicht gespeichert werden.",
};
