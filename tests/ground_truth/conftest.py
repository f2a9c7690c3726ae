"""Shares the installation of pinned packages with `tests/real`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "real"))

from installed import cli, components, installation

__all__ = ["cli", "components", "installation"]
