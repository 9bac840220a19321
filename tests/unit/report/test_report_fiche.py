"""Paper about the joint list: the fiche of a project and the sheet for a meeting."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from msgspec import structs
from pypdf import PdfReader

from keruen.domain.joint import Interval, Lifecycle, ListAction, MText, Quantity, Strength, Words
from keruen.domain.joint_state import CommitmentStatus, Equivocation, Health, JointState, Light
from keruen.errors import UsageError
from keruen.i18n import LANGUAGES, text
from keruen.i18n.messages import catalogue
from keruen.report import joint
from keruen.report.joint import sentences
from made_up_lists import PORT, REPLY, claim, fingerprint, hostile, joint_list, swollen
from pdf_structure import faults


@pytest.fixture(scope="module")
def state() -> JointState:
    """The made-up list."""
    return joint_list()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, state: JointState) -> Path:
    """The fiche and the meeting sheet in all languages, written once."""
    place = tmp_path_factory.mktemp("paper")
    for language in LANGUAGES:
        joint.write_fiche(state, "KH-0001", place, language=language)
        joint.write_meeting_sheet(state, place, language=language, since="2026-11-01")
    return place


def squeezed(words: str) -> str:
    """The words without blanks of any kind: where a line breaks says nothing."""
    return re.sub(r"[\s\u200b]+", "", words)


def pdf_words(path: Path) -> str:
    """All text of a PDF without blanks."""
    return squeezed("".join(page.extract_text() for page in PdfReader(path).pages))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fiche_is_one_page(folder: Path, language: str) -> None:
    """A fiche fills one upright A4 page."""
    (page,) = PdfReader(folder / f"fiche-KH-0001-{language}.pdf").pages
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]


def test_a_crowded_fiche_is_one_page_and_says_what_it_left_out(
    tmp_path: Path, state: JointState
) -> None:
    """However much was said, a fiche is one page, and each shortened list names its rest."""
    crowded = swollen(state, 12)
    path = joint.write_fiche(crowded, "KH-0001", tmp_path, language="ru")
    assert len(PdfReader(path).pages) == 1
    said = pdf_words(path)
    rows = {name: len(_rows(crowded, name)) for name in ("promises", "figures", "documents")}
    n_left = [int(n) for n in re.findall(r"иещё(\d+)", said)]
    # The row that names the rest is one of the rows.
    assert 65 - (rows["promises"] - 1) in n_left
    assert 84 - (rows["figures"] - 1) in n_left
    assert 12 - (rows["documents"] - 1) in n_left


def _rows(state: JointState, name: str) -> tuple[object, ...]:
    document = joint.fiche(state, "KH-0001", language="ru")
    (section,) = [section for section in document.sections if section.name == name]
    found: tuple[object, ...] = section.blocks[0].rows  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fiche_says_what_an_official_asks(folder: Path, language: str) -> None:
    """Title, leads, promises, dates, contradictions, history and fingerprints are on the page."""
    said = pdf_words(folder / f"fiche-KH-0001-{language}.pdf")
    title = getattr(PORT, language).text
    others = [getattr(PORT, name).text for name in PORT.authentic if name != language]
    due = sentences.interval_in_words(Interval(first="2027-10-01", last="2027-12-31"), language)
    wanted = [
        title,
        *others,
        text("fiche.nobody", language),
        text("fiche.both_signed", language, n=1),
        due,
        text("fiche.agreed", language),
        sentences.code_name("lifecycle", "in_preparation", language),
        sentences.code_name("light", "red", language),
        sentences.code_name("commitment", "overdue", language),
        sentences.code_name("question", "who_pays", language),
        sentences.code_name("strength", "protocol", language),
        fingerprint(1001)[:12],
        sentences.date_in_words("2026-08-19", language),
    ]
    assert not [words for words in wanted if squeezed(words) not in said]
    # Both figures of a contradiction stand on one line of the table, each with its source.
    torn = said.index(squeezed(text("fiche.section_contradictions", language)))
    assert re.match(r".*500.*50.*", said[torn : torn + 400])


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_as_pdf_ua_asks(folder: Path, language: str) -> None:
    """Nothing that PDF/UA-1 asks for and a machine can see is missing from either sheet."""
    for name in (f"fiche-KH-0001-{language}.pdf", f"meeting-{language}.pdf"):
        assert faults(folder / name) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_is_tagged_and_says_its_language(folder: Path, language: str) -> None:
    """Both sheets are tagged PDF/UA with title, language and every font inside."""
    for name in (f"fiche-KH-0001-{language}.pdf", f"meeting-{language}.pdf"):
        reader = PdfReader(folder / name)
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert str(root["/Lang"]).lower().startswith(language)
        assert "pdfuaid:part" in root["/Metadata"].get_data().decode("utf-8")
        assert reader.metadata is not None
        assert reader.metadata.title
    assert PdfReader(folder / f"fiche-KH-0001-{language}.pdf").metadata.title == (  # type: ignore[union-attr]
        getattr(PORT, language).text
    )


def test_a_title_without_the_readers_language_keeps_its_own(state: JointState) -> None:
    """A reader without a translation gets the authentic text, marked as being in its language."""
    document = joint.fiche(state, "KH-0003", language="zh")
    assert (document.title, document.title_language) == ("Набережная", "ru")
    assert not document.lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_meeting_sheet_shows_the_list(folder: Path, state: JointState, language: str) -> None:
    """Every project, what waits for each side, what is late, what was decided since."""
    path = folder / f"meeting-{language}.pdf"
    said = pdf_words(path)
    assert len(PdfReader(path).pages) <= 2
    for name in state.projects:
        assert name in said
    for side in ("A", "B"):
        name = sentences.side_name(state, side, language)
        assert squeezed(text("fiche.waits_for", language, side=name)) in said
    since = text(
        "fiche.section_decisions_since",
        language,
        date=sentences.date_in_words("2026-11-01", language),
    )
    before = text("fiche.section_decisions_before", language)
    assert said.index(squeezed(since)) < said.index(fingerprint(71)[:12])
    assert said.index(squeezed(before)) < said.index(fingerprint(70)[:12])


def test_what_waits_is_for_the_other_side(state: JointState) -> None:
    """An offer waits for the side that did not make it; a dispute for the one that owes."""
    document = joint.meeting_sheet(state, language="en")
    waits = {section.name: section.blocks[0] for section in document.sections}
    a, b = waits["waits_a"].items, waits["waits_b"].items  # type: ignore[union-attr]
    assert any("KH-0001 Dry port" in item for item in a)
    assert any("wheat, oilseeds" in item for item in a)
    assert not any("KH-0001 Dry port" in item for item in b)
    assert any("KH-0002 Wheat corridor" in item for item in b)
    assert not any("KH-0002 Wheat corridor" in item for item in a)
    assert any("Accept or dispute" in item for item in b)
    said = replace(
        state.projects["KH-0001"].claims[1], disputed=fingerprint(5), disputed_at="2026-11-02"
    )
    torn = replace(state, claims=(said,), contradictions=())
    document = joint.meeting_sheet(torn, language="en")
    waits = {section.name: section.blocks[0] for section in document.sections}
    answers = [item for item in waits["waits_b"].items if "Answer the dispute" in item]  # type: ignore[union-attr]
    assert [
        ("KH-0001 jobs" in item.lower().replace("kh", "KH"), "2 November 2026" in item)
        for item in answers
    ] == [(True, True)]


def test_nothing_offered_is_shown_as_agreed(state: JointState) -> None:
    """A project that only one side wants says so before anything else about it."""
    document = joint.fiche(state, "KH-0002", language="en")
    facts = dict(document.sections[0].blocks[0].items)  # type: ignore[union-attr]
    consent = facts[text("fiche.standing", "en")]
    assert consent.text.startswith("Not agreed")
    assert "not yet signed (Shanhe)" in consent.text
    assert consent.sign == "amber"


@pytest.mark.parametrize("format_", ["html", "pdf"])
def test_the_same_list_gives_the_same_bytes(
    folder: Path, tmp_path: Path, state: JointState, format_: str
) -> None:
    """Nothing of the clock, of chance or of the order of sets is on the paper."""
    first = joint.write_fiche(state, "KH-0001", tmp_path / "1", language="kk", format=format_)  # type: ignore[arg-type]
    again = joint.write_fiche(
        joint_list(), "KH-0001", tmp_path / "2", language="kk", format=format_
    )  # type: ignore[arg-type]
    assert first.read_bytes() == again.read_bytes()
    if format_ == "pdf":
        assert first.read_bytes() == (folder / first.name).read_bytes()
        sheet = joint.write_meeting_sheet(state, tmp_path, language="kk", since="2026-11-01")
        assert sheet.read_bytes() == (folder / sheet.name).read_bytes()


def test_what_the_other_side_wrote_does_nothing(tmp_path: Path, state: JointState) -> None:
    """Markup, turned writing, control characters and letters without a shape stay words."""
    bad = hostile(state)
    for write in (
        lambda kind: joint.write_fiche(bad, "KH-0001", tmp_path, language="ru", format=kind),
        lambda kind: joint.write_meeting_sheet(bad, tmp_path, language="ru", format=kind),
    ):
        page = write("html").read_text(encoding="utf-8")
        assert "<script" not in page
        assert "&lt;script&gt;" in page
        assert not re.search(r"href=\"https://x\.org", page)
        assert not re.search("[\u0000-\u0008\u202a-\u202e\u2066-\u2069]", page)
        said = pdf_words(write("pdf"))
        assert "root:x:" not in said
        assert '<script>alert("x")</script>#read("/etc/passwd")\\$x$*b*_i_@a&' in said


@pytest.mark.parametrize(
    "said",
    [
        "ш" * 3000,
        "字" * 3000,
        "слово " * 900,
        "e" + "\u0301" * 500,
        "a\u200b" * 400,
        " ",
        "\ud800x",
    ],
    ids=["word", "chinese", "words", "accents", "unseen", "blank", "surrogate"],
)
def test_a_monstrous_text_still_gives_one_page(
    tmp_path: Path, state: JointState, said: str
) -> None:
    """Words of any length and kind leave the fiche one page, shortened for all to see."""
    path = joint.write_fiche(hostile(state, said), "KH-0001", tmp_path, language="ru")
    assert len(PdfReader(path).pages) == 1
    if len(sentences.plain(said)) > 700:
        assert "(ещё" in pdf_words(path)


def test_an_unknown_project_is_named(state: JointState, tmp_path: Path) -> None:
    """A number that the list does not have, a language or a format that nobody knows is refused."""
    with pytest.raises(UsageError) as refused:
        joint.fiche(state, "KH-0009", language="en")
    assert "KH-0009" in str(refused.value)
    assert "KH-0001, KH-0002, KH-0003" in str(refused.value)
    with pytest.raises(UsageError, match="language"):
        joint.fiche(state, "KH-0001", language="fr")
    with pytest.raises(UsageError, match="format"):
        joint.write_fiche(state, "KH-0001", tmp_path, language="en", format="doc")  # type: ignore[arg-type]


def test_a_number_is_never_a_path(tmp_path: Path, state: JointState) -> None:
    """A project's number with slashes or dots leads to no other folder."""
    for name in ("../../outside", "/etc/x", "a\0b", "x" * 300):
        odd = replace(state, projects={name: state.projects["KH-0003"]})
        path = joint.write_fiche(odd, name, tmp_path, language="en", format="html")
        assert path.parent == tmp_path
        assert re.fullmatch(r"fiche-\w+-[0-9a-f]{10}-en\.html", path.name)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2027-10-01", "2027-12-31", "October–December 2027"),
        ("2027-02-01", "2027-02-28", "February 2027"),
        ("2027-01-01", "2027-12-31", "2027"),
        ("2026-01-01", "2027-12-31", "2026–2027"),
        ("2027-03-08", "2027-03-08", "8 March 2027"),
        ("2027-03-08", "2027-04-01", "8 March 2027 – 1 April 2027"),
        ("2026-10-01", "2027-03-31", "October 2026 – March 2027"),
        ("soon", "later", "soon – later"),
    ],
)
def test_an_interval_is_said_as_people_say_it(first: str, last: str, said: str) -> None:
    """Whole months and years by their names, everything else from day to day."""
    assert sentences.interval_in_words(Interval(first=first, last=last), "en") == said


@pytest.mark.parametrize(
    ("quantity", "language", "said"),
    [
        (
            Quantity(value="63800000000", unit="KZT", currency="KZT", price_year=2025),
            "en",
            "63.8 bn KZT (prices of 2025)",
        ),
        (Quantity(value="63812345678", unit="KZT", currency="KZT"), "en", "63,812,345,678 KZT"),
        (Quantity(value="63800000000", unit="KZT", currency="KZT"), "zh", "638 亿坚戈"),
        (Quantity(low="5", high="9", unit="ha"), "en", "5–9 ha"),
        (Quantity(low="5", unit="ha"), "en", "at least 5 ha"),
        (Quantity(high="9.50", unit="ha", basis="measured"), "ru", "не более 9,50 га, измерено"),
        (Quantity(value="NaN", unit="ha"), "en", "NaN ha"),
    ],
)
def test_a_figure_is_never_rounded(quantity: Quantity, language: str, said: str) -> None:
    """A figure keeps every digit, and its range, unit, prices and basis."""
    written = sentences.quantity_in_words(quantity, language)
    assert written.replace("\u00a0", " ").replace("₸", "KZT") == said


def test_a_reader_gets_the_best_text_there_is() -> None:
    """The reader's language, else an authentic one; a translation nobody checked is marked."""
    words = MText(
        ru=Words(text="да"),
        kk=Words(text="иә"),
        en=Words(text="yes", state="machine"),
        authentic=("kk", "ru"),
    )
    assert sentences.said(words, "en").cell().text == "yes°"
    assert sentences.said(words, "ru").cell().text == "да"
    assert sentences.said(words, "zh") == sentences.Said("иә", "kk")
    assert sentences.said(None, "zh").text == ""


def test_the_kept_text_says_how_much_is_missing() -> None:
    """A shortened text ends with the number of letters that it lost."""
    cut = sentences.clipped("one two three four five six seven eight", 12, "en")
    assert cut == "one two… (+32 letters)"
    assert sentences.clipped("short", 12, "en") == "short"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_word(language: str) -> None:
    """Stages, standings, lights, strengths and decisions are words of the reader's language."""
    groups = {
        "lifecycle": get_args(Lifecycle),
        "commitment": get_args(CommitmentStatus),
        "light": get_args(Light),
        "strength": get_args(Strength),
        "action": get_args(ListAction),
        "question": ("who", "when", "how_much", "where", "who_pays"),
    }
    known = catalogue(language)
    wanted = [f"joint.{group}_{code}" for group, codes in groups.items() for code in codes]
    assert not [key for key in wanted if key not in known]


def test_the_page_of_a_fiche_can_be_walked(tmp_path: Path, state: JointState) -> None:
    """The HTML has one title, sections in order, named tables, and foreign titles say their language."""
    page = joint.write_fiche(state, "KH-0001", tmp_path, language="ru", format="html").read_text(
        "utf-8"
    )
    assert page.count("<h1>") == 1
    assert page.count("<table") == page.count("<caption>") > 3
    assert "<caption></caption>" not in page
    assert '<p><span lang="kk">«Далакент» құрғақ порты' in page
    assert '<span lang="zh-Hans-CN">“达拉肯特”无水港一期</span>' in page
    assert 'href="#verdict"' not in page
    assert "<footer>" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_histories_are_told_first(state: JointState, language: str) -> None:
    """A side that showed two entries for one place, and entries that wait, stand on top of both papers."""
    proof = Equivocation(side="B", seq=7, first=fingerprint(1), second=fingerprint(2))
    torn = replace(state, equivocations=(proof,), parked=(("A", 9), ("A", 10)))
    for document in (
        joint.fiche(torn, "KH-0001", language=language),
        joint.meeting_sheet(torn, language=language),
    ):
        (_, first), (_, second), *_ = document.sections[0].blocks[0].items  # type: ignore[union-attr]
        assert first.sign == "red"
        assert fingerprint(1)[:12] in first.text
        assert fingerprint(2)[:12] in first.text
        assert second.text.startswith("2")


def test_a_day_of_the_last_meeting_is_a_day(state: JointState) -> None:
    """What is no day is refused, never compared."""
    for since in ("soon", "2026-13-01", "20261101", ""):
        with pytest.raises(UsageError, match="2026-08-01"):
            joint.meeting_sheet(state, language="en", since=since)


def test_those_who_say_the_same_share_a_row(state: JointState) -> None:
    """A figure that two sources give alike is one row with both; another value is another row."""
    port = state.projects["KH-0001"]
    same = (claim(8, "B", "area", "133", "ha", source=REPLY), claim(9, "B", "area", "157", "ha"))
    heard = replace(port, claims=(*port.claims, *same))
    document = joint.fiche(
        replace(state, projects={**state.projects, "KH-0001": heard}), "KH-0001", language="en"
    )
    (figures,) = [section for section in document.sections if section.name == "figures"]
    areas = [row for row in figures.blocks[0].rows if "ha" in row[1].text.split("\u00a0")]  # type: ignore[union-attr]
    assert [row[1].text for row in areas] == ["133\u00a0ha", "157\u00a0ha"]
    assert areas[0][2].text.count("Shanhe") == 2
    assert areas[1][2].links == ("https://example.org/news/1",)


def test_the_light_says_why(state: JointState) -> None:
    """The light's reasons stand behind it, with sides by name, figures as people write them."""
    reasons = (
        ("fiche.side", {"side": "B"}),
        ("fiche.year", {"year": "11000000"}),
        ("fiche.promise_n", {"n": 23}),
        ("fiche.project_number", {"id": "\u202e<b>"}),
    )
    port = replace(state.projects["KH-0001"], health=Health(light="red", reasons=reasons))
    seen = replace(state, projects={**state.projects, "KH-0001": port}, checks=reasons[:1])
    document = joint.fiche(seen, "KH-0001", language="en")
    facts = dict(document.sections[0].blocks[0].items)  # type: ignore[union-attr]
    light = facts[text("fiche.light", "en")]
    assert light.sign == "red"
    assert light.text.endswith("side Shanhe; 11 million; commitment 23; project <U+202E><b>")
    sheet = joint.meeting_sheet(seen, language="en")
    (torn,) = [section for section in sheet.sections if section.name == "contradictions"]
    assert torn.blocks[-1].items == ("side Shanhe",)  # type: ignore[union-attr]


def _fact(state: JointState, project: str, label: str) -> str:
    facts = joint.fiche(state, project, language="en").sections[0].blocks[0]
    return dict(facts.items)[label].text  # type: ignore[union-attr]


def test_schedule_and_cost_stand_on_top_as_agreed(state: JointState) -> None:
    """What both signed says when and for how much; a newer offer changes neither."""
    signed = state.projects["KH-0001"]
    assert signed.agreed is not None
    planned = replace(
        signed,
        agreed=structs.replace(
            signed.agreed,
            baseline={
                "completion": Interval(first="2027-10-01", last="2027-12-31"),
                "preparation": Interval(first="2026-01-01", last="2026-12-31"),
            },
            budget=Quantity(value="63800000000", unit="KZT", currency="KZT", price_year=2025),
        ),
        latest=structs.replace(signed.agreed, baseline={}, budget=None),
    )
    listed = replace(state, projects={**state.projects, "KH-0001": planned})
    assert _fact(listed, "KH-0001", "Agreed") == (
        "schedule – preparation: 2026; completion: October–December 2027; "
        "cost – 63.8 bn\u00a0KZT (prices of 2025)"
    )


def test_a_commitment_is_called_by_its_own_number(state: JointState) -> None:
    """A task about a commitment names the commitment; its project stands behind, as such."""
    document = joint.meeting_sheet(state, language="en")
    waits = [one for one in document.sections if one.name.startswith("waits_")]
    lines = [line for one in waits for block in one.blocks for line in getattr(block, "items", ())]
    about = [line for line in lines if any(name in line for name in state.commitments)]
    assert about
    assert all("(project KH-0001)" in line for line in about)


def test_a_possible_double_is_a_warning_on_paper(state: JointState) -> None:
    """Fiche and meeting sheet name it; a fiche of a third project does not."""
    doubled = ("joint.duplicate_project", {"project": "KH-0001", "other": "KH-0003"})
    torn = replace(state, checks=(doubled,))
    for name in ("KH-0001", "KH-0003"):
        assert "may be the same project" in _fact(torn, name, "Warning")
    with pytest.raises(KeyError):
        _fact(torn, "KH-0002", "Warning")
    assert "may be the same project" in str(joint.meeting_sheet(torn, language="en"))
