"""A folder in the hands of one process; what kill -9 leaves between two steps; volumes and file systems that cannot rename."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from optimizer.core.errors import OutputExists, OutputUnwritable
from optimizer.files import exchange, holding
from optimizer.files import single_files as files
from optimizer.plan import folder as plan_folder
from optimizer.plan.folder import is_plan_file, read_plan, require_free, write_plan
from optimizer.report import saving
from optimizer.report.saving import save_plan
from tests.report import sample

OLD, NEW = 81.0, 1.0
"""Objectives of the plan that is there and of the one that is to come."""

WRITER = """
import os, signal, sys
from pathlib import Path
from optimizer.files import exchange, holding
from optimizer.plan.folder import write_plan
from tests.report import sample

def ends(*given):
    os.kill(os.getpid(), signal.SIGKILL)

{before}
write_plan(sample.plan(objective_musd=1.0), Path(sys.argv[1]), force=True)
"""

TWO_RENAMES = "exchange._exchanged = lambda *_: False\n"
WITHIN = TWO_RENAMES + "exchange._renamed_twice = lambda *_: False\n"
AFTER_TWO_RENAMES = """
plain = os.rename
def renamed(source, target):
    plain(source, target)
    if Path(source).name == "{name}":
        ends()
os.rename = renamed
"""

TAKEN_AWAY = """
plain = Path.unlink
def taken_away(path, **named):
    plain(path, **named)
    if path.name == "plan.json":
        ends()
Path.unlink = taken_away
"""

KILLED = {
    "before the exchange": ("holding.put_in_place = ends", OLD, NEW),
    "after the exchange": ("holding._dispose = ends", NEW, None),
    "half way through what was there": (TAKEN_AWAY, NEW, None),
    "between two renames": (TWO_RENAMES + AFTER_TWO_RENAMES.replace("{name}", "plan"), NEW, None),
    "while half is written": ("import optimizer.plan.folder as f; f.plan_json = ends", OLD, None),
    "half way within a volume": (WITHIN + AFTER_TWO_RENAMES.replace("{name}", "tables"), NEW, None),
}
"""Where it is killed: what the next run finds in the folder, and what set aside beside it."""


def held_in(folder: Path) -> float:
    return float(read_plan(folder).header["objective_musd"])


def there(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def plan(tmp_path):
    write_plan(sample.plan(objective_musd=OLD), tmp_path / "plan")
    return tmp_path / "plan"


@pytest.mark.parametrize("where", KILLED)
def test_what_a_killed_run_leaves_is_finished_or_named_by_the_next(plan: Path, where: str) -> None:
    before, found, kept = KILLED[where]
    done = subprocess.run([sys.executable, "-c", WRITER.replace("{before}", before), str(plan)], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    said: list[str] = []
    with holding.hold_folder(plan, is_plan_file, said.append):
        assert held_in(plan) == found
    names = {"plan", "plan.kept-1"} if kept else {"plan"}
    assert there(plan.parent) == names
    if kept:
        assert held_in(plan.parent / "plan.kept-1") == kept
        assert str(plan.parent / "plan.kept-1") in said[0]
    assert not any(path.name.startswith(".") for path in plan.iterdir())
    write_plan(sample.plan(objective_musd=7.0), plan, force=True)
    assert held_in(plan) == 7.0


def test_a_new_folder_that_was_whole_when_its_run_was_killed_takes_its_place(tmp_path: Path) -> None:
    place = tmp_path / "plan"
    subprocess.run([sys.executable, "-c", WRITER.replace("{before}", "holding.put_in_place = ends"), str(place)], check=False, timeout=120)
    assert not place.exists()
    said: list[str] = []
    with holding.hold_folder(place, is_plan_file, said.append):
        assert held_in(place) == NEW
    assert said == [f"A run that was ended before it put its plan into {place} left it whole; it is in {place} now."]


@pytest.mark.parametrize("lines", [[], ["_exchanged"], ["_exchanged", "_renamed_twice"]])
def test_a_folder_is_replaced_whatever_the_system_can(plan: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> None:
    for name in lines:
        monkeypatch.setattr(exchange, name, lambda *_: False)
    write_plan(sample.plan(objective_musd=NEW), plan, force=True)
    assert (held_in(plan), there(plan.parent)) == (NEW, {"plan"})
    assert there(plan) == {"plan.json", "tables", "manifest.json"}


def test_a_volume_that_cannot_be_renamed_is_written_from_within(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As at a mount point: whoever renames the folder itself, or anything into another device, is refused."""
    plain = os.rename

    def renamed(source, target):
        if plan in (Path(source), Path(target)):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        plain(source, target)

    monkeypatch.setattr(exchange, "_exchanged", lambda *_: False)
    monkeypatch.setattr(os, "rename", renamed)
    write_plan(sample.plan(objective_musd=NEW), plan, force=True)
    assert (held_in(plan), there(plan.parent)) == (NEW, {"plan"})
    (plan / "tables" / "cash.csv").write_text("mine")
    monkeypatch.setattr(files, "is_fixed", lambda folder: True)
    monkeypatch.setattr(holding, "is_fixed", lambda folder: True)
    write_plan(sample.plan(objective_musd=2.0), plan, force=True)
    assert (held_in(plan), there(plan)) == (2.0, {"plan.json", "tables", "manifest.json", "kept-1"})
    assert (plan / "kept-1" / "tables" / "cash.csv").read_text() == "mine"
    write_plan(sample.plan(objective_musd=3.0), plan, force=True)  # what was set aside is no stranger, and stays
    assert (plan / "kept-1" / "tables" / "cash.csv").read_text() == "mine"


MOUNTED = """
mount -t tmpfs -o size={size} none "$1" && shift && exec "$@"
"""


def mounted(folder: Path, size: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run Python with a small volume mounted at a folder, in a namespace of its own."""
    command = ["unshare", "-rm", "sh", "-c", MOUNTED.replace("{size}", size), "sh", str(folder), sys.executable, "-c", code, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)


@pytest.fixture
def volume(tmp_path):
    (tmp_path / "volume").mkdir()
    if mounted(tmp_path / "volume", "1m", "").returncode != 0:
        pytest.skip("no volume can be mounted here")
    return tmp_path / "volume"


def test_the_root_of_a_mounted_volume_takes_a_plan_and_another(volume: Path) -> None:
    """As the system makes one: with a folder for what it may find when it mends itself."""
    before = "(Path(sys.argv[1]) / 'lost+found').mkdir(); write_plan(sample.plan(), Path(sys.argv[1]))"
    code = WRITER.replace("{before}", before) + """
from optimizer.plan.folder import read_plan
print(read_plan(Path(sys.argv[1])).header["objective_musd"], sorted(os.listdir(sys.argv[1])))
"""
    done = mounted(volume, "64m", code)
    assert (done.stdout, done.stderr) == ("1.0 ['lost+found', 'manifest.json', 'plan.json', 'tables']\n", "")


def test_a_plan_that_finds_no_room_is_written_elsewhere_and_the_file_is_named(volume: Path, tmp_path: Path) -> None:
    code = """
import os, sys
from pathlib import Path
from optimizer.report.saving import save_plan
from tests.report import sample

os.environ["HOME"] = "/nowhere"
saved = save_plan(sample.plan(), Path(sys.argv[1]) / "plan", False, {}, print)
print(saved.folder)
print(saved.trouble)
"""
    done = mounted(volume, "64k", code)
    other, *said = done.stdout.splitlines()
    assert done.stderr == ""
    assert f"{volume}/.plan." in said[0]
    assert ".parquet cannot be written (No space left on device). Make room there" in said[0] or ".csv cannot be written" in said[0]
    assert said[1] == f"The plan is not lost: it was written to {other} instead."
    assert held_in(Path(other)) == OLD
    subprocess.run(["rm", "-r", other], check=True)


def test_a_plan_that_was_found_is_written_into_less_room_than_is_asked_for_before(volume: Path) -> None:
    code = """
import sys
from pathlib import Path
from optimizer.report.saving import save_plan
from tests.report import sample

saved = save_plan(sample.plan(), Path(sys.argv[1]) / "plan", False, {}, print)
print(saved.folder, saved.trouble)
"""
    done = mounted(volume, "2m", code)
    assert (done.stdout, done.stderr) == (f"{volume}/plan \n", "")


def test_where_no_place_is_left_every_one_that_there_is_is_named(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full, and with it the place for temporary files; where one stood is gone, and there is no home."""

    def is_gone():
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    def is_full(file, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    for owner, name in ((Path, "cwd"), (Path, "home"), (saving.tempfile, "gettempdir")):
        monkeypatch.setattr(owner, name, is_gone)
    monkeypatch.setattr(plan_folder, "_write", is_full)
    with pytest.raises(OutputUnwritable) as refused:
        save_plan(sample.plan(), plan, True, {}, print)
    full = "cannot be written (No space left on device). Make room there, or name another place."
    assert str(refused.value).splitlines() == [
        f"{plan} {full}", f"{plan.parent / 'plan.kept-1'} {full}", "The plan could be written nowhere."]
    assert (held_in(plan), there(plan.parent)) == (OLD, {"plan"})


def test_too_little_room_is_found_before_the_time_is_spent(volume: Path) -> None:
    code = "import sys; from pathlib import Path; from optimizer.plan.folder import require_free; require_free(Path(sys.argv[1]), False)"
    done = mounted(volume, "4m", code)
    assert "MB are free in" in done.stderr
    assert "20 MB are needed" in done.stderr


def test_a_folder_that_was_taken_while_it_was_solved_is_left_and_the_plan_goes_beside_it(plan: Path) -> None:
    said: list[str] = []
    saved = save_plan(sample.plan(objective_musd=NEW), plan, False, {}, said.append)
    assert saved.folder == plan.parent / "plan.kept-1"
    assert (held_in(plan), held_in(saved.folder)) == (OLD, NEW)
    assert "holds a plan already" in saved.trouble


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "plan"
    code = ("import sys, time; from pathlib import Path; from optimizer.files.holding import hold_folder\n"
            "with hold_folder(Path(sys.argv[1]), bool):\n    print('held', flush=True)\n    time.sleep(60)")
    other = subprocess.Popen([sys.executable, "-c", code, str(place)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(OutputExists, match=r"Another gigasite is at work in .*plan; wait"):
            write_plan(sample.plan(), place)
    finally:
        other.kill()
        other.communicate()
    write_plan(sample.plan(), place)  # the hold dies with its holder
    assert there(place.parent) == {"plan"}


def test_names_are_looked_at_before_the_time_is_spent(tmp_path: Path) -> None:
    long = tmp_path / ("n" * 250)
    require_free(long, force=False)
    write_plan(sample.plan(), long)
    (long / "plan.json").write_text((long / "plan.json").read_text().replace("81.0", "82.0"))
    said: list[str] = []
    write_plan(sample.plan(objective_musd=NEW), long, force=True, say=said.append)
    assert held_in(tmp_path / f"{'n' * 200}.kept-1") == 82.0
    with pytest.raises(OutputUnwritable, match="takes 256 bytes, and the file system allows 255"):
        require_free(tmp_path / ("n" * 256), force=False)
    with pytest.raises(OutputUnwritable, match="the system allows 4096"):
        require_free(tmp_path.joinpath(*["n" * 200] * 21), force=False)


def test_where_somebody_stands_is_not_moved_away(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(plan)
    before = plan.stat().st_ino
    write_plan(sample.plan(objective_musd=NEW), Path(), force=True)
    assert (plan.stat().st_ino, held_in(Path())) == (before, NEW)
