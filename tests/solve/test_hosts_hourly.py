"""The search by host with power hour by hour: a site that hosts nothing earns nothing by agreements, so it may leave the branch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.model import build
from optimizer.solve import SolveSettings, compile_model
from optimizer.solve.search.goals import solve_goals
from tests import builders as b
from tests.solve.test_extract_hourly import ONE_DAY, SOLAR, STORE, WIND, _instance


@pytest.mark.parametrize("method", ["whole", "hosts"])
def test_both_methods_find_the_site_with_the_cheapest_mix(method):
    """Six sites on the node's price and 0 to 5 USD/MWh more; at the fifth the portfolio of ``test_extract_hourly``.

    Its 1,193 USD a day are with 4 USD/MWh more on the 12 MWh drawn 1,241; at the first site the node
    costs 12 * 120 = 1,440, less 132 of the financial agreement.
    Financial agreements that pay wherever they are signed stand at every site, but without load none of them can be.
    """
    node = [b.tariff(contract_id="node", kind="index", price_series="node", adder_usd_per_mwh=float(usd)) for usd in range(6)]
    sites = [b.site(site_id=f"s{usd}", typical_days=ONE_DAY, tariffs=(node[usd],), ppas=(SOLAR,)) for usd in range(6)]
    sites[4] = replace(sites[4], ppas=(WIND, SOLAR), batteries=(STORE,))
    instance = replace(_instance(), sites=tuple(sites))
    model = build(instance)
    solved = solve_goals(model, compile_model(model), SolveSettings(gap=0.0, method=method))
    assert solved.status == "optimal"
    assert solved.goals[-1].value == pytest.approx(31 * 1241.0 / 1e6)
