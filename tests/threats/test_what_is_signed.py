"""Nothing is signed here that nobody can read, that looks like something else, or says nothing."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import msgspec
import pytest
from babel.core import get_global
from babel.numbers import get_territory_currencies

from keruen.domain.joint import (
    Appraisal,
    Decision,
    DecisionItem,
    Dependency,
    MText,
    Organisation,
    Project,
    Quantity,
    Report,
    Source,
    Transition,
    Words,
)
from keruen.domain.word_lists import CURRENCIES, DOCUMENT_TYPES, ROLES
from keruen.errors import RegisterError
from keruen.register import Register
from keruen.register.record.texts import make
from made_up_pairs import (
    AT,
    PAPER,
    TODAY,
    PowerCut,
    Two,
    claim,
    commitment,
    evidence,
    full,
    keys_of,
    listing,
    project,
    words,
)
from oc4ids_schema import LEVEL, needs_schema

with_fields = msgspec.structs.replace


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Two:
    return full(tmp_path_factory.mktemp("made"))


@pytest.fixture
def pair(made: Two, tmp_path: Path) -> Two:
    return made.copy(tmp_path)


def refused(register: Register, kind: Any, record: Any) -> list[tuple[str, str]]:
    """Keys and places of what keeps a record from being signed; nothing was written."""
    before = listing(register.path)
    with pytest.raises(RegisterError) as caught:
        register.append_many([(kind, record)], at=AT)
    assert listing(register.path) == before
    return [
        (one.key.removeprefix("problem."), str(one.parameters["place"]).partition(": ")[2])
        for one in caught.value.problems
    ]


def figure(**more: Any) -> Quantity:
    return Quantity(**{"value": "5", "unit": "KZT", **more})


@pytest.mark.parametrize("currency", ["тенге", "kzt", "KZ", "XXX", "EUR ", "USDT", "₸"])
def test_currency_that_is_none(pair: Two, currency: str) -> None:
    """Money is told in a code of ISO 4217, or the two sides mean two things."""
    bad = claim("S-bad", quantity=figure(currency=currency))
    assert refused(pair.a, "claim", bad) == [("content_word", "quantity.currency")]


def test_currencies_are_those_in_use() -> None:
    """Every currency that is legal tender somewhere today (CLDR) is in the list."""
    tender = {
        code
        for territory in get_global("territory_currencies")
        for code in get_territory_currencies(territory, tender=True)
    }
    assert tender <= CURRENCIES
    assert {"KZT", "CNY", "RUB", "USD", "EUR"} <= tender
    assert not CURRENCIES & {"XXX", "XTS", "RUR", "DEM"}


@needs_schema
def test_types_and_roles_are_those_of_oc4ids() -> None:
    """Types of documents and roles are the codes of OC4IDS; ``host`` is our own."""
    listed = {
        name: {
            line.split(",")[0]
            for line in (LEVEL / "codelists" / f"{name}.csv").read_text("utf-8").splitlines()[1:]
            if line.split(",")[0].replace(".", "").isalpha() and line[0].islower()
        }
        for name in ("documentType", "partyRole")
    }
    assert listed["documentType"] == DOCUMENT_TYPES
    assert listed["partyRole"] == ROLES - {"host"}


@pytest.mark.parametrize(
    ("kind", "record", "found"),
    [
        ("claim", claim("S-bad", project="KH-9999"), ("content_reference", "project")),
        (
            "commitment",
            with_fields(commitment("C-2"), project="KH-9"),
            ("content_reference", "project"),
        ),
        (
            "project",
            with_fields(
                project("KH-2"), dependencies=(Dependency(kind="requires", project="KH-9"),)
            ),
            ("content_reference", "dependencies[1].project"),
        ),
        (
            "transition",
            Transition(id="T-1", project="KH-9", to="prepared"),
            ("content_reference", "project"),
        ),
        (
            "report",
            Report(
                project="KH-0001", quarter="2026Q4", summary=words("S"), milestones={"C-9": "1"}
            ),
            ("content_reference", "milestones"),
        ),
        (
            "report",
            Report(project="KH-0001", quarter="2026Q5", summary=words("S")),
            ("content_form", "quarter"),
        ),
        (
            "commitment",
            with_fields(commitment("C-2"), open_questions=("кто",)),
            ("content_word", "open_questions"),
        ),
        (
            "project",
            with_fields(project("KH-2"), lead_a=Organisation(name=words("O"), roles=("boss",))),
            ("content_word", "lead_a.roles"),
        ),
        (
            "claim",
            claim("S-bad", source=Source(document="D", date="2026-02-30")),
            ("content_form", "source.date"),
        ),
        (
            "claim",
            claim("S-bad", source=Source(document="D", sha256="abc")),
            ("content_form", "source.sha256"),
        ),
        (
            "claim",
            claim("S-bad", source=Source(document=" ")),
            ("content_placeholder", "source.document"),
        ),
        (
            "project",
            Project(id="KH-2", title=make(authentic=("ru",), ru="…"), kind="trade"),
            ("content_placeholder", "title.ru"),
        ),
        (
            "project",
            Project(id="KH-2", title=MText(), kind="trade"),
            ("content_placeholder", "title"),
        ),
        (
            "appraisal",
            Appraisal(
                id="AP-1",
                projects=("KH-9",),
                model="m",
                scenario_digest="d",
                inputs_sha256="i",
                outputs_sha256="o",
                seed=1,
                n_runs=1,
            ),
            ("content_reference", "projects"),
        ),
    ],
)
def test_words_that_no_list_has(pair: Two, kind: str, record: Any, found: tuple[str, str]) -> None:
    """A word outside its list, a name of nothing, a text not filled in: refused with the place."""
    assert refused(pair.a, kind, record) == [found]


def test_evidence_of_an_unknown_type(pair: Two) -> None:
    """A gate asks for documents by their types: one of no type opens none, and is refused."""
    good = evidence("E-2", PAPER + b"2")
    bad = with_fields(good, document=with_fields(good.document, kind="letter"), about="KH-C99")
    with pytest.raises(RegisterError) as caught:
        pair.a.evidence(bad, PAPER + b"2", at=AT)
    assert keys_of(caught.value) == ["problem.content_reference", "problem.content_word"]


def test_decision_names_what_is_there(pair: Two) -> None:
    """A decision about a project that nobody offered is refused."""
    item = DecisionItem(project="KH-9", action="include", reason=words("R"))
    decision = Decision(id="D-1", meeting=words("M"), date="2026-11-31", items=(item,))
    found = refused(pair.a, "decision", decision)
    assert ("content_reference", "items[1].project") in found
    assert ("content_form", "date") in found


def test_what_comes_together_may_name_each_other(pair: Two) -> None:
    """A project and a promise of it are written at once; neither has to wait for the other."""
    promise = with_fields(commitment("C-2"), project="KH-0002")
    written = pair.a.append_many([("commitment", promise), ("project", project("KH-0002"))], at=AT)
    assert len(written) == 2


UNSEEN = [
    "\0",
    "\x07",
    "\t",
    "\r",
    "\u202e",
    "\u2066",
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\ufe0f",
    "\U000e0001",
]


@pytest.mark.parametrize("letter", UNSEEN)
def test_letters_that_nobody_sees(pair: Two, letter: str) -> None:
    """Control letters, turned writing and letters without a width are signed in no field."""
    for bad, place in (
        (claim("S-bad", field=f"jo{letter}bs"), "field"),
        (claim("S-bad", source=Source(document=f"D{letter}oc")), "source.document"),
        (claim("S-bad", text=make(authentic=("ru",), ru=f"сло{letter}во")), "text.ru"),
    ):
        assert refused(pair.a, "claim", bad) == [("content_unseen", place)]
    reason = make(authentic=("ru",), ru=f"при{letter}чина")
    with pytest.raises(RegisterError) as caught:
        pair.a.offer("project", project("KH-2"), at=AT, reason=reason)
    assert keys_of(caught.value) == ["problem.content_unseen"]
    assert letter not in str(caught.value)


def test_lines_of_long_texts(pair: Two) -> None:
    """A long text has lines; a name has one."""
    two_lines = make(authentic=("ru",), ru="первая\nвторая")
    assert pair.a.claim(claim("S-two", text=two_lines), at=AT)
    named = with_fields(project("KH-2"), title=two_lines)
    assert refused(pair.a, "project", named) == [("content_unseen", "title.ru")]


def test_letters_made_of_parts(pair: Two) -> None:
    """й of two parts and й of one are one letter: texts are composed, what is not is refused."""
    parts = "Тобол — станционный".replace("й", "и\u0306")
    assert (
        make(authentic=("ru",), ru=parts).ru == make(authentic=("ru",), ru="Тобол — станционный").ru
    )
    raw = MText(ru=Words(text=parts))
    assert refused(pair.a, "claim", claim("S-bad", text=raw)) == [
        ("content_not_composed", "text.ru")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "КН-0001",
        "ＫＨ-0001",
        "KH-0001 ",
        "KH_0001",
        "KH--0001",
        "",
        "-",
        "KH-0001\u200b",
        "科-1",
        "K" * 65,
    ],
)
def test_ids_of_another_form(pair: Two, name: str) -> None:
    """An id is ASCII letters and digits with single hyphens: nothing to be mistaken or mistyped."""
    found = {key for key, place in refused(pair.a, "project", project(name)) if place == "id"}
    assert found & {"content_form", "content_placeholder"}


@pytest.mark.parametrize("name", ["kh-0001", "Kh-0001"])
def test_ids_that_look_like_another(pair: Two, name: str) -> None:
    """An id that differs from one of the list in its case only is refused, also within one batch."""
    assert refused(pair.a, "project", project(name)) == [("content_twin", "id")]
    batch = [("project", project("XY-1")), ("project", project("xy-1"))]
    with pytest.raises(RegisterError) as caught:
        pair.a.append_many(batch, at=AT)
    assert keys_of(caught.value) == ["problem.content_twin"] * 2


def test_what_the_other_side_signed_is_taken_in(pair: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log written by other rules stays valid; its bad part is named, and not signed here."""
    from keruen.register.record import signable

    twisted = with_fields(
        project("КН-0001", "Port"), title=make(authentic=("ru",), ru="По\u202eрт")
    )
    with monkeypatch.context() as without:
        without.setattr(signable, "_walk", lambda *_: iter(()))
        entry = pair.b.offer("project", twisted, at=AT)
    assert pair.carry("B").applied >= 1
    assert pair.a.verify() == ()
    state = pair.a.state(TODAY)
    assert "КН-0001" in state.projects
    named = {(key, str(found["place"])) for key, found in state.checks}
    assert ("problem.content_unseen", f"B {entry[:12]}: title.ru") in named
    before = listing(pair.a.path)
    with pytest.raises(RegisterError) as caught:
        pair.a.countersign(entry, at=AT)
    assert set(keys_of(caught.value)) == {
        "problem.content_form",
        "problem.content_unseen",
        "problem.content_twin",
    }
    assert "\u202e" not in str(caught.value)
    assert listing(pair.a.path) == before
    assert pair.a.decline(entry, words("No"), at=AT)


def test_own_log_of_an_older_version_stays_valid(
    pair: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this side signed before a rule was made is kept and named, and stops no writing."""
    from keruen.register.record import signable

    with monkeypatch.context() as without:
        without.setattr(signable, "_walk", lambda *_: iter(()))
        pair.a.offer("project", project("КН-0001", "Rail\u200bway"), at=AT)
    assert pair.a.verify() == ()
    assert pair.a.claim(claim("S-later"), at=AT)
    assert pair.exchange().b.verify() == ()
    keys = {key for key, _ in pair.a.state(TODAY).checks}
    assert {"problem.content_form", "problem.content_unseen"} <= keys


def test_twin_of_the_other_side_blocks_nothing_agreed(
    pair: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An id like ours that the other side puts does not keep us from signing our own project."""
    from keruen.register.record import signable

    with monkeypatch.context() as without:
        without.setattr(signable, "_walk", lambda *_: iter(()))
        twin = pair.b.offer("project", project("kh-0001"), at=AT)
    ours = pair.b.offer("project", project("KH-0001", "Larger port"), at=AT)
    pair.exchange()
    assert pair.a.countersign(ours, at=AT)
    with pytest.raises(RegisterError) as caught:
        pair.a.countersign(twin, at=AT)
    assert keys_of(caught.value) == ["problem.content_twin"]


def test_names_on_the_card_and_of_the_pair(tmp_path: Path) -> None:
    """The names that the first entry signs can be read as well: of the side, offices and the pair."""
    for name, office in (("Си\u202eде", "Office"), ("Side", "Of\0fice")):
        with pytest.raises(RegisterError) as caught:
            Register.init(
                tmp_path / "x", side="A", name=make(authentic=("ru",), ru=name), offices=[office]
            )
        assert keys_of(caught.value) == ["problem.content_unseen"]
    sides = [
        Register.init(tmp_path / side, side=side, name=words(side), offices=["O"])
        for side in ("A", "B")
    ]
    with pytest.raises(RegisterError) as caught:
        sides[0].join(sides[1].card, pair_name="A\u200b – B", at=AT)
    assert keys_of(caught.value) == ["problem.content_unseen"]


def test_back_dated_signature_does_not_beat_the_last_day(pair: Two) -> None:
    """Who signs after the last day cannot date it before the receipt that it wrote itself."""
    late = "2026-12-05T10:00:00Z"
    offer = pair.a.offer("project", project("KH-2"), at=AT, lapses="2026-11-30")
    pair.b.import_(pair.bundle("A"), at=late)
    pair.b.claim(claim("S-late"), at=late)
    pair.b.countersign(offer, at=AT)
    for side in (pair.b, pair.exchange().a):
        revisions = side.state("2026-12-06").projects["KH-2"].revisions
        assert [one.status for one in revisions] == ["lapsed"]


def test_offer_that_nobody_could_sign_is_refused(pair: Two) -> None:
    """A last day that is over is a slip of the pen, kept for ever; the day itself still counts."""
    before = listing(pair.a.path)
    with pytest.raises(RegisterError) as caught:
        pair.a.offer("project", project("KH-2"), at=AT, lapses="2020-02-28")
    assert keys_of(caught.value) == ["problem.offer_lapsed"]
    assert listing(pair.a.path) == before
    pair.a.offer("project", project("KH-2"), at=AT, lapses=AT[:10])


def test_moment_does_not_depend_on_what_comes_later(pair: Two) -> None:
    """A signature given in time stays in time, whatever is dated later and however it arrives."""
    offer = pair.a.offer("project", project("KH-2"), at=AT, lapses="2026-11-30")
    pair.exchange()
    pair.b.countersign(offer, at=AT)
    bundle = pair.bundle("B")
    pair.b.claim(claim("S-late"), at="2027-12-05T10:00:00Z")
    pair.a.claim(claim("S-later"), at="2028-12-05T10:00:00Z")
    for order in ((bundle, pair.bundle("B")), (pair.bundle("B"), bundle)):
        for one in order:
            pair.a.import_(one, at="2028-12-06T10:00:00Z")
        revisions = pair.a.state("2028-12-06").projects["KH-2"].revisions
        assert [one.status for one in revisions] == ["agreed"]


@pytest.mark.parametrize(
    "at", ["2026-02-30T10:00:00Z", "２026-11-23T10:00:00Z", "2026-11-31T10:00:00Z"]
)
def test_moments_that_are_none(pair: Two, at: str) -> None:
    """A time is one of the calendar, in ASCII digits."""
    with pytest.raises(RegisterError) as caught:
        pair.a.claim(claim("S-x"), at=at)
    assert keys_of(caught.value) == ["problem.moment"]


def test_new_keys_are_read_by_their_owner_only(pair: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a rotation as after `init` keys are 0600, and the intent holds nothing of a key."""
    from keruen.store.register import intents

    seen: list[bytes] = []
    write = intents._write_intent

    def watched(root: Path, intent: Any) -> None:
        write(root, intent)
        seen.append((root / intents.INTENT).read_bytes())
        assert all(one.stat().st_mode & 0o777 == 0o600 for one in (root / "keys").iterdir())

    monkeypatch.setattr(intents, "_write_intent", watched)
    pair.a.rotate(["New office"], at=AT)
    keys = list((pair.a.path / "keys").glob("*.pem"))
    assert len(keys) == 2
    assert {one.stat().st_mode & 0o777 for one in keys} == {0o600}
    for page in keys:
        for form in (page.read_bytes(), base64.b64encode(page.read_bytes())[:40]):
            assert not any(form in intent for intent in seen)
    assert pair.a.verify() == ()


@pytest.mark.parametrize("step", ["_write_intent", "_apply", "_forget"])
def test_rotation_cut_by_power(pair: Two, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Cut before its intent the rotation never was; cut after it, it is finished with its key."""
    from keruen.store.register import intents

    def cut(*_: Any) -> None:
        raise PowerCut

    with monkeypatch.context() as dying:
        dying.setattr(intents, step, cut)
        with pytest.raises(PowerCut):
            pair.a.rotate(["New office"], at=AT)
    again = Register.open(pair.a.path)
    n_keys = len(list((pair.a.path / "keys").iterdir()))
    assert n_keys == (1 if step == "_write_intent" else 2)
    assert again.verify() == ()
    assert again.claim(claim("S-after"), at=AT)


def small_order_points() -> set[bytes]:
    """Every written form of a point P of Ed25519 with 8·P = 0, from the curve's own equation."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p

    def add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
        (x1, y1), (x2, y2) = one, other
        k = d * x1 * x2 * y1 * y2
        x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, p) % p
        return x, (y1 * y2 + x1 * x2) * pow(1 - k, -1, p) % p

    def x_of(y: int) -> int:
        square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
        x = pow(square, (p + 3) // 8, p)
        return x if x * x % p == square else x * pow(2, (p - 1) // 4, p) % p

    found = {(0, 1)}
    y = 2
    while len(found) < 8:
        point = (x_of(y), y)
        y += 1
        if (-(point[0] ** 2) + point[1] ** 2 - 1 - d * point[0] ** 2 * point[1] ** 2) % p:
            continue
        # The large prime order of the group times a point leaves its part of small order.
        part, left = (0, 1), 2**252 + 27742317777372353535851937790883648493
        while left:
            part, point, left = (
                (add(part, point) if left & 1 else part),
                add(point, point),
                left >> 1,
            )
        found.add(part)
    ordinates = {y for _, y in found}
    forms = ordinates | {y + p for y in ordinates if y + p < 2**255}
    return {(y | sign << 255).to_bytes(32, "little") for y in forms for sign in (0, 1)}


def test_keys_of_small_order(tmp_path: Path) -> None:
    """A card whose key is a point of small order is refused: a signature of it would fit any text."""
    from keruen.domain.joint import Side
    from keruen.register.log.signing import key_id
    from keruen.register.record.entries import Key, Keys, SideCard

    other: Side = "B"
    points = small_order_points()
    assert len({point[:31] for point in points}) >= 7
    own = Register.init(tmp_path / "a", side="A", name=words("A"), offices=["O"])
    for public in points:
        key = Key(id=key_id(public), public=public.hex(), office="O")
        card = SideCard(side=other, name=words("B"), root=Keys(number=1, threshold=1, keys=(key,)))
        with pytest.raises(RegisterError) as caught:
            own.join(card, pair_name="P", at=AT)
        assert keys_of(caught.value) == ["problem.key_form"]
