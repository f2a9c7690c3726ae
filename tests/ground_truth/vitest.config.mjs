// Runs the tests that a component ships in its package; `record.mjs` stands beside this file.
import path from "node:path";

const convexTest = path.join(import.meta.dirname, "..", "node_modules", process.env.CONVEX_TEST ?? "convex-test");

export default {
  resolve: { alias: [{ find: /^convex-test$/, replacement: path.join(convexTest, "dist", "index.js") }] },
  test: {
    include: ["src/component/**/*.test.ts", "src/client/**/*.test.ts"],
    environment: process.env.CONVEX_ENVIRONMENT ?? "edge-runtime",
    setupFiles: [path.join(import.meta.dirname, "record.mjs")],
    server: { deps: { inline: [/convex-test/, /@convex-dev\//, /convex-helpers/] } },
    typecheck: { enabled: false },
    watch: false,
    testTimeout: 30000,
  },
};
