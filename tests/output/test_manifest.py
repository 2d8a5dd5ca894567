"""Nothing is deleted but what gigasite wrote and nobody has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from optimizer.cli import app
from optimizer.core.errors import OutputExists
from optimizer.core.instance_json import instance_to_json
from optimizer.files.single_files import add_files, put_alone, require_ours
from optimizer.plan.folder import require_free, write_plan
from tests.report import sample
from tests.report.page.cases import solved


@pytest.fixture
def plan(tmp_path):
    write_plan(sample.plan(), tmp_path / "plan")
    return tmp_path / "plan"


def test_a_file_under_tables_that_gigasite_never_wrote_is_not_even_deleted_by_force(plan: Path) -> None:
    (plan / "tables" / "notes.txt").write_text("mine")
    with pytest.raises(OutputExists, match=r"holds tables/notes\.txt, which is no part of a plan"):
        write_plan(sample.plan(objective_musd=1.0), plan, force=True)
    assert (plan / "tables" / "notes.txt").read_text() == "mine"


def test_a_folder_of_a_person_is_named_and_not_looked_through(tmp_path: Path) -> None:
    (tmp_path / "work" / "deep").mkdir(parents=True)
    for number in range(9):
        (tmp_path / "work" / "deep" / f"{number}.txt").write_text("mine")
    (tmp_path / "letters").mkdir()
    with pytest.raises(OutputExists, match=r"holds letters and work, which are no part of a plan"):
        require_free(tmp_path, force=True)
    with pytest.raises(OutputExists, match="which are no part of a plan"):
        require_free(Path("/"), force=True)


def test_files_of_its_names_that_it_never_wrote_are_set_aside(tmp_path: Path) -> None:
    (tmp_path / "plan" / "tables").mkdir(parents=True)
    (tmp_path / "plan" / "tables" / "cash.csv").write_text("my own cash")
    with pytest.raises(OutputExists, match=r"tables/cash\.csv, which is not as gigasite wrote it.*plan\.kept-1"):
        write_plan(sample.plan(), tmp_path / "plan")
    said: list[str] = []
    write_plan(sample.plan(), tmp_path / "plan", force=True, say=said.append)
    assert (tmp_path / "plan.kept-1" / "tables" / "cash.csv").read_text() == "my own cash"
    assert said == [f"What was in {tmp_path / 'plan'} before is set aside in {tmp_path / 'plan.kept-1'} "
                    "(not as gigasite wrote it: tables/cash.csv)."]


def test_what_is_set_aside_twice_has_two_names(plan: Path) -> None:
    for number, text in ((1, "first"), (2, "second")):
        (plan / "tables" / "cash.csv").write_text(text)
        write_plan(sample.plan(), plan, force=True)
        assert (plan.parent / f"plan.kept-{number}" / "tables" / "cash.csv").read_text() == text


def test_a_link_is_no_file_of_ours(plan: Path, tmp_path: Path) -> None:
    content = (plan / "plan.json").read_text()
    (tmp_path / "elsewhere.json").write_text(content)
    (plan / "plan.json").unlink()
    (plan / "plan.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(OutputExists, match=r"plan\.json"):
        require_free(plan, force=True)
    assert (tmp_path / "elsewhere.json").read_text() == content


def test_a_file_that_is_changed_while_it_is_replaced_is_kept(plan: Path) -> None:
    """What nobody had changed before the search, and somebody has after it."""
    require_free(plan, force=True)
    (plan / "tables" / "cash.csv").write_text("late")
    write_plan(sample.plan(objective_musd=1.0), plan, force=True)
    assert (plan.parent / "plan.kept-1" / "tables" / "cash.csv").read_text() == "late"


def test_an_edited_workbook_is_refused_and_set_aside_by_force(tmp_path: Path) -> None:
    folder = tmp_path / "hand"
    write_plan(solved().plan, folder, texts={"instance.json": instance_to_json(solved().instance)})
    add_files(folder, {"plan.xlsx": b"as written"})
    (folder / "plan.xlsx").write_bytes(b"edited")
    refused = CliRunner().invoke(app, ["report", str(folder)])
    assert refused.exit_code == 2
    assert f"plan.xlsx in {folder} is not as gigasite wrote it" in refused.stderr
    assert (folder / "plan.xlsx").read_bytes() == b"edited"
    assert not (folder / "report.html").exists()
    done = CliRunner().invoke(app, ["report", str(folder), "--force"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "hand.kept-1" / "plan.xlsx").read_bytes() == b"edited"
    assert f"set aside in {tmp_path / 'hand.kept-1'}" in done.stderr
    assert (folder / "plan.xlsx").read_bytes().startswith(b"PK")
    again = CliRunner().invoke(app, ["report", str(folder)])
    assert again.exit_code == 0, again.output


def test_a_run_that_is_ended_between_two_files_leaves_nothing_that_looks_like_a_persons(plan: Path, monkeypatch) -> None:
    from optimizer.files import single_files as files

    plain = files.put_file

    def failing(file, content):
        if file.name == "plan.xlsx":
            raise OSError("killed")
        plain(file, content)

    monkeypatch.setattr(files, "put_file", failing)
    with pytest.raises(OSError, match="killed"):
        add_files(plan, {"report.html": b"new", "plan.xlsx": b"new"})
    require_ours(plan, ["report.html", "plan.xlsx"], force=False)
    monkeypatch.setattr(files, "put_file", plain)
    add_files(plan, {"report.html": b"newer", "plan.xlsx": b"newer"})
    require_free(plan, force=True)


def test_a_file_that_stands_alone_is_set_aside_unless_it_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "map.png"
    put_alone(file, b"one", force=False)
    with pytest.raises(OutputExists, match="--force"):
        put_alone(file, b"two", force=False)
    put_alone(file, b"one", force=True)
    assert [path.name for path in file.parent.iterdir()] == ["map.png"]
    said: list[str] = []
    put_alone(file, b"two", force=True, say=said.append)
    assert (file.read_bytes(), (file.parent / "map.kept-1.png").read_bytes()) == (b"two", b"one")
    assert said == [f"The map.png that was there is kept as {file.parent / 'map.kept-1.png'}."]
