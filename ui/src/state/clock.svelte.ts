import { createSubscriber } from "svelte/reactivity";

/** The time, for texts such as "12 seconds ago". Ticks only while something shows it. */
export class Clock {
  readonly #now: () => number;
  readonly #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  });

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    this.#subscribe();
    return this.#now();
  }
}
