"""`python -m convex_lint` is `convex-lint`."""

from convex_lint.cli import run

if __name__ == "__main__":
    run()
