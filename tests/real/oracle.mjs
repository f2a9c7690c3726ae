// Imports a component's own sources and prints what they register: the truth that `convex-lint facts` is compared with.
// Usage: node oracle.mjs FUNCTIONS_DIR. esbuild is taken from the node_modules above FUNCTIONS_DIR.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const root = fs.realpathSync(process.argv[2]);
const esbuild = createRequire(path.join(root, "x.js"))("esbuild");
const EXTENSIONS = [".js", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".jsx"];

/** The rules of convex's own `bundler/index.ts` (`entryPoints`). */
function* entryPoints(directory = root) {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    const relative = path.relative(root, file);
    if (entry.isDirectory()) {
      if (!fs.existsSync(path.join(file, "convex.config.ts")) && relative !== "_generated") yield* entryPoints(file);
      continue;
    }
    const { base, ext } = path.parse(file);
    if (!EXTENSIONS.includes(ext) || /^[.#]/.test(base) || /^schema\.[jt]s$/.test(base)) continue;
    if (base.split(".").length > 2 || relative.includes(" ")) continue;
    if (/^\.tsx?$/.test(ext) && !/^\s{0,100}(import|export)/m.test(fs.readFileSync(file, "utf8"))) continue;
    yield relative;
  }
}

const STUBS = {
  server: `export {
    queryGeneric as query, internalQueryGeneric as internalQuery,
    mutationGeneric as mutation, internalMutationGeneric as internalMutation,
    actionGeneric as action, internalActionGeneric as internalAction, httpActionGeneric as httpAction,
  } from "convex/server";`,
  api: `import { anyApi, componentsGeneric } from "convex/server";
    export const api = anyApi, internal = anyApi, components = componentsGeneric();`,
  dataModel: "export {};",
};

/** Packages are free not to ship `_generated`; what it holds never varies at run time. */
const generated = {
  name: "generated",
  setup(build) {
    build.onResolve({ filter: /_generated\/(server|api|dataModel)(\.js)?$/ }, ({ path: wanted, resolveDir }) => {
      const file = path.resolve(resolveDir, wanted.replace(/\.js$/, ""));
      if ([".ts", ".js"].some((ext) => fs.existsSync(file + ext))) return undefined;
      return { path: path.basename(file), namespace: "generated", pluginData: resolveDir };
    });
    build.onLoad({ filter: /.*/, namespace: "generated" }, ({ path: name, pluginData }) => ({
      contents: STUBS[name],
      resolveDir: pluginData,
    }));
  },
};

function kindOf(value) {
  if (value.isHttp) return "http";
  const kinds = ["query", "mutation", "action"].filter((kind) => value["is" + kind[0].toUpperCase() + kind.slice(1)]);
  return kinds.length === 1 ? kinds[0] : null;
}

function inventory(schema) {
  return JSON.parse(schema.export()).tables.map((table) => {
    const database = (list, staged) =>
      list.map(({ indexDescriptor, fields }) => ({ name: indexDescriptor, kind: "database", fields, staged }));
    const search = (list, staged) =>
      list.map(({ indexDescriptor, searchField, filterFields }) => ({
        name: indexDescriptor,
        kind: "search",
        fields: [searchField, ...filterFields],
        staged,
      }));
    const vector = (list, staged) =>
      list.map(({ indexDescriptor, vectorField, filterFields }) => ({
        name: indexDescriptor,
        kind: "vector",
        fields: [vectorField, ...filterFields],
        staged,
      }));
    return {
      name: table.tableName,
      indexes: [
        ...database(table.indexes, false),
        ...database(table.stagedDbIndexes, true),
        ...search(table.searchIndexes, false),
        ...search(table.stagedSearchIndexes, true),
        ...vector(table.vectorIndexes, false),
        ...vector(table.stagedVectorIndexes, true),
      ],
    };
  });
}

const modules = [...entryPoints()].sort();
const schemaFile = ["schema.ts", "schema.js"].find((name) => fs.existsSync(path.join(root, name)));
const outdir = fs.mkdtempSync(path.join(path.dirname(root), ".oracle-"));
const truth = { tables: [], functions: [], routes: [], crons: [], failed: [] };
try {
  const entries = schemaFile ? [...modules, schemaFile] : modules;
  await esbuild.build({
    entryPoints: Object.fromEntries(entries.map((file, at) => [String(at), path.join(root, file)])),
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    outExtension: { ".js": ".mjs" },
    outdir,
    logLevel: "silent",
    plugins: [generated],
  });
  for (const [at, file] of entries.entries()) {
    let loaded;
    try {
      loaded = await import(pathToFileURL(path.join(outdir, `${at}.mjs`)).href);
    } catch (error) {
      truth.failed.push({ module: file, why: String(error.message).split("\n")[0] });
      continue;
    }
    if (file === schemaFile) {
      truth.tables = inventory(loaded.default);
      continue;
    }
    const module = file.replace(/\.[^.]+$/, "").split(path.sep).join("/");
    for (const [name, value] of Object.entries(loaded)) {
      const kind = value && (typeof value === "function" || typeof value === "object") ? kindOf(value) : null;
      if (kind === null) continue;
      truth.functions.push({
        path: name === "default" ? module : `${module}:${name}`,
        kind,
        visibility: value.isInternal ? "internal" : "public",
      });
    }
    if (module === "http" && loaded.default?.isRouter) {
      truth.routes = loaded.default.getRoutes().map(([route, method]) => ({ path: route, method }));
    }
    if (module === "crons" && loaded.default?.isCrons) truth.crons = Object.keys(loaded.default.crons);
  }
} catch (error) {
  truth.failed.push({ module: "*", why: String(error.message).split("\n").slice(0, 3).join(" ") });
} finally {
  fs.rmSync(outdir, { recursive: true, force: true });
}
process.stdout.write(JSON.stringify(truth), () => process.exit(0));
