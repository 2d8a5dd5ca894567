"""The command ``gigasite``: what each command takes. What a command needs is imported when it runs: help comes at once."""

from __future__ import annotations

import shlex
import time
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from optimizer.cli.data import data
from optimizer.cli.failing import errors_as_text
from optimizer.cli.helping import (
    COMPLETION,
    CONTENT_WIDTH,
    EXIT_CODES,
    STUDY_EXIT_CODES,
    complete_plan,
    complete_scenario,
    epilog,
    markup_mode,
)

app = typer.Typer(
    epilog=epilog("gigasite new my-scenario", "gigasite solve my-scenario", ends=(EXIT_CODES, COMPLETION)),
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=markup_mode(),
    context_settings={"max_content_width": CONTENT_WIDTH},
    help="Where, when and on whose power to build an AI training cluster: a proven plan from a scenario folder.",
)
app.add_typer(data, name="data")


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"gigasite {version('gigasite')}")
        raise typer.Exit


def _fraction(value: float | None) -> float | None:
    """Refuse percentages: a gap of 5 was meant as 0.05 by whoever gave it."""
    if value is None or value <= 1.0:
        return value
    raise typer.BadParameter(f"not {value:g}, but a fraction: {value / 100:g} is {value:g} %")


@app.callback()
def main(
    is_asked: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command(epilog=epilog(
    "gigasite solve quickstart",
    "gigasite solve my-scenario --set gpus.H100.price_usd=30000 --out plans/cheaper",
    "gigasite solve my-scenario --gap 0.0001 --time-limit 600 --threads 2",
    ends=(EXIT_CODES,),
))
def solve(
    scenario: Annotated[str, typer.Argument(
        help="A scenario folder, its scenario.toml, or a bundled name: quickstart, xai-2024, west-texas-portfolio.",
        autocompletion=complete_scenario,
    )],
    out: Annotated[Path | None, typer.Option(help="Folder for the plan.  [default: plans/NAME]")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the plan that is there; a changed one is set aside.")] = False,
    overrides: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value; may be repeated.")
    ] = None,
    gap: Annotated[
        float, typer.Option(min=0.0, callback=_fraction, help="Stop when proven within this fraction of the best possible.")
    ] = 0.001,
    require_gap: Annotated[
        float | None, typer.Option(min=0.0, callback=_fraction, help="Fail (exit code 4) when not proven within this fraction.")
    ] = None,
    time_limit: Annotated[float | None, typer.Option(min=0.0, metavar="SECONDS", help=(
        "Time of the whole command: reading, building, searching. The best plan found by then is kept: it is audited, verified and "
        "written, however long that takes."))] = None,
    threads: Annotated[int, typer.Option(min=1, help="Threads of the solver.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print plan.json; all else goes to standard error.")] = False,
) -> None:
    """Solve a scenario: write the plan's folder and print its summary.

    A plan that the folder holds already is used again when nothing that matters has changed.
    """
    began = time.perf_counter()
    with errors_as_text():
        from optimizer.cli.solving import Request, run_solve

        request = Request(scenario, out, force, tuple(overrides or ()), gap, require_gap, time_limit, threads, as_json, began)
        code = run_solve(request)
    raise typer.Exit(code)


@app.command(epilog=epilog(
    "gigasite study quickstart",
    "gigasite study quickstart tornado --workers 2",
    "gigasite study my-scenario my-scenario/studies/draws.toml --out studies/draws --resume",
    ends=(STUDY_EXIT_CODES,),
))
def study(
    scenario: Annotated[str, typer.Argument(
        help="A scenario folder, its scenario.toml, or a bundled name.", autocompletion=complete_scenario)],
    file: Annotated[str | None, typer.Argument(
        metavar="STUDY", help="A study's TOML file, or its name in the scenario's studies folder; without it they are listed.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the study.  [default: studies/SCENARIO/STUDY]")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes on this machine.  [default: one a core]")] = None,
    scheduler: Annotated[str, typer.Option(metavar="ADDRESS", help="Use the workers of a Dask scheduler: tcp://HOST:PORT.")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the runs that the folder holds.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the study that is there; a changed one is set aside.")] = False,
    overrides: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value in every run; may be repeated.")
    ] = None,
    gap: Annotated[
        float | None, typer.Option(min=0.0, callback=_fraction, help="Stop each run when proven within this.  [default: the study's]")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0.0, metavar="SECONDS", help="Stop each run then.  [default: the study's]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print answers.json; all else goes to standard error.")] = False,
) -> None:
    """Find what moves a decision: solve with values changed.

    Each run is audited and verified like any plan. What is done is kept: --resume goes on after Ctrl-C or a crash.
    """
    if workers is not None and scheduler:
        raise typer.BadParameter("give one of the two: processes here, or a scheduler's", param_hint="--workers, --scheduler")
    if resume and force:
        raise typer.BadParameter("give one of the two: go on, or begin anew", param_hint="--resume, --force")
    with errors_as_text():
        from optimizer.cli.studying import StudyRequest, run_study_command
        from optimizer.study.runs.scope import StudyOptions

        options = StudyOptions(out, workers, scheduler, resume, force, tuple(overrides or ()), gap, time_limit)
        code = run_study_command(StudyRequest(scenario, file, options, as_json))
    raise typer.Exit(code)


@app.command(epilog=epilog("gigasite check plans/quickstart", ends=(EXIT_CODES,)))
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The plan's folder.", autocompletion=complete_plan)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the audit as JSON.")] = False,
) -> None:
    """Audit a saved plan again: every rule and every dollar.

    The audit cannot import the model that made the plan, and shares no arithmetic with it.
    """
    with errors_as_text():
        from optimizer.cli.checking import run_check

        code = run_check(folder, as_json)
    raise typer.Exit(code)


class Form(StrEnum):
    """Forms in which a plan can be exported."""

    pypsa = "pypsa"


class Snapshots(StrEnum):
    """Hours that an exported plan has."""

    typical = "typical"
    all = "all"


@app.command(epilog=epilog("gigasite export plans/quickstart --to pypsa", "gigasite export plans/quickstart --to pypsa site.nc --hours all",
                           ends=(EXIT_CODES,)))
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The plan's folder.", autocompletion=complete_plan)],
    to: Annotated[Form, typer.Option(help="pypsa: a PyPSA network as NetCDF; needs the extra pypsa.")],
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="The file to write.  [default: NAME.nc]")] = None,
    hours: Annotated[Snapshots, typer.Option(help="The plan's typical hours with their weights, or every hour.")] = Snapshots.typical,
    force: Annotated[bool, typer.Option("--force", help="Set aside the file that is there.")] = False,
) -> None:
    """Write a saved plan in the form that another program reads."""
    with errors_as_text():
        from optimizer.cli.exporting import run_export

        code = run_export(folder, file, hours.value, force)
    raise typer.Exit(code)


@app.command(epilog=epilog("gigasite compare plans/a plans/b", "gigasite compare plans/a plans/b plans/c --out compared.html"))
def compare(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR DIR...", help="Folders of two plans or more.", autocompletion=complete_plan)
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a page as well, self-contained.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Set aside the page that is there.")] = False,
) -> None:
    """Set saved plans beside one another: decision, dates, money."""
    if len(folders) < 2:
        raise typer.BadParameter("name the folders of two plans or more", param_hint="DIR DIR...")
    with errors_as_text():
        from optimizer.cli.comparing import run_compare

        code = run_compare(folders, out, force)
    raise typer.Exit(code)


@app.command(epilog=epilog(
    "gigasite report plans/quickstart",
    "gigasite report plans/quickstart --beside --study studies/quickstart/tornado",
    "gigasite report studies/quickstart/tornado --run 3 --out plans/dear-gpus",
    ends=(EXIT_CODES,),
))
def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A plan's folder, or a study's.", autocompletion=complete_plan)],
    beside: Annotated[
        bool, typer.Option("--beside", help="Solve the next two sites, rent only, half the size and doing nothing beside it.")
    ] = False,
    gap: Annotated[
        float, typer.Option(min=0.0, callback=_fraction, help="With --beside: stop each when proven within this fraction.")
    ] = 0.001,
    studies: Annotated[
        list[Path] | None, typer.Option("--study", metavar="DIR", help="A study of the same scenario to tell; may be repeated.")
    ] = None,
    run: Annotated[int | None, typer.Option(min=0, metavar="NUMBER", help="Of a study: take out the plan of this run.")] = None,
    out: Annotated[Path | None, typer.Option(help="With --run: folder for the plan.  [default: plans/STUDY-run-NUMBER]")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Set aside what was changed since it was written; with --run: replace the plan there.")
    ] = False,
) -> None:
    """Make the report of a saved plan, or of a study, anew.

    What --beside solves is kept in beside.json, and used again when nothing that matters has changed. Ctrl-C keeps what is done.
    """
    if run is None and out is not None:
        raise typer.BadParameter("only --run writes another folder", param_hint="--out")
    for_plans = [name for name, is_given in (("--beside", beside), ("--study", bool(studies))) if is_given]
    if run is not None and for_plans:
        raise typer.BadParameter("take the run out first, then report its folder with it", param_hint=", ".join(for_plans))
    with errors_as_text():
        from optimizer.cli.reporting import run_report
        from optimizer.cli.reporting_study import run_run_report, run_study_report
        from optimizer.report.study_page.folder import is_study

        if run is not None:
            code = run_run_report(folder, run, out, force)
        elif is_study(folder):
            code = run_study_report(folder, for_plans, force)
        else:
            code = run_report(folder, beside, gap, studies or (), force)
    raise typer.Exit(code)


class Described(StrEnum):
    """What the schema can be of."""

    scenario = "scenario"
    study = "study"
    rate = "rate"


@app.command(epilog=epilog("gigasite schema", "gigasite schema study", "gigasite schema rate", "gigasite schema --json > schema.json"))
def schema(
    of: Annotated[
        Described, typer.Argument(metavar="WHAT", help="scenario, study: the file of a study, or rate: a rate schedule.")
    ] = Described.scenario,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON Schema.")] = False,
) -> None:
    """Print every field of a scenario: unit, range, default, meaning.

    gigasite schema study prints those of a study's file, its designs and distributions; gigasite schema rate those of a rate schedule.
    """
    with errors_as_text():
        from optimizer.billing.rate_fields import rate_schema_json, rate_schema_text
        from optimizer.scenario import schema_json, schema_text
        from optimizer.study.file.describe import study_schema_json, study_schema_text

        told = {
            Described.scenario: (schema_text, schema_json), Described.study: (study_schema_text, study_schema_json),
            Described.rate: (rate_schema_text, rate_schema_json),
        }
        text, tool = told[of]
        typer.echo(tool() if as_json else text())


@app.command(epilog=epilog("gigasite new my-scenario"))
def new(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")]) -> None:
    """Write a small commented scenario that solves, to begin with."""
    with errors_as_text():
        from optimizer.scenario import new_scenario

        new_scenario(folder)
        typer.echo(f"Written: {folder}. Next: {shlex.join(['gigasite', 'solve', str(folder)])}")
