"""What was not yet known on the day of a question: which figures, and from when they were."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from optimizer.data.catalogue import card, table
from optimizer.data.query import rows_where
from optimizer.scenario.fill.facts import FACTS, county_facts, latest


def first_known(name: str, after: str) -> str:
    """First day after another on which a row of a fact came to be known; empty if none did.

    Parameters
    ----------
    name : str
        Of a fact of ``facts.FACTS``.
    after : str
        A day such as ``2024-05-31``.
    """
    fact = next(fact for fact in FACTS if fact.name == name)
    frame, column = table(fact.table), card(fact.table).known_from_column
    days = frame.loc[frame[fact.column].notna(), column] if column else latest(fact)["known_from"]
    return str(days[days > after].min()) if (days > after).any() else ""


def unknown_then(condition: str, known_by: str) -> Mapping[str, str]:
    """Columns of a condition that were unknown on a day for counties that meet it by what is known now, with the day they were known from.

    Parameters
    ----------
    condition : str
        One that can be judged (``condition.rows_where``).
    known_by : str
    """
    now, then = county_facts(), county_facts(known_by)
    meets = rows_where(now.reset_index(), condition)
    names = sorted({node.id for node in ast.walk(ast.parse(condition.strip(), mode="eval")) if isinstance(node, ast.Name)})
    facts = [name for name in names if name in now.columns]
    return {name: first_known(name, known_by) for name in facts if (now[name].notna() & then[name].isna())[meets].any()}
