"""What `npx convex codegen` would write for a fixture app: the `_generated` folders, which need a deployment to be made."""

from __future__ import annotations

import os
from pathlib import Path

DATA_MODEL = """\
import type { DataModelFromSchemaDefinition, DocumentByName, TableNamesInDataModel } from "convex/server";
import type { GenericId } from "convex/values";
import schema from "../schema.js";
export type DataModel = DataModelFromSchemaDefinition<typeof schema>;
"""
DATA_MODEL_WITHOUT_SCHEMA = """\
import type { AnyDataModel, DocumentByName, TableNamesInDataModel } from "convex/server";
import type { GenericId } from "convex/values";
export type DataModel = AnyDataModel;
"""
NAMES = """\
export type TableNames = TableNamesInDataModel<DataModel>;
export type Doc<T extends TableNames> = DocumentByName<DataModel, T>;
export type Id<T extends TableNames | "_storage"> = GenericId<T>;
"""
API = """\
declare const fullApi: ApiFromModules<{{{modules}}}>;
export declare const api: FilterApi<typeof fullApi, FunctionReference<any, "public">>;
export declare const internal: FilterApi<typeof fullApi, FunctionReference<any, "internal">>;
export declare const components: AnyComponents;
"""


def generate(app: Path) -> list[Path]:
    """Writes a `_generated` folder into each functions folder of `app`; gives the functions folders."""
    folders = [path for path in (app, *app.rglob("*")) if path.is_dir() and is_functions_folder(path)]
    for folder in folders:
        target = folder / "_generated"
        target.mkdir()
        schema = (folder / "schema.ts").exists() or (folder / "schema.js").exists()
        (target / "dataModel.ts").write_text((DATA_MODEL if schema else DATA_MODEL_WITHOUT_SCHEMA) + NAMES, "utf-8")
        (target / "server.ts").write_text(server(), "utf-8")
        (target / "api.ts").write_text(api(modules_of(folder)), "utf-8")
    return folders


def is_functions_folder(folder: Path) -> bool:
    names = {"schema.ts", "schema.js", "convex.config.ts"} & set(os.listdir(folder))
    return bool(names) or folder.name == "convex"


def modules_of(folder: Path) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*.[jt]s")):
        between = [parent for parent in path.parents if parent.is_relative_to(folder) and parent != folder]
        if "_generated" in path.parts or any(is_functions_folder(parent) for parent in between):
            continue
        if path.name.count(".") == 1 and path.stem != "schema":
            found.append(path.relative_to(folder).with_suffix("").as_posix())
    return found


def server() -> str:
    lines = ['import * as convex from "convex/server";', 'import type { DataModel } from "./dataModel.js";']
    for kind in ("query", "mutation", "action"):
        name = kind.capitalize()
        lines.append(f'export const {kind}: convex.{name}Builder<DataModel, "public"> = convex.{kind}Generic;')
        internal = f'convex.{name}Builder<DataModel, "internal"> = convex.internal{name}Generic'
        lines.append(f"export const internal{name}: {internal};")
        lines.append(f"export type {name}Ctx = convex.Generic{name}Ctx<DataModel>;")
    lines.append("export const httpAction: convex.HttpActionBuilder = convex.httpActionGeneric;")
    return "\n".join(lines) + "\n"


def api(modules: list[str]) -> str:
    lines = ['import type { AnyComponents, ApiFromModules, FilterApi, FunctionReference } from "convex/server";']
    lines += [f'import type * as m{i} from "../{module}.js";' for i, module in enumerate(modules)]
    named = ", ".join(f'"{module}": typeof m{i}' for i, module in enumerate(modules))
    return "\n".join(lines) + "\n" + API.format(modules=named)
