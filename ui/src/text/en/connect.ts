import type { LadderProblem, Rung, SyncFailureKind } from "../../ipc/bindings";
import type { ByCode } from "../errors";
import { errors } from "./errors";

/** Connecting a device: what to type where, and how far it got. `{…}` are values. */
export const connect = {
  title: "Connect a device",
  about: "What to type into Anki on another computer or phone, and how far that device gets.",
  show: "Show the steps",
  hide: "Hide the steps",
  devices: "Device to connect",
  computer: "Computer",
  android: "Android",
  iphone: "iPhone",
  user: "User",
  notRunning: "Start the server: then the steps with its address are here.",
  steps: {
    computer: [
      "In Anki on that computer open **Tools → Preferences → Syncing**. If somebody is signed in there, press **Log Out** first.",
      "At the bottom, as **Self-hosted sync server**, type {address}",
      "Above it press **Log In**. Where it says **Email**, type the user name {user} and below it this user’s password.",
      "Let Anki sync. On the first device choose **Upload**, on every other one **Download**.",
    ],
    android: [
      "In AnkiDroid open **Settings → Sync → Custom sync server**.",
      "As **Sync URL** type {address}",
      "Go back to **Settings → Sync** and sign in with the account entry there. Where it says **Email**, type the user name {user} and then this user’s password.",
      "Press the sync button. On the first device choose **Upload**, on every other one **Download**.",
    ],
    iphone: [
      "In AnkiMobile open **Settings → Syncing** and there the entry for a custom sync server. Versions name it differently.",
      "As its address type {address}",
      "Go back and press the sync button. Where it asks for the **Email**, type the user name {user} and then this user’s password.",
      "If iOS asks whether Anki may find devices in the local network, allow it.",
      "On the first device choose **Upload**, on every other one **Download**.",
    ],
  },
  meaning:
    "Where Anki says “AnkiWeb”, it means this computer. Begin with the device that has all your cards: **Upload** puts its cards here, **Download** replaces what is on the device.",
  oldComputer: "Anki before 2.1.57",
  oldComputerText:
    "These versions have no field for the address. Start Anki with these two environment variables, then sign in as above.",
  oldAndroid: "AnkiDroid before 2.16",
  oldAndroidText:
    "These versions have two fields, under **Settings → Advanced → Custom sync server**: the first for the collection, the second for media.",
  progress: "How far the device got",
  waiting: "Waiting for a device. This fills in by itself while you follow the steps.",
  again: "Wait for another device",
  rungs: {
    reached: "Reached this computer",
    right_path: "Right path",
    known_user: "Known user",
    password_accepted: "Password accepted",
    synced: "Synced",
  } satisfies Record<Rung, string>,
  done: "done",
  failed: "not passed",
  open: "not yet",
  next: {
    reached: "A device reaches this computer. Go on in Anki on that device.",
    right_path: "Anki on the device talks to this server. Go on with signing in there.",
    known_user: "The user is known. Go on with the password on the device.",
    password_accepted:
      "The device is signed in. Let it sync: Upload on the first device, Download on others.",
    synced: "Done. This device syncs.",
  } satisfies Record<Rung, string>,
  problem: {
    https_spoken: () =>
      "The device was told an address with https. Type it with http in front: {address}",
    wrong_path: () =>
      "The device asked for {path}, which is no address of this server. Type exactly {address}",
    unknown_name: ({ nearest }) =>
      nearest === null
        ? "A device signed in as {name}. There is no such user. Check the spelling on the device, or add this user."
        : "A device signed in as {name}. There is no such user. Did you mean {nearest}? Type that where Anki says Email.",
    wrong_password: () =>
      "The password for {user} was wrong. Type it again on the device; if it is forgotten, set a new one in Users.",
    disabled: () => "{user} is disabled, so the device was turned away. Enable this user in Users.",
    unknown_key: () =>
      "The device is signed in to another server, or was signed out here. Log out in Anki on the device, then log in again.",
    slowed_down: () =>
      "There were too many wrong passwords. Wait a minute, then sign in again with the right one.",
    server_fault: () =>
      "The device came through, but this computer could not read or store the data. Check that the storage folder is there, can be written to and has room, and that no other program uses it; then try again on the device.",
    sync_failed: ({ failure }) => errors.sync[failure satisfies SyncFailureKind],
  } satisfies ByCode<LadderProblem>,
  toUsers: "Open Users",
  nothingArrives: "Nothing arrives?",
  browserTest:
    "Open {address} in the device’s browser. If a page says whose computer this is, the network is fine: compare the address in Anki. If no page comes, it is one of these:",
  hints: [
    "Is the device in the same network as this computer? Mobile data does not count.",
    "Guest Wi-Fi keeps devices apart. Use the main Wi-Fi for both.",
    "A firewall on this computer may block the server: allow Anki Sync Tray there, port {port}.",
    "A VPN on the device or on this computer may lead past your network. Switch it off for a test.",
  ],
  iphoneHint:
    "On the iPhone open **Settings → Anki** and switch **Local Network** off and on again.",
};
