import type { AddressKind, Counts, Direction, SyncKind } from "../../ipc/bindings";
import type { home as English } from "../en/home";
import type { Shape } from "../shape";
import type { Formats } from "../format";

/** Die erste Ansicht: Server, Adresse, Abgleiche. */
export const home = {
  start: "Server starten",
  stop: "Server anhalten",
  copyAddress: "Adresse kopieren",
  qrCode: (url: string) => `QR-Code von ${url}`,
  whereToType: {
    wifi: "Geben Sie das in Anki auf Ihren anderen Geräten ein, im selben WLAN.",
    ethernet: "Geben Sie das in Anki auf Ihren anderen Geräten ein, im selben Netz.",
    network: "Geben Sie das in Anki auf Ihren anderen Geräten ein, im selben Netz.",
    tailscale: "Geben Sie das in Anki auf Ihren anderen Geräten in Ihrem Tailscale-Netz ein.",
    vpn: "Geben Sie das in Anki auf Ihren anderen Geräten im selben VPN ein.",
    virtual:
      "Diese Adresse erreichen nur Programme auf diesem Computer. Verbinden Sie ihn für andere Geräte mit einem Netz.",
    this_computer:
      "Diese Adresse erreicht nur Anki auf diesem Computer. Verbinden Sie ihn für andere Geräte mit einem Netz.",
  } satisfies Record<AddressKind, string>,
  onlyThisComputer:
    "Nur Anki auf diesem Computer darf diese Adresse verwenden. Wer es sonst darf, wählen Sie in den Einstellungen.",
  startingText: "Einen Moment. Der Server startet und wird dann über seine eigene Adresse gefragt.",
  stoppingText: "Laufende Anfragen dürfen noch zu Ende gehen.",
  stoppedText:
    "Solange der Server angehalten ist, können Geräte nicht abgleichen. Ihre Daten bleiben, wie sie sind.",
  noAddress: "Dieser Computer ist gerade in keinem Netz. Die Adresse erscheint, sobald er es ist.",
  otherAddresses: (count: number) => `Weitere Adressen (${count})`,
  showAll: "Alle zeigen",
  showFewer: "Weniger zeigen",
  adapter: {
    wifi: "WLAN",
    ethernet: "Ethernet",
    network: "Netz",
    tailscale: "Tailscale",
    vpn: "VPN",
    virtual: "Virtuelles Netz",
    this_computer: "Dieser Computer",
  } satisfies Record<AddressKind, string>,
  outdatedTitle: "Die Adresse hat sich geändert",
  outdated:
    "Zuletzt haben Sie {old} kopiert. Geräte mit dieser Adresse finden den Computer nicht mehr: Geben Sie dort in Anki die neue ein.",
  copyNewAddress: "Neue Adresse kopieren",
  usePort: (port: number) => `Port ${port} verwenden`,
  otherPort: "Anderen Port wählen",
  otherFolder: "Anderen Ordner wählen",
  otherAddress: "Andere Adresse wählen",
  openFolder: "Ordner öffnen",
  otherServer: "Er antwortet auf diesem Computer unter {url}.",
  otherServerProcess: (process: number) => `Seine Prozessnummer ist ${process}.`,
  openSettings: "Einstellungen öffnen",
  noUserTitle: "Noch kein Benutzer",
  noUserText:
    "Anki meldet sich mit Name und Passwort an. Legen Sie den ersten Benutzer an und verbinden Sie dann ein Gerät.",
  addUser: "Benutzer anlegen",
  syncingNow: "Gleicht gerade ab",
  doing: (kind: SyncKind, direction: Direction) => {
    if (kind === "upload") return "sendet die ganze Sammlung";
    if (kind === "download") return "empfängt die ganze Sammlung";
    const what = kind === "media" ? "Medien" : "Änderungen";
    return {
      receiving: `sendet ${what}`,
      sending: `empfängt ${what}`,
      both: `tauscht ${what} aus`,
    }[direction];
  },
  bytesOf: (done: string, total: string) => `${done} von ${total}`,
  progress: (user: string) => `Abgleich von ${user}`,
  lastSyncs: "Letzte Abgleiche",
  syncsWhenRunning: "Sie stehen hier, solange der Server läuft.",
  noSyncs: "Noch kein Gerät hat abgeglichen.",
  allSyncs: "Alle Abgleiche",
  removedUser: "Entfernter Benutzer",
  changes: (counts: Counts, format: Formats) => {
    const { plural } = format;
    return [
      counts.reviews &&
        plural(counts.reviews, { one: "# Wiederholung", other: "# Wiederholungen" }),
      counts.notes && plural(counts.notes, { one: "# Notiz", other: "# Notizen" }),
      counts.media_files &&
        plural(counts.media_files, { one: "# Mediendatei", other: "# Mediendateien" }),
      counts.deletions && plural(counts.deletions, { one: "# Löschung", other: "# Löschungen" }),
    ]
      .filter((part) => part !== 0)
      .join(", ");
  },
  nothingNew: "nichts Neues",
} satisfies Shape<typeof English>;
