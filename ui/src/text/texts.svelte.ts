import type { Language } from "../ipc/bindings";
import { de } from "./de";
import { en, type AllTexts } from "./en";
import { formatsFor, localeFor, type Formats } from "./format";

const languages = { en, de } satisfies Record<Language, AllTexts>;

/** The texts and formats of the language that is set, following its changes. */
export class Texts {
  readonly #language: () => Language;
  readonly #formats = $derived.by((): Formats =>
    formatsFor(localeFor(this.language, navigator.languages)),
  );

  constructor(language: () => Language) {
    this.#language = language;
  }

  /** The language that is shown. */
  get language(): Language {
    return this.#language();
  }

  /** Every text, by feature. */
  get all(): AllTexts {
    return languages[this.language];
  }

  /** Numbers, sizes and times. */
  get format(): Formats {
    return this.#formats;
  }
}

/** The language of the web engine, for the time before the app has answered. */
export function engineLanguage(): Language {
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}
