"""The web face: pages of the joint list and of results, rendered here in the reader's language.

Knows addresses, languages and HTML; knows no rule of the register and computes nothing: what a page
says comes from the same functions as the command line, the fiche and the report. It needs the extra
``web``.
"""

from __future__ import annotations

from keruen.web.app import create_app
from keruen.web.settings import WebSettings

__all__ = ["WebSettings", "create_app"]
