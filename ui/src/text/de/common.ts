import type { ClientApp, SyncKind } from "../../ipc/bindings";
import type { common as English } from "../en/common";
import type { Shape } from "../shape";

/** Was mehrere Ansichten sagen. */
export const common = {
  appName: "Anki Sync Tray",
  copied: "Kopiert",
  copy: "Kopieren",
  copyValue: (value: string) => `${value} kopieren`,
  cancel: "Abbrechen",
  close: "Schließen",
  save: "Speichern",
  back: "Zurück",
  next: "Weiter",
  tryAgain: "Noch einmal versuchen",
  loading: "Wird geladen …",
  showPassword: "Passwort anzeigen",
  hidePassword: "Passwort verbergen",
  app: ({ name, version, system }: ClientApp) =>
    [[name, version].filter(Boolean).join(" ") || "Unbekanntes Programm", system && `auf ${system}`]
      .filter(Boolean)
      .join(" "),
  syncKind: {
    normal: "Abgleich",
    upload: "Alles hochgeladen",
    download: "Alles heruntergeladen",
    media: "Medien",
  } satisfies Record<SyncKind, string>,
} satisfies Shape<typeof English>;
