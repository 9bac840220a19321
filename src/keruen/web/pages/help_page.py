"""Help: what this is, what to do next, and the words of the trade explained."""

from __future__ import annotations

from typing import Final

from keruen.web.asked import PageRequest, WebPage
from keruen.web.pages.how_to import roles
from keruen.web.tables import TableCell, TableColumn, WebTable

QUESTIONS: Final = (
    "what",
    "read",
    "agreed",
    "write",
    "accept",
    "light",
    "torn",
    "result",
    "figures",
    "files",
    "wrong",
    "backup",
)
"""What a reader asks, in the order in which it comes up: ends of catalogue keys."""
TERMS: Final = (
    "agreed",
    "authentic",
    "bottleneck",
    "claim",
    "commitment",
    "fingerprint",
    "inconclusive",
    "limit",
    "offer",
    "p90",
    "register",
    "replication",
    "revision",
    "scenario",
    "teu",
    "verdict",
)
"""Words that stand on pages and that a reader outside the trade may not know."""


def help_page(asked: PageRequest) -> WebPage:
    """The page of help."""
    table = WebTable(
        name="terms",
        title=asked.say("web.table_terms"),
        columns=tuple(
            TableColumn(key=key, title=asked.say(f"web.column_{key}"))
            for key in ("term", "meaning")
        ),
        rows=tuple(
            (
                TableCell(text=asked.say(f"web.term_{term}"), value=term),
                TableCell(text=asked.say(f"web.meaning_{term}")),
            )
            for term in TERMS
        ),
        command="keruen --help",
        python="help(keruen)",
    )
    answers = [(asked.say(f"web.ask_{one}"), asked.say(f"web.answer_{one}")) for one in QUESTIONS]
    return WebPage(
        template="help.html",
        title=asked.say("web.menu_help"),
        lead=asked.say("web.help_lead"),
        tables=(table,),
        shown={"answers": answers, "roles": roles(asked)},
    )
