"""Lines of power by the hour: one percent off or missing is found under its name; what the hand-made plan has not is worked out here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from optimizer.audit import audit
from optimizer.audit.carbon import tonnes
from optimizer.audit.ledger import supply as ledger_supply
from optimizer.audit.ledger import tariffs as ledger_tariffs
from optimizer.audit.paths import Case
from optimizer.audit.reading import read_case
from optimizer.core.instance import Instance
from optimizer.core.offers import Tier
from optimizer.plan.plan import Plan
from tests.audit import handmade_hourly as handmade
from tests.audit.test_hourly_rules import converted, rules, with_carbon, with_offer, with_rate, with_site

BOOKED = [*handmade.LEDGER, "residual.batteries"]


@pytest.mark.parametrize("column", ["nominal_musd", "present_musd"])
@pytest.mark.parametrize("name", BOOKED)
def test_a_line_one_percent_off_is_found(name: str, column: str) -> None:
    plan = handmade.plan()
    ledger = plan.tables["ledger"]
    rows = (ledger["group"] + "." + ledger["line"]) == name
    ledger.loc[rows, column] *= 1.01
    found = {(violation.rule, violation.period) for violation in audit(handmade.instance(), plan).violations}
    assert found == {(name, period) for period in ledger.loc[rows, "period"]}


@pytest.mark.parametrize("name", BOOKED)
def test_a_line_that_is_missing_is_found(name: str) -> None:
    plan = handmade.plan()
    ledger = plan.tables["ledger"]
    kept = ledger[(ledger["group"] + "." + ledger["line"]) != name]
    assert rules(audit(handmade.instance(), Plan(plan.header, {**plan.tables, "ledger": kept}))) == {name}


@pytest.mark.parametrize(
    ("instance", "line"),
    [
        (with_offer("tariffs", "node", adder_usd_per_mwh=2.02), "operations.energy"),
        (with_offer("tariffs", "node", ancillary_usd_per_mwh=1.01), "operations.energy_credit"),
        (with_offer("tariffs", "node", transmission_usd_per_mwh=3.03), "operations.transmission"),
        (with_offer("tariffs", "node", capacity_usd_per_kw_month=1.01), "operations.capacity"),
        (with_offer("tariffs", "node", coincident_usd_per_kw=2.02), "operations.coincident"),
        (with_offer("tariffs", "tou", emissions_t_per_mwh=0.202), "operations.carbon"),
        (with_offer("tariffs", "tou", term_months=5), "operations.minimum_bill"),
        (with_rate(fixed_usd_per_month=1_010.0), "operations.fixed_charge"),
        (with_offer("ppas", "wind", strike_usd_per_mwh=30.3), "operations.ppa_energy"),
        (with_offer("ppas", "wind", wires_usd_per_mwh=4.04), "operations.ppa_wires"),
        (with_offer("ppas", "wind", sell_back_fee_usd_per_mwh=1.9), "operations.ppa_sales"),
        (with_offer("ppas", "wind", term_months=4), "operations.ppa_energy"),
        (with_offer("ppas", "block", strike_usd_per_mwh=25.25), "operations.ppa_credit"),
        (with_offer("ppas", "solar", technology="gas"), "operations.carbon"),
        (with_offer("batteries", "cell", usd_per_kwh=101.0), "capital.batteries"),
        (with_offer("batteries", "cell", resale_fraction=0.51), "residual.batteries"),
        (with_offer("batteries", "cell", degradation_usd_per_mwh=5.05), "operations.battery_wear"),
        (with_carbon(price_usd_per_t=10.1), "operations.carbon"),
    ],
)
def test_a_price_one_percent_off_is_found(instance: Instance, line: str) -> None:
    assert line in rules(audit(instance, handmade.plan()))


def case(instance: Instance, plan: Plan | None = None) -> Case:
    return read_case(instance, plan or handmade.plan())[0]


def test_a_flat_price_below_zero_is_a_credit() -> None:
    flat = case(with_offer("tariffs", "calls", energy_usd_per_mwh=-20.0))
    credit = sum(flow.nominal[0] for _, flow in ledger_tariffs.energy_credit(flat))
    assert credit == pytest.approx((15 * -7 * 27.6 - 714 * 20) * 1.1 / 1e6)


def test_a_tier_below_zero_is_a_credit() -> None:
    day, night = handmade.rate().energy
    paid = case(with_rate(energy=(day, replace(night, tiers=(Tier(None, -30.0),)))))
    credit = sum(flow.nominal[0] for _, flow in ledger_tariffs.energy_credit(paid))
    assert credit == pytest.approx((15 * -7 * 27.6 - 504 * 30) * 1.1 / 1e6)


def test_without_a_minimum_bill_fixed_charge_and_takes_run_on() -> None:
    # Two months more: 1,000 USD, and half of 4 MW at 5 USD/kW for the charge round the clock alone.
    running = case(with_rate(minimum_bill_usd_per_month=0.0))
    assert sum(flow.nominal[-1] for _, flow in ledger_tariffs.fixed_charge(running)) == pytest.approx(2 * 1_000 * 1.1 / 1e6)
    assert sum(flow.nominal[-1] for _, flow in ledger_tariffs.demand(running)) == pytest.approx(2 * 2_000 * 5 * 1.1 / 1e6)
    assert sum(flow.nominal[-1] for _, flow in ledger_tariffs.minimum_bill(running)) == 0.0


def test_no_profit_is_counted_beyond_the_horizon() -> None:
    # At a strike of 30 USD solar would earn 1.1 x 20,700 - 30 x 744 = 450 USD per MW in March; at 31 it owes 294.
    earning = case(with_offer("ppas", "solar", strike_usd_per_mwh=30.0))
    assert sum(flow.nominal[-1] for _, flow in ledger_supply.ppa_settlement(earning)) == 0.0
    owing = case(with_offer("ppas", "solar", strike_usd_per_mwh=31.0))
    late = [flow for _, flow in ledger_supply.ppa_settlement(owing)]
    assert sum(flow.nominal[-1] for flow in late) == pytest.approx(2 * 294 / 1e6)
    assert sum(flow.present[-1] for flow in late) == pytest.approx(2 * 294 / 1e6 * 1.21 ** (-2.5 / 12))


def test_batteries_are_paid_ahead() -> None:
    ahead = case(with_offer("batteries", "cell", sign_lead_months=2))
    (flow,) = (flow for _, flow in ledger_supply.batteries(ahead))
    assert flow.nominal.tolist() == pytest.approx([0.8, 0, 0])  # due before the first month, so paid in it


@pytest.mark.parametrize(("rate", "left"), [(0.2, 0.0), (0.5, 0.1 * 1860)])
def test_certificates_cover_no_more_than_is_drawn_nor_than_is_emitted(rate: float, left: float) -> None:
    # 20 MW of solar are 14,880 MWh in January; 4,890.096 are drawn and covered at 0.4 t, 1,860 of them from tou at 0.2 or at 0.5 t/MWh:
    # at 0.2 t nothing but gas is left, at 0.5 t what tou's rate lies above the grid's.
    plan = handmade.plan()
    ppas = plan.tables["ppas"]
    ppas.loc[ppas["contract_id"] == "solar", "mw"] = 20
    much = case(with_offer("tariffs", "tou", emissions_t_per_mwh=rate), plan)
    market = tonnes(much, much.instance.sites[0])["market"][0]
    assert market == pytest.approx(0.5 * handmade.GAS_MWH[0] + left)


def test_unclean_agreements_emit_as_the_grid_does() -> None:
    coal = case(with_offer("ppas", "wind", technology="coal"))
    market = tonnes(coal, coal.instance.sites[0])["market"]
    assert market.tolist() == pytest.approx([handmade.MARKET_T[t] + 0.4 * handmade.OWN_MWH[t] for t in (0, 1)])


def test_a_converted_service_owes_nothing_more() -> None:
    termed = with_offer("tariffs", "calls", fixed_usd_per_month=100.0, term_months=4, minimum_bill_usd_per_month=0.0)
    stays = [flow for _, flow in ledger_tariffs.fixed_charge(case(termed))][2]
    assert stays.nominal.tolist() == pytest.approx([110e-6, 110e-6, 220e-6])
    ends = [flow for _, flow in ledger_tariffs.fixed_charge(case(termed, converted(1)))][2]
    assert ends.nominal.tolist() == pytest.approx([110e-6, 0.0, 0.0])


def test_an_index_without_a_series_costs_its_adders() -> None:
    bare = case(with_site(tariffs=tuple(replace(each, price_series=None) for each in handmade.tariffs())))
    (node, *_) = (flow for _, flow in ledger_tariffs.energy(bare))
    assert node.nominal[0] == pytest.approx(3 * handmade.NODE_MWH[0] * 1.1 / 1e6)
