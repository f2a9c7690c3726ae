"""Makes the modules beside this file importable, and their fixtures known."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from installed import cli, components, installation

__all__ = ["cli", "components", "installation"]
