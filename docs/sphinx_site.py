"""What the site adds to Sphinx: formulas as MathML, links that lead out of ``docs``, pages made of the code, and blocks that are run."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging

from docs.blocks import ROOT
from docs.make_reference import REFERENCES

_LOGGER = logging.getLogger(__name__)

LOADED = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*?\b(?:src|href)=["']?((?:https?:)?//[^"'\s>]+)""")
"""What a page loads when it is opened, from elsewhere."""

ELSEWHERE = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "CITATION.cff": "citation.md"}
"""Files of the repository's root and the pages that show them."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of it; Sphinx calls this."""
    app.add_html_math_renderer("mathml", (_visit_inline, None), (_visit_display, None))
    app.connect("builder-inited", run_blocks)
    app.connect("source-read", prepare)
    app.connect("build-finished", refuse_requests)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def run_blocks(_: Sphinx) -> None:
    """Run every block of the pages that teach: what fails is a warning, and so an error of the build."""
    if os.environ.get("GIGASITE_DOCS_BLOCKS") == "0":
        return
    done = subprocess.run([sys.executable, "-m", "docs.blocks"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        _LOGGER.warning("%s%s", done.stdout, done.stderr)


def refuse_requests(app: Sphinx, error: Exception | None) -> None:
    """Warn of every page that would load something from elsewhere: the site is read without a network."""
    if error is None and app.builder.format == "html":
        for page in sorted(Path(app.outdir).rglob("*.html")):
            for found in LOADED.findall(page.read_text(encoding="utf-8")):
                _LOGGER.warning("%s loads %s", page.name, found)


def prepare(app: Sphinx, name: str, source: list[str]) -> None:
    """Turn a page as it reads in the repository into one of the site: references, formulas, links, file names of blocks."""
    text = re.sub(r"<!-- made: (\w+) -->", lambda found: REFERENCES[found[1]](), source[0])
    text = re.sub(r"\$`([^`]+)`\$", r"{math}`\1`", text)
    text = re.sub(r"^```(\w+) +(\S+)$", _captioned, text, flags=re.M)
    source[0] = re.sub(r"\]\(((?:\.\./)+)([^)#]+)(#[^)]*)?\)", lambda found: _link(found, name), text)


def _captioned(found: re.Match[str]) -> str:
    """Opening of a block that is written to a file, with the file's name above it."""
    return f"```{{code-block}} {'text' if found[1] == 'csv' else found[1]}\n:caption: {found[2]}\n"


def _link(found: re.Match[str], name: str) -> str:
    """A link that leaves ``docs`` leads to the page that shows its target; a target that no page shows becomes plain text."""
    depth = name.count("/")
    ups = found[1].count("../")
    if ups <= depth:
        return found[0]
    scenario = re.fullmatch(r"scenarios/([\w-]+)/README\.md", found[2])
    page = f"scenarios/{scenario[1]}.md" if scenario else ELSEWHERE.get(found[2])
    return f"]({'../' * depth}{page}{found[3] or ''})" if page else found[0]


def _visit_inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def _visit_display(writer: Any, node: nodes.math_block) -> None:
    formula = tex2mathml(node.astext(), as_block=True)
    writer.body.append(f'<div class="math" role="math" aria-label="{html.escape(node.astext())}" tabindex="0">{formula}</div>')
    raise nodes.SkipNode
