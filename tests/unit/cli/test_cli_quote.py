"""`keruen quote` answers a forwarder in four languages, and says what it cannot understand."""

from __future__ import annotations

import json

import pytest

from keruen.cli.main import run
from keruen.i18n import LANGUAGES, text
from keruen.scenario import read
from keruen.scenario.name_lookup import one_named
from keruen.study.quote_request import understood

Output = pytest.CaptureFixture[str]
ASKED = {
    "--from": "xian",
    "--to": "tobol-dry-port",
    "--commodity": "machinery",
    "--when": "2030-10",
}


def asked(*more: str, **changes: str) -> list[str]:
    """The command line, with some options said otherwise; `start` and `end` are the stations."""
    names = {"start": "--from", "end": "--to", "commodity": "--commodity", "when": "--when"}
    options = ASKED | {names[key]: value for key, value in changes.items()}
    return ["quote", *(word for item in options.items() for word in item), *more]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_fits_the_screen_in_every_language(language: str, capsys: Output) -> None:
    """No line is wider than 80 letters (Chinese ones count two), and the assumptions stand last."""
    from rich.cells import cell_len

    assert run(asked("--language", language)) == 0
    lines = capsys.readouterr().out.rstrip("\n").splitlines()
    # The head names the stations in full and may be longer.
    assert max(cell_len(line.rstrip()) for line in lines[2:]) <= 80
    assert text("quote.column_way", language) in "\n".join(lines)
    said = " ".join(lines).replace(" ", "")
    end = text("quote.assumptions", language, station=1, hub=7, fill=0.85, load=0.9, handlings="")
    assert said.endswith(end[-20:].replace(" ", ""))


@pytest.mark.parametrize(
    "said",
    [
        "xian",
        "XIAN",
        "西安国际港",
        "西安国际港站",
        " xi'an  International Port ",
        "Сиань (международный порт)",
        "«Сиань (халықаралық порт)»",
    ],
)
def test_names_may_be_written_in_any_language(said: str) -> None:
    """Key, English, Russian, Kazakh or Chinese name, in any case: the same station."""
    network = read("kostanay-hefei").network
    assert network is not None
    assert one_named(said, network.stations) == "xian"


def test_the_json_says_every_element(capsys: Output) -> None:
    """Every leg on rails is an element of the chain; their emissions sum to the option's."""
    assert run(asked("--json", commodity="ОБОРУДОВАНИЕ И ЗАПАСНЫЕ ЧАСТИ")) == 0
    words = json.loads(capsys.readouterr().out)
    assert (words["from"], words["to"], words["commodity"]) == (
        "xian",
        "tobol-dry-port",
        "machinery",
    )
    assert (words["size_ft"], words["journeys"]) == (40, 2000)
    for option in words["options"]:
        rails = [leg for leg in option["legs"] if leg["kind"] != "crossing"]
        assert len(rails) == len(option["elements"])
        total = sum(element["co2e_kg"] for element in option["elements"])
        assert option["co2e_kg"] == pytest.approx(total, abs=0.05)


@pytest.mark.parametrize(
    ("changes", "more", "named"),
    [
        ({"start": "Hefei"}, (), "hefei-north"),
        ({"start": "Xian International"}, (), "xian"),
        ({"end": "Kostanay"}, (), "tobol-dry-port"),
        ({"end": "dostyk"}, (), "border station"),
        ({"end": "xian"}, (), "same station"),
        ({"end": "wuhan"}, (), "same side of the border"),
        ({"commodity": "machinry"}, (), "machinery"),
        ({"commodity": ""}, (), "there is no commodity"),
        ({"when": "October"}, (), "2030-10"),
        ({"when": "2030-13"}, (), "is not a valid month"),
        ({"when": "Q4 2030"}, (), "is not a valid month"),
        ({"when": "1999-01"}, (), "2020-01"),
        ({}, ("--size", "45"), "20 and 40"),
        ({"commodity": "car-kits"}, ("--size", "20"), "40 ft"),
        ({}, ("--most", "0"), "at least 1"),
        ({}, ("--scenario", "toy"), "has no network"),
        ({}, ("--case", "nix"), "nameplate"),
        ({}, ("--size", "big"), "--size"),
    ],
)
def test_what_is_not_understood_is_said(
    changes: dict[str, str], more: tuple[str, ...], named: str, capsys: Output
) -> None:
    """One sentence with the nearest name or what is allowed, and exit code 2."""
    assert run(asked(*more, "--language", "en", **changes)) == 2
    output = capsys.readouterr()
    assert named in output.err
    assert not output.out


@pytest.mark.parametrize(
    "said",
    ["октябрь 2030", "2030年10月", "2030 жылғы қазан", "October 2030", "10.2030", "2030-10-15"],
)
def test_months_may_be_written_in_any_language(said: str) -> None:
    """As an office of either side writes it, or in ISO: October 2030."""
    scenario = read("kostanay-hefei")
    assert scenario.network is not None
    request = understood(
        scenario,
        scenario.network,
        origin="合肥北",
        destination="tobol-dry-port",
        commodity="machinery",
        when=said,
        size_ft=None,
        language="en",
    )
    assert (request.origin, request.year, request.month) == ("hefei-north", 2030, 10)


def test_dangerous_goods_are_told_with_their_numbers(capsys: Output) -> None:
    """Cars with batteries are UN 3556, packs in kits UN 3480 and 3481; machinery is neither."""
    for commodity, numbers in (("vehicles", ["3556"]), ("car-kits", ["3480", "3481"])):
        assert run(asked("--json", commodity=commodity)) == 0
        told = json.loads(capsys.readouterr().out)["dangerous"]
        assert (told["un_numbers"], told["hazard_class"]) == (numbers, "9")
    assert run(asked("--language", "en", commodity="vehicles")) == 0
    assert "UN 3556 (class 9)" in capsys.readouterr().out
    assert run(asked("--language", "en")) == 0
    assert "UN " not in capsys.readouterr().out


def test_no_open_border_is_a_sentence(capsys: Output) -> None:
    """Before Bakhty opens nothing joins the stations when the other two are shut by their day."""
    shut = [
        word
        for key in ("dostyk", "altynkol")
        for word in ("--set", f"network.borders.{key}.opens=2029-01-01")
    ]
    assert run(asked(*shut, "--language", "en", when="2027-12")) == 2
    assert "No border that is open by 2027-12" in capsys.readouterr().err
