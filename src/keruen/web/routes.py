"""The table of all pages: their addresses, what makes them, and the filters that they take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from keruen.web.asked import Answer, PageRequest
from keruen.web.pages import (
    drafting,
    exchange,
    figures,
    help_page,
    joint_list,
    project,
    results,
    saying,
    sign,
    start,
    waiting_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRoute:
    """A page.

    Parameters
    ----------
    path : below the language; a part in braces is a name.
    make : the page.
    filters : names of the query.
    has_tables : its tables are to be had as files.
    take : what is done with a form that comes back to the page; None when it has none.
    is_file : answers a file, and no page.
    is_writing : answered only under the server's own name, kept by no cache, its forms with a
        token.
    """

    path: str
    make: Callable[[PageRequest], Answer]
    filters: tuple[str, ...] = ()
    has_tables: bool = True
    take: Callable[[PageRequest], Answer] | None = None
    is_file: bool = False
    is_writing: bool = False


ROUTES: Final = (
    PageRoute(path="start", make=start.start),
    PageRoute(path="list", make=joint_list.joint_list, filters=joint_list.FILTERS),
    PageRoute(path="projects/{project}", make=project.project),
    PageRoute(path="results", make=results.results),
    PageRoute(path="results/{run}", make=results.result),
    PageRoute(
        path="results/{run}/files/{study}/{case}/{file}",
        make=results.study_file,
        has_tables=False,
        is_file=True,
    ),
    PageRoute(path="figures", make=figures.figures, filters=figures.FILTERS),
    PageRoute(path="help", make=help_page.help_page),
    *(
        PageRoute(path=path, make=make, take=take, has_tables=False, is_writing=True)
        for path, make, take in (
            ("sign", sign.to_sign, waiting_text.bring_back),
            ("sign/{entry}", sign.one_text, sign.answer),
            ("said/{entry}", saying.one_saying, saying.answer),
            ("said/{entry}/file", saying.file_of_saying, None),
            ("waiting/{text}", waiting_text.waiting_text, waiting_text.sign_more),
            ("waiting/{text}/file", waiting_text.file_to_sign, None),
            ("write", drafting.forms, None),
            ("write/{kind}", drafting.form, drafting.keep),
            ("drafts/{draft}", drafting.review, drafting.put_forward),
            ("exchange", exchange.exchange, exchange.exchanged),
            ("exchange/{bundle}", exchange.bundle, None),
        )
    ),
)
"""Administration, accounts and running come here. While there are no accounts, what writes is
answered on loopback alone, where whoever sits at the machine is the office."""
