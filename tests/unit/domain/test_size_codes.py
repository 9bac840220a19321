"""Size and type codes: all of the standard's, each mapped to a kind that the twin models."""

from __future__ import annotations

import itertools

import pytest

from keruen.domain.iso6346 import SIZE_TYPES
from keruen.domain.size_codes import size_code


@pytest.mark.parametrize(
    ("written", "length_mm", "is_high", "body", "modelled"),
    [
        ("22G1", 6_058, False, "dry", "22G1"),
        ("22U1", 6_058, False, "dry", "22G1"),
        ("25G1", 6_058, True, "dry", "22G1"),
        ("45G0", 12_192, True, "dry", "45G1"),
        ("42U1", 12_192, False, "dry", "42G1"),
        ("42P3", 12_192, False, "dry", "42G1"),
        ("L5G1", 13_716, True, "dry", "45G1"),
        ("L5R1", 13_716, True, "reefer", "45R1"),
        ("42R1", 12_192, False, "reefer", "45R1"),
        ("22K2", 6_058, False, "tank", "22T1"),
        ("C2G0", 7_430, False, "dry", "42G1"),
        ("12G1", 2_991, False, "dry", "22G1"),
        ("42GP", 12_192, False, "dry", "42G1"),
        ("45RT", 12_192, True, "reefer", "45R1"),
        ("2210", 6_058, False, "dry", "22G1"),
        ("4310", 12_192, False, "dry", "42G1"),
        ("4532", 12_192, True, "reefer", "45R1"),
        ("2270", 6_058, False, "tank", "22T1"),
        ("LEGB", 13_716, True, "dry", "45G1"),
    ],
)
def test_codes_of_the_standard(
    written: str, length_mm: int, is_high: bool, body: str, modelled: str
) -> None:
    """Length, height and body are the standard's; the kind is the nearest that is modelled."""
    code = size_code(written)
    assert code is not None
    assert (code.length_mm, code.is_high, code.body) == (length_mm, is_high, body)
    assert code.modelled == modelled


def test_every_code_has_a_modelled_kind_that_is_long_enough() -> None:
    """Whatever length, height and type: the slot holds the box, up to the longest slot."""
    for length, height, kind in itertools.product(
        "1234ABCDEFGHKLMNP", "024568 9CDEFLMNP".replace(" ", ""), "GVBSAUPNRHTK"
    ):
        code = size_code(f"{length}{height}{kind}1")
        assert code is not None
        size = SIZE_TYPES[code.modelled]
        assert size.length_ft >= min(40, code.length_mm / 304.8 - 1)
        assert size.is_reefer == (code.body == "reefer")


@pytest.mark.parametrize(
    "written", ["", "22", "99X9", "22Z1", "23G1", "2WG1", "22G", "ЕУ22", "6210"]
)
def test_no_such_code(written: str) -> None:
    """What the standard does not have is none."""
    assert size_code(written) is None
