"""A fresh scenario of the template for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.scenario import new_scenario


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Folder of a fresh scenario."""
    return new_scenario(tmp_path / "scenario")
