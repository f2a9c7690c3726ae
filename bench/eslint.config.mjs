// ESLint with Convex's own plugin and its recommended rules, on every TypeScript file. CONVEX_TYPED=1 adds type information.
import parser from "@typescript-eslint/parser";
import convex from "@convex-dev/eslint-plugin";

const typed = process.env.CONVEX_TYPED === "1" ? { projectService: true, tsconfigRootDir: process.cwd() } : {};

export default [
  { ignores: ["**/_generated/**", "**/node_modules/**"] },
  { linterOptions: { reportUnusedDisableDirectives: "off" } },
  { languageOptions: { parser, parserOptions: typed } },
  ...convex.configs.recommended.map((config) => ({ ...config, files: ["**/*.{ts,tsx}"] })),
];
