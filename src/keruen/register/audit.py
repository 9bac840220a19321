"""Is everything still as it was signed and sealed? Every byte of the folder is looked at.

Knows what each file must be and which entry it belongs to; changes nothing. It trusts neither the
database nor the seal for what a signature covers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256 as _sha256
from typing import Any, Final

from keruen.domain.joint import OTHER_SIDE, SIDES, Side
from keruen.errors import Problem, RegisterError
from keruen.register import opening
from keruen.register.exchange.intake import proofs
from keruen.register.joint_list.fold import status
from keruen.register.joint_list.rules import cited_files, incoming_problems
from keruen.register.log.chain import extend, fork_problem, place_of
from keruen.register.log.logs import Checked, Log, PairLogs, behind, empty_log
from keruen.register.log.signing import (
    key_id,
    load_key,
    signatures_problem,
    statement_problem,
)
from keruen.register.reading import state_in
from keruen.register.record.canonical import (
    canonical,
    entry_id,
    fingerprint,
    read_envelope,
    read_waiting,
)
from keruen.register.record.entries import Entry, Envelope, Genesis, SignedStatement
from keruen.register.settings import PAGE, Settings, page_of, read_settings
from keruen.register.waiting import what_is_signed
from keruen.store import JointFolder
from keruen.store.register.folder import DATABASE, RESTORED, SEAL

_PLAIN: Final = frozenset({PAGE, SEAL, DATABASE, opening.CARD, opening.GENESIS})
_FILE_NAME: Final = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_MOST_ROWS: Final = 100
"""So many rows of a database are named before it is enough."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Parameters
    ----------
    key, parameters : a sentence of the catalogue; `parameters` has ``place`` (file or entry), and
        ``side``, ``seq`` and ``entry`` where an entry is concerned.
    """

    key: str
    parameters: Mapping[str, str | int | float]


def findings(folder: JointFolder, passphrase: str | None) -> tuple[Finding, ...]:
    """Everything in an installation that is not as it was signed and sealed.

    Parameters
    ----------
    passphrase : of the private keys; without it, locked keys are held to the seal only.

    Returns
    -------
    In the order of looking; empty when all is well.
    """
    folder.settle_down()
    found = [*_sealed(folder), *_keys(folder, passphrase)]
    settings, wrong = _settings(folder)
    found += wrong
    if settings is None:
        return tuple(found)
    genesis, wrong = _genesis(folder, settings)
    found += wrong
    if genesis is None:
        return (*found, *_unknown(folder, frozenset()))
    held = PairLogs(genesis, {})
    for side in SIDES:
        log, wrong = _log(genesis, side, folder.log(side))
        held.take(log)
        found += wrong
    found += [
        *_heads(folder, held),
        *_between(folder, held, settings.side),
        *_files(folder, held),
        *_waiting(folder, held),
    ]
    found += [*_quarantine(folder), *_forked(folder)]
    # A log that is broken makes another list: its rows would only repeat what was found.
    if not any("seq" in one.parameters for one in found):
        found += _rows(folder, settings, held)
    cited = {
        one for log in held.logs.values() for _, entry in log.entries for one in cited_files(entry)
    }
    return (*found, *_behind_broken(folder, held, cited), *_unknown(folder, frozenset(cited)))


def _of(problem: Problem, entry: Entry | None = None, name: str = "") -> Finding:
    """A problem as a finding, with the entry that it concerns."""
    if entry is None:
        return Finding(problem.key, problem.parameters)
    names = {"side": entry.side, "seq": entry.seq, "entry": name or entry_id(entry)}
    return Finding(problem.key, {**names, **problem.parameters})


def _finding(kind: str, place: str, **parameters: str | int) -> Finding:
    return Finding(f"problem.{kind}", {"place": place, **parameters})


def _sealed(folder: JointFolder) -> Iterator[Finding]:
    """Files that no signature covers are as they were sealed."""
    seal = folder.seal()
    if seal is None:
        yield _finding("register_seal", SEAL)
        return
    for name, digests in seal.items():
        if name in opening.HEADS.values():
            continue
        if name == RESTORED:
            yield _finding("register_restored", SEAL, at="".join(digests[:1]))
            continue
        found = folder.digest(name)
        # A private key may be kept on a stick; one that lies here is as it was.
        if not found and name.startswith("keys/"):
            continue
        if found not in digests:
            yield _finding("register_sealed" if found else "register_missing", name)
    names = (PAGE, opening.CARD, opening.GENESIS, DATABASE, *folder.names("keys"))
    for name in names:
        if name not in seal and folder.digest(name):
            yield _finding("register_unsealed", name)


def _keys(folder: JointFolder, passphrase: str | None) -> Iterator[Finding]:
    """Every private key that can be opened is the one that its name says."""
    for name in folder.names("keys"):
        page = folder.read(name) or b""
        if not name.endswith(".pem") or (passphrase is None and b"ENCRYPTED" in page):
            continue
        try:
            private = load_key(page, name, passphrase)
        except RegisterError as wrong:
            yield from (_of(problem) for problem in wrong.problems)
            continue
        if key_id(private.public_key().public_bytes_raw()) != name[len("keys/") : -len(".pem")]:
            yield _finding("register_key_name", name)


def _settings(folder: JointFolder) -> tuple[Settings | None, list[Finding]]:
    page = folder.read(PAGE) or b""
    try:
        settings = read_settings(page, PAGE)
    except RegisterError as wrong:
        return None, [_of(problem) for problem in wrong.problems]
    # A person may write the page otherwise; then the seal is what speaks.
    is_ours = page_of(settings) == page or folder.digest(PAGE) in (folder.seal() or {}).get(
        PAGE, ()
    )
    return settings, [] if is_ours else [_finding("register_sealed", PAGE)]


def _genesis(folder: JointFolder, settings: Settings) -> tuple[Genesis | None, list[Finding]]:
    """The pair is that of the settings, the own card is the one in it, and both are canonical."""
    found: list[Finding] = []
    try:
        card = opening.card_in(folder)
        if canonical(card) != folder.read(opening.CARD):
            found.append(_finding("register_sealed", opening.CARD))
        if not settings.pair and not folder.digest(opening.GENESIS):
            return None, found
        genesis = opening.genesis_in(folder)
        for side in SIDES:
            empty_log(genesis, side)
    except RegisterError as wrong:
        return None, [*found, *(_of(problem) for problem in wrong.problems)]
    if canonical(genesis) != folder.read(opening.GENESIS):
        found.append(_finding("register_sealed", opening.GENESIS))
    if fingerprint(genesis) != settings.pair:
        found.append(_finding("other_pair", opening.GENESIS))
    if (genesis.a if settings.side == "A" else genesis.b) != card:
        found.append(_finding("register_card", opening.CARD))
    return genesis, found


def _log(genesis: Genesis, side: Side, content: bytes) -> tuple[Log, list[Finding]]:
    """A log as far as it holds, and the first entry that does not."""
    log = empty_log(genesis, side)
    lines = content.split(b"\n")
    rest = lines.pop()
    for words in lines:
        seq = log.head.seq + 1
        place = f"log/{side}.jsonl: {side} {seq}"
        names: dict[str, str | int] = {
            "side": side,
            "seq": seq,
            "entry": _sha256(words).hexdigest(),
        }
        try:
            envelope = read_envelope(words, place)
            names["entry"] = entry_id(envelope.entry)
            chain, name = extend(log.chain, envelope)
        except RegisterError as wrong:
            found = [Finding(one.key, {**names, **one.parameters}) for one in wrong.problems]
            return log, [*found, *_left_unread(side, seq, len(lines))]
        log.add(chain, name, envelope.entry, words)
    if rest:
        seq = log.head.seq + 1
        names = {"side": side, "seq": seq, "entry": _sha256(rest).hexdigest()}
        torn = _finding("register_torn", f"log/{side}.jsonl: {side} {seq}")
        return log, [Finding(torn.key, {**names, **torn.parameters})]
    return log, []


def _heads(folder: JointFolder, held: PairLogs) -> Iterator[Finding]:
    """No log ends earlier or otherwise than when it was written last."""
    seal = folder.seal()
    for side in SIDES if seal is not None else ():
        head = held.logs[side].head
        told = (seal or {}).get(opening.HEADS[side], [opening.head_words(opening.NO_HEAD)])[0]
        if told != opening.head_words(head):
            seq, _, name = told.partition(" ")
            words: dict[str, str | int] = {
                "place": f"log/{side}.jsonl",
                "side": side,
                "seq": int(seq) if seq.isdigit() else 0,
                "entry": name or "–",
                "last": head.seq,
            }
            yield Finding("problem.register_cut", words)
        elif opening.marks(folder)[side] not in (Checked(), held.logs[side].checked()):
            yield _finding("register_seal", SEAL)


def _left_unread(side: Side, seq: int, n_lines: int) -> list[Finding]:
    """What follows an entry that does not fit cannot be told good from bad."""
    if seq + 1 >= n_lines:
        return []
    return [_finding("register_unread", f"log/{side}.jsonl", first=seq + 1, last=n_lines - 1)]


def _between(folder: JointFolder, held: PairLogs, own: Side) -> Iterator[Finding]:
    """What each side had seen of the other's log is what lies here, and the list is well formed."""
    is_waiting = bool(folder.names("pending"))
    for side in SIDES:
        other = held.logs[OTHER_SIDE[side]].entries
        for name, entry in held.logs[side].entries:
            fork = fork_problem(entry, other)
            if fork is not None:
                yield _of(fork, entry, name)
            if entry.type not in {"offer", "counter"}:
                wrong = incoming_problems(entry, place_of(entry, name), {})
                yield from (_of(problem, entry, name) for problem in wrong)
        if side == own and not held.logs[side].entries and not is_waiting:
            yield _finding("register_no_genesis", f"log/{side}.jsonl")
    for side in SIDES:
        lost = behind(held, side)
        if lost is not None:
            name, entry = lost
            words: dict[str, str | int] = {
                "place": f"log/{side}.jsonl",
                "seen": entry.seen.seq,
                "last": held.logs[side].head.seq,
            }
            yield _of(Problem("problem.register_behind", words), entry, name)


def _files(folder: JointFolder, held: PairLogs) -> Iterator[Finding]:
    """Every file that an entry cites is here and is what it was."""
    looked: dict[str, str] = {}
    for side in SIDES:
        for name, entry in held.logs[side].entries:
            for sha256 in cited_files(entry):
                if sha256 not in looked:
                    looked[sha256] = folder.digest(f"files/{sha256}")
                if looked[sha256] != sha256:
                    kind = "register_file_changed" if looked[sha256] else "register_file_missing"
                    place = f"files/{sha256}"
                    found = Problem(f"problem.{kind}", {"place": place, "file": sha256})
                    yield _of(found, entry, name)


def _waiting(folder: JointFolder, held: PairLogs) -> Iterator[Finding]:
    """What is parked or waits for signatures is what its name says, and its signatures are good."""
    for name in (*folder.names("parked"), *folder.names("pending")):
        try:
            found = read_waiting(folder.read(name) or b"", name)
        except RegisterError as wrong:
            yield from (_of(problem) for problem in wrong.problems)
            continue
        problems = [*_waiting_problems(held, found, name)]
        if isinstance(found, Envelope):
            yield from (_of(problem, found.entry) for problem in problems)
        else:
            yield from (_of(problem) for problem in problems)


def _waiting_problems(
    held: PairLogs, found: SignedStatement | Envelope, name: str
) -> Iterator[Problem]:
    said = what_is_signed(found)
    named = fingerprint(said)
    wanted = {opening.pending_name(named)}
    if isinstance(said, Entry):
        wanted.add(f"parked/{said.side}-{said.seq:08d}-{named}.json")
    if name not in wanted:
        yield Problem("problem.register_named", {"place": name})
    keys = held.logs[said.side].policies.get(said.policy)
    if keys is None:
        return  # Signed under a policy that is not here yet: the gap has to close first.
    if isinstance(found, Envelope):
        problem = signatures_problem(found, keys, name)
    else:
        problem = statement_problem(found.statement, found.signatures, keys, name)
    is_few = problem is not None and problem.key == "problem.signatures_few"
    if problem is not None and not (is_few and name.startswith("pending/")):
        yield problem


def _quarantine(folder: JointFolder) -> Iterator[Finding]:
    """What was refused is kept as it came, with its reason."""
    names = folder.names("quarantine")
    reasons: dict[str, None] = {}
    for name in (one for one in names if one.endswith(".reason.json")):
        words = folder.read(name) or b""
        if _sha256(words).hexdigest()[:16] != name.split(".")[1]:
            yield _finding("register_kept", name)
            continue
        reasons[f"quarantine/{_content(words)}"] = None
    for name in (one for one in names if not one.endswith(".reason.json")):
        digest = name.removeprefix("quarantine/").partition(".")[0]
        if folder.digest(name) != digest:
            yield _finding("register_kept", name)
        elif name not in reasons and not name.endswith(".tail"):
            yield _finding("register_no_reason", name)
    for name in reasons:
        if name not in names:
            yield _finding("register_missing", name)


def _content(words: bytes) -> str:
    try:
        found = json.loads(words)
    except (ValueError, RecursionError):
        return ""
    return str(found.get("content", "")) if isinstance(found, dict) else ""


def _forked(folder: JointFolder) -> Iterator[Finding]:
    """Proofs that a side showed two histories."""
    for one in proofs(folder):
        words: dict[str, str | int] = {
            "place": f"{one.side} {one.seq} {one.second}",
            "side": one.side,
            "seq": one.seq,
            "entry": one.second,
            "first": one.first,
            "second": one.second,
        }
        yield Finding("problem.register_equivocation", words)


def _rows(folder: JointFolder, settings: Settings, held: PairLogs) -> Iterator[Finding]:
    """The database says what the logs say; the entry of every row that does not is named."""
    # The database takes long to load, and a broken log is told without it.
    from keruen.register import tables  # noqa: PLC0415

    today = tables.stamped_today(folder, settings)
    if not today:
        return
    state = state_in(folder, held, today)
    rows = tables.rows_from(folder, settings, held, state, status(state, settings.side))
    if not tables.is_current(folder, settings, rows):
        return  # Made from older logs: the next question makes it anew.
    for table, row in tables.differences(folder, settings, rows)[:_MOST_ROWS]:
        words = _row(table, row, held)
        if tables.is_kept_in_file(settings):
            yield Finding("problem.register_row", {"place": DATABASE, **words})
        else:
            # No file lies here to be deleted; a server's name stands behind the user's.
            server = settings.database.rsplit("@", maxsplit=1)[-1]
            yield Finding("problem.register_row_server", {"place": server, **words})


def _row(table: str, row: Mapping[str, Any], held: PairLogs) -> dict[str, str | int]:
    """What a problem says of a row: its table, and the entry that it was made from."""
    entry = str(row.get("entry", ""))
    words: dict[str, str | int] = {"table": table, "entry": entry or "–"}
    if entry in held.places:
        words["side"], words["seq"] = held.places[entry]
    return words


def _behind_broken(folder: JointFolder, held: PairLogs, cited: set[str]) -> Iterator[Finding]:
    """Files of the entries that a broken one keeps from being checked: theirs, and not foreign.

    Parameters
    ----------
    cited : fingerprints that good entries name; those named here are added.
    """
    for side in SIDES:
        rest = folder.log(side)[len(held.logs[side].content) :]
        for seq, words in enumerate(rest.split(b"\n"), start=held.logs[side].head.seq + 1):
            # By its digits alone: a line that nobody can read names its files all the same.
            for name in _FILE_NAME.findall(words):
                sha256 = name.decode()
                if sha256 in cited or not folder.has_file(sha256):
                    continue
                cited.add(sha256)
                place: dict[str, str | int] = {"place": f"files/{sha256}", "side": side, "seq": seq}
                yield Finding("problem.register_file_behind", place)


def _unknown(folder: JointFolder, cited: frozenset[str]) -> Iterator[Finding]:
    """Files that nobody put here."""
    for name in folder.names():
        first, _, rest = name.partition("/")
        is_ours = name in _PLAIN or (
            {
                "keys": rest.endswith(".pem"),
                "log": rest in {"A.jsonl", "B.jsonl"},
                "parked": rest.endswith(".json"),
                "pending": rest.endswith(".json"),
                "quarantine": True,
                "files": rest in cited,
            }.get(first, False)
            and "@" not in rest
            and "/" not in rest
        )
        if not is_ours:
            yield _finding("register_unknown_file", name)
