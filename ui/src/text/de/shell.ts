import type { ServerStatus, SettingsNotice } from "../../ipc/bindings";
import type { shell as English } from "../en/shell";
import type { Shape } from "../shape";
import type { ByCode } from "../errors";

/** Der Rahmen um die Ansichten. */
export const shell = {
  views: "Ansichten",
  home: "Start",
  users: "Benutzer",
  activity: "Verlauf",
  settings: "Einstellungen",
  opening: "Wird geöffnet …",
  failed: "Das Fenster erreicht das Programm dahinter nicht",
  failedText: "Schließen Sie das Fenster und öffnen Sie es neu über das Symbol in der Leiste.",
  syncing: "Gleicht ab",
  status: {
    stopped: "Angehalten",
    starting: "Startet …",
    running: "Läuft",
    stopping: "Hält an …",
    failed: "Läuft nicht",
  } satisfies Record<ServerStatus["state"], string>,
  notice: {
    restored_from_copy: ({ damaged }) =>
      `Die Einstellungsdatei war beschädigt. Verwendet wird die letzte gute Kopie; die beschädigte Datei liegt unter ${damaged}.`,
    defaults: ({ damaged }) =>
      `Die Einstellungsdatei war beschädigt und es gab keine gute Kopie. Die Einstellungen sind daher wie neu; bitte sehen Sie sie durch. Die beschädigte Datei liegt unter ${damaged}.`,
    from_newer_version: () =>
      "Die Einstellungsdatei stammt von einer neueren Version dieses Programms. Was diese Version nicht kennt, bleibt unverändert; besser installieren Sie die neuere Version wieder.",
  } satisfies ByCode<SettingsNotice>,
  quit: {
    title: "Ein Gerät gleicht gerade ab",
    movingTitle: "Die Daten ziehen gerade um",
    text: "Wenn Sie jetzt beenden, muss das Gerät noch einmal abgleichen. Verloren geht nichts.",
    movingText:
      "Wenn Sie jetzt beenden, bleibt alles in dem Ordner, in dem es war, und Sie können es ein andermal verschieben. Verloren geht nichts.",
    whenIdle: "Danach beenden",
    now: "Jetzt beenden",
    cancel: "Weiterlaufen lassen",
    waiting: "Das Programm wird beendet, sobald der Abgleich fertig ist.",
    waitingForMove: "Das Programm wird beendet, sobald der Umzug fertig ist.",
  },
} satisfies Shape<typeof English>;
