"""A page opened from disk in headless Chromium with the network blocked, and what the browser makes of it."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and "GIGASITE_SKIPS_NOTHING" not in os.environ, reason="no Chromium is installed: apt-get install chromium"
)

FALLBACKS = {"widest": "DejaVuSans", "narrowest": "STIXGeneral"}
"""Fonts that a reader may have whose browser takes none from a page: of these and DejaVu Serif the widest and the narrowest."""

_PROBE = """<script>addEventListener("load", () => {
  const seen = element => element.getClientRects().length > 0;
  const drawn = [...document.querySelectorAll("figure svg")].filter(seen);
  const overlaps = [];
  for (const svg of drawn) {
    const box = svg.getBoundingClientRect();
    const texts = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
    for (const [place, [said, one]] of texts.entries()) {
      if (one.left < box.left - 2 || one.right > box.right + 2 || one.top < box.top - 2 || one.bottom > box.bottom + 2)
        overlaps.push("cut: " + said);
      for (const [other, two] of texts.slice(place + 1))
        if (other !== said && one.left + 1 < two.right && two.left + 1 < one.right && one.top + 3 < two.bottom && two.top + 3 < one.bottom)
          overlaps.push(said + " / " + other);
    }
  }
  const smallest = Math.min(...drawn.map(svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width));
  parent.document.documentElement.setAttribute("data-probe", JSON.stringify({
    width: document.documentElement.scrollWidth, screen: innerWidth, figures: drawn.length, overlaps, smallest,
    marks: drawn.map(svg => svg.querySelectorAll("path, rect, line, circle").length),
    requests: performance.getEntriesByType("resource").map(entry => entry.name),
    page: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color,
  }));
})</script>"""


def probe(page: str, folder: Path, width_px: int, is_dark: bool = False) -> dict[str, Any]:
    """What the browser says of a page: widths, figures and their marks, labels that are cut or overlap, requests, console lines."""
    # A window is never narrower than 500 px, a frame is: what the page holds sees the frame's width.
    file = folder / "page.html"
    inside = escape(page.replace("</body>", f"{_PROBE}</body>"))
    file.write_text(f'<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
                    f'<iframe style="width:{width_px}px;height:1200px;border:0" srcdoc="{inside}"></iframe>', encoding="utf-8")
    done = subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
         f"--user-data-dir={folder / 'profile'}", f"--blink-settings=preferredColorScheme={0 if is_dark else 1}",
         "--window-size=1400,1300", "--virtual-time-budget=4000", "--dump-dom", file.as_uri()],
        capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'data-probe="([^"]*)"', done.stdout)
    assert found, done.stderr
    return {**json.loads(unescape(found[1])), "console": [line for line in done.stderr.splitlines() if "CONSOLE" in line]}


def in_fallback(page: str, name: str) -> str:
    """A page as it is seen where its own font is refused and ``name`` is the reader's."""
    without = re.sub(r"@font-face \{[^}]*\}", "", page)
    assert without != page, "the page brings no font"
    data = base64.b64encode((Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf").read_bytes()).decode()
    return without.replace("<style>", f"<style>@font-face {{ font-family: Arial; src: url(data:font/ttf;base64,{data}) }}", 1)
