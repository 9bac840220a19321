"""The installed package at work: the main commands, a user without rights, a user's types."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from .process import ROOT, StepError, run

NOBODY: Final = 65534
"""The number of the user without rights, on every Linux."""
TRACE: Final = ("run", "toy", "--json", "--replications", "1", "--executor", "serial")

CHARTER: Final = """id = "charter"
title = { kk = "Бірлескен тізім", ru = "Совместный перечень", zh = "联合清单" }
authentic = ["kk", "ru", "zh"]
"""
PROGRAM: Final = """
wrong: int = keruen.read("toy").name  # type: ignore[assignment]
"""
"""Added to the program of the README: refused as a needless remark when the types are not seen."""


def commands(python: Path, work: Path) -> str:
    """Run the main commands in a folder whose name is hard to write, with a new home."""
    place = work / "a folder with № and blanks"
    place.mkdir()
    (work / "home").mkdir()
    (place / "charter.toml").write_text(CHARTER, encoding="utf-8")
    keruen = python.with_name("keruen")
    variables = {
        "HOME": str(work / "home"),
        "LC_ALL": "C.UTF-8",
        "KERUEN_PASSPHRASE": "a long passphrase",
        "XDG_CACHE_HOME": "",
    }

    def does(line: str, *further: str) -> str:
        return run(keruen, *line.split(), *further, folder=place, environment=variables)

    does("--help")
    _expect("toy", does("scenario list"))
    pinned_digest(does(" ".join(TRACE)))
    short = "--days 7 --executor serial --replications"
    # A week of the railway and the dry port, in the language whose fonts are the largest.
    does(f"run kostanay-hefei --case bottom-up {short} 1 --language zh --out week --format both")
    _expect("Достық", does("corridor show --language kk"))
    does("corridor plan kostanay-hefei --case bottom-up --save-workbook week.xlsx")
    box = "--from hefei-north --to tobol-dry-port --commodity car-kits --when 2030-10"
    _expect("options", does(f"quote {box} --json"))
    does(f"capacity toy {short} 1 --tolerance 50% --out flow --format html")
    does(f"compare toy --case base --case base {short} 2 --out two")
    _register(does)
    written = {path.suffix for path in place.rglob("*") if path.is_file()}
    if missing := {".html", ".pdf", ".parquet", ".xlsx", ".json", ".jlb"} - written:
        raise StepError(f"no file of the kinds {sorted(missing)} was written")
    return "run, corridor, quote, capacity, compare, register"


def _register(does: Callable[..., str]) -> None:
    """Two sides from their first keys to an agreed charter, and what is made of a list."""
    a, b = "--folder a", "--folder b"
    does(f"register init --side A --name ru=Область {a} --office", "Office A")
    does(f"register init --side B --name zh=市 {b} --office", "Office B")
    for own, other in ((a, "b"), (b, "a")):
        does(f"register join {other}/card.json --pair-name Pair {own}")
    for number, (sender, receiver) in enumerate(((a, b), (b, a))):
        does(f"register export first-{number}/ {sender}")
        does(f"register import first-{number} {receiver}")
    offered = does(f"register offer charter --from charter.toml {a}")
    (entry,) = re.findall(r"\b[0-9a-f]{12}\b", offered)[-1:]
    does(f"register export offer/ {a}")
    does(f"register import offer {b}")
    fingerprint = re.findall(r"\b[0-9a-f]{64}\b", does(f"register show {entry} {b}"))[-1]
    does(f"register countersign {entry} --yes {fingerprint} {b}")
    does(f"register export answer/ {b}")
    does(f"register import answer {a}")
    _expect("Verified", does(f"register verify {a}"))
    _expect("Verified", does(f"register verify {b}"))
    does(f"register diff --against b {a}")
    does("register demo demo")
    demo = "--folder demo/side-a"
    _expect("Verified", does(f"register verify {demo}"))
    does(f"register status {demo} --language kk")
    (project,) = re.findall(r"\bKH-\d{4}\b", does(f"register list {demo}"))[:1]
    does(f"register show {project} {demo}")
    does(f"register fiche {project} --language ru {demo}")
    does(f"register meeting --language zh {demo}")
    does(f"register sheet export list.xlsx {demo}")
    does(f"register sheet import list.xlsx {demo}")
    does(f"register oc4ids export list.json --profile public {demo}")
    does(f"register oc4ids import list.json {demo}")


def _expect(words: str, text: str) -> None:
    if words not in text:
        raise StepError(f"“{words}” is missing in:\n{text[-2000:]}")


def pinned_digest(told: str) -> str:
    """The digest of the trace that `keruen run toy --json` told; refused if it is another."""
    pinned = tomllib.loads((ROOT / "tests/contracts/digests.toml").read_text(encoding="utf-8"))
    digest, wanted = json.loads(told)[0]["trace_digests"][0], pinned["traces"]["toy"]
    if digest != wanted:
        raise StepError(f"the trace is {digest}, and {wanted} is pinned")
    return str(digest[:12])


def as_nobody(python: Path, work: Path) -> str:
    """Run the toy as a user without rights, whose home does not exist."""
    setpriv = shutil.which("setpriv")
    if os.name == "nt" or os.geteuid() != 0 or setpriv is None:
        return "not looked at: only root can start a process of another user (with setpriv)"
    place = work / "nobody"
    place.mkdir()
    os.chown(place, NOBODY, NOBODY)
    # The Python itself may lie in root's home: nobody may read everything, and write nothing.
    rights = "-all,+dac_read_search"
    lowered = (
        *(setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *(f"--inh-caps={rights}", f"--ambient-caps={rights}", f"--bounding-set={rights}"),
    )
    if run(*lowered, python, "-c", "print('ready')", may_fail=True).strip() != "ready":
        return "not looked at: another user cannot read this Python"
    home = {"HOME": "/nonexistent", "XDG_CACHE_HOME": "", "TMPDIR": ""}
    keruen = python.with_name("keruen")
    told = run(*lowered, keruen, *TRACE, "--out", "toy", folder=place, environment=home)
    owners = {path.stat().st_uid for path in place.rglob("*")}
    if Path("/nonexistent").exists() or owners != {NOBODY}:
        raise StepError(f"files of the users {owners}, of which only {NOBODY} may be")
    return f"run toy, {pinned_digest(told)}"


def typed(python: Path, work: Path) -> str:
    """Check the program of the README as its reader would, strictly."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    program = work / "program.py"
    program.write_text(example + PROGRAM, encoding="utf-8")
    mypy = (sys.executable, "-m", "mypy", "--strict", "--python-executable", python)
    run(*mypy, "--cache-dir", work / "mypy", program, folder=work)
    return "the program of the README"
