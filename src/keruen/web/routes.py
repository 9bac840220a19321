"""The table of all pages: their addresses, what makes them, and the filters that they take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from keruen.web.asked import PageRequest, WebPage
from keruen.web.pages import figures, help_page, joint_list, project, results, start


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRoute:
    """A page.

    Parameters
    ----------
    path : below the language; a part in braces is a name.
    make : the page.
    filters : names of the query.
    has_tables : its tables are to be had as files.
    """

    path: str
    make: Callable[[PageRequest], WebPage]
    filters: tuple[str, ...] = ()
    has_tables: bool = True


ROUTES: Final = (
    PageRoute(path="start", make=start.start),
    PageRoute(path="list", make=joint_list.joint_list, filters=joint_list.FILTERS),
    PageRoute(path="projects/{project}", make=project.project),
    PageRoute(path="results", make=results.results),
    PageRoute(path="results/{run}", make=results.result),
    PageRoute(path="figures", make=figures.figures, filters=figures.FILTERS),
    PageRoute(path="help", make=help_page.help_page),
)
"""Sign, exchange, administration and running come here: each needs an account."""
