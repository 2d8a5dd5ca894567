"""Sites from data: each filled number by hand, what the user gives wins, hindsight is refused, and the scenarios solve."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas
import pandas as pd
import pytest

from optimizer.core.errors import ScenarioError
from optimizer.data.catalogue import card as dataset_card
from optimizer.data.catalogue import table
from optimizer.data.climate import facility_ratios
from optimizer.scenario import read_scenario
from optimizer.scenario.assemble.instance import assemble
from optimizer.scenario.fill.filling import fill_sites
from optimizer.workflow.whole_way import plan

TOML = """
[scenario]
name = "filled"
as_of = "{as_of}"
currency_year = 2026

[horizon]
start = "2026-07"
months = 60
period = "quarter"
discount_rate_per_year = 0.10
escalation_per_year = {{ power = 0.025 }}

[[gpus]]
name = "H100"
family = "hopper"
h100_equivalents = 1.0
it_kw_per_gpu = 1.40
price_usd = 30000
cooling = "air"

[[workloads]]
name = "train"
gpus_h100e = 20000
accepts = ["H100"]
wanted_from = "2026-07"
delay_cost_musd_per_month = 30.0
utilisation = 0.85

[sites]
{sites}

[contracts]
{contracts}
{more}
"""
ERCOT = "dataset = \"counties\"\nwhere = \"rto == 'ERCOT' and population > 200000\""


def scenario(folder: Path, sites: str, contracts: str = "", more: str = "", as_of: str = "2026-06-01") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if "sources.csv" in more:
        (folder / "sources.csv").write_text("table,key,column,kind,quality,as_of,url,note\n", encoding="utf-8")
    (folder / "scenario.toml").write_text(TOML.format(sites=sites, contracts=contracts, more=more, as_of=as_of), encoding="utf-8")
    return folder


def read(folder: Path, *overrides: str):
    return read_scenario(folder, overrides, fill_sites)


def problems(folder: Path, *overrides: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        read(folder, *overrides)
    return str(caught.value)


def row(name: str, key: str, column: str = "county_fips") -> pd.Series:
    frame = table(name)
    return frame[frame[column] == key].iloc[-1]


def test_every_number_of_a_county_by_its_rule(tmp_path: Path) -> None:
    instance = assemble(read(scenario(tmp_path / "s", "dataset = \"counties\"\nwhere = \"county_fips == '48441'\"")))
    (site,) = instance.sites
    (mode,), (tariff,) = site.modes, site.tariffs
    assert (site.site_id, site.name, site.county_fips) == ("c48441", "Taylor, TX", "48441")
    # Climate zone 3B, cooled by air.
    pue = table("pue_model")
    pue = pue[(pue["iecc_zone"] == row("climate", "48441")["iecc_zone"]) & (pue["cooling"] == "air")].iloc[0]
    assert (site.annual_pue, site.peak_facility_ratio) == (pue["annual_pue"], pue["peak_facility_ratio"])
    # Lines of 345 kV: 420 MW, less than the import capability of the county.
    assert row("grid_access", "48441")["line_345kv_km"] > 0
    assert row("grid_access", "48441")["import_capability_mw"] > 420
    assert site.grid_limit_mw == 420
    # Texas: 6.25 percent, an incentive in force whose least investment no source states.
    assert (site.sales_tax_fraction, site.sales_tax_exempt, site.exempt_min_musd) == (0.0625, "true", 0)
    # 11.7 M USD per MW x index; 224 acres x median value.
    assert mode.capex_musd_per_mw == pytest.approx(11.7 * row("construction_cost", "48441")["construction_cost_index"], abs=6e-4)
    assert mode.land_musd == pytest.approx(224 * row("land_value", "48441")["land_median_usd_per_acre"] / 1e6, abs=6e-4)
    assert (mode.mode, mode.max_it_mw) == ("greenfield", 150)
    # 65 percent of the county's price as energy; the rest as demand at the load factor 0.85 x PUE / peak ratio:
    # price x 0.35 x 8.76 x load factor / 12.
    price = row("retail_price_county", "48441")["industrial_price_usd_per_mwh"]
    load_factor = 0.85 * site.annual_pue / site.peak_facility_ratio
    assert tariff.energy_usd_per_mwh == pytest.approx(0.65 * price, abs=6e-3)
    assert tariff.demand_usd_per_kw_month == pytest.approx(price * 0.35 * 8.76 * load_factor / 12, abs=6e-3)
    # The bill at that load factor is the price again, within rounding.
    bill = tariff.energy_usd_per_mwh + tariff.demand_usd_per_kw_month * 1000 / (730 * load_factor)
    assert bill == pytest.approx(price, abs=0.05)
    assert tariff.mw_max == pytest.approx(150 * site.peak_facility_ratio, abs=0.06)
    spur = row("grid_access", "48441")["spur_median_usd_per_mw"] / 1e6
    assert tariff.customer_capex_musd == pytest.approx(tariff.mw_max * (spur + 0.24), abs=1e-3)


def sources_of_least(folder: Path) -> dict[str, tuple[float, str, str]]:
    """Value, kind and source of each filled ``exempt_min_musd``, by site."""
    found = [one for one in assemble(read(folder)).assumptions if one.column == "exempt_min_musd"]
    return {one.key: (float(one.value), one.kind, one.source) for one in found if one.source}


@pytest.mark.parametrize("is_own", [False, True])
def test_a_least_investment_that_no_source_states_is_an_assumption(tmp_path: Path, is_own: bool) -> None:
    # Texas and Virginia have an incentive in force; of the first no least investment is stated. Of Tennessee nothing is known.
    sites = 'table = "mine.csv"' if is_own else "dataset = \"counties\"\nwhere = \"county_fips in ('48441', '47157', '51107')\""
    folder = scenario(tmp_path / "s", sites)
    (folder / "mine.csv").write_text("site_id,lat,lon\nc48441,32.45,-99.73\nc47157,35.07,-90.09\nc51107,39.08,-77.64\n", encoding="utf-8")
    stated = row("datacenter_incentives", "VA", "state_abbr")["min_investment_musd"]
    found = sources_of_least(folder)
    assert "c47157" not in found
    assert (found["c48441"][:2], found["c51107"][:2]) == ((0, "assumption"), (stated, "fact"))
    assert "no least investment is stated" in found["c48441"][2]
    assert "no least investment is stated" not in found["c51107"][2]


def test_leads_are_medians_of_watched_campuses(tmp_path: Path) -> None:
    # Four ERCOT campuses were watched from the start; of a region with fewer than three the median of all is taken.
    campuses = table("ai_campuses")
    seen = campuses[(campuses["country"] == "United States") & campuses["lead_time_observed"]]
    regions = seen["county_fips"].map(table("counties").set_index("county_fips")["transmission_region"])
    leads = {}
    for code in ("48441", "41065"):
        folder = scenario(tmp_path / code, f"dataset = \"counties\"\nwhere = \"county_fips == '{code}'\"")
        leads[code] = assemble(read(folder)).sites[0].modes[0].lead_months
    months = seen["construction_to_first_power_months"]
    ercot = months[regions == "ERCOT"]
    assert len(ercot) >= 3
    assert ercot.median() <= leads["48441"] < ercot.median() + 1
    assert (regions == "NorthernGrid").sum() < 3
    assert months.median() <= leads["41065"] < months.median() + 1


def test_service_from_dominion_takes_as_long_as_quoted(tmp_path: Path) -> None:
    # 4 to 7 years: 66 months.
    folder = scenario(tmp_path / "s", "dataset = \"counties\"\nwhere = \"county_fips == '51107'\"")
    (tariff,) = assemble(read(folder)).sites[0].tariffs
    assert tariff.sign_lead_months == 66


def test_every_filled_number_says_so_with_its_source(tmp_path: Path) -> None:
    instance = assemble(read(scenario(tmp_path / "s", ERCOT)))
    filled = [one for one in instance.assumptions if one.table in ("sites", "modes", "tariffs")]
    assert len(filled) > 100
    assert all("filled: " in one.source and one.kind and one.as_of for one in filled)
    price = next(one for one in filled if one.column == "energy_usd_per_mwh")
    assert (price.kind, price.as_of) == ("estimate", "2024-10-31")
    assert "ESTIMATE" in price.source


def test_parameters_of_the_rules_and_single_cells_can_be_set(tmp_path: Path) -> None:
    folder = scenario(tmp_path / "s", "dataset = \"counties\"\nwhere = \"county_fips == '48441'\"")
    instance = assemble(read(folder, "sites.fill.lead_months=12", "sites.fill.max_it_mw=50", "sites.c48441.annual_pue=1.1"))
    (site,) = instance.sites
    assert (site.modes[0].lead_months, site.tariffs[0].sign_lead_months, site.modes[0].max_it_mw, site.annual_pue) == (12, 12, 50, 1.1)


def test_a_hub_is_offered_where_one_may_buy_there(tmp_path: Path) -> None:
    folder = scenario(tmp_path / "s", "dataset = \"counties\"\nwhere = \"county_fips in ('48441', '47157')\"", "price_year = 2024")
    memphis, abilene = assemble(read(folder)).sites
    assert [tariff.contract_id for tariff in memphis.tariffs] == ["grid"]
    grid, hub = abilene.tariffs
    means = table("wholesale_price_summary")
    mean = means[(means["series_id"] == "ercot_rt_west") & (means["year"] == 2024)]["mean_usd_per_mwh"].iloc[0]
    assert hub.energy_usd_per_mwh == pytest.approx(mean + 3.0, abs=6e-3)
    assert grid.exclusive_group == hub.exclusive_group == "c48441_grid"
    assert hub.demand_usd_per_kw_month == grid.demand_usd_per_kw_month


def test_a_price_year_without_prices_or_not_yet_over_is_refused(tmp_path: Path) -> None:
    folder = scenario(tmp_path / "s", ERCOT, "price_year = 2023")
    assert "no hub prices of 2023; allowed: 2022, 2024" in problems(folder)
    more = '[provenance]\ntable = "sources.csv"\nrefuse_after_as_of = true'
    folder = scenario(tmp_path / "early", ERCOT, "price_year = 2024", more, "2024-05-31")
    assert "were known from 2025-01-01, after as_of = 2024-05-31" in problems(folder)


def test_turbines_are_offered_when_asked_for(tmp_path: Path) -> None:
    folder = scenario(tmp_path / "s", "dataset = \"counties\"\nwhere = \"county_fips == '48441'\"\nfill = { onsite_gas = true }")
    (site,) = assemble(read(folder)).sites
    (gas,) = site.onsite_gas
    # 150 MW x the peak ratio over 16 MW, rounded up, and one spare.
    assert gas.units_max == -(-150 * site.peak_facility_ratio // 16) + 1
    assert gas.gas_usd_per_mmbtu == table("gas_price_state_annual").query("state_abbr == 'TX' and year == 2024").iloc[0, 3]


@pytest.mark.parametrize(("where", "says"), [
    ("rtos == 'ERCOT'", "there is no column 'rtos'; did you mean 'rto'?"),
    ("rto == 'Texas'", "no county meets the condition"),
    ("rto = 'ERCOT'", "write =="),
])
def test_a_wrong_condition_is_a_problem_of_its_line(tmp_path: Path, where: str, says: str) -> None:
    text = problems(scenario(tmp_path / "s", f"dataset = \"counties\"\nwhere = \"{where}\""))
    assert "sites.where" in text
    assert says in text


def test_an_unknown_dataset_is_a_problem(tmp_path: Path) -> None:
    assert "did you mean 'counties'" in problems(scenario(tmp_path / "s", 'dataset = "county"'))


def test_figures_of_after_the_question_are_refused(tmp_path: Path) -> None:
    more = '[provenance]\ntable = "sources.csv"\nrefuse_after_as_of = true'
    text = problems(scenario(tmp_path / "early", ERCOT, more=more, as_of="2024-05-31"))
    # The survey of construction cost and the mean parcel were published at the end of 2024, sales taxes in January 2025.
    assert "sites.fill.capex_musd_per_mw" in text
    assert "known from 2024-12-31" in text
    # In June 2026 all were known, and nothing is refused.
    read(scenario(tmp_path / "late", ERCOT, more=more, as_of="2026-06-01"))


def refusing(folder: Path, sites: str, as_of: str) -> Path:
    """Scenario that refuses what was not known at ``as_of``."""
    return scenario(folder, sites, more='[provenance]\ntable = "sources.csv"\nrefuse_after_as_of = true', as_of=as_of)


def test_a_sales_tax_that_was_not_yet_known_can_be_given_for_all_counties(tmp_path: Path) -> None:
    fill = "[sites.fill]\ncapex_musd_per_mw = 11.7\nacres = 200\n"
    folder = refusing(tmp_path / "s", f"{ERCOT}\n{fill}", "2024-05-31")
    text = problems(folder)
    assert "sites.fill.sales_tax_fraction" in text
    assert f"known from {dataset_card('taxes').known_from}" in text
    instance = assemble(read(refusing(tmp_path / "given", f"{ERCOT}\n{fill}sales_tax_fraction = 0.07\n", "2024-05-31")))
    assert {site.sales_tax_fraction for site in instance.sites} == {0.07}
    tax = next(one for one in instance.assumptions if one.column == "sales_tax_fraction")
    assert tax.kind == "assumption"


def test_a_condition_on_what_was_not_yet_known_names_the_column_and_its_day(tmp_path: Path) -> None:
    where = "rto == 'ERCOT' and industrial_price_usd_per_mwh < 100"
    sites = f'dataset = "counties"\nwhere = "{where}"'
    text = problems(refusing(tmp_path / "s", sites, "2024-05-31"))
    day = dataset_card("retail_price_county").known_from
    assert f"industrial_price_usd_per_mwh was known from {day}" in text
    assert "rto was" not in text
    never = sites.replace("< 100", "< 0")
    assert "was known from" not in problems(refusing(tmp_path / "never", never, "2024-05-31"))


def test_before_the_county_estimate_was_known_the_state_price_stands(tmp_path: Path) -> None:
    more = '[provenance]\ntable = "sources.csv"\nrefuse_after_as_of = true'
    csv_sites = "table = \"sites.csv\"\n[sites.fill]\ncapex_musd_per_mw = 11.7\nacres = 200"
    folder = scenario(tmp_path / "s", csv_sites, more=more, as_of="2024-05-31")
    (folder / "sites.csv").write_text("site_id,lat,lon,sales_tax_fraction\nabilene,32.45,-99.73,0.0625\n", encoding="utf-8")
    (site,) = assemble(read(folder)).sites
    # EIA-861 of 2022 was known by October 2023; that of 2023 only by October 2024.
    prices = table("retail_price_state_annual").query("state_abbr == 'TX' and year == 2022")
    assert site.tariffs[0].energy_usd_per_mwh == pytest.approx(0.65 * prices["industrial_price_usd_per_mwh"].iloc[0], abs=6e-3)
    # 18 to 24 months were told to a buyer in March 2024; the watched campuses came later.
    assert site.modes[0].lead_months == 21


def layer() -> geopandas.GeoDataFrame:
    points = geopandas.points_from_xy([-99.73, -90.09], [32.45, 35.07])
    columns = {"site_id": ["abilene", "memphis"], "name": ["Abilene", "Memphis"], "max_it_mw": [60.0, None], "annual_pue": [None, 1.15]}
    return geopandas.GeoDataFrame(columns, geometry=points, crs=4326)


@pytest.mark.parametrize(("file", "crs"), [("mine.gpkg", 5070), ("mine.geojson", 4326), ("mine.parquet", 5070)])
def test_the_users_own_sites_in_any_format_are_completed_and_solve(tmp_path: Path, file: str, crs: int) -> None:
    folder = scenario(tmp_path / "s", f'table = "{file}"')
    points = layer().to_crs(crs)
    points.to_parquet(folder / file) if file.endswith(".parquet") else points.to_file(folder / file)
    answer = plan(folder)
    assert answer.status in ("optimal", "within_gap")
    abilene, memphis = assemble(read(folder)).sites
    # What the user gave stands, and is not called filled; what was open is filled.
    assert (abilene.modes[0].max_it_mw, memphis.modes[0].max_it_mw, memphis.annual_pue) == (60, 150, 1.15)
    assert (abilene.county_fips, memphis.county_fips) == ("48441", "47157")
    sources = {(one.key, one.column): one.source for one in assemble(read(folder)).assumptions}
    assert sources["memphis", "annual_pue"] == ""
    assert sources["abilene", "annual_pue"].startswith("filled: ")
    assert sources["abilene/greenfield", "max_it_mw"] == ""
    assert "filled: " in sources["memphis/greenfield", "max_it_mw"]


def test_a_csv_file_in_another_coordinate_system(tmp_path: Path) -> None:
    folder = scenario(tmp_path / "s", 'table = "mine.csv"\ncrs = "EPSG:5070"')
    points = layer().to_crs(5070)
    with (folder / "mine.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("site_id", "x", "y"), *zip(points["site_id"], points.geometry.x, points.geometry.y, strict=True)])
    assert [site.county_fips for site in assemble(read(folder)).sites] == ["48441", "47157"]
    assert "there is no coordinate system 'EPSG:1'" in problems(folder, "sites.crs=EPSG:1")


def test_a_site_nowhere_is_named_by_its_row(tmp_path: Path) -> None:
    folder = scenario(tmp_path / "s", 'table = "mine.csv"')
    (folder / "mine.csv").write_text("site_id,lat,lon\nabilene,32.45,-99.73\nnowhere,0,0\n", encoding="utf-8")
    assert "mine.csv, row 3 (nowhere), column lat" in problems(folder)


def own_sites(folder: Path, text: str) -> Path:
    """Scenario whose sites stand in a CSV file."""
    folder = scenario(folder, 'table = "mine.csv"')
    (folder / "mine.csv").write_text(text, encoding="utf-8")
    return folder


def test_x_and_y_without_their_coordinate_system_are_one_problem(tmp_path: Path) -> None:
    text = problems(own_sites(tmp_path / "s", "site_id,x,y\nabilene,-340000,1000000\nwaco,-110000,1000000\n"))
    assert text.startswith("1 problem ")
    assert "say their coordinate system, sites.crs" in text


@pytest.mark.parametrize(("code", "says"), [("99999", "there is no county '99999'"), ("4844", "should be five digits")])
def test_an_unknown_county_of_an_own_site_is_one_problem(tmp_path: Path, code: str, says: str) -> None:
    text = problems(own_sites(tmp_path / "s", f"site_id,lat,lon,county_fips\nabilene,32.45,-99.73,{code}\nwaco,31.55,-97.15,\n"))
    assert text.startswith("1 problem ")
    assert says in text


def test_a_misspelt_column_of_own_sites_is_refused(tmp_path: Path) -> None:
    folder = scenario(tmp_path / "s", 'table = "mine.csv"')
    (folder / "mine.csv").write_text("site_id,lat,lon,max_it_mv\nabilene,32.45,-99.73,5\n", encoding="utf-8")
    assert "did you mean 'max_it_mw'?" in problems(folder)


def test_a_scenario_of_counties_solves(tmp_path: Path) -> None:
    answer = plan(scenario(tmp_path / "s", ERCOT + "\nat_most = 1"))
    assert answer.status in ("optimal", "within_gap")
    (site,) = answer.header["sites"]
    assert site["site_id"].startswith("c48")


def test_counties_that_lack_a_figure_are_left_out_and_counted(tmp_path: Path) -> None:
    # Hawaii has no land value and no lines in the datasets, Delaware has all of its three counties.
    instance = assemble(read(scenario(tmp_path / "s", "dataset = \"counties\"\nwhere = \"state_abbr in ('HI', 'DE')\"")))
    assert [site.county_fips for site in instance.sites] == ["10001", "10003", "10005"]
    left_out = len(table("counties").query("state_abbr == 'HI'"))
    assert f"; {left_out} left out: a figure is not known" in instance.assumptions[0].source


def test_a_reader_without_datasets_refuses_and_says_how(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="fill=fill_sites"):
        read_scenario(scenario(tmp_path / "s", ERCOT))


def test_pue_by_climate_and_cooling() -> None:
    model = table("pue_model").set_index(["iecc_zone", "cooling"])
    air, liquid = facility_ratios("3B", "air"), facility_ratios("3B", "liquid")
    assert air is not None
    assert liquid is not None
    assert air.annual_pue == model.loc[("3B", "air"), "annual_pue"]
    # Liquid needs less than air, and no hall less at its peak than over the year.
    assert 1 < liquid.annual_pue < air.annual_pue < air.peak_facility_ratio
    assert facility_ratios("9Z", "air") is None


MODES = "site_id,mode,lead_months,max_it_mw,capex_musd_per_mw,cooling\n"
MIXED = '[sites.fill]\nmax_it_mw = 60\n'
MIXED_SITES = 'table = "sites.csv"\nmodes = "modes.csv"\n' + MIXED


def mixed(folder: Path, modes: str, tariffs: str = "") -> Path:
    """Two own sites: abilene, and taylor 48441's neighbour by place; modes and tariffs as given."""
    scenario(folder, MIXED_SITES, 'tariffs = "tariffs.csv"')
    (folder / "sites.csv").write_text("site_id,lat,lon\nabilene,32.45,-99.73\nlubbock,33.58,-101.86\n", encoding="utf-8")
    (folder / "modes.csv").write_text(MODES + modes, encoding="utf-8")
    head = "site_id,contract_id,kind,stage,mw_max,sign_lead_months,energy_usd_per_mwh,demand_usd_per_kw_month\n"
    (folder / "tariffs.csv").write_text(head + (tariffs or "abilene,grid,firm,offered,50,6,40,12\n"), encoding="utf-8")
    return folder


def filled_alone(folder: Path) -> dict[str, object]:
    """What the datasets make of lubbock where nothing is given."""
    alone = scenario(folder, 'table = "sites.csv"\n' + MIXED)
    (alone / "sites.csv").write_text("site_id,lat,lon\nlubbock,33.58,-101.86\n", encoding="utf-8")
    (site,) = assemble(read(alone)).sites
    return {"modes": site.modes, "tariffs": site.tariffs}


@pytest.mark.parametrize("blank", ["", "lubbock,,,,,\n"])
def test_beside_sites_that_are_given_the_others_are_filled(tmp_path: Path, blank: str) -> None:
    abilene, lubbock = assemble(read(mixed(tmp_path / "s", "abilene,retrofit,8,45,7.5,air\n" + blank))).sites
    (mode,), (tariff,) = abilene.modes, abilene.tariffs
    assert (mode.mode, mode.lead_months, mode.max_it_mw, mode.capex_musd_per_mw, mode.land_musd) == ("retrofit", 8, 45, 7.5, 0)
    assert (tariff.energy_usd_per_mwh, tariff.mw_max) == (40, 50)
    assert {"modes": lubbock.modes, "tariffs": lubbock.tariffs} == filled_alone(tmp_path / "alone")


def test_what_a_mode_leaves_open_is_filled_and_text(tmp_path: Path) -> None:
    folder = mixed(tmp_path / "s", "abilene,retrofit,8,45,7.5,air\nlubbock,conversion,,20,,\n")
    instance = assemble(read(folder))
    (mode,) = instance.sites[1].modes
    (alone,) = filled_alone(tmp_path / "alone")["modes"]
    assert (mode.mode, mode.max_it_mw, mode.land_musd) == ("conversion", 20, 0)  # given, and the default of a row that is given
    assert (mode.lead_months, mode.capex_musd_per_mw, mode.cooling) == (alone.lead_months, alone.capex_musd_per_mw, "both")
    said = {one.column: "filled: " in one.source for one in instance.assumptions if one.key == "lubbock/conversion" and one.source}
    assert said == {"lead_months": True, "capex_musd_per_mw": True}
    # The grid is offered up to what the site can take: 20 MW IT x its peak ratio.
    assert instance.sites[1].tariffs[0].mw_max == pytest.approx(20 * instance.sites[1].peak_facility_ratio, abs=0.06)


def test_a_site_with_an_offer_of_its_own_is_offered_nothing_more(tmp_path: Path) -> None:
    tariffs = "abilene,grid,firm,offered,50,6,40,12\nlubbock,own,firm,offered,30,6,41,11\n"
    _, lubbock = assemble(read(mixed(tmp_path / "s", "abilene,retrofit,8,45,7.5,air\n", tariffs))).sites
    assert [tariff.contract_id for tariff in lubbock.tariffs] == ["own"]


def test_a_site_that_stands_twice_is_told_once(tmp_path: Path) -> None:
    folder = mixed(tmp_path / "s", "abilene,retrofit,8,45,7.5,air\n")
    (folder / "sites.csv").write_text("site_id,lat,lon\nabilene,32.45,-99.73\nlubbock,33.58,-101.86\nabilene,32.45,-99.73\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        read(folder)
    assert [(one.file, one.field, one.message) for one in caught.value.problems] == [
        ("sites.csv", "site_id", "'abilene' is defined twice; the first is row 2")
    ]


def test_a_site_that_cannot_be_placed_hides_nothing_of_the_others(tmp_path: Path) -> None:
    folder = mixed(tmp_path / "s", "abilene,retrofit,8,45,7.5,ari\nnowhere,retrofit,8,0.01,7.5,air\n")
    rows = "abilene,32.45,-99.73,48001\nlubbock,33.58,101.86,\nhonolulu,21.31,-157.86,99999\n"
    (folder / "sites.csv").write_text("site_id,lat,lon,county_fips\n" + rows, "utf-8")
    with pytest.raises(ScenarioError) as caught:
        read(folder)
    found = {(one.file, one.where, one.field) for one in caught.value.problems}
    assert {
        ("sites.csv", "row 2 (abilene), column lat", "lat"),  # 48001 is Anderson County, far to the east
        ("sites.csv", "row 3 (lubbock), column lat", "lat"),
        ("sites.csv", "row 4 (honolulu), column county_fips", "county_fips"),
        ("modes.csv", "row 2 (abilene/retrofit), column cooling", "cooling"),
        ("modes.csv", "row 3 (nowhere/retrofit), column site_id", "site_id"),
        ("modes.csv", "row 3 (nowhere/retrofit), column max_it_mw", "max_it_mw"),
    } <= found
