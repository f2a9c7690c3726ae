// Vitest setup file: writes down every call that code under convex-test makes to the platform, one JSON object a line, with
// the function that made it. convex-test installs `globalThis.Convex`; what code sees of it is a recording proxy.
import fs from "node:fs";
import path from "node:path";
import { afterAll, expect } from "vitest";

const suite = path.relative(process.cwd(), expect.getState().testPath ?? "unknown");
const trace = path.join(process.env.CONVEX_TRACE, `${suite.replaceAll(path.sep, "__")}.jsonl`);
const ASK = "1.0/getFunctionMetadata";
const SILENT = new Set([ASK, "1.0/queryStreamNext", "1.0/queryCleanup", "1.0/getTransactionMetrics"]);

const lines = [];
const pending = new Set();

async function record(convex, op, text) {
  let running = { name: null, componentPath: null };
  try {
    running = JSON.parse(await convex.asyncSyscall(ASK, "{}"));
  } catch {
    // Called by the test itself, outside of any function.
  }
  const call = { suite, component: running.componentPath, function: running.name, op: op.replace("1.0/", "") };
  lines.push(JSON.stringify({ ...call, arguments: JSON.parse(text) }));
}

function note(convex, op, text) {
  if (SILENT.has(op)) return;
  const noted = record(convex, op, text).finally(() => pending.delete(noted));
  pending.add(noted);
}

function recording(convex) {
  const through = (method) => (op, text) => {
    note(convex, op, text);
    return convex[method](op, text);
  };
  return {
    syscall: through("syscall"),
    asyncSyscall: through("asyncSyscall"),
    get jsSyscall() {
      return convex.jsSyscall;
    },
  };
}

let installed = globalThis.Convex;
Object.defineProperty(globalThis, "Convex", {
  configurable: true,
  get: () => installed,
  set: (convex) => {
    installed = convex === undefined ? convex : recording(convex);
  },
});

afterAll(async () => {
  await Promise.all(pending);
  fs.mkdirSync(path.dirname(trace), { recursive: true });
  fs.writeFileSync(trace, lines.map((line) => line + "\n").join(""));
});
