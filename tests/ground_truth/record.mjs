// Vitest setup file: writes down every call that code under convex-test makes to the platform, one JSON object a line, with
// the function that made it. convex-test installs `globalThis.Convex`; what code sees of it is a recording proxy.
//
// Reads also tell which rows they got (`rows`: how many, the last one, and whether there were no more), writes the document
// before and after. `world` numbers the databases of a test file, `request` is the outermost call that this one belongs to.
import fs from "node:fs";
import path from "node:path";
import { afterAll, expect } from "vitest";

const suite = path.relative(process.cwd(), expect.getState().testPath ?? "unknown");
const trace = path.join(process.env.CONVEX_TRACE, `${suite.replaceAll(path.sep, "__")}.jsonl`);
const ASK = "1.0/getFunctionMetadata";
const NEXT = "1.0/queryStreamNext";
const SILENT = new Set([ASK, NEXT, "1.0/queryCleanup", "1.0/getTransactionMetrics"]);
const UPDATES = new Set(["1.0/shallowMerge", "1.0/replace", "1.0/remove"]);

const lines = [];
const pending = new Set();
const worlds = new Map();
const streams = new Map();

function worldOf(convex) {
  let implementation;
  try {
    implementation = convex.asyncSyscall;
  } catch {
    return null; // Outside of any test database.
  }
  if (!worlds.has(implementation)) worlds.set(implementation, worlds.size);
  return worlds.get(implementation);
}

async function ask(convex, op, values) {
  try {
    return JSON.parse(await convex.asyncSyscall(op, JSON.stringify(values)));
  } catch {
    return null; // Called by the test itself, or by a function that must not ask.
  }
}

function note(convex, op, text) {
  const call = { suite, world: worldOf(convex), component: null, function: null, request: null, op: op.replace("1.0/", "") };
  call.arguments = JSON.parse(text);
  lines.push(call);
  const noted = Promise.all([ask(convex, ASK, {}), ask(convex, "1.0/getRequestMetadata", {})])
    .then(([running, request]) => {
      call.component = running?.componentPath ?? null;
      call.function = running?.name ?? null;
      call.request = request?.requestId ?? null;
    })
    .finally(() => pending.delete(noted));
  pending.add(noted);
  return call;
}

const get = (convex, { table, id }) => ask(convex, "1.0/get", { table, id, isSystem: false });

async function written(convex, op, text) {
  const call = note(convex, op, text);
  if (op !== "1.0/insert") call.before = await get(convex, call.arguments);
  const result = await convex.asyncSyscall(op, text);
  const id = op === "1.0/insert" ? JSON.parse(result)._id : call.arguments.id;
  call.after = op === "1.0/remove" ? null : await get(convex, { ...call.arguments, id });
  return result;
}

async function page(convex, op, text) {
  const call = note(convex, op, text);
  const result = await convex.asyncSyscall(op, text);
  const { page: rows, isDone } = JSON.parse(result);
  call.rows = { count: rows.length, last: rows.at(-1) ?? null, done: isDone };
  return result;
}

async function next(convex, text) {
  const call = streams.get(`${worldOf(convex)}:${JSON.parse(text).queryId}`);
  const result = await convex.asyncSyscall(NEXT, text);
  const { value, done } = JSON.parse(result);
  if (call !== undefined) {
    if (done) call.rows.done = true;
    else call.rows = { count: call.rows.count + 1, last: value, done: false };
  }
  return result;
}

function recording(convex) {
  return {
    syscall(op, text) {
      if (SILENT.has(op)) return convex.syscall(op, text);
      const call = note(convex, op, text);
      const result = convex.syscall(op, text);
      if (op === "1.0/queryStream") {
        call.rows = { count: 0, last: null, done: false };
        streams.set(`${call.world}:${JSON.parse(result).queryId}`, call);
      }
      return result;
    },
    asyncSyscall(op, text) {
      if (op === "1.0/insert" || UPDATES.has(op)) return written(convex, op, text);
      if (op === "1.0/queryPage") return page(convex, op, text);
      if (op === NEXT) return next(convex, text);
      if (!SILENT.has(op)) note(convex, op, text);
      return convex.asyncSyscall(op, text);
    },
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

// Long texts are no keys of any index, and traces of them would fill the disk.
const shorten = (name, value) => (typeof value === "string" && value.length > 300 ? `${value.slice(0, 300)}…${value.length}` : value);

afterAll(async () => {
  await Promise.all(pending);
  fs.mkdirSync(path.dirname(trace), { recursive: true });
  fs.writeFileSync(trace, lines.map((line) => JSON.stringify(line, shorten) + "\n").join(""));
});
