"""Client call sites: hooks of convex/react and its kin, wherever the repository's other code uses them."""

from convex_lint.interpret.clients.calls import Clients, look

__all__ = ["Clients", "look"]
