import type { Reach, Theme } from "../../ipc/bindings";
import type { settings as English } from "../en/settings";
import type { Shape } from "../shape";

/** Die Einstellungen. */
export const settings = {
  discard: "Verwerfen",
  saved: "Gespeichert.",
  saveFailed: "Das wurde nicht gespeichert.",
  openFolder: "Ordner öffnen",

  storage: {
    title: "Daten",
    hint: "In diesem Ordner auf diesem Computer liegen die Karten und Medien aller Benutzer.",
    folder: "Ordner",
    change: "Ordner ändern …",
    dialogTitle: "Datenordner ändern",
    newFolder: "Neuer Ordner",
    choose: "Anderen wählen …",
    free: (space: string) => `${space} frei`,
    isCurrent: "Das ist der jetzige Datenordner. Wählen Sie einen anderen.",
    newBeginning:
      "Das ist der jetzige Datenordner, aber seine Daten sind nicht da. Liegen sie auf einem Laufwerk, das Sie anschließen können, tun Sie lieber das. Sonst können Sie hier neu beginnen, ohne Benutzer.",
    beginAnew: "Hier neu beginnen",
    found: "In diesem Ordner gefunden",
    foundAccount: (name: string, size: string) => `${name}, Sammlung mit ${size}`,
    needsPassword: "braucht ein Passwort",
    plan: "Die jetzigen Daten",
    move: "Dorthin verschieben",
    moveHint:
      "Alles wird kopiert, mit dem Original verglichen und dann von dort verwendet. Die alten Daten werden beiseitegelegt, nicht gelöscht; Sie erfahren, wohin.",
    cannotMove: "Nicht möglich, denn in dem Ordner liegen schon Daten von Benutzern.",
    switch: "Liegen lassen",
    switchEmpty:
      "Sie beginnen neu, ohne Benutzer. Nichts wird gelöscht; Sie können zurückwechseln.",
    switchFound:
      "Die dort gefundenen Benutzer ersetzen die jetzigen. Nichts wird gelöscht; Sie können zurückwechseln.",
    pause: "Der Server hält solange an. Geräte, die gerade abgleichen, müssen es noch einmal tun.",
    moveSubmit: "Daten verschieben",
    switchSubmit: "Ordner wechseln",
    preparing: "Wird vorbereitet …",
    copying: "Wird kopiert …",
    comparing: "Die Kopie wird mit dem Original verglichen …",
    progress: (done: string, total: string) => `${done} von ${total}`,
    movingHint:
      "Bis alles fertig ist, bleiben Ihre Daten im jetzigen Ordner. Sie können dieses Fenster schließen.",
    doneTitle: "Der Datenordner wurde geändert",
    doneHint: "Ab jetzt liegt alles hier:",
    previousMoved:
      "Die alten Daten wurden beiseitegelegt. Löschen Sie sie, wenn Sie sie nicht mehr brauchen:",
    previousLeft: "Die bisherigen Daten sind unberührt:",
    passwords: {
      one: "# dort gefundener Benutzer braucht ein Passwort. Legen Sie es unter „Benutzer“ fest.",
      other: "# dort gefundene Benutzer brauchen Passwörter. Legen Sie sie unter „Benutzer“ fest.",
    },
    toUsers: "Zu den Benutzern",
    openNew: "Neuen Ordner öffnen",
    openPrevious: "Bisherigen Ordner öffnen",
  },

  network: {
    title: "Netzwerk",
    reach: "Wer den Server erreichen darf",
    reaches: {
      this_computer: "Nur dieser Computer",
      local_networks: "Geräte in Ihren eigenen Netzen",
      everything: "Alles, was diesen Computer erreichen kann",
    } satisfies Record<Reach, string>,
    reachHints: {
      this_computer:
        "Für Anki auf diesem Computer. Handys und andere Computer bekommen keine Antwort.",
      local_networks: "Zuhause, Büro und VPNs wie Tailscale. Für fast alle das Richtige.",
      everything: "Auch das Internet, wenn Ihr Router es durchlässt.",
    } satisfies Record<Reach, string>,
    everythingWarning:
      "Passwörter und Karten reisen unverschlüsselt: Im Internet können andere mitlesen. Von außen ist ein VPN der sicherere Weg.",
    reachRefused: "Diese Wahl passt nicht zu der einzelnen Adresse weiter unten.",
    port: "Port",
    portHint:
      "Die Zahl am Ende der Adresse. Ändert sie sich, gilt auf jedem Gerät eine neue Adresse.",
    portInvalid: "Der Port ist eine ganze Zahl von 1 bis 65535.",
    portLow: "Ports unter 1024 behalten die meisten Systeme für sich. 8080 geht meistens.",
    portRefused: "Dieser Port ist nicht verwendbar. Nehmen Sie einen anderen, etwa 8080.",
    limit: "Grenze beim Hochladen in MB",
    limitHint:
      "Für eine ganze Sammlung oder einen Schub Medien, komprimiert. Heben Sie sie an, wenn ein Gerät meldet, die Sammlung sei zu groß.",
    limitInvalid: "Die Grenze ist eine ganze Zahl von 1 bis 100000.",
    limitRefused: "Diese Grenze ist nicht verwendbar. Für die meisten Sammlungen reicht 100.",
    advanced: "Erweitert",
    address: "Nur auf einer Adresse",
    addressHint: "Eine Adresse dieses Computers, etwa 192.168.1.20. Leer bedeutet: alle.",
    addressInvalid: "Das ist keine IP-Adresse. Eine sieht aus wie 192.168.1.20 oder fd00::1.",
    addressRefused:
      "Diese Adresse ist nicht verwendbar. Geben Sie eine dieses Computers ein oder lassen Sie das Feld leer.",
    restart:
      "Speichern startet den Server neu. Geräte, die gerade abgleichen, müssen es noch einmal tun.",
  },

  start: {
    title: "Start",
    withComputer: "Mit dem Computer starten",
    withComputerHint: "Geräte können abgleichen, sobald Sie sich angemeldet haben.",
    hidden: "In der Leiste starten",
    hiddenHint: "Ohne dieses Fenster zu öffnen.",
    hiddenNoTray:
      "Dieser Desktop zeigt keine Symbole in der Leiste: Das Fenster öffnet sich immer.",
  },

  look: {
    title: "Sprache und Aussehen",
    language: "Sprache",
    languageSystem: (name: string) => `System (${name})`,
    languages: { en: "English", de: "Deutsch" },
    theme: "Farben",
    themes: {
      system: "System",
      light: "Hell",
      dark: "Dunkel",
    } satisfies Record<Theme, string>,
  },

  about: {
    title: "Über",
    version: (version: string) => `Version ${version}`,
    what: "Damit gleichen Ihre Geräte Anki mit diesem Computer ab statt mit einer Cloud. Das Programm meldet sich von sich aus bei niemandem, sammelt nichts und braucht kein Konto.",
    licence: "Freie Software unter der GNU Affero General Public License, Version 3 oder neuer.",
    independent: "Nicht von den Machern von Anki und nicht mit ihnen verbunden.",
    noTray:
      "Dieser Desktop zeigt keine Symbole in der Leiste. Schließen Sie dieses Fenster, läuft der Server weiter; starten Sie Anki Sync Tray noch einmal, um das Fenster wieder zu öffnen.",
    report: "Bericht für Helfer kopieren …",
    reportTitle: "Bericht für Helfer",
    reportHint:
      "Für jemanden, der Ihnen hilft. Es steht nichts Geheimes darin: keine Passwörter, keine Schlüssel, nichts aus Ihren Karten. Lesen Sie ihn, bevor Sie ihn schicken.",
    reportLabel: "Text des Berichts",
    reportLoading: "Der Bericht wird zusammengestellt …",
    reportCopy: "Bericht kopieren",
  },
} satisfies Shape<typeof English>;
