"""What the platform allows one query or mutation, as of Convex 1.45 (https://docs.convex.dev/production/state/limits)."""

from __future__ import annotations

DOCUMENTS_READ = 32_000
"""Documents scanned; those that a `.filter()` drops count."""
BYTES_READ = 16 * 2**20
RANGES_READ = 4_096
"""Index ranges: one for each query and each `db.get`; patch, replace and delete read their document."""
DOCUMENTS_WRITTEN = 16_000
BYTES_WRITTEN = 16 * 2**20
SCHEDULED = 1_000
"""Functions that one execution schedules."""

MANY_ROWS = 1_000
"""From about here on a list is no longer small, says the documentation of `.collect()`:
https://docs.convex.dev/understanding/best-practices/"""
