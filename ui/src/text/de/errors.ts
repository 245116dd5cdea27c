import type {
  CommandError,
  FolderProblem,
  FolderWarning,
  NameProblem,
  StartProblem,
  SyncFailureKind,
} from "../../ipc/bindings";
import type { errors as English } from "../en/errors";
import type { Shape } from "../shape";
import { sayCode, type ByCode, type Explained } from "../errors";

const folder = {
  root: "Das ist die oberste Ebene eines Laufwerks. Wählen oder erstellen Sie darauf einen Ordner.",
  anki_data:
    "Das ist der Ordner von Anki selbst. Wählen Sie einen anderen, sonst beschädigen Anki und der Server einander die Daten.",
  not_writable:
    "In diesen Ordner lässt sich nichts schreiben. Wählen Sie einen anderen oder ändern Sie seine Rechte.",
  not_a_folder: "Das ist eine Datei. Wählen Sie einen Ordner.",
  in_use:
    "Ein anderer Server verwendet diesen Ordner. Beenden Sie ihn zuerst oder wählen Sie einen anderen Ordner.",
  inside_current: "Dieser Ordner liegt im jetzigen. Wählen Sie einen außerhalb davon.",
  not_absolute:
    "Das ist kein vollständiger Pfad. Wählen Sie den Ordner mit der Schaltfläche oder schreiben Sie den Pfad von Anfang an.",
} satisfies Record<FolderProblem, string>;

const name = {
  empty: () => "Geben Sie einen Namen ein.",
  too_long: () => "Dieser Name ist zu lang. Nehmen Sie einen kürzeren.",
  character: ({ character }) => `Ein Name kann kein „${character}“ enthalten. Lassen Sie es weg.`,
  invisible: () => "In diesem Namen steckt ein unsichtbares Zeichen. Tippen Sie ihn neu.",
  reserved: () =>
    "Dieser Name hat auf manchen Computern eine eigene Bedeutung. Nehmen Sie einen anderen.",
  ending: () => "Ein Name kann nicht mit einem Punkt oder Leerzeichen enden.",
} satisfies ByCode<NameProblem>;

/** Fehler, jeder mit dem nächsten Schritt. */
export const errors = {
  folder,
  name,
  folderWarning: {
    file_sync: ({ program }) =>
      `${program} kopiert diesen Ordner, während der Server darin schreibt. Das kann Sammlungen beschädigen. Ein Ordner außerhalb von ${program} ist sicherer.`,
    network_drive: () =>
      "Dieser Ordner liegt auf einem Netzlaufwerk. Bricht die Verbindung ab, nehmen Datenbanken dort Schaden. Ein Ordner auf diesem Computer ist sicherer.",
    little_space: ({ free_bytes }, format) =>
      `Hier sind nur ${format.bytes(free_bytes)} frei. Sammlungen mit Bildern und Ton brauchen mehr.`,
  } satisfies ByCode<FolderWarning>,
  command: {
    not_running: () => "Dazu muss der Server laufen. Starten Sie ihn zuerst.",
    unknown_user: ({ name }) => `Den Benutzer ${name} gibt es nicht mehr.`,
    name_taken: ({ name }) => `Den Benutzer ${name} gibt es schon. Nehmen Sie einen anderen Namen.`,
    name_refused: ({ problem }, format) => sayCode<NameProblem, string>(name, problem, format),
    password_refused: () =>
      "Geben Sie ein Passwort ein. Es darf nicht leer und nicht übermäßig lang sein.",
    unknown_device: () => "Dieses Gerät ist bereits abgemeldet.",
    folder_in_the_way: ({ folder }) =>
      `Der Ordner ${folder} steht dort, wo die Daten dieses Benutzers hinkämen. Verschieben Sie ihn oder nehmen Sie einen anderen Namen.`,
    from_environment: ({ variable }) =>
      `Dieser Benutzer stammt aus der Umgebungsvariable ${variable}. Ändern Sie ihn dort.`,
    folder_refused: ({ problem }) => folder[problem],
    folder_has_accounts: () =>
      "In diesem Ordner liegen schon Daten von Benutzern, darum wurde nichts dorthin verschoben. Wechseln Sie zu diesem Ordner oder wählen Sie einen leeren.",
    too_little_space: ({ needed_bytes, free_bytes }, format) =>
      `Die Daten brauchen ${format.bytes(needed_bytes)}, dort sind aber nur ${format.bytes(free_bytes)} frei. Es wurde nichts verschoben. Schaffen Sie Platz oder wählen Sie einen anderen Ordner.`,
    copy_differs: ({ file }) =>
      `Die Kopie von ${file} gleicht dem Original nicht. Das Original ist unberührt und weiter in Gebrauch. Vielleicht ist das Laufwerk fehlerhaft: Wählen Sie ein anderes.`,
    settings_from_newer_version: () =>
      "Die Einstellungsdatei stammt von einer neueren Version dieses Programms. Ein anderer Ordner wäre daher beim nächsten Start vergessen. Es wurde nichts geändert. Installieren Sie die neuere Version wieder und wählen Sie den Ordner dort.",
    busy: () => "Eine andere Änderung läuft noch. Versuchen Sie es gleich noch einmal.",
    setting_refused: ({ field }) =>
      `Der Wert für „${field}“ ist nicht verwendbar. Ändern Sie ihn und speichern Sie noch einmal.`,
    system: ({ detail }) => `Das System hat abgelehnt: ${detail}`,
    internal: ({ detail }) =>
      `Im Programm ist etwas schiefgegangen (${detail}). Versuchen Sie es noch einmal; geschieht es wieder, kopieren Sie in den Einstellungen den Bericht für Helfer.`,
  } satisfies ByCode<CommandError>,
  start: {
    port_in_use: ({ port, program }) => ({
      title: `Port ${port} ist belegt`,
      text: program
        ? `${program} verwendet ihn. Beenden Sie dieses Programm und versuchen Sie es noch einmal, oder nehmen Sie einen anderen Port.`
        : "Ein anderes Programm verwendet ihn. Beenden Sie es und versuchen Sie es noch einmal, oder nehmen Sie einen anderen Port.",
    }),
    port_not_allowed: ({ port }) => ({
      title: `Das System erlaubt Port ${port} nicht`,
      text: "Ports unter 1024 sind dem System vorbehalten. Nehmen Sie einen anderen.",
    }),
    address_not_here: ({ address }) => ({
      title: `Dieser Computer hat die Adresse ${address} gerade nicht`,
      text: "Verbinden Sie das zugehörige Netz und versuchen Sie es noch einmal, oder wählen Sie in den Einstellungen eine andere Adresse.",
    }),
    folder_in_use: ({ folder }) => ({
      title: "Ein anderer Server verwendet den Datenordner schon",
      text: `Zwei Server auf ${folder} würden die Daten beschädigen. Beenden Sie den anderen und versuchen Sie es noch einmal.`,
    }),
    folder_refused: ({ folder: path, problem }) => ({
      title: "Der Datenordner ist nicht verwendbar",
      text: `${path}: ${folder[problem]}`,
    }),
    folder_gone: ({ folder }) => ({
      title: "Der Datenordner ist nicht da",
      text: `${folder} wurde nicht gefunden. Schließen Sie das Laufwerk an und versuchen Sie es noch einmal, oder wählen Sie in den Einstellungen einen anderen Ordner.`,
    }),
    storage_damaged: ({ folder, detail }) => ({
      title: "Die Liste der Benutzer ist nicht lesbar",
      text: `Die Datei server.db in ${folder} ist beschädigt (${detail}). Die Sammlungen selbst sind eigene Dateien. Legen Sie eine Kopie von server.db zurück oder verschieben Sie die Datei: Die Benutzer werden dann wiedergefunden und brauchen neue Passwörter.`,
    }),
    no_answer: ({ url }) => ({
      title: "Der Server ist gestartet, antwortet aber nicht",
      text: `Von ${url} kam nichts zurück. Vielleicht sperrt ihn eine Firewall oder ein Schutzprogramm auf diesem Computer: Erlauben Sie dort Anki Sync Tray und versuchen Sie es noch einmal.`,
    }),
    other: ({ detail }) => ({
      title: "Der Server konnte nicht starten",
      text: `Das System meldet: ${detail}. Versuchen Sie es noch einmal; geschieht es wieder, kopieren Sie in den Einstellungen den Bericht für Helfer.`,
    }),
  } satisfies ByCode<StartProblem, Explained>,
  sync: {
    aborted: "Auf dem Gerät abgebrochen. Gleichen Sie dort noch einmal ab.",
    superseded:
      "Ein anderes Gerät dieses Benutzers begann abzugleichen. Gleichen Sie danach noch einmal ab.",
    sanity_check:
      "Die beiden Seiten stimmten nicht überein. Wählen Sie auf dem Gerät Extras → Datenbank überprüfen und gleichen Sie noch einmal ab.",
    refused:
      "Was das Gerät schickte, passt nicht zur Sammlung. Wählen Sie auf dem Gerät Extras → Datenbank überprüfen und gleichen Sie noch einmal ab.",
    upload_refused:
      "Die hochgeladene Sammlung ist beschädigt oder von einer neueren Anki-Version. Wählen Sie auf dem Gerät Extras → Datenbank überprüfen und laden Sie noch einmal hoch.",
    too_large:
      "Das Hochladen überschreitet die Grenze. Heben Sie sie in den Einstellungen an und gleichen Sie noch einmal ab.",
    idle: "Das Gerät ist verstummt. Prüfen Sie seine Verbindung und gleichen Sie noch einmal ab.",
    closed:
      "Der Server hielt an oder der Benutzer wurde inzwischen geändert. Gleichen Sie noch einmal ab.",
    server_fault:
      "Dieser Computer konnte die Daten nicht lesen oder ablegen. Prüfen Sie, ob der Speicherordner da ist, beschrieben werden darf und Platz hat und kein anderes Programm ihn benutzt; dann gleichen Sie noch einmal ab.",
    unknown: "Der Abgleich endete vorzeitig. Gleichen Sie auf dem Gerät noch einmal ab.",
  } satisfies Record<SyncFailureKind, string>,
} satisfies Shape<typeof English>;
