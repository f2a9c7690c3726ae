"""Excerpts as the section of a rule's page: quoted, with where each comes from."""

from __future__ import annotations

from collections.abc import Iterable

from convex_lint.excerpts.lock import Excerpt
from convex_lint.excerpts.sanitise import plain, sanitise

HEADING = "## From the Convex docs"

_ORIGINS = {"context7": "Context7 library", "convex-docs-repo": "documentation in"}


def markdown_of(excerpts: Iterable[Excerpt]) -> str:
    """A section with its heading and a newline at the end; empty without excerpts."""
    quotes = [_quote(excerpt) for excerpt in excerpts]
    return "\n\n".join([HEADING, *quotes]) + "\n" if quotes else ""


def _quote(excerpt: Excerpt) -> str:
    quoted = "\n".join(f"> {line}".rstrip() for line in sanitise(excerpt.excerpt).split("\n"))
    pages = ", ".join(f"[{plain(source.title) or 'page'}]({_target(source.url)})" for source in excerpt.sources)
    origin = f"{_ORIGINS[excerpt.origin]} `{excerpt.library_id}`"
    return f"{quoted}\n\nSource: {pages} ({origin}, retrieved {excerpt.retrieved_at[:10]})."


def _target(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29")
