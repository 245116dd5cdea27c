// A computer with two people on it, as the app would describe it.

import type {
  Addresses,
  ClientApp,
  Counts,
  Device,
  FolderCheck,
  Ladder,
  RunningSync,
  Settings,
  Snapshot,
  SyncRow,
  User,
  UserSizes,
} from "../ipc/bindings";

/** When it is in the fixtures: 23 November 2026, 14:05 in UTC. */
export const NOW = Date.UTC(2026, 10, 23, 14, 5);

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const desktopApp: ClientApp = { name: "Anki", version: "26.9.3", system: "Windows" };
export const androidApp: ClientApp = { name: "AnkiDroid", version: "2.22.3", system: "Android" };
export const iphoneApp: ClientApp = { name: "AnkiMobile", version: "", system: "" };

export const settings: Settings = {
  is_set_up: true,
  storage: "/home/anna/.syncserver",
  address: null,
  port: 8080,
  reach: "local_networks",
  upload_limit_mib: 100,
  starts_with_computer: false,
  starts_hidden: true,
  language: "en",
  theme: "system",
};

export const addresses: Addresses = {
  all: [
    { url: "http://192.168.1.20:8080/", kind: "wifi", adapter: "wlan0" },
    { url: "http://192.168.1.21:8080/", kind: "ethernet", adapter: "enp3s0" },
    { url: "http://100.101.102.103:8080/", kind: "tailscale", adapter: "tailscale0" },
    { url: "http://172.17.0.1:8080/", kind: "virtual", adapter: "docker0" },
    { url: "http://127.0.0.1:8080/", kind: "this_computer", adapter: "lo" },
  ],
  outdated: null,
};

const device = (id: number, app: ClientApp, address: string, lastUsed: number): Device => ({
  id,
  app,
  address,
  created: NOW - 40 * DAY,
  last_used: lastUsed,
});

export const anna: User = {
  name: "anna",
  state: "enabled",
  origin: { kind: "person" },
  folder: "/home/anna/.syncserver/anna",
  created: NOW - 90 * DAY,
  last_sync: NOW - 2 * MINUTE,
  devices: [
    device(1, desktopApp, "192.168.1.30", NOW - 2 * MINUTE),
    device(2, androidApp, "192.168.1.31", NOW - 5 * HOUR),
  ],
};

export const ben: User = {
  name: "Benjamin",
  state: "enabled",
  origin: { kind: "person" },
  folder: "/home/anna/.syncserver/Benjamin",
  created: NOW - 3 * DAY,
  last_sync: null,
  devices: [],
};

export const annaSizes: UserSizes = {
  cards: 12_345,
  notes: 9_876,
  collection_bytes: 48_200_000,
  media_files: 4_210,
  media_bytes: 1_340_000_000,
};

export const noCounts: Counts = {
  notes: 0,
  cards: 0,
  reviews: 0,
  notetypes: 0,
  decks: 0,
  deletions: 0,
  media_files: 0,
  media_deletions: 0,
};

export const syncRows: SyncRow[] = [
  {
    user: "anna",
    app: desktopApp,
    kind: "normal",
    started: NOW - 2 * MINUTE,
    duration_ms: 1_240,
    up_bytes: 48_000,
    down_bytes: 3_100,
    up: { ...noCounts, reviews: 214, notes: 3, cards: 3 },
    down: noCounts,
    failure: null,
  },
  {
    user: "anna",
    app: androidApp,
    kind: "media",
    started: NOW - 5 * HOUR,
    duration_ms: 62_000,
    up_bytes: 0,
    down_bytes: 55_000_000,
    up: noCounts,
    down: { ...noCounts, media_files: 310 },
    failure: null,
  },
  {
    user: null,
    app: iphoneApp,
    kind: "upload",
    started: NOW - 2 * DAY,
    duration_ms: 9_300,
    up_bytes: 21_000_000,
    down_bytes: 0,
    up: noCounts,
    down: noCounts,
    failure: "upload_refused",
  },
];

export const runningSync: RunningSync = {
  user: "anna",
  device: 2,
  app: androidApp,
  kind: "media",
  direction: "sending",
  started: NOW - 20 * SECOND,
  bytes: 34_000_000,
  total_bytes: 55_000_000,
};

export const wrongNameLadder: Ladder = {
  address: "192.168.1.31",
  at: NOW - 12 * SECOND,
  rung: "right_path",
  user: null,
  problem: { code: "unknown_name", name: "ana", nearest: "anna" },
};

/** A server that runs and has users. */
export const running: Snapshot = {
  status: { state: "running" },
  addresses,
  syncing: [],
  ladder: null,
  settings,
  settings_notice: null,
  default_storage: "/home/anna/.syncserver",
  moving: null,
  system_language: "en",
  version: "0.1.0",
  has_tray: true,
  quitting: "no",
};

/** A server that was stopped. */
export const stopped: Snapshot = {
  ...running,
  status: { state: "stopped" },
  addresses: { all: [], outdated: null },
};

/** A server whose port is taken. */
export const portTaken: Snapshot = {
  ...stopped,
  status: {
    state: "failed",
    problem: { code: "port_in_use", port: 8080, program: "python3", free_port: 8081 },
  },
};

/** A computer on which the app starts for the first time. */
export const fresh: Snapshot = { ...stopped, settings: { ...settings, is_set_up: false } };

/** A folder that may be chosen and is empty. */
export const emptyFolder: FolderCheck = {
  folder: "/home/anna/.syncserver",
  problem: null,
  warnings: [],
  accounts: [],
  is_current: false,
  free_bytes: 120_000_000_000,
};

/** The folder of an official server. */
export const foundFolder: FolderCheck = {
  ...emptyFolder,
  accounts: [
    { name: "anna", collection_bytes: 48_200_000, has_password: false },
    { name: "Benjamin", collection_bytes: 2_100_000, has_password: false },
  ],
};
