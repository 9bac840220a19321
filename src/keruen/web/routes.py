"""The table of all pages: their addresses, what makes them, and the filters that they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from keruen.web.accounts import ADMINISTRATOR, EVERYBODY, ROLES, Roles
from keruen.web.asked import Answer, FilterSchema, PageRequest
from keruen.web.pages import (
    account,
    admin,
    drafting,
    exchange,
    figures,
    first,
    help_page,
    how_to,
    joint_list,
    kept_drafts,
    project,
    results,
    safekeeping,
    saying,
    sign,
    start,
    studies,
    waiting_text,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRoute:
    """A page.

    Parameters
    ----------
    path : below the language; a part in braces is a name.
    make : the page.
    filters : names of the query, and what each takes.
    has_tables : its tables are to be had as files.
    take : what is done with a form that comes back to the page; None when it has none.
    is_file : answers a file, and no page.
    is_writing : answered only under the server's own name, kept by no cache, its forms with a
        token.
    keep_of_idle : keeps what cannot be typed again of a form whose sender's session ran out in it;
        None where all of it can.
    readers : roles of which one is needed to see it on a shared server.
    takers : …to send its form in; by the button where one needs another role.
    """

    path: str
    make: Callable[[PageRequest], Answer]
    filters: Mapping[str, FilterSchema] = field(default_factory=dict)
    has_tables: bool = True
    take: Callable[[PageRequest], Answer] | None = None
    keep_of_idle: Callable[[PageRequest], PageRequest] | None = None
    is_file: bool = False
    is_writing: bool = False
    readers: Roles = frozenset({EVERYBODY})
    takers: Mapping[str, Roles] = field(default_factory=dict)

    def takers_of(self, action: str) -> Roles:
        """Who may press a button; whoever may press any other, where it is not named."""
        return self.takers.get(action, self.takers.get("", frozenset()))


_ALL: Final = frozenset({EVERYBODY})
_NOBODY: Final[Roles] = frozenset()
"""An office's own machine alone has these pages, since they make keys and take passphrases."""
_SIGNED_IN: Final = frozenset(ROLES)
_SIGNATORY: Final = frozenset({"signatory"})
_CLERK: Final = frozenset({"clerk"})
_OFFICE: Final = _CLERK | _SIGNATORY
_OWN_SIDE: Final = _OFFICE | {"auditor"}
"""Who reads what is the own side's alone."""
_ADMIN: Final = frozenset({ADMINISTRATOR})

ROUTES: Final = (
    PageRoute(path="start", make=start.start),
    PageRoute(path="list", make=joint_list.joint_list, filters=joint_list.FILTERS),
    PageRoute(path="projects/{project}", make=project.project),
    PageRoute(path="results", make=results.results),
    PageRoute(path="results/{run}", make=results.result),
    PageRoute(
        path="results/{run}/files/{study}/{case}/{file}",
        make=studies.study_file,
        has_tables=False,
        is_file=True,
    ),
    PageRoute(path="results/{run}/{study}/{case}", make=studies.study_page),
    PageRoute(path="figures", make=figures.figures, filters=figures.FILTERS),
    PageRoute(path="help", make=help_page.help_page),
    PageRoute(path="help/{role}", make=how_to.how_to, has_tables=False),
    *(
        PageRoute(
            path=path,
            make=make,
            take=take,
            has_tables=False,
            is_writing=True,
            keep_of_idle=kept_drafts.keep_file if path == "write/{kind}" else None,
            readers=readers,
            takers=takers,
        )
        for path, make, take, readers, takers in (
            ("sign", sign.to_sign, waiting_text.bring_back, _OWN_SIDE, {"": _OFFICE}),
            ("sign/{entry}", sign.one_text, sign.answer, _OWN_SIDE, {"": _SIGNATORY}),
            ("said/{entry}", saying.one_saying, saying.answer, _OWN_SIDE, {"": _SIGNATORY}),
            ("said/{entry}/file", saying.file_of_saying, None, _OWN_SIDE, {}),
            (
                "waiting/{text}",
                waiting_text.waiting_text,
                waiting_text.sign_more,
                _OWN_SIDE,
                {"": _SIGNATORY},
            ),
            ("waiting/{text}/file", waiting_text.file_to_sign, None, _OFFICE, {}),
            ("write", drafting.forms, None, _OWN_SIDE, {}),
            ("write/{kind}", drafting.form, drafting.keep, _OWN_SIDE, {"": _CLERK}),
            (
                "drafts/{draft}",
                drafting.review,
                drafting.put_forward,
                _OWN_SIDE,
                {"": _SIGNATORY, "drop": _CLERK},
            ),
            ("exchange", exchange.exchange, exchange.exchanged, _OWN_SIDE, {"": _OFFICE}),
            ("exchange/{bundle}", exchange.bundle, None, _OWN_SIDE, {}),
            ("login", account.login, account.sign_in, _ALL, {"": _ALL}),
            ("account", account.own, account.change_own, _SIGNED_IN, {"": _SIGNED_IN}),
            ("accounts", admin.accounts, admin.change, _ADMIN, {"": _ADMIN}),
            ("first", first.first, first.take_step, _NOBODY, {}),
            ("first/card", first.own_card, None, _NOBODY, {}),
            ("backup", safekeeping.backup_page, safekeeping.make, _NOBODY, {}),
            ("audit", admin.audit, None, _ADMIN | {"auditor"}, {}),
        )
    ),
)
"""Running comes here, for planners. Where no account is asked for, what writes is answered on
loopback alone, where whoever sits at the machine is the office."""
