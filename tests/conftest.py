"""Settings of the whole suite."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent.parent))  # "from tests.fixtures import …" under a plain `pytest` too

# The same examples on every run; HYPOTHESIS_PROFILE=recherche draws new ones, and many more.
settings.register_profile("suite", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("recherche", deadline=None, max_examples=3000, database=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
