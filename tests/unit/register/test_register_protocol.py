"""Canonical form, signatures, key policies, chains and order: what nobody may change unseen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from keruen.domain.joint import Side
from keruen.errors import RegisterError
from keruen.register.log import signing
from keruen.register.log.causal_order import is_past, merge
from keruen.register.log.chain import Chain, extend, fork_problem, start
from keruen.register.log.key_policy import policy_problem
from keruen.register.log.logs import Log
from keruen.register.log.new_entries import more_signatures
from keruen.register.record.canonical import (
    canonical,
    entry_id,
    fingerprint,
    line,
    plain,
    read_envelope,
)
from keruen.register.record.entries import Entry, Envelope, Genesis, Head, Keys, Signature
from keruen.register.record.texts import make
from made_up_pairs import sign

AT = "2026-11-23T10:00:00Z"


class Office:
    """One side of a pair, with two keys of which both must sign what binds it."""

    def __init__(self, side: str) -> None:
        pairs = [signing.new_key(f"office {n}") for n in range(2)]
        self.side = side
        self.private = [private for private, _ in pairs]
        self.keys = Keys(number=1, threshold=2, keys=tuple(key for _, key in pairs))

    def card(self) -> dict[str, Any]:
        name = make(authentic=("en",), en=f"side {self.side}")
        return {"side": self.side, "name": name, "root": self.keys}


@pytest.fixture(scope="module")
def pair() -> tuple[Office, Office, Genesis]:
    """Two offices and their founding document."""
    a, b = Office("A"), Office("B")
    genesis = msgspec.convert(plain({"pair": "test", "a": a.card(), "b": b.card()}), Genesis)
    return a, b, genesis


def entry(chain: Chain, kind: str, body: Any, *, seen: Head | None = None) -> Entry:
    """The next entry of a chain."""
    return Entry(
        v=1,
        alg="Ed25519",
        pair=chain.pair,
        side=chain.side,
        seq=chain.head.seq + 1,
        prev=chain.head.id,
        seen=seen or chain.seen,
        at=AT,
        policy=chain.keys.number,
        type=kind,  # type: ignore[arg-type]
        body=plain(body),
    )


def check_chain(
    genesis: Genesis, side: Side, envelopes: list[Envelope]
) -> tuple[Chain, list[tuple[str, Entry]]]:
    """A whole log from its first entry: its end, and the entries with their ids."""
    chain = start(genesis, side)
    named = []
    for envelope in envelopes:
        chain, name = extend(chain, envelope)
        named.append((name, envelope.entry))
    return chain, named


def log_of(office: Office, genesis: Genesis, n: int) -> list[Envelope]:
    """A founding entry and receipts: a log of `n` entries."""
    chain = start(genesis, office.side)  # type: ignore[arg-type]
    envelopes = []
    for number in range(n):
        kind, body = ("genesis", genesis) if number == 0 else ("receipt", {"bundle": f"b{number}"})
        envelopes.append(sign(entry(chain, kind, body), office.private))
        chain, _ = extend(chain, envelopes[-1])
    return envelopes


def kind_of(caught: Any) -> str:
    """The problem's key, without its area."""
    return str(caught.value.key).removeprefix("problem.")


def test_canonical_form_of_the_standard() -> None:
    """Members are sorted by UTF-16 code units, as RFC 8785, 3.2.3 shows; text is not escaped."""
    given = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "1": "One",
        "\u0080": "Control",
        "\u00f6": "o with diaeresis",
    }
    assert list(msgspec.json.decode(canonical(given))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac"]
    assert canonical({"b": [True, None, 1], "a": 'қ"'}).decode() == '{"a":"қ\\"","b":[true,null,1]}'


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {"\n": 0.5}, float("nan")])
def test_a_fraction_is_refused(value: Any) -> None:
    """A figure is a decimal text: no machine's way of writing a fraction can change a signature."""
    with pytest.raises(RegisterError) as caught:
        canonical(value)
    assert kind_of(caught) == "fraction"


def test_what_is_signed_names_its_kind() -> None:
    """The example of the DSSE specification (v1, protocol)."""
    signed = signing.pae("http://example.com/HelloWorld", b"hello world")
    assert signed == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_a_key_is_read_back_with_its_passphrase_only() -> None:
    """A locked key opens with its passphrase, and says so when it is missing or wrong."""
    private, key = signing.new_key("office")
    locked = signing.key_pem(private, "secret")
    assert signing.public_key(signing.load_key(locked, "x", "secret"), "office") == key
    for word, problem in ((None, "passphrase_needed"), ("other", "passphrase_wrong")):
        with pytest.raises(RegisterError) as caught:
            signing.load_key(locked, "x", word)
        assert kind_of(caught) == problem
    with pytest.raises(RegisterError) as caught:
        signing.load_key(b"no key", "x")
    assert kind_of(caught) == "key_unreadable"


def test_a_log_is_accepted_and_ends_where_it_ends(pair: tuple[Office, Office, Genesis]) -> None:
    """An untouched log is read to its last entry."""
    a, _, genesis = pair
    chain, named = check_chain(genesis, "A", log_of(a, genesis, 4))
    assert chain.head == Head(seq=3, id=named[-1][0])
    assert chain.pair == fingerprint(genesis)


def test_every_changed_byte_of_a_line_is_noticed(pair: tuple[Office, Office, Genesis]) -> None:
    """Whatever byte of an entry is flipped, it is refused when read or when it is put in its place."""
    a, _, genesis = pair
    envelopes = log_of(a, genesis, 2)
    content = line(envelopes[1])
    chain, _ = check_chain(genesis, "A", envelopes[:1])
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1
        with pytest.raises(RegisterError):
            extend(chain, read_envelope(bytes(changed), "log/A.jsonl 2"))


@pytest.mark.parametrize(
    ("order", "problem"),
    [((0, 2), "seq_gap"), ((1,), "seq_gap"), ((0, 1, 1), "seq_gap"), ((0, 2, 1), "seq_gap")],
)
def test_deletion_swap_and_repetition(
    pair: tuple[Office, Office, Genesis], order: tuple[int, ...], problem: str
) -> None:
    """An entry left out, put twice or in another place is noticed at its place."""
    a, _, genesis = pair
    envelopes = log_of(a, genesis, 3)
    with pytest.raises(RegisterError) as caught:
        check_chain(genesis, "A", [envelopes[n] for n in order])
    assert kind_of(caught) == problem


def test_a_rewritten_past_does_not_carry_the_present(pair: tuple[Office, Office, Genesis]) -> None:
    """Who signs an old place anew breaks the link of everything behind it."""
    a, _, genesis = pair
    envelopes = log_of(a, genesis, 3)
    chain, _ = check_chain(genesis, "A", envelopes[:1])
    forged = sign(entry(chain, "receipt", {"bundle": "other"}), a.private)
    with pytest.raises(RegisterError) as caught:
        check_chain(genesis, "A", [envelopes[0], forged, envelopes[2]])
    assert kind_of(caught) == "prev_differs"


def test_a_fork_shows_in_what_the_other_had_seen(pair: tuple[Office, Office, Genesis]) -> None:
    """A receipt of another entry than ours at one place says that two histories were shown."""
    a, _, genesis = pair
    _, log_a = check_chain(genesis, "A", log_of(a, genesis, 2))
    chain = start(genesis, "B")
    right = entry(chain, "genesis", genesis, seen=Head(seq=1, id=log_a[1][0]))
    wrong = entry(chain, "genesis", genesis, seen=Head(seq=1, id="0" * 64))
    assert fork_problem(right, log_a) is None
    problem = fork_problem(wrong, log_a)
    assert problem is not None
    assert problem.key == "problem.fork"


def signatures_of(pair: tuple[Office, Office, Genesis], which: str) -> tuple[Signature, ...]:
    """The founding entry's signatures, done wrongly in one way."""
    a, b, genesis = pair
    founding = entry(start(genesis, "A"), "genesis", genesis)
    first, second = sign(founding, a.private).signatures
    strange = sign(founding, b.private).signatures
    return {
        "one key twice": (first, first),
        "too few": (first,),
        "of the other side": (first, strange[0]),
        "not in order": (second, first),
        "of another text": tuple(
            Signature(key=s.key, sig=t.sig) for s, t in ((first, second), (second, first))
        ),
    }[which]


@pytest.mark.parametrize(
    ("which", "problem"),
    [
        ("one key twice", "key_doubled"),
        ("too few", "signatures_few"),
        ("of the other side", "key_unknown"),
        ("not in order", "signatures_unsorted"),
        ("of another text", "signature_wrong"),
    ],
)
def test_signatures_that_do_not_count(
    pair: tuple[Office, Office, Genesis], which: str, problem: str
) -> None:
    """A threshold needs so many different keys of the side, each over exactly this text."""
    _, _, genesis = pair
    chain = start(genesis, "A")
    founding = entry(chain, "genesis", genesis)
    with pytest.raises(RegisterError) as caught:
        extend(chain, Envelope(entry=founding, signatures=signatures_of(pair, which)))
    assert kind_of(caught) == problem


def test_keys_change_with_both_and_never_go_back(pair: tuple[Office, Office, Genesis]) -> None:
    """A new policy is signed by the old and the new keys; an old one cannot be brought back."""
    a, _, genesis = pair
    chain, _ = check_chain(genesis, "A", log_of(a, genesis, 1))
    private, key = signing.new_key("new office")
    new = Keys(number=2, threshold=1, keys=(key,))
    with pytest.raises(RegisterError) as caught:
        extend(chain, sign(entry(chain, "policy", new), a.private))
    assert kind_of(caught) == "signatures_few"
    later, _ = extend(chain, sign(entry(chain, "policy", new), [*a.private, private]))
    assert later.keys == new
    # A departed officer's key signs nothing any more.
    receipt = entry(later, "receipt", {})
    with pytest.raises(RegisterError) as caught:
        extend(later, sign(receipt, [a.private[0]]))
    assert kind_of(caught) == "key_unknown"
    back = entry(later, "policy", a.keys)
    with pytest.raises(RegisterError) as caught:
        extend(later, sign(back, [*a.private, private]))
    assert kind_of(caught) == "policy_rollback"
    old = msgspec.structs.replace(receipt, policy=1)
    with pytest.raises(RegisterError) as caught:
        extend(later, sign(old, [private]))
    assert kind_of(caught) == "policy_other"


def test_a_policy_that_cannot_work_is_refused() -> None:
    """A threshold fits its keys, and a key's name is its fingerprint."""
    _, key = signing.new_key("office")
    named = msgspec.structs.replace(key, id="0" * 16)
    for keys, problem in (
        (Keys(number=1, threshold=2, keys=(key,)), "threshold"),
        (Keys(number=1, threshold=0, keys=(key,)), "threshold"),
        (Keys(number=1, threshold=1, keys=(key, key)), "key_doubled"),
        (Keys(number=1, threshold=1, keys=(named,)), "key_form"),
    ):
        found = policy_problem(keys, "x")
        assert found is not None
        assert found.key == f"problem.{problem}"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"pair": "0" * 64}, "other_pair"),
        ({"side": "B"}, "other_side"),
        ({"seen": Head(seq=-2)}, "seen_falls"),
        ({"seen": Head(seq=-1, id="x")}, "seen_differs"),
        ({"at": "yesterday"}, "moment"),
        ({"at": "2026-13-01T00:00:00Z"}, "moment"),
        ({"type": "genesis"}, "genesis_first"),
    ],
)
def test_an_entry_that_does_not_belong(
    pair: tuple[Office, Office, Genesis], change: dict[str, Any], problem: str
) -> None:
    """An entry of another pair, side or time of knowing is refused by its name."""
    a, _, genesis = pair
    chain, _ = check_chain(genesis, "A", log_of(a, genesis, 1))
    odd = msgspec.structs.replace(entry(chain, "receipt", {}), **change)
    with pytest.raises(RegisterError) as caught:
        extend(chain, sign(odd, a.private))
    assert kind_of(caught) == problem
    assert entry_id(odd) in caught.value.parameters["place"]


def test_a_future_version_is_one_clear_message(pair: tuple[Office, Office, Genesis]) -> None:
    """An entry of a later program is refused as such, whatever else it brings."""
    a, _, genesis = pair
    content = line(log_of(a, genesis, 1)[0])
    later = msgspec.json.decode(content)
    later["entry"]["v"] = 7
    later["entry"]["novelty"] = 1
    with pytest.raises(RegisterError) as caught:
        read_envelope(canonical(later), "x")
    assert kind_of(caught) == "future_version"


def named(side: str, *seen: int) -> list[tuple[str, Entry]]:
    """A log of which only places and what was seen matter."""
    return [
        (
            f"{side}{seq}",
            Entry(
                v=1,
                alg="Ed25519",
                pair="",
                side=side,  # type: ignore[arg-type]
                seq=seq,
                prev="",
                seen=Head(seq=known),
                at=AT,
                policy=1,
                type="receipt",
                body={},
            ),
        )
        for seq, known in enumerate(seen)
    ]


def test_the_order_follows_what_was_known() -> None:
    """Every entry stands behind all that its author had seen; side A first where both could go."""
    log_a, log_b = named("A", -1, -1, 1), named("B", -1, 1, 2)
    ordered, parked = merge(log_a, log_b)
    assert [name for name, _ in ordered] == ["A0", "A1", "B0", "B1", "A2", "B2"]
    assert parked == ()
    place = {name: n for n, (name, _) in enumerate(ordered)}
    for name, one in ordered:
        for other, two in ordered:
            assert not is_past(two, one) or other == name or place[other] < place[name]


def test_what_waits_for_the_other_log_is_parked() -> None:
    """An entry whose author knew more than is here waits, and all behind it in its log."""
    ordered, parked = merge(named("A", -1, 3, 3), named("B", -1, 0))
    assert [name for name, _ in ordered] == ["A0", "B0", "B1"]
    assert parked == (("A", 1), ("A", 2))


def test_knowing_is_exact() -> None:
    """Seen up to a place means that place too, and not the next."""
    ((_, first), (_, second)) = named("A", -1, 0)
    ((_, other0), (_, other1)) = named("B", -1, -1)
    assert is_past(other0, second)
    assert not is_past(other1, second)
    assert is_past(first, second)
    assert not is_past(second, first)


def test_a_private_key_may_be_kept_elsewhere(tmp_path: Any) -> None:
    """A key that was taken away leaves the register clean; one that was changed does not."""
    from keruen.register import Register

    Register.init(
        tmp_path / "a",
        side="A",
        name=make(authentic=("en",), en="a"),
        offices=["one", "two"],
        threshold=1,
    )
    first, second = sorted((tmp_path / "a" / "keys").glob("*.pem"))
    first.rename(tmp_path / "stick.pem")
    assert Register.open(tmp_path / "a").verify() == ()
    second.write_bytes(second.read_bytes().replace(b"KEY", b"KEX", 1))
    with pytest.raises(RegisterError) as caught:
        Register.open(tmp_path / "a")
    assert caught.value.parameters["place"] == f"keys/{second.name}"


@pytest.mark.parametrize(("signed", "added"), [("", "ab"), ("a", "b"), ("b", "a"), ("ab", "")])
def test_what_has_enough_signatures_gets_no_more(
    pair: tuple[Office, Office, Genesis], signed: str, added: str
) -> None:
    """The old policy needs 2 of a, b, the new one 1 of a, b, c, d: with a and b both have enough."""
    a, _, genesis = pair
    chain, _ = check_chain(genesis, "A", log_of(a, genesis, 1))
    log = Log(chain=chain, entries=[], policies={1: a.keys}, content=bytearray())
    privates = {
        **dict(zip("ab", a.private, strict=True)),
        **{name: signing.new_key(name)[0] for name in "cd"},
    }
    keys = {name: signing.public_key(private, name) for name, private in privates.items()}
    ring = {keys[name].id: private for name, private in privates.items()}
    rotation = entry(chain, "policy", Keys(number=2, threshold=1, keys=tuple(keys.values())))
    envelope = sign(rotation, [privates[name] for name in signed])
    more = more_signatures(log, envelope, ring)
    assert {one.key for one in more} == {keys[name].id for name in added}
