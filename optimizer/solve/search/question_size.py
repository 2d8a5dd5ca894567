"""How large a question is before a model of it is built: choices and typical hours, and what memory and time they will take."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.core.calendar import Calendar
from optimizer.core.errors import Problem, ScenarioError
from optimizer.core.instance import Instance
from optimizer.model.data_bounds import DataBounds
from optimizer.model.screening import sites_to_model
from optimizer.scenario.assemble.typical_days import site_hours

SECONDS_AT_LEAST = 0.2
SECONDS_PER_CHOICE = 0.002
SECONDS_PER_HOUR = 0.0008
"""Fitted to runs measured on one core: quickstart (168 choices, no hours) takes 0.5 s, west-texas-portfolio (24 choices, 5,760 hours)
6 to 9 s, with twice its typical days 10 s, xai-2024 (903 choices, 22,272 hours) 12 to 16 s. All of them within a factor of two."""

MB_AT_LEAST = 300.0
MB_PER_CHOICE = 0.1
MB_PER_HOUR = 0.025
"""Fitted to a process with its HiGHS process: quickstart holds 310 MB, xai-2024 620, the same without its deadline (4,644 choices, 83,376
hours) 1,430, west-texas-portfolio with all hours of the year (43,800) 2,300; 175 counties over 60 months (21,060 choices, no hours) hold
2,020 before they are solved. Within a factor of two, mostly above."""

SURE_MB_AT_LEAST = 200.0
SURE_MB_PER_CHOICE = 0.08
SURE_MB_PER_HOUR = 0.0125
"""What each of the questions above took at the least: 175 counties 10.1 MB each before HiGHS holds them too, xai-2024 without its
deadline 1,430 MB in all."""


@dataclass(frozen=True, slots=True)
class Size:
    """Size of a question, of the sites alone that can host in time.

    Parameters
    ----------
    choices : int
        Periods times the choices in each: modes and offers of power of every site, and rentals.
    hours : int
        Typical hours of all periods times the offers of power, where those are by the hour.
    sites : int
        Sites that are carried.
    """

    choices: int
    hours: int
    sites: int = field(default=0, compare=False)

    @property
    def memory_mb(self) -> float:
        """Memory that this process and its HiGHS process may hold, MB."""
        return MB_AT_LEAST + MB_PER_CHOICE * self.choices + MB_PER_HOUR * self.hours

    @property
    def sure_mb(self) -> float:
        """Memory that a question surely takes, MB."""
        return SURE_MB_AT_LEAST + SURE_MB_PER_CHOICE * self.choices + SURE_MB_PER_HOUR * self.hours

    @property
    def seconds(self) -> float:
        """Seconds that building and solving may take: rough, for how hard a search is only the search shows."""
        return SECONDS_AT_LEAST + SECONDS_PER_CHOICE * self.choices + SECONDS_PER_HOUR * self.hours


def size_of(instance: Instance) -> Size:
    """Give the size of a question; sites that arithmetic leaves out of the model are not counted."""
    horizon = instance.horizon
    calendar = Calendar(horizon.start, horizon.months, horizon.months_per_period)
    choices, hours = calendar.periods * len(instance.rentals), 0
    carried = sites_to_model(instance, DataBounds(instance, calendar)).values()
    for site in carried:
        offers = len(site.tariffs) + len(site.onsite_gas) + len(site.ppas) + len(site.batteries)
        choices += calendar.periods * (len(site.modes) + offers)
        typical = site_hours(instance, site, calendar)
        if not typical.is_flat:
            hours += offers * sum(typical.count(t) for t in range(calendar.periods))
    return Size(choices, hours, len(carried))


def require_memory(size: Size, available_mb: float | None) -> None:
    """Refuse a question that this machine surely cannot hold.

    Parameters
    ----------
    size : Size
        Of the question.
    available_mb : float or None
        Memory that can still be taken, MB; none: not known.

    Raises
    ------
    ScenarioError
        It needs more; what would fit is said.
    """
    if available_mb is None or size.sure_mb <= available_mb:
        return
    fitting = int(size.sites * max(available_mb - MB_AT_LEAST, 0.0) / max(size.memory_mb - MB_AT_LEAST, 1.0))
    narrower = f"narrow sites.where, or name fewer sites: about {fitting:,} would fit; quarters (horizon.period) need a third of months"
    by_hour = "; fewer typical hours: lower contracts.typical_days, or leave contracts.hours out" if size.hours else ""
    message = (
        f"{size.sites:,} sites with {size.choices:,} choices and {size.hours:,} typical hours need about {size.memory_mb / 1000:,.1f} GB, "
        f"and this machine has {available_mb / 1000:,.1f} GB left; {narrower}{by_hour}"
    )
    raise ScenarioError([Problem("scenario.toml", "", "sites", message)])
