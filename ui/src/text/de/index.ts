import type { AllTexts } from "../en";
import { activity } from "./activity";
import { common } from "./common";
import { connect } from "./connect";
import { errors } from "./errors";
import { firstRun } from "./firstRun";
import { home } from "./home";
import { settings } from "./settings";
import { shell } from "./shell";
import { users } from "./users";

/** Jeder sichtbare Text auf Deutsch. */
export const de = {
  common,
  shell,
  home,
  connect,
  firstRun,
  users,
  activity,
  settings,
  errors,
} satisfies AllTexts;
