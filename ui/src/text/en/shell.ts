import type { ServerStatus, SettingsNotice } from "../../ipc/bindings";
import type { ByCode } from "../errors";

/** The frame around the views. */
export const shell = {
  views: "Views",
  home: "Home",
  users: "Users",
  activity: "Activity",
  settings: "Settings",
  opening: "Opening …",
  failed: "This window does not reach the program behind it",
  failedText: "Close the window and open it again from the tray.",
  syncing: "Syncing",
  status: {
    stopped: "Stopped",
    starting: "Starting …",
    running: "Running",
    stopping: "Stopping …",
    failed: "Not running",
  } satisfies Record<ServerStatus["state"], string>,
  notice: {
    restored_from_copy: ({ damaged }) =>
      `The settings file was damaged. The last good copy is used instead; the damaged file is kept as ${damaged}.`,
    defaults: ({ damaged }) =>
      `The settings file was damaged and there was no good copy, so the settings are as new. Please look through them. The damaged file is kept as ${damaged}.`,
    from_newer_version: () =>
      "The settings file is from a newer version of this program. Settings that this version does not know are left as they are; better install the newer version again.",
  } satisfies ByCode<SettingsNotice>,
  quit: {
    title: "A sync is under way",
    movingTitle: "The data is being moved",
    text: "If you quit now, the device has to sync once more. Nothing is lost.",
    movingText:
      "If you quit now, everything stays in the folder where it was, and you can move it another time. Nothing is lost.",
    whenIdle: "Quit when it is done",
    now: "Quit now",
    cancel: "Keep running",
    waiting: "The program quits when the sync is done.",
    waitingForMove: "The program quits when the data is moved.",
  },
};
