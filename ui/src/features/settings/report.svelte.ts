import type { Client } from "../../ipc/client";
import { Attempt } from "../../state/attempt.svelte";

/** The support report. */
export class Report {
  text = $state<string | null>(null);
  readonly loading = new Attempt();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    await this.loading.run(async () => {
      this.text = (await this.#client.call("support_report")).text;
    });
  }
}
