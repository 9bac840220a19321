"""``Any`` switches the type checker off, so whoever writes it says why."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

import pytest
from source_tree import PACKAGE, modules

from keruen.compiled import SOURCES

KERNELS = {path for pattern in SOURCES for path in PACKAGE.glob(pattern)} - {
    PACKAGE / "compiled.py"
}
"""Their packages say once why arguments are ``Any``: Numba infers their types."""

WITHOUT_REASON_YET: frozenset[str] = frozenset(
    {
        "cli/registering/detail.py",
        "cli/registering/reading.py",
        "cli/registering/starting.py",
        "cli/registering/words.py",
        "formats/access_profiles.py",
        "i18n/field_names.py",
        "register/asking.py",
        "register/audit.py",
        "register/entry_bodies.py",
        "register/exchange/intake.py",
        "register/installation.py",
        "register/joint_list/commitments.py",
        "register/joint_list/lookup.py",
        "register/joint_list/rules.py",
        "register/joint_list/scenario_effects.py",
        "register/joint_list/statements.py",
        "register/joint_list/subjects.py",
        "register/log/new_entries.py",
        "register/record/canonical.py",
        "register/record/entries.py",
        "register/record/form_text.py",
        "register/record/form_writing.py",
        "register/record/forms.py",
        "register/record/signable.py",
        "register/record/texts.py",
        "register/seed.py",
        "register/settings.py",
        "register/waiting.py",
        "report/joint/whole_text.py",
        "store/register/backup.py",
        "store/register/carrier.py",
    }
)
ALIAS = re.compile(r'^\w+ = .*\bAny\b.*\n"""', re.MULTILINE)


def bare_lines(source: str) -> Iterator[int]:
    """Lines with ``Any`` that neither say why beside it nor are an alias that says so below."""
    aliases = {source.count("\n", 0, found.start()) + 1 for found in ALIAS.finditer(source)}
    imported, named, said = False, set(), set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        line = token.start[0]
        if token.type == tokenize.NAME and token.string in ("from", "import"):
            imported = True
        elif token.type == tokenize.NEWLINE:
            imported = False
        elif token.type == tokenize.NAME and token.string == "Any" and not imported:
            named.add(line)
        elif token.type == tokenize.COMMENT and "Any: " in token.string:
            said.add(line)
    yield from sorted(named - said - aliases)


def test_every_any_has_its_reason() -> None:
    """Outside the kernel each ``Any`` has ``# Any: why`` beside it, or is an alias with a docstring."""
    bare = {
        module.path.relative_to(PACKAGE).as_posix(): lines
        for module in modules()
        if module.path not in KERNELS and (lines := list(bare_lines(module.text)))
    }
    new = {file: lines for file, lines in bare.items() if file not in WITHOUT_REASON_YET}
    assert not new
    assert bare.keys() >= WITHOUT_REASON_YET, "these have their reasons now: take them off the list"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from typing import Any\n", []),
        ("from typing import (\n    Any,\n)\n", []),
        ("def f(x: Any) -> None: ...\n", [1]),
        ("def f(x: Any) -> None: ...  # Any: it comes from a file\n", []),
        ("def f(x: Any) -> None: ...  # quick\n", [1]),
        ('Value = Any\n"""What a file may hold."""\n', []),
        ("Value = Any\nOther = 3\n", [1]),
        ('"""Any words."""\n', []),
    ],
)
def test_a_bare_any_is_found(source: str, lines: list[int]) -> None:
    """An import, a reason beside the line and an alias with its docstring are no bare ``Any``."""
    assert list(bare_lines(source)) == lines
