/** How long it is said that something was copied, in milliseconds. */
const SAID_MS = 2500;

/** Copies something and says so for a moment. To be made where a component is set up. */
export class Copying {
  isDone = $state(false);
  readonly #copy: () => Promise<boolean>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `copy` tells whether it worked. */
  constructor(copy: () => Promise<boolean>) {
    this.#copy = copy;
    $effect(() => () => clearTimeout(this.#timer));
  }

  readonly start = async (): Promise<void> => {
    this.isDone = false;
    if (!(await this.#copy())) return;
    this.isDone = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.isDone = false), SAID_MS);
  };
}
