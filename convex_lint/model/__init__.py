"""FACTS: what is true of a backend, as frozen dataclasses of the standard library. Knows nothing of syntax."""
