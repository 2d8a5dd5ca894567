"""``gigasite check``: the audit of a saved plan."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from optimizer.audit import audit, table_faults
from optimizer.cli.exit_codes import EXIT_CODES, UNVERIFIED, is_verified
from optimizer.cli.failing import reader_may_leave
from optimizer.core.errors import PlanFolderError, Problem, ScenarioError
from optimizer.core.input_files import read_plan_text
from optimizer.core.instance_json import instance_from_json
from optimizer.files.reading import read_at_rest
from optimizer.plan.folder import PLAN_FILE, read_plan
from optimizer.plan.same_content import differing_tables
from optimizer.report.same_plan import of_another_plan
from optimizer.verify import verified_instance

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.instance import Instance
    from optimizer.plan.plan import Plan


FAULTS_TOLD = 20
"""Faults of tables that are told; the others are of the same kind."""


def run_check(folder: Path, as_json: bool) -> int:
    """Audit the plan of a folder, compare the two forms of its tables and what was made of it, and print what came of it.

    Returns
    -------
    int
        0, or the exit code of an answer without a plan, or of one that failed its verification.

    Raises
    ------
    PlanFolderError
        The folder holds no plan, not the instance that the plan answers, a CSV file that says other than its Parquet file, or a report,
        workbook or layers of another plan.
    AuditError
        The plan breaks a rule or a sum.
    """
    plan, instance, differing = read_at_rest(folder / PLAN_FILE, lambda: _read(folder))
    if instance is None:
        with reader_may_leave():
            print(f"{folder} holds no plan to audit: {plan.status.replace('_', ' ')}.")
        return EXIT_CODES[plan.status]
    report = audit(verified_instance(instance, plan.header), plan)
    if as_json:
        with reader_may_leave():
            print(json.dumps({**asdict(report), "differing": [str(problem) for problem in differing]}, indent=1))
    report.raise_if_failed()
    if differing:
        raise PlanFolderError(differing)
    if not as_json:
        print(f"The plan holds: {report.checks:,} checks of {report.rules} rules, worst deviation {report.worst_violation:.1e}.")
    return 0 if is_verified(plan) else _unverified(plan)


def _read(folder: Path) -> tuple[Plan, Instance | None, list[Problem]]:
    """Read a plan with what it answers, and what differs from it in its folder; an answer without a plan alone."""
    plan = read_plan(folder)
    if plan.status in EXIT_CODES:
        return plan, None, []
    return plan, instance_answered(folder, plan), [*differing_tables(plan, folder), *of_another_plan(plan, folder)]


def answered(folder: Path) -> tuple[Plan, Instance]:
    """Read a plan with the instance that it answers, both of one time.

    Raises
    ------
    PlanFolderError
        As of ``read_plan`` and ``instance_answered``; or the tables are not of that instance: rows that stand twice, or name what it does
        not know.
    """

    def read() -> tuple[Plan, Instance]:
        plan = read_plan(folder)
        return plan, _instance_shown(folder, plan)

    return read_at_rest(folder / PLAN_FILE, read)


def _instance_shown(folder: Path, plan: Plan) -> Instance:
    """Read the instance that a saved plan answers, for what is made of the plan without auditing it."""
    instance = instance_answered(folder, plan)
    faults = table_faults(verified_instance(instance, plan.header), plan) if plan.tables else ()
    if faults:
        file, told = str(folder / "tables"), "Somebody changed it since; solve the scenario again."
        raise PlanFolderError([Problem(file, fault.site_id, "", f"{fault.message}. {told}") for fault in faults[:FAULTS_TOLD]])
    return instance


def _unverified(plan: Plan) -> int:
    with reader_may_leave():
        print(f"Its verification failed. {plan.header['verification']['says']}", file=sys.stderr)
    return UNVERIFIED


def instance_answered(folder: Path, plan: Plan) -> Instance:
    """Read the instance that a saved plan answers.

    Raises
    ------
    PlanFolderError
        It is missing, cannot be read, or is another one.
    """
    file = folder / "instance.json"
    if not file.exists():
        raise PlanFolderError([Problem(str(file), "", "", "The instance that this plan answers is missing; solve it again.")])
    try:
        instance = instance_from_json(read_plan_text(file), str(file))
    except ScenarioError as error:
        raise PlanFolderError(error.problems) from error
    except (ValueError, OSError) as error:
        raise PlanFolderError([Problem(str(file), "", "", f"This file cannot be read ({error}).")]) from error
    if instance.sha256() != plan.header.get("instance_sha256"):
        written_by = plan.header.get("versions", {}).get("gigasite", "unknown")
        message = (
            "This is not the instance that plan.json answers: it was changed since, "
            f"or another build of gigasite wrote it (version {written_by}). Solve the scenario again."
        )
        raise PlanFolderError([Problem(str(file), "", "", message)])
    return instance
