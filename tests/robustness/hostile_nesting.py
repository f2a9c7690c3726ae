"""Code nested three thousand levels deep."""

from __future__ import annotations

from tests.robustness.small_app import READ, Files, app, query

DEEP = 3_000


def deep_arrays() -> Files:
    return app(query(f"const x = {'[' * DEEP}args.n{']' * DEEP}; return x;"))


def deep_objects() -> Files:
    return app(query(f"const x = {'{a:' * DEEP}args.n{'}' * DEEP}; return x;"))


def deep_calls() -> Files:
    return app("const f = (x) => [x];\n" + query(f"return {'f(' * DEEP}args.n{')' * DEEP};"))


def deep_parentheses() -> Files:
    return app(query(f"return {'(' * DEEP}args.n{')' * DEEP};"))


def deep_ifs() -> Files:
    return app(query("let x = 1;\n" + "if (args.n) {" * DEEP + READ + ";" + "} else { x = args.n; }" * DEEP))


def deep_else_ifs() -> Files:
    return app(
        query(
            "let x = 1;\n"
            + "".join(f"if (args.n > {i}) {{ x = {i}; }} else " for i in range(DEEP))
            + f"{{ {READ}; }} return x;"
        )
    )


def deep_conditionals() -> Files:
    return app(query("return " + "".join(f"args.n === {i} ? [{i}] : " for i in range(DEEP)) + "null;"))


def deep_templates() -> Files:
    return app(query(f"return {'`${' * DEEP}args.n{'}`' * DEEP};"))


def deep_jsx() -> Files:
    component = f"export const Deep = () => {'<div>' * DEEP}{{useQuery(api.a.last, {{ team: 'x' }})}}{'</div>' * DEEP};"
    client = (
        f'import {{ useQuery }} from "convex/react";\nimport {{ api }} from "../convex/_generated/api";\n{component}\n'
    )
    return app("") | {"src/deep.tsx": client}


def deep_chains() -> Files:
    return app(query(f"const x = args{'.a' * DEEP}; const y = args{'.b().c' * DEEP}; return x{' + args.n' * DEEP};"))


def deep_operators() -> Files:
    """Both ends of long chains of `&&`, `||`, `??`, `!` and `**`."""
    chains = [f"args.a{' ' + op + ' args.b' * 1} {op} ".join(["x"] * (DEEP // 3)) for op in ("&&", "||", "**")]
    nullish = " ?? ".join(["args.c"] * DEEP)
    return app(
        query(
            f"const x = args.n;\nif ({'!' * DEEP}x) {{ {READ}; }}\n"
            + "\n".join(f"if ({c}) {{ {READ}; }}" for c in chains)
            + f"\nreturn {nullish};"
        )
    )


def deep_functions() -> Files:
    return app(query(f"const f = {'() => ' * DEEP}{{ {READ} }}; return f{'()' * DEEP};"))


def deep_blocks() -> Files:
    return app(query("{" * DEEP + READ + ";" + "}" * DEEP))


def deep_loops() -> Files:
    loops = "".join(f"for (const x{i} of xs) {{ " for i in range(300))
    return app(
        query(f"let xs = args.n; let s = 0;\n{loops} s = [s, xs]; xs = [...xs, s]; {READ}; {'}' * 300}\nreturn s;")
    )


def deep_types() -> Files:
    deep = "Array<" * DEEP + "string" + ">" * DEEP
    union = " | ".join(f'"{i}"' for i in range(DEEP))
    objects = "{ a: " * DEEP + "1" + " }" * DEEP
    return app(
        f"type Deep = {deep};\ntype Union = {union};\ntype Objects = {objects};\n"
        + query("const x: Deep = args.x; const u: Union = args.u; const o: Objects = args.o; return o.a.a.a;")
    )


def deep_validators() -> Files:
    return app(
        f"const deep = {'v.array(' * DEEP}v.string(){')' * DEEP};\n"
        + query("return args;").replace("v.number()", "deep")
    )


def deep_patterns() -> Files:
    return app(
        query(f"const {'{a:' * DEEP}x{'}' * DEEP} = args; const {'[' * DEEP}y{']' * DEEP} = args.n; return [x, y];")
    )
