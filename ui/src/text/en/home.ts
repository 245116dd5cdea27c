import type { AddressKind, Counts, Direction, SyncKind } from "../../ipc/bindings";
import type { Formats } from "../format";

/** The first view: server, address, syncs. */
export const home = {
  start: "Start server",
  stop: "Stop server",
  copyAddress: "Copy address",
  qrCode: (url: string) => `QR code of ${url}`,
  whereToType: {
    wifi: "Type this into Anki on your other devices, on the same Wi-Fi.",
    ethernet: "Type this into Anki on your other devices, in the same network.",
    network: "Type this into Anki on your other devices, in the same network.",
    tailscale: "Type this into Anki on your other devices that use your Tailscale network.",
    vpn: "Type this into Anki on your other devices in the same VPN.",
    virtual:
      "Only programs on this computer reach this address. Connect it to a network for other devices.",
    this_computer:
      "Only Anki on this computer reaches this address. Connect it to a network for other devices.",
  } satisfies Record<AddressKind, string>,
  onlyThisComputer:
    "Only Anki on this computer may use this address. Who else may is chosen in Settings.",
  startingText: "One moment. The server is started and then asked over its own address.",
  stoppingText: "Requests that are running may end first.",
  stoppedText: "Devices cannot sync while the server is stopped. Your data stays as it is.",
  noAddress: "This computer is in no network right now. The address appears when it is.",
  otherAddresses: (count: number) => `Other addresses (${count})`,
  showAll: "Show all",
  showFewer: "Show fewer",
  adapter: {
    wifi: "Wi-Fi",
    ethernet: "Ethernet",
    network: "Network",
    tailscale: "Tailscale",
    vpn: "VPN",
    virtual: "Virtual network",
    this_computer: "This computer",
  } satisfies Record<AddressKind, string>,
  outdatedTitle: "The address has changed",
  outdated:
    "You last copied {old}. Devices that use it no longer find this computer: type the new address into Anki there.",
  copyNewAddress: "Copy new address",
  usePort: (port: number) => `Use port ${port}`,
  otherPort: "Choose another port",
  otherFolder: "Choose another folder",
  otherAddress: "Choose another address",
  openFolder: "Open the folder",
  otherServer: "It answers at {url} on this computer.",
  otherServerProcess: (process: number) => `Its process number is ${process}.`,
  openSettings: "Open Settings",
  noUserTitle: "No user yet",
  noUserText:
    "Anki signs in with a name and a password. Add the first user, then connect a device.",
  addUser: "Add a user",
  syncingNow: "Syncing now",
  doing: (kind: SyncKind, direction: Direction) => {
    if (kind === "upload") return "sends its whole collection";
    if (kind === "download") return "receives the whole collection";
    const what = kind === "media" ? "media" : "changes";
    return { receiving: `sends ${what}`, sending: `receives ${what}`, both: `exchanges ${what}` }[
      direction
    ];
  },
  bytesOf: (done: string, total: string) => `${done} of ${total}`,
  progress: (user: string) => `Sync of ${user}`,
  lastSyncs: "Last syncs",
  syncsWhenRunning: "They are listed here while the server runs.",
  noSyncs: "Nothing has synced yet.",
  allSyncs: "All syncs",
  removedUser: "Removed user",
  changes: (counts: Counts, format: Formats) => {
    const { plural } = format;
    return [
      counts.reviews && plural(counts.reviews, { one: "# review", other: "# reviews" }),
      counts.notes && plural(counts.notes, { one: "# note", other: "# notes" }),
      counts.media_files &&
        plural(counts.media_files, { one: "# media file", other: "# media files" }),
      counts.deletions && plural(counts.deletions, { one: "# deletion", other: "# deletions" }),
    ]
      .filter((part) => part !== 0)
      .join(", ");
  },
  nothingNew: "nothing new",
};
