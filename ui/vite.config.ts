import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  // The app serves the files from inside its binary, to one known web engine.
  base: "./",
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: false },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/test/setup.ts"],
    restoreMocks: true,
    // axe takes seconds on a busy machine.
    testTimeout: 60_000,
  },
});
