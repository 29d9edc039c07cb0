"""Settings of the whole suite."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent.parent))  # "from tests.fixtures import …" under a plain `pytest` too

from dpia import cli  # the path first
from tests.fixtures import small

# The same examples on every run; HYPOTHESIS_PROFILE=recherche draws new ones, and many more.
settings.register_profile("suite", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("recherche", deadline=None, max_examples=3000, database=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[pytest.TestReport]:
    """In CI (DPIA_CI), a skipped test is a failed test: every tool is there, or the check did not take place."""
    report = yield
    if report.skipped and os.environ.get("DPIA_CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} : test sauté en CI ({report.longrepr})"
    return report


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> small.RUN:
    """Run one command; give its exit code, its output and its errors."""

    def typed(*words: object) -> tuple[int, str, str]:
        try:
            code = cli.main([str(word) for word in words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return typed
