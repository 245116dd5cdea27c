import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import typescript from "typescript-eslint";

const only = (message, ...group) => ["error", { patterns: [{ group, message }] }];

export default typescript.config(
    { ignores: ["dist", "src/ipc/bindings.ts"] },
    js.configs.recommended,
    ...typescript.configs.strict,
    ...svelte.configs.recommended,
    { languageOptions: { globals: globals.browser } },
    {
        files: ["**/*.svelte", "**/*.svelte.ts"],
        languageOptions: { parserOptions: { parser: typescript.parser } },
    },
    {
        // Nobody but ipc talks to the app.
        files: ["src/**"],
        ignores: ["src/ipc/**"],
        rules: { "no-restricted-imports": only("Go through src/ipc.", "@tauri-apps/*") },
    },
    {
        files: ["src/components/**"],
        rules: {
            "no-restricted-imports": only(
                "Components know no app words and no ipc.",
                "@tauri-apps/*",
                "**/ipc/*",
                "**/features/**",
                "**/text/*",
            ),
        },
    },
    {
        files: ["src/features/**"],
        rules: {
            "no-restricted-imports": only(
                "Features use components, ipc, state and text, not one another.",
                "@tauri-apps/*",
                "../../features/*",
                "../home/*",
                "../users/*",
                "../activity/*",
                "../settings/*",
                "../first-run/*",
            ),
        },
    },
);
