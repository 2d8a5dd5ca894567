"""A wheel carries all it needs: it is built, unpacked elsewhere and run there."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    with zipfile.ZipFile(next(place.glob("gigasite-*.whl"))) as wheel:
        wheel.extractall(place / "unpacked")
    return place / "unpacked"


def _run(unpacked, cwd, *words):
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    return subprocess.run([sys.executable, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def _files(folder):
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


@pytest.mark.parametrize("kind", ["datasets", "scenarios"])
def test_datasets_and_scenarios_are_inside(unpacked, kind):
    kept = _files(ROOT / kind)
    assert kept
    assert _files(unpacked / "optimizer" / "_data" / kind) == kept


def test_it_runs_from_elsewhere(unpacked, tmp_path):
    where = _run(unpacked, tmp_path, "-c", "import optimizer; print(optimizer.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(unpacked)
    done = _run(unpacked, tmp_path, "-m", "optimizer.cli", "schema")
    assert done.returncode == 0, done.stderr
    assert "price_usd" in done.stdout


def test_a_bundled_scenario_is_solved_by_name(unpacked, tmp_path):
    done = _run(unpacked, tmp_path, "-m", "optimizer.cli", "solve", "quickstart")
    assert done.returncode == 0, done.stderr
    assert "proven" in done.stdout.splitlines()[0]
    assert (tmp_path / "plans" / "quickstart" / "plan.json").is_file()
