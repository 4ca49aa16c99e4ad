"""Texts that somebody has read and found good, kept in `tests/data/report`."""

from __future__ import annotations

import re
from pathlib import Path

TEMPLATE = Path(__file__).parents[3] / "schemactl" / "report" / "html" / "template"
ASSETS = (("style", "page.css"), ("script", "page.js"))
FOLDER = Path(__file__).parents[2] / "data" / "report"


def golden(name: str) -> str:
    """Return the text of one file; read a new one before you replace the old."""
    return (FOLDER / name).read_text(encoding="utf-8")


def without_assets(page: str) -> str:
    """Return a page without its style and script, which are the template's own files."""
    for tag, file in ASSETS:
        inside = (TEMPLATE / file).read_text(encoding="utf-8").strip()
        page, found = re.subn(
            rf"<{tag}>\n{re.escape(inside)}\s*</{tag}>", f"<{tag}></{tag}>", page
        )
        assert found == 1, f"a page has the whole of {file} once"
    return page


def golden_pages() -> dict[str, str]:
    """Return every golden page by its name, whole as a browser needs it."""
    pages = {}
    for path in sorted(FOLDER.glob("*.html")):
        page = path.read_text(encoding="utf-8")
        for tag, file in ASSETS:
            inside = (TEMPLATE / file).read_text(encoding="utf-8")
            page = page.replace(f"<{tag}></{tag}>", f"<{tag}>\n{inside}</{tag}>")
        pages[path.stem] = page
    return pages
