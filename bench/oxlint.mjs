// Prints the Oxlint configuration that says what eslint.config.mjs says: Convex's plugin, its recommended rules, nothing else.
import { fileURLToPath } from "node:url";
import convex from "@convex-dev/eslint-plugin";

const [{ rules }] = convex.configs.recommended;
const specifier = fileURLToPath(import.meta.resolve("@convex-dev/eslint-plugin"));
const config = {
  plugins: [],
  categories: { correctness: "off" },
  ignorePatterns: ["**/_generated/**", "**/node_modules/**"],
  jsPlugins: [{ name: "@convex-dev", specifier }],
  rules,
};
process.stdout.write(JSON.stringify(config, null, 2));
