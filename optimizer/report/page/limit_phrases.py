"""What the limits that a plan uses up mean to who decides: the key of each sentence in ``binding``, in plain words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """A limit in plain words.

    Attributes
    ----------
    what : str
        What goes wrong when the limit turns out tighter than it was taken to be.
    effect : str
        What that does to the plan: ``date``, ``cost`` or ``both``.
    mends : str
        What would relieve it.
    """

    what: str
    effect: str
    mends: str


_DATE, _COST, _BOTH = "date", "cost", "both"

MEANINGS = {
    "supply_limit": Meaning("The vendor ships fewer GPUs than promised", _DATE, "another model that the workload accepts; rented GPUs"),
    "build_step": Meaning("Construction is slower than its rate", _DATE, "a second site; a mode that builds faster"),
    "max_it_mw": Meaning("The building holds less IT load than planned", _DATE, "a second site; GPUs with less power each"),
    "mw_limit": Meaning("A contract gives fewer MW, or gives them later", _DATE, "contracts not used; on-site gas; a smaller first step"),
    "ppa_mw": Meaning("An agreement gives fewer MW", _COST, "more energy at the market's price"),
    "ppa_energy_share": Meaning("The share that agreements may yield is cut", _COST, "more energy at the market's price"),
    "battery_mw": Meaning("Fewer batteries can be had", _BOTH, "spare generating units"),
    "battery_mwh": Meaning("Batteries hold less energy", _BOTH, "spare generating units"),
    "gas_day": Meaning("The pipeline brings less gas a day", _BOTH, "firm MW from the grid"),
    "called_adequacy": Meaning("Less stands by when interruptible power is called", _BOTH, "on-site gas; batteries; load that may be shed"),
    "carbon_cap": Meaning("The cap on emissions is lowered", _BOTH, "clean agreements; a cleaner grid"),
    "clean_share": Meaning("More clean energy is asked for", _COST, "more clean agreements; batteries"),
    "purse_balance": Meaning("A purse receives less, or later", _DATE, "another purse; renting in place of buying"),
    "debt_limit": Meaning("The lender lends less, or later", _DATE, "a larger or earlier round; renting in place of buying"),
    "debt_collateral": Meaning("The lender values the GPUs lower", _DATE, "a larger or earlier round; renting in place of buying"),
    "deadline": Meaning("Anything slips: the plan is ready in the last month allowed", _DATE, "a later deadline"),
}
"""By the word before the colon of a sentence in ``binding`` (docs/reading-a-plan.md, What binds)."""

OTHER = Meaning("The limit turns out tighter", _BOTH, "")


def split_limit(sentence: str) -> tuple[str, str]:
    """Split a sentence of ``binding`` into its key and what it says."""
    key, colon, said = sentence.partition(": ")
    return (key, said) if colon else ("", sentence)


def meaning(sentence: str) -> Meaning:
    """Find what a sentence of ``binding`` means."""
    return MEANINGS.get(split_limit(sentence)[0], OTHER)
