"""The toy scenario, followed with a clock in hand.

The two trucks come at the seconds that the draws give (08:36:26 and 08:44:42); everything else follows
from the toy's round numbers. Gate one minute, drive one, crane two, so a box stands four minutes after
its truck came, and the truck is out two minutes later. The train is inspected for ten minutes and placed
in five; a box off takes the only crane two minutes, the only tractor ten seconds, the crane again two
minutes to stack it, and ten seconds back: 4:20 for each of three. A box on takes as long. Five minutes to
be pulled, ten for the brake test, and the train leaves on time at 21:00.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from keruen.cli.main import run

GOLDEN = Path(__file__).with_name("toy.trace.txt")


def test_toy_is_played_as_worked_out(capsys: pytest.CaptureFixture[str]) -> None:
    """`keruen replay toy` prints, line by line, what the clock says."""
    assert run(["replay", "toy", "--until", "1d", "--paranoid", "--language", "en"]) == 0
    _, *lines, digest = capsys.readouterr().out.splitlines()
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()
    assert len(digest.split()[-1]) == 64
