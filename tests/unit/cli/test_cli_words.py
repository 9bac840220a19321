"""What the command line reads and says, without running anything."""

from __future__ import annotations

import re

import pytest

from keruen import i18n, scenario
from keruen.cli.main import run
from keruen.cli.options import parse_time_ms, stacked
from keruen.cli.replaying import TraceLines, clock
from keruen.cli.running import chosen_executor, default_folder
from keruen.domain.codes import Event, PlaceKind
from keruen.domain.tables import slot_place
from keruen.errors import UsageError
from keruen.units import NONE

Output = pytest.CaptureFixture[str]
COMMANDS = (
    [],
    ["run"],
    ["replay"],
    ["report"],
    ["scenario"],
    *(["scenario", name] for name in ("check", "show", "diff", "claims", "schema", "list")),
)
ENGLISH_OF_TYPER = (
    "Usage",
    "Options",
    "Arguments",
    "Commands",
    "Show this message",
    "default",
    "[OPTIONS]",
)


@pytest.mark.parametrize(
    ("words", "expected_ms"),
    [("30min", 1_800_000), ("12h", 43_200_000), ("2d", 172_800_000), ("0.5 h", 1_800_000)],
)
def test_times(words: str, expected_ms: int) -> None:
    """A simulated time is a number with min, h or d."""
    assert parse_time_ms(words) == expected_ms


@pytest.mark.parametrize("words", ["", "h", "12", "-1h", "1 week", "1h30", "٣h h"])
def test_impossible_times(words: str) -> None:
    """Anything else is refused."""
    with pytest.raises(UsageError):
        parse_time_ms(words)


def test_stacked_cases() -> None:
    """Cases joined by a plus are applied in order; `base` and nothing apply none."""
    assert stacked("nameplate+stage-2") == ("nameplate", "stage-2")
    assert stacked("base") == stacked("") == ()


@pytest.mark.parametrize(
    "words", ["cluster", "processes:x", "processes:0", "serial:2", "processes:", ""]
)
def test_impossible_executors(words: str) -> None:
    """An executor that is not known is refused before anything starts."""
    with pytest.raises(UsageError), chosen_executor(words):
        pass


def test_serial_executor() -> None:
    """`serial` is this process."""
    with chosen_executor("serial") as executor:
        assert executor is None


def test_default_folder_is_the_same_only_for_the_same_run() -> None:
    """Without --out the same command finds its run again, and any other command another folder."""
    toy = scenario.read("toy")
    longer = scenario.read("toy", ("calendar.days=2",))
    assert default_folder([toy], None) == default_folder([scenario.read("toy")], None)
    folders = {
        default_folder([toy], None),
        default_folder([toy], 2),
        default_folder([longer], None),
        default_folder([toy, longer], None),
    }
    assert len(folders) == 4
    assert all(re.fullmatch(r"runs[/\\]toy-[0-9a-f]{8}", str(folder)) for folder in folders)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("language", [one for one in i18n.LANGUAGES if one != "en"])
def test_help_is_in_the_language(command: list[str], language: str, capsys: Output) -> None:
    """A help page has no word of Typer's English in it."""
    assert run([*command, "--help", "--language", language]) == 0
    page = capsys.readouterr().out
    assert page.startswith(i18n.text("cli.usage", language))
    assert not [word for word in ENGLISH_OF_TYPER if word in page]


@pytest.mark.parametrize(
    ("command", "must_say"),
    [
        (["run", "--sed", "1"], "--seed"),
        (["run", "--seed", "x"], "--seed"),
        (["run", "--seed"], "--seed"),
        (["report"], "RUN"),
        (["scenario", "diff"], "CASE"),
        (["scenario", "dif"], "diff"),
        (["runn"], "replay"),
        (["run", "toy", "toy"], "keruen run --help"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_complaints_are_in_the_language(command: list[str], must_say: str, capsys: Output) -> None:
    """A command line that cannot be understood is answered in the language, with a way on."""
    assert (
        run(
            [*command, "--language", "zh"]
            if command[-1] != "--seed"
            else ["run", "--language", "zh", "--seed"]
        )
        == 2
    )
    said = capsys.readouterr().err
    assert said.startswith(i18n.text("cli.error", "zh"))
    assert must_say in said
    assert not re.search(r"[A-Z][a-z]+ [a-z]+ ", said)


def test_clock_counts_from_the_start_of_the_simulation() -> None:
    """Simulated time is shown as day, hour, minute and second."""
    assert clock(0) == "0d 00:00:00.000"
    assert clock(2 * 86_400_000 + 3 * 3_600_000 + 4 * 60_000 + 5_006) == "2d 03:04:05.006"


@pytest.fixture(scope="module")
def english() -> TraceLines:
    """The toy's rows in English."""
    return TraceLines(scenario.read("toy"), "en")


def test_places_are_as_painted(english: TraceLines) -> None:
    """A place is named by its label and numbers from 1; the halves of a bay are a and b."""
    assert english.place(NONE) == "outside"
    assert english.place(int(PlaceKind.RECEPTION_TRACK) << 24) == "reception track 1"
    # Block A has one row: position 5 is the second half of bay 3 (index 2), tier index 1 is the second.
    assert english.place(slot_place(0, 5, 1)) == "Block A, bay 3, row 1b, tier 2"
    # Machines are numbered through: the locomotive is 0, the gantry 1, the tractor 2.
    assert english.place(int(PlaceKind.TRACTOR) << 24 | 2) == "Terminal tractor 1"


def test_line_of_a_row(english: TraceLines) -> None:
    """A row of the trace is one line of labels."""
    row = (
        120_000,
        int(Event.STACKED),
        1,
        7,
        NONE,
        int(PlaceKind.TRUCK) << 24,
        slot_place(0, 0, 0),
        30_000,
    )
    expected = "0d 00:02:00.000 · box stacked · Gantry crane 1 · box 7 · truck → Block A, bay 1, row 1a, tier 1 · 30 s"
    assert english.line(row).replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_event_and_place_has_a_name(language: str) -> None:
    """Whatever a trace may hold can be said in every language."""
    words = TraceLines(scenario.read("toy"), language)
    for event in Event:
        assert "cli." not in words.line((0, int(event), 0, 0, 0, NONE, NONE, 1))
    for kind in PlaceKind:
        number = 2 if kind is PlaceKind.TRACTOR else 0
        assert words.place(int(kind) << 24 | number)
