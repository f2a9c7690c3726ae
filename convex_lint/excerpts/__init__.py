"""Excerpts of the Convex documentation, from a lock file that a person reviewed."""

from convex_lint.excerpts.lock import Excerpt, Excerpts, find_excerpts, load_excerpts, parse_lock
from convex_lint.excerpts.markdown import markdown_of
from convex_lint.excerpts.sanitise import sanitise

__all__ = ["Excerpt", "Excerpts", "find_excerpts", "load_excerpts", "markdown_of", "parse_lock", "sanitise"]
