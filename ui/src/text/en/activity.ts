// The history of syncs and the log.

import type { SyncFailureKind, SyncKind } from "../../ipc/bindings";

const count = (one: string, many: string) => (number: number, shown: string) =>
  `${shown} ${number === 1 ? one : many}`;

export const activity = {
  title: "Activity",
  views: "What to show",
  syncs: "Syncs",
  log: "Log",
  loading: "Loading the history…",
  failed: "The history could not be read.",
  retry: "Try again",
  empty: {
    title: "No syncs yet",
    hint: "Every sync of a device appears here as soon as it ends.",
  },
  emptyFor: {
    title: (user: string) => `No syncs of ${user} yet`,
    hint: "Every sync appears here as soon as it ends.",
    showAll: "Show all users",
  },
  notRunning: {
    title: "The server does not run",
    hint: "The history can be read while it runs. The log can be read at any time.",
    start: "Start server",
    starting: "The server is starting…",
    stopping: "The server is stopping…",
    showLog: "Show the log",
  },

  user: "User",
  allUsers: "All users",
  removedUser: "Removed user",
  unknownApp: "Unknown program",
  copyAll: "Copy shown",
  copyRow: "Copy",
  copyRowNamed: (user: string, when: string) => `Copy the sync of ${user}, ${when}`,
  copied: "Copied",
  more: "Show more",
  loadingMore: "Loading…",
  shown: count("sync shown", "syncs shown"),

  columns: {
    time: "Time",
    user: "User",
    device: "Device",
    kind: "Kind",
    bytes: "Amount",
    up: "From the device",
    down: "To the device",
    duration: "Took",
    result: "Result",
    actions: "Actions",
  },

  kinds: {
    normal: "Changes",
    upload: "Full upload",
    download: "Full download",
    media: "Media",
  } satisfies Record<SyncKind, string> as Record<SyncKind, string>,

  running: "Running…",
  runningOf: (done: string, total: string) => `${done} of ${total}`,
  nothingNew: "Nothing new",
  sent: (what: string) => `From the device: ${what}`,
  received: (what: string) => `To the device: ${what}`,
  reviews: count("review", "reviews"),
  notes: count("note", "notes"),
  cards: count("card", "cards"),
  notetypes: count("note type", "note types"),
  decks: count("deck", "decks"),
  deletions: count("deletion", "deletions"),
  mediaFiles: count("media file", "media files"),
  mediaDeletions: count("deleted media file", "deleted media files"),
  problem: "Did not finish",

  failures: {
    aborted: "Cancelled on the device. Sync again there.",
    superseded:
      "Another device of this user began to sync. Sync again once that one has finished.",
    sanity_check:
      "Device and server did not agree in the end. The device now offers a full sync: keep the side that has the newer cards.",
    refused:
      "What the device sent does not fit the collection. In Anki use Tools → Check Database, then sync again.",
    upload_refused:
      "The uploaded collection is damaged or too new. In Anki use Tools → Check Database, then upload again.",
    too_large: "Larger than the upload limit. Raise it in Settings under Network, then sync again.",
    idle: "The device fell silent. Check its connection, then sync again.",
    closed: "The server was stopped or the user was changed meanwhile. Sync again.",
    server_fault:
      "This computer could not store it, perhaps because the disk is full. Make room, look into the log, then sync again.",
    unknown: "It did not finish. The log may tell why. Sync again.",
  } satisfies Record<SyncFailureKind, string> as Record<SyncFailureKind, string>,

  logView: {
    label: "Log of the app",
    loading: "Loading the log…",
    failed: "The log could not be read.",
    empty: "The log is empty.",
    emptyHint: "What the server does is written here, line by line.",
    copy: "Copy log",
    openFolder: "Open folder",
    toEnd: "Go to the newest line",
    following: "New lines appear at the end.",
  },
};

/** These texts in any language. */
export type ActivityText = typeof activity;
