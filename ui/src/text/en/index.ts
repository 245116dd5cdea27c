import type { Shape } from "../shape";
import { activity } from "./activity";
import { common } from "./common";
import { connect } from "./connect";
import { errors } from "./errors";
import { firstRun } from "./firstRun";
import { home } from "./home";
import { settings } from "./settings";
import { shell } from "./shell";
import { users } from "./users";

/** Every visible text in English; the other languages have the same shape. */
export const en = { common, shell, home, connect, firstRun, users, activity, settings, errors };

/** The shape of a language. */
export type AllTexts = Shape<typeof en>;
