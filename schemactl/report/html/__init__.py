"""Results as one self-contained page that loads nothing: read it offline, mail it, print it.

page       what a page shows, whatever it is of
plans      the page of a plan, and of what came of it
dictionary the page of what files declare
drifts     the page of drift, and of two accounts compared
fleet      the page of many accounts
writing    from a page to HTML; the template escapes all that an account or a file says
"""

from __future__ import annotations

from schemactl.report.html.dictionary import dictionary_page
from schemactl.report.html.drift import drift_page
from schemactl.report.html.fleet import fleet_page
from schemactl.report.html.plan import plan_page, run_page
from schemactl.report.html.render import page_html

__all__ = ["dictionary_page", "drift_page", "fleet_page", "page_html", "plan_page", "run_page"]
