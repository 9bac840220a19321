"""Offices sign a text without a place: what a holder of one key cannot make of it, and what waits.

Every row of the table in decision 0023 has its test here: without its check, one of them fails.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from test_keys_and_offices import pems, split_keys

from keruen.domain.joint import Side
from keruen.errors import RegisterError
from keruen.register import Register
from keruen.register.joint_list.fold import fold
from keruen.register.log.chain import Chain, extend, fork_problem, start
from keruen.register.log.logs import Log, hold
from keruen.register.log.new_entries import built, more_of_statement, sealed, signed
from keruen.register.log.signing import ENTRY, STATEMENT, PrivateKey, load_key, new_key, sign_bytes
from keruen.register.record.canonical import (
    MOST_LINE,
    canonical,
    entry_id,
    line,
    plain,
    read_envelope,
    read_waiting,
    statement_of,
)
from keruen.register.record.entries import (
    STATEABLE,
    STATED,
    Countersign,
    Drafted,
    Entry,
    Envelope,
    Head,
    Keys,
    SignedStatement,
)
from keruen.register.waiting import Office
from made_up_pairs import (
    AT,
    TODAY,
    Two,
    claim,
    commitment,
    keys_of,
    lines,
    project,
    sign,
    two,
    words,
)

LATER = "2026-11-23T10:00:01Z"
EARLIER = "2026-11-23T09:59:59Z"


@pytest.fixture(scope="module")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """A pair whose sides have two offices each, of which both must sign; nobody writes to it."""
    return two(tmp_path_factory.mktemp("signers"), offices=2, threshold=2)


def private_keys(register: Register) -> list[PrivateKey]:
    """The keys that lie in an installation."""
    return [load_key(path.read_bytes(), "x") for path in pems(register)]


def log_of(register: Register, side: Side) -> tuple[Chain, list[tuple[str, Entry]]]:
    """A log as it lies there, from its first entry on."""
    chain, entries = start(register.genesis, side), []
    for row in lines(register, side):
        envelope = read_envelope(row.rstrip(b"\n"), "x")
        chain, name = extend(chain, envelope)
        entries.append((name, envelope.entry))
    return chain, entries


def stated(chain: Chain, offices: list[PrivateKey], kind: str = "withdraw", **more: Any) -> Entry:
    """The next entry of a chain, with a statement that offices have signed.

    Parameters
    ----------
    more : fields of the entry that are otherwise; the offices sign them so.
    """
    body = {"offer": "ab" * 32, "reason": msgspec.to_builtins(words("Mistake"))}
    entry = Entry(
        v=STATED,
        alg="Ed25519",
        pair=chain.pair,
        side=chain.side,
        seq=chain.head.seq + 1,
        prev=chain.head.id,
        seen=chain.seen,
        at=AT,
        policy=chain.keys.number,
        type=kind,  # type: ignore[arg-type]
        body=plain(body),
        drafted=Drafted(at=AT, seen=chain.seen),
    )
    entry = msgspec.structs.replace(entry, **more)
    signatures = sign_bytes(STATEMENT, canonical(statement_of(entry)), offices)
    return msgspec.structs.replace(entry, offices=signatures)


def refusal(chain: Chain, envelope: Envelope) -> str:
    """Why a log does not take an entry, as a key; empty when it does."""
    try:
        extend(chain, read_envelope(line(envelope), "x"))
    except RegisterError as wrong:
        return str(wrong.key).removeprefix("problem.")
    return ""


def test_signed_statements_are_taken_in(signers: Two) -> None:
    """What the attacks below change is good as long as nobody changes it."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    for seal in keys:
        assert refusal(chain, sign(stated(chain, keys), [seal])) == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"body": {"offer": "cd" * 32, "reason": msgspec.to_builtins(words("Mistake"))}},
        {"type": "accept", "body": {"target": "ab" * 32}},
        {"drafted": Drafted(at=EARLIER, seen=Head())},
        {"drafted": Drafted(at=AT, seen=Head())},
    ],
    ids=["body", "type", "drafted at", "drafted seen"],
)
def test_a_text_changed_after_the_offices_signed(signers: Two, changed: dict[str, Any]) -> None:
    """The key that seals cannot exchange a word of what the offices have signed."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    entry = msgspec.structs.replace(stated(chain, keys), **changed)
    assert refusal(chain, sign(entry, keys[:1])) == "signature_wrong"


def test_a_statement_of_another_pair_or_side(signers: Two) -> None:
    """A text that offices signed for one pair and side serves for no other."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    for change in ({"pair": "00" * 32}, {"side": "B"}):
        elsewhere = stated(chain, keys, **change)
        here = msgspec.structs.replace(elsewhere, pair=chain.pair, side="A")
        assert refusal(chain, sign(here, keys[:1])) == "signature_wrong"


def test_too_few_offices(signers: Two) -> None:
    """One office of two, or the same one twice, or a signature of something else, is not enough."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    whole = stated(chain, keys)
    alone = msgspec.structs.replace(whole, offices=whole.offices[:1])
    assert refusal(chain, sign(alone, keys)) == "seal_one"
    assert refusal(chain, sign(alone, keys[:1])) == "signatures_few"
    twice = msgspec.structs.replace(whole, offices=(whole.offices[0],) * 2)
    assert refusal(chain, sign(twice, keys[:1])) == "key_doubled"
    back = msgspec.structs.replace(whole, offices=whole.offices[::-1])
    assert refusal(chain, sign(back, keys[:1])) == "signatures_unsorted"
    as_entry = sign_bytes(ENTRY, canonical(statement_of(whole)), keys)
    other_kind = msgspec.structs.replace(whole, offices=as_entry)
    assert refusal(chain, sign(other_kind, keys[:1])) == "signature_wrong"
    stranger = stated(chain, [keys[0], new_key("Stranger")[0]])
    assert refusal(chain, sign(stranger, keys[:1])) == "key_unknown"


def test_anybody_else_who_gives_a_place(signers: Two) -> None:
    """Without one valid signature of the entry itself nobody gives a statement its place."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    entry = stated(chain, keys)
    assert refusal(chain, Envelope(entry=entry, signatures=())) == "signatures_few"
    assert refusal(chain, sign(entry, [new_key("Stranger")[0]])) == "key_unknown"
    assert refusal(chain, sign(entry, private_keys(signers.b)[:1])) == "key_unknown"
    # Both offices have signed the text; none of that is a signature of a place.
    for given in (entry.offices, entry.offices[:1]):
        assert refusal(chain, Envelope(entry=entry, signatures=given)) == "signature_wrong"
    moved = msgspec.structs.replace(entry, at=LATER)
    assert refusal(chain, msgspec.structs.replace(sign(entry, keys[:1]), entry=moved)) == (
        "signature_wrong"
    )
    # The id covers no seal: a second one would make two written forms of one entry.
    assert refusal(chain, sign(entry, keys)) == "seal_one"


def test_a_statement_signed_before_the_keys_changed(signers: Two) -> None:
    """Under another policy the same keys have not signed it, whatever number the entry names."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    policy = msgspec.structs.replace(chain.keys, number=2)
    change = stated(chain, [], v=1, type="policy", body=plain(policy))
    change = msgspec.structs.replace(change, drafted=None, offices=())
    after, _ = extend(chain, sign(change, keys))
    old = stated(after, keys, policy=1)
    assert refusal(after, sign(old, keys[:1])) == "policy_other"
    renumbered = msgspec.structs.replace(old, policy=2)
    assert refusal(after, sign(renumbered, keys[:1])) == "signature_wrong"
    assert refusal(after, sign(stated(after, keys), keys[:1])) == ""


def test_a_statement_that_stands_in_the_log_already(signers: Two) -> None:
    """Whoever holds the key that seals cannot say again what the offices said once."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    first = stated(chain, keys)
    after, _ = extend(chain, sign(first, keys[:1]))
    between = stated(after, keys, at=LATER, drafted=Drafted(at=LATER, seen=chain.seen))
    after, _ = extend(after, sign(between, keys[:1]))
    again = msgspec.structs.replace(first, seq=after.head.seq + 1, prev=after.head.id)
    for seal in keys:
        assert refusal(after, sign(again, [seal])) == "statement_repeated"


def test_a_log_that_was_checked_before_knows_its_statements(tmp_path: Path) -> None:
    """Also where signatures are not checked again, a statement that it has comes in only once."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, second = split_keys(pair.a, tmp_path / "officers")
    first.offer("project", project(), at=AT)
    second.sign_pending(first.pending[0], at=AT)
    again = Register.open(second.path)
    genesis, held = again.genesis, {side: b"".join(lines(again, side)) for side in ("A", "B")}
    whole = hold(genesis, held, {})
    marked = hold(genesis, held, {side: log.checked() for side, log in whole.logs.items()})
    assert len(whole.logs["A"].chain.stated) == 1
    assert marked.logs["A"].chain == whole.logs["A"].chain
    with pytest.raises(RegisterError) as refused:
        again.sign_pending(first.pending[0], at=LATER)
    assert keys_of(refused.value) == ["problem.statement_repeated"]
    with pytest.raises(RegisterError) as refused:
        # The same words, said in the same second by the same office: the same statement.
        again.offer("project", project(), at=AT)
    assert keys_of(refused.value) == ["problem.statement_repeated"]
    assert again.verify() == ()


def test_an_answer_dated_before_it_was_read(signers: Two) -> None:
    """The entry has seen no less than its offices had, and is not earlier than what they signed."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    more = Head(seq=chain.seen.seq + 3, id="ab" * 32)
    other = Head(seq=chain.seen.seq, id="cd" * 32)
    for seen in (more, other):
        entry = stated(chain, keys, drafted=Drafted(at=AT, seen=seen))
        assert refusal(chain, sign(entry, keys[:1])) == "drafted_seen"
        later = msgspec.structs.replace(entry, seen=more)
        assert refusal(chain, sign(later, keys[:1])) == ""
    early = stated(chain, keys, at=EARLIER)
    assert refusal(chain, sign(early, keys[:1])) == "drafted_later"
    assert refusal(chain, sign(msgspec.structs.replace(early, at=LATER), keys[:1])) == ""
    no_moment = stated(chain, keys, drafted=Drafted(at="yesterday", seen=chain.seen))
    assert refusal(chain, sign(no_moment, keys[:1])) == "moment"


def test_offices_that_had_seen_another_history(signers: Two) -> None:
    """What the offices had seen must be what lies here, as what the writer had seen must."""
    chain, _ = log_of(signers.a, "A")
    _, other = log_of(signers.a, "B")
    keys = private_keys(signers.a)
    assert fork_problem(stated(chain, keys), other) is None
    seen = Head(seq=0, id="ef" * 32)
    found = fork_problem(stated(chain, keys, drafted=Drafted(at=AT, seen=seen)), other)
    assert found is not None
    assert found.key == "problem.fork"


@pytest.mark.parametrize("kind", ["genesis", "policy", "claim", "receipt"])
def test_kinds_that_are_no_statement(signers: Two, kind: str) -> None:
    """What one key signs, and what changes whose signatures count, is never of version 2."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    assert kind not in STATEABLE
    body = {"genesis": signers.a.genesis, "policy": chain.keys, "claim": claim("S-1")}.get(kind, {})
    entry = stated(chain, keys, kind=kind, body=plain(body))
    assert refusal(chain, sign(entry, keys[:1])) == "version_form"
    assert refusal(chain, sign(entry, keys)) == "version_form"


def test_each_version_has_one_form(signers: Two) -> None:
    """An entry of version 1 brings no statement, one of version 2 does not go without."""
    chain, _ = log_of(signers.a, "A")
    keys = private_keys(signers.a)
    entry = stated(chain, keys)
    for odd in (
        msgspec.structs.replace(entry, v=1),
        msgspec.structs.replace(entry, v=1, drafted=None),
        msgspec.structs.replace(entry, drafted=None, offices=()),
    ):
        assert refusal(chain, sign(odd, keys)) == "version_form"
    bare = msgspec.structs.replace(entry, v=1, drafted=None, offices=())
    assert b"drafted" not in canonical(bare)
    assert refusal(chain, sign(bare, keys)) == ""


def test_an_old_consent_kept_back(tmp_path: Path) -> None:
    """Consent that was held back until the writer had the withdrawal is refused, and has no effect."""
    pair = two(tmp_path, offices=2, threshold=2)
    offer = pair.b.offer("project", project(), at=AT)
    pair.exchange()
    first, second = split_keys(pair.a, tmp_path / "officers")
    first.countersign(offer, at=AT)
    (kept,) = first.pending
    pair.b.withdraw(offer, words("Mistake"), at=AT)
    second.import_(pair.bundle("B"), at=AT)
    with pytest.raises(RegisterError) as refused:
        second.sign_pending(kept, at=LATER)
    assert keys_of(refused.value) == ["problem.answer_closed"]
    # A forged program enters it all the same: the log is in order, and the offer stays withdrawn.
    chain, entries = log_of(second, "A")
    _, other = log_of(second, "B")
    keys = private_keys(pair.a)
    core_hash = pair.b.find_offer(offer, TODAY).core_hash
    body = plain(Countersign(offer=offer, core_hash=core_hash))
    entry = stated(chain, keys, kind="countersign", body=body, seen=chain.seen)
    assert refusal(chain, sign(entry, keys[:1])) == ""
    state = fold([*entries, (entry_id(entry), entry)], other, today=TODAY)
    assert [one.status for one in state.all_revisions()] == ["withdrawn"]


# --- what waits, and what goes on meanwhile


def test_nothing_that_waits_stops_a_write(tmp_path: Path) -> None:
    """While texts wait, the side claims, offers, takes in bundles with a receipt, changes keys."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, second = split_keys(pair.a, tmp_path / "officers")
    names = [first.offer("project", project(f"KH-000{n}", f"Port {n}"), at=AT) for n in range(3)]
    assert sorted(path.stem for path in first.pending) == sorted(names)
    assert first.claim(claim("S-1", project=""), at=AT)
    pair.b.claim(claim("S-2", project=""), at=AT)
    taken = first.import_(pair.bundle("B"), at=AT)
    assert (taken.applied, bool(taken.receipt)) == (1, True)
    assert {one.fingerprint for one in first.waiting()} == set(names)
    assert [(len(one.signed), one.needed, one.void) for one in first.waiting()] == [
        (1, 2, None)
    ] * 3
    assert first.verify() == ()
    first.drop_pending(first.pending[0])
    assert len(first.pending) == 2
    for path in pems(second):
        shutil.copy(path, first.path / "keys")
    both = Register.open(first.path)
    both.rotate(["New", "Newer"], threshold=2, at=AT)
    assert both.keys["A"].number == 2
    assert [one.void.key for one in both.waiting() if one.void] == ["problem.statement_policy"] * 2
    with pytest.raises(RegisterError) as refused:
        both.sign_pending(both.pending[0], at=AT)
    assert keys_of(refused.value) == ["problem.statement_policy"]


def test_what_has_all_its_signatures_stays_version_1(tmp_path: Path) -> None:
    """Where the keys lie together nothing waits, and the entry is written as it always was."""
    pair = two(tmp_path, offices=2, threshold=2)
    pair.a.offer("project", project(), at=AT)
    found = msgspec.json.decode(lines(pair.a, "A")[-1])
    assert found["entry"]["v"] == 1
    assert not {"drafted", "offices"} & set(found["entry"])
    assert len(found["signatures"]) == 2


def test_copies_that_come_back_from_two_offices(tmp_path: Path) -> None:
    """Copies that went to two offices at once bring both signatures together."""
    pair = two(tmp_path, offices=3, threshold=3)
    paths = pems(pair.a)
    places = []
    for n, path in enumerate(paths[1:]):
        place = tmp_path / f"office{n}"
        Office.request(place, "x", None)
        for own in (place / "keys").iterdir():
            own.unlink()
        places.append(Office(place))
        path.rename(place / "keys" / path.name)
    writer = Register.open(pair.a.path)
    name = writer.offer("project", project(), at=AT)
    copies = [Path(shutil.copy(writer.pending[0], tmp_path / f"copy{n}.json")) for n in range(2)]
    for office, copy in zip(places, copies, strict=True):
        assert office.sign(copy, None).fingerprint == name
    assert writer.sign_pending(copies[0], at=AT) == ""
    assert writer.sign_pending(copies[1], at=AT)
    assert writer.pending == ()
    assert len(msgspec.json.decode(lines(writer, "A")[-1])["entry"]["offices"]) == 3


def test_a_change_of_keys_waits_with_its_place(tmp_path: Path) -> None:
    """It keeps nobody from writing; what a person writes makes it void, a receipt does not."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, second = split_keys(pair.a, tmp_path / "officers")
    first.rotate(msgspec.structs.replace(first.card.root, threshold=1), at=AT)
    pair.b.claim(claim("S-2", project=""), at=AT)
    taken = first.import_(pair.bundle("B"), at=AT)
    assert (taken.applied, taken.receipt) == (1, "")
    (waiting,) = first.waiting()
    assert (waiting.kind, waiting.needed, waiting.void) == ("policy", 2, None)
    kept = Path(shutil.copy(first.pending[0], tmp_path / "kept.json"))
    first.claim(claim("S-1", project=""), at=AT)
    (waiting,) = first.waiting()
    assert waiting.void is not None
    assert waiting.void.key == "problem.register_stale"
    with pytest.raises(RegisterError) as refused:
        first.sign_pending(first.pending[0], at=AT)
    assert keys_of(refused.value) == ["problem.register_stale"]
    assert second.sign_pending(kept, at=AT)
    assert second.keys["A"].threshold == 1


def test_a_waiting_file_of_an_older_version(tmp_path: Path) -> None:
    """An entry that waits with its place must be written again; it stops nothing, and is named."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, _ = split_keys(pair.a, tmp_path / "officers")
    chain, _ = log_of(first, "A")
    entry = msgspec.structs.replace(stated(chain, []), v=1, drafted=None, offices=())
    path = first.path / "pending" / f"{entry_id(entry)}.json"
    path.write_bytes(line(sign(entry, private_keys(first))))
    (waiting,) = first.waiting()
    assert waiting.void is not None
    assert waiting.void.key == "problem.statement_old"
    for refuses in (
        lambda: first.sign_pending(path, at=AT),
        lambda: Office(tmp_path).sign(path, None),
    ):
        with pytest.raises(RegisterError) as refused:
            refuses()
        assert keys_of(refused.value) == ["problem.statement_old"]
    assert first.claim(claim("S-1", project=""), at=AT)
    assert first.verify() == ()
    first.drop_pending(path)
    assert first.waiting() == ()


def test_what_a_waiting_file_must_be(tmp_path: Path) -> None:
    """A file that was changed on its way, or holds something else, is refused and named."""
    pair = two(tmp_path, offices=2, threshold=2)
    offer = pair.b.offer("project", project(), at=AT)
    pair.exchange()
    first, _ = split_keys(pair.a, tmp_path / "officers")
    first.countersign(offer, at=AT)
    (path,) = first.pending
    good = read_waiting(path.read_bytes(), "x")
    assert isinstance(good, SignedStatement)
    assert good.offered is not None
    changed = {**good.offered, "core": {**good.offered["core"], "id": "KH-0002"}}
    other = pair.b.offer("project", project("KH-0003", "Road"), at=AT)
    another = log_of(pair.b, "B")[1][-1][1]
    assert entry_id(another) == other
    policy = msgspec.structs.replace(good.statement, type="policy", body=plain(pair.a.card.root))
    forged = tuple(msgspec.structs.replace(one, sig="0" * 128) for one in good.signatures)
    for page, key in (
        (b"{}", "statement_unreadable"),
        (path.read_bytes() + b" ", "line_not_canonical"),
        (canonical(msgspec.structs.replace(good, signatures=forged)), "signature_wrong"),
        (canonical(msgspec.structs.replace(good, offered=None)), "statement_unreadable"),
        (canonical(msgspec.structs.replace(good, offered={"a": 1})), "statement_unreadable"),
        (canonical(msgspec.structs.replace(good, offered=changed)), "core_subject"),
        (canonical(msgspec.structs.replace(good, offered=another.body)), "core_hash"),
        (
            canonical(SignedStatement(statement=policy, signatures=good.signatures)),
            "statement_unreadable",
        ),
    ):
        path.write_bytes(page)
        (waiting,) = first.waiting()
        if key != "signature_wrong":  # That one is no reason to write the text again.
            assert waiting.void is not None
            assert waiting.void.key == f"problem.{key}"
        assert f"problem.{key}" in {one.key for one in first.verify()}
        with pytest.raises(RegisterError):
            first.sign_pending(path, at=AT)


def test_another_text_came_into_force_meanwhile(tmp_path: Path) -> None:
    """A text that follows one no longer in force is not entered: it would be superseded at once."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, second = split_keys(pair.a, tmp_path / "officers")
    first.offer("project", project(), at=AT)
    offer = pair.b.offer("project", project(title="Harbour"), at=AT)
    second.import_(pair.bundle("B"), at=AT)
    second.countersign(offer, at=AT)
    first.import_(pair.bundle("B"), at=AT)
    consent = first.sign_pending(second.pending[0], at=AT)
    assert consent
    with pytest.raises(RegisterError) as refused:
        first.sign_pending(next(p for p in first.pending), at=AT)
    assert keys_of(refused.value) == ["problem.statement_parent"]


def test_a_person_is_asked_about_before_an_office_signs(tmp_path: Path) -> None:
    """At its own place too, an office signs a telephone number only when it is meant."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, _ = split_keys(pair.a, tmp_path / "officers")
    first.ask = lambda _: True
    first.offer("project", project(title="Port, +7 701 555 12 34"), at=AT)
    place = Office.request(tmp_path / "office", "Akimat", None)
    with pytest.raises(RegisterError) as refused:
        place.sign(first.pending[0], None)
    assert set(keys_of(refused.value)) == {"problem.ask_phone", "problem.ask_refused"}
    before = first.pending[0].read_bytes()
    with pytest.raises(RegisterError):
        place.sign(first.pending[0], None, lambda _: False)
    assert first.pending[0].read_bytes() == before
    assert len(place.sign(first.pending[0], None, lambda _: True).signed) == 2


@pytest.mark.parametrize("n_spare", [2000, 100])
def test_a_text_too_long_for_a_line_is_not_given_to_offices(signers: Two, n_spare: int) -> None:
    """What no line of the log could hold in the end is refused before anybody signs it."""
    chain, _ = log_of(signers.a, "A")
    log = Log(chain=chain, entries=[], policies={1: chain.keys}, content=bytearray())
    keys = {public.id: key for public, key in zip(chain.keys.keys, keys_in(signers.a), strict=True)}
    one = dict([next(iter(keys.items()))])
    drafted = built(log, chain.seen, "withdraw", {"offer": "ab" * 32, "reason": ""}, AT)
    size = len(signed(log, drafted, one).line)
    long = {"offer": "ab" * 32, "reason": "x" * (MOST_LINE - size - n_spare)}
    entry = built(log, chain.seen, "withdraw", long, AT)
    if n_spare < 1024:
        with pytest.raises(RegisterError) as refused:
            signed(log, entry, one)
        assert keys_of(refused.value) == ["problem.line_too_long"]
        return
    held = msgspec.json.decode(signed(log, entry, one).line, type=SignedStatement)
    whole = more_of_statement(chain.keys, held, keys)
    assert not sealed(log, whole, chain.seen, AT, keys).missing


def keys_in(register: Register) -> list[PrivateKey]:
    """The private keys of a policy in the order of its public ones."""
    return [
        load_key((register.path / "keys" / f"{key.id}.pem").read_bytes(), "x")
        for key in register.keys["A"].keys
    ]


def test_keys_of_a_new_policy(tmp_path: Path) -> None:
    """After a change of keys statements are drafted and signed under the new ones."""
    pair = two(tmp_path, offices=2, threshold=2)
    pair.a.rotate(["New", "Newer"], threshold=2, at=AT)
    first, second = split_new(pair.a, tmp_path)
    first.offer("project", project(), at=AT)
    assert second.sign_pending(first.pending[0], at=AT)
    keys: Keys = second.keys["A"]
    assert keys.number == 2


def split_new(register: Register, folder: Path) -> tuple[Register, Register]:
    """Two officers, each with one of the two keys in force."""
    names = [key.id for key in register.keys["A"].keys]
    places = []
    for n, name in enumerate(names):
        place = folder / f"officer{n}"
        shutil.copytree(register.path, place)
        for path in (place / "keys").iterdir():
            if path.stem != name:
                path.unlink()
        places.append(Register.open(place))
    return places[0], places[1]


def test_many_texts_are_left_waiting_in_one(tmp_path: Path) -> None:
    """A sheet of offers waits as so many texts; together with what would not wait it is refused."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, second = split_keys(pair.a, tmp_path / "officers")
    both = [("project", project()), ("commitment", commitment())]
    with pytest.raises(RegisterError) as refused:
        first.append_many([*both, ("claim", claim("S-1"))], at=AT)
    assert keys_of(refused.value) == ["problem.register_many_pending"]
    assert first.pending == ()
    names = first.append_many(both, at=AT)
    paths = {one.body["kind"]: one.path for one in first.waiting()}
    assert {path.stem for path in paths.values()} == set(names)
    # What a text names must be in the log before the text is.
    with pytest.raises(RegisterError):
        second.sign_pending(paths["commitment"], at=AT)
    assert second.sign_pending(paths["project"], at=AT)
    assert second.sign_pending(paths["commitment"], at=AT)


def test_another_file_under_the_name_of_a_statement(tmp_path: Path) -> None:
    """What lies under the name of a waiting text and is another one is named, not joined with it."""
    pair = two(tmp_path, offices=2, threshold=2)
    first, _ = split_keys(pair.a, tmp_path / "officers")
    first.offer("project", project(), at=AT)
    (path,) = first.pending
    carried = Path(shutil.copy(path, tmp_path / "carried.json"))
    chain, _ = log_of(first, "A")
    change = stated(chain, [], v=1, type="policy", body=plain(chain.keys))
    change = msgspec.structs.replace(change, drafted=None, offices=())
    path.write_bytes(line(sign(change, private_keys(first))))
    with pytest.raises(RegisterError) as refused:
        first.sign_pending(carried, at=AT)
    assert keys_of(refused.value) == ["problem.register_named"]
    assert "problem.register_named" in {one.key for one in first.verify()}
