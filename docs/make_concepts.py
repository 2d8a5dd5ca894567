"""Draws the pictures of the page on concepts, one per decision: ``python -m docs.make_concepts``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parent / "pictures" / "concepts"

INK, GREY, PALE, BLUE, LIGHT, ORANGE = "#1c2733", "#667380", "#e8edf2", "#1f4e79", "#a9c4de", "#b4530a"
"""Dark enough to read on white; blue and orange differ in grey too."""


class Drawing:
    """An SVG that grows by shapes; lengths in pixels from the upper left corner.

    Parameters
    ----------
    title, description : str
        What a screen reader says of it.
    width, height : int
        Size.
    """

    def __init__(self, title: str, description: str, width: int = 680, height: int = 230) -> None:
        style = f"text{{font:13px system-ui,sans-serif;fill:{INK}}} .small{{font-size:11px;fill:{GREY}}} .bold{{font-weight:600}}"
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
            'aria-labelledby="t d">',
            f'<title id="t">{escape(title)}</title><desc id="d">{escape(description)}</desc><style>{style}</style>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        ]

    def text(self, x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> None:
        """Write words; ``kind`` is small, bold or nothing."""
        self._parts.append(f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>')

    def box(self, at: tuple[float, float], size: tuple[float, float], fill: str = PALE, edge: str = "none") -> None:
        """Draw a rectangle."""
        (x, y), (width, height) = at, size
        self._parts.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="3" fill="{fill}" stroke="{edge}"/>')

    def line(self, points: Sequence[tuple[float, float]], colour: str = INK, dash: str = "", width: float = 2) -> None:
        """Draw a line through points."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-dasharray="{dash}"/>')

    def arrow(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw an arrow to the right or down."""
        (x, y), is_right = end, end[0] > begin[0]
        self.line([begin, end], GREY, width=1.5)
        self.line([(x - 6, y - 4), end, (x - 6, y + 4)] if is_right else [(x - 4, y - 6), end, (x + 4, y - 6)], GREY, width=1.5)

    def axis(self, y: float, left: float = 60, right: float = 650, word: str = "time") -> None:
        """Draw an axis of time."""
        self.arrow((left, y), (right, y))
        self.text(right, y + 16, word, "small", "end")

    def svg(self) -> str:
        """Text of the file."""
        return "\n".join([*self._parts, "</svg>\n"])


def steps(values: Sequence[float], left: float, base: float, step: float) -> list[tuple[float, float]]:
    """Points of a line that holds each value for a step, values upward from the base."""
    return [point for at, value in enumerate(values)
            for point in ((left + at * step, base - value), (left + (at + 1) * step, base - value))]


def site_and_mode() -> Drawing:
    """Where, in which way, from when."""
    d = Drawing(
        "Site and mode",
        "One of three places is started in one mode; its halls come after the lead and grow by a rate up to a limit.",
    )
    for row, (place, modes) in enumerate((("Factory", "retrofit"), ("Desert", "greenfield, build to suit"), ("Old mine", "conversion"))):
        is_chosen = row == 0
        d.box((20, 30 + 60 * row), (150, 46), LIGHT if is_chosen else PALE, BLUE if is_chosen else GREY)
        d.text(32, 50 + 60 * row, place, "bold")
        d.text(32, 67 + 60 * row, modes, "small")
    d.axis(190, 220)
    d.line([(240, 190), (240, 60)], ORANGE, "4 3", 1.5)
    d.text(240, 52, "start", anchor="middle")
    d.box((240, 172), (130, 16))
    d.text(305, 184, "lead_months", "small", "middle")
    d.line([(240, 190), *steps((0,), 240, 190, 130), *steps((30, 60, 90), 370, 190, 50), (620, 100)], BLUE, width=3)
    d.text(382, 212, "each step at most mw_per_month", "small")
    d.line([(240, 100), (640, 100)], GREY, "2 3", 1)
    d.text(640, 93, "max_it_mw", "small", "end")
    d.text(640, 30, "One start per site: one mode, one month", "bold", "end")
    return d


def deliveries() -> Drawing:
    """Which GPUs, when: order, delivery, online."""
    d = Drawing(
        "Deliveries",
        "Bars of GPUs delivered each month stay below the vendor's supply; each is ordered before and online after.",
    )
    d.axis(180)
    for at, count in enumerate((0, 0, 40, 80, 80, 60, 0, 0)):
        if count:
            d.box((90 + 62 * at, 180 - count), (44, count), LIGHT, BLUE)
    d.line(steps((40, 40, 80, 80, 80, 80, 80, 80), 80, 180, 62), ORANGE, "5 3")
    d.text(84, 130, "supply of the vendor", "small")
    d.line([(342, 60), (342, 100)], GREY, width=1)
    for x, word in ((218, "ordered: a fifth paid"), (362, "delivered"), (500, "online, the rest paid")):
        d.text(x, 46, word, anchor="middle")
    d.arrow((290, 42), (325, 42))
    d.arrow((400, 42), (430, 42))
    d.text(218, 64, "order_lead_months before", "small", "middle")
    d.text(500, 64, "install_months after", "small", "middle")
    d.text(90, 212, "delivered in whole lots, or any number; spares are bought on top", "small")
    return d


def contracts() -> Drawing:
    """On whose power: MW by date, signed before, for a term."""
    d = Drawing(
        "Contracts of power",
        "The MW a contract may give grow by date; firm MW of all contracts together stay above the peak of the load.",
    )
    d.axis(190)
    for top, values, fill, word, place in (
        (190, (0, 40, 40, 40, 40, 40, 40, 40), BLUE, "tariff at the substation that stands", (260, 172)),
        (150, (0, 0, 0, 0, 60, 60, 60, 60), LIGHT, "tariff at the one to be built", (420, 124)),
        (150, (0, 0, 30, 55, 0, 0, 0, 0), "#f3d2b3", "on-site gas, rented", (196, 112)),
    ):
        for at, value in enumerate(values):
            if value:
                d.box((90 + 66 * at, top - value), (66, value), fill)
        d.text(*place, word, "small")
    d.box((256, 160), (212, 17), "#ffffff")
    d.text(260, 172, "tariff at the substation that stands", "small")
    d.line(steps((0, 30, 60, 85, 95, 95, 95, 95), 90, 190, 66), INK, width=3)
    d.text(626, 84, "peak of the load", "bold", "end")
    d.arrow((96, 40), (156, 40))
    d.text(96, 32, "signed", "small")
    d.text(162, 44, "in service for its term; MW never fall; minimum take counts, also beyond the horizon", "small")
    d.text(90, 212, "Σ firm MW ≥ peak in every month; energy in every hour", "small")
    return d


def hours() -> Drawing:
    """Typical days in the plan, all hours afterwards."""
    d = Drawing(
        "Typical hours and verification",
        "Of 365 days a few are carried, each standing for others; afterwards all 8,760 hours are run.",
    )
    chosen = {4, 13, 19, 28, 37, 45, 52, 57}
    for day in range(60):
        d.box((60 + 9.6 * day, 46), (7, 26), BLUE if day in chosen else PALE)
    d.text(60, 36, "365 days of the model year; the dark ones are carried, each stands for days like it", "small")
    for at, day in enumerate(sorted(chosen)):
        d.line([(63.5 + 9.6 * day, 74), (85 + 72 * at, 104)], GREY, "2 2", 1)
        d.box((60 + 72 * at, 106), (56, 30), LIGHT, BLUE)
        d.line([(64 + 72 * at + 8 * hour, 130 - (4, 2, 10, 16, 20, 9, 5)[(hour + at) % 7]) for hour in range(7)], INK, width=1.5)
    d.arrow((340, 142), (340, 160))
    d.box((60, 164), (568, 24), LIGHT, BLUE)
    d.text(344, 180, "the plan dispatched over all 8,760 hours, investments fixed", anchor="middle")
    d.text(60, 210, "Load unserved or over 2 % off: the worst day joins, and it is solved again (three times at most).", "small")
    return d


def readiness() -> Drawing:
    """The month in which hall, power and GPUs are all there."""
    d = Drawing("Host and readiness", "Hall, firm power and GPUs grow; the workload is ready when the last of them reaches the target.")
    d.axis(190)
    d.line([(70, 70), (630, 70)], GREY, "2 3", 1)
    d.text(66, 64, "target", "small")
    for values, colour, dash, word, place in (
        ((0, 0, 40, 80, 120, 120, 120, 120), BLUE, "", "hall", (208, 167)),
        ((40, 40, 60, 60, 130, 130, 130, 130), GREY, "6 3", "power", (80, 142)),
        ((0, 0, 0, 30, 60, 90, 124, 124), ORANGE, "2 2", "GPUs", (406, 117)),
    ):
        d.line(steps(values, 70, 190, 66), colour, dash, 2.5)
        d.text(*place, word, "bold")
    for x, word in ((268, "wanted"), (466, "ready"), (598, "deadline")):
        d.line([(x, 190), (x, 36)], INK, "4 3", 1)
        d.text(x, 28, word, "bold", "middle")
    d.box((268, 194), (198, 14), "#f3d2b3")
    d.text(367, 205, "months late: priced, not paid", "small", "middle")
    d.text(70, 224, "one host per workload: a site, or a cloud that is large enough", "small")
    return d


def money() -> Drawing:
    """Dated money, and which purse may pay what."""
    d = Drawing(
        "Money and purses",
        "Lines of the ledger are paid by purses that may pay them; what was paid never exceeds what was received.",
    )
    for row, word in enumerate(("GPUs, construction", "deposits", "energy, rent, staff")):
        d.box((20, 40 + 50 * row), (150, 32))
        d.text(30, 61 + 50 * row, word)
    for row, word in enumerate(("equity", "operations")):
        d.box((250, 60 + 60 * row), (110, 34), LIGHT, BLUE)
        d.text(305, 82 + 60 * row, word, "bold", "middle")
    for begin, end in (((172, 56), (246, 74)), ((172, 106), (246, 82)), ((172, 156), (246, 138))):
        d.arrow(begin, end)
    d.text(20, 212, "a line that no purse may pay is refused", "small")
    d.axis(180, 400)
    d.line(steps((70, 70, 120, 120), 410, 180, 56), ORANGE, "5 3")
    d.line([(410, 175), *steps((10, 40, 68, 98), 410, 180, 56)], BLUE, width=3)
    d.text(640, 52, "received", anchor="end")
    d.text(640, 106, "paid", anchor="end")
    d.text(410, 30, "purse by purse, month by month:", "bold")
    d.text(410, 222, "value of time and residual value are no cash", "small")
    return d


def proof() -> Drawing:
    """Best plan found, and what no plan can undercut."""
    d = Drawing("Proof", "The best plan found falls, the bound rises; what lies between is the gap. Then the audit recomputes all.")
    d.axis(190, right=430, word="seconds of search")
    best = steps((150, 110, 96, 90, 88), 70, 190, 66)
    bound = [(70, 160), (130, 130), (200, 116), (270, 108), (340, 104), (400, 103)]
    d.line(best, BLUE, width=3)
    d.line(bound, ORANGE, "5 3")
    d.text(150, 52, "best plan so far")
    d.text(150, 150, "bound: no plan can be cheaper")
    d.text(412, 98, "gap", "bold")
    for row, (word, small) in enumerate((
        ("Plan", "gap at most what was asked"), ("Audit", "every rule and dollar again, other code"), ("Hours", "all 8,760 dispatched"),
    )):
        d.box((468, 30 + 62 * row), (196, 44), LIGHT if row == 0 else PALE, BLUE)
        d.text(478, 49 + 62 * row, word, "bold")
        d.text(478, 65 + 62 * row, small, "small")
    d.arrow((566, 76), (566, 90))
    d.arrow((566, 138), (566, 152))
    return d


PICTURES: dict[str, Callable[[], Drawing]] = {
    "site-and-mode": site_and_mode, "deliveries": deliveries, "contracts": contracts, "hours": hours, "readiness": readiness,
    "money": money, "proof": proof,
}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, picture in PICTURES.items():
        (FOLDER / f"{name}.svg").write_text(picture().svg(), encoding="utf-8")
