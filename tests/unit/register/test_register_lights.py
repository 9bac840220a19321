"""The traffic light is a rule: the same facts give the same light, with every reason named."""

from __future__ import annotations

import pytest

from keruen.domain.joint import (
    Appraisal,
    Charter,
    Claim,
    Interval,
    Lights,
    Quantity,
    Report,
    Source,
)
from keruen.domain.joint_state import Health
from made_up_logs import Pair, commitment, evidence, project, words

TODAY = "2026-10-10"
HASH = "ab" * 32


def agreed(**more: object) -> Pair:
    pair = Pair().begin()
    pair.agree("project", project(**more))
    return pair


def light(pair: Pair, today: str = TODAY) -> Health:
    return pair.state(today).projects["KH-0001"].health


def said(pair: Pair, today: str = TODAY) -> tuple[str, list[str]]:
    health = light(pair, today)
    return health.light, [key.removeprefix("joint.light_") for key, _ in health.reasons]


def report(cost: str = "100", year: int = 2025) -> Report:
    forecast = Quantity(value=cost, unit="KZT", currency="KZT", price_year=year)
    return Report(
        project="KH-0001", quarter="2026Q3", summary=words("All well"), forecast_cost=forecast
    )


def test_nothing_wrong_is_green() -> None:
    """An agreed project with nothing against it is green, without reasons."""
    assert said(agreed()) == ("green", [])


def test_an_offered_project_is_grey() -> None:
    """What is not agreed is not judged."""
    pair = Pair().begin()
    pair.offer("A", "project", project())
    assert said(pair) == ("grey", ["not_agreed"])


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        ("2026-10-30", "green"),
        ("2026-10-31", "amber"),
        ("2026-12-29", "amber"),
        ("2026-12-30", "red"),
    ],
)
def test_late_milestones(today: str, shown: str) -> None:
    """More than 30 days past the last day of its interval is amber, more than 90 red."""
    pair = agreed()
    pair.agree("commitment", commitment(due=Interval(first="2026-07-01", last="2026-09-30")))
    assert light(pair, today).light == shown


def test_the_latest_milestone_is_named_first() -> None:
    """Of several that are late the one with most days stands first: here 61 and 31 days at once."""
    pair = agreed()
    for name, last in (("KH-C01", "2026-09-30"), ("KH-C02", "2026-08-31")):
        due = Interval(first="2026-07-01", last=last)
        pair.agree("commitment", commitment(name, due=due))
    found = light(pair, "2026-10-31").reasons
    assert [(facts["commitment"], facts["days"]) for _, facts in found] == [
        ("KH-C02", 61),
        ("KH-C01", 31),
    ]


@pytest.mark.parametrize(
    ("cost", "shown"), [("110", "green"), ("110.01", "amber"), ("120", "amber"), ("120.01", "red")]
)
def test_forecast_cost(cost: str, shown: str) -> None:
    """More than a tenth above the agreed budget is amber, more than a fifth red; exactly."""
    pair = agreed()
    pair.say("B", report(cost))
    assert light(pair.exchange()).light == shown


def test_only_comparable_costs_are_compared() -> None:
    """A forecast in prices of another year is not judged: grey, and it says why."""
    pair = agreed()
    pair.say("A", report("900", 2019))
    assert said(pair) == ("grey", ["cost_not_comparable"])


@pytest.mark.parametrize(
    ("chance", "shown"), [("0.25", "green"), ("0.3", "amber"), ("0.51", "red")]
)
def test_chance_of_a_loss(chance: str, shown: str) -> None:
    """The newest appraisal's chance of a loss: above a quarter amber, above a half red."""
    pair = agreed()
    for number, value in (("AP-1", "0.99"), ("AP-2", chance)):
        pair.say(
            "A",
            Appraisal(
                id=number,
                projects=("KH-0001",),
                model="m",
                scenario_digest=HASH,
                inputs_sha256=HASH,
                outputs_sha256=HASH,
                seed=1,
                n_runs=1,
                outputs={"loss_probability": Quantity(value=value, unit="share")},
            ),
        )
    assert light(pair).light == shown


def claim() -> Claim:
    jobs = Quantity(value="500", unit="job")
    return Claim(
        id="C-1", project="KH-0001", field="jobs", quantity=jobs, source=Source(document="x")
    )


def test_disputes() -> None:
    """Any open dispute is amber and after 60 days red; a corrected or accepted saying ends it."""
    pair = agreed()
    pair.agree("commitment", commitment())
    pair.say("A", claim())
    paper = pair.say("A", evidence("E-1", "KH-C01", claims_met=True))
    first = pair.logs["A"][-2][0]
    for target in (first, paper):
        pair.exchange().answer("B", "dispute", target)
    pair.exchange()
    assert said(pair) == ("amber", ["dispute", "dispute"])
    assert light(pair, "2026-11-30").light == "amber"
    assert light(pair, "2026-12-01").light == "red"
    pair.say("A", claim())
    assert said(pair) == ("amber", ["dispute"])
    pair.exchange().answer("B", "accept", paper)
    assert said(pair) == ("green", [])


def test_a_disputed_report_is_a_dispute() -> None:
    """The other side's dispute of a report counts as well as one of a claim."""
    pair = agreed()
    told = pair.say("A", report())
    pair.exchange().answer("B", "dispute", told)
    assert said(pair) == ("amber", ["dispute"])


def test_silence_is_grey_until_somebody_reports() -> None:
    """More than 120 days without a report, counted from the agreement, is grey."""
    pair = agreed()
    assert said(pair, "2027-01-29") == ("green", [])
    assert said(pair, "2027-01-30") == ("grey", ["silence"])
    pair.write("B", "report", report(), at="2027-01-20T00:00:00Z")
    assert said(pair, "2027-01-30") == ("green", [])


def test_a_report_before_the_agreement_shortens_nothing() -> None:
    """Silence counts from the later of agreement and last report: 120 days from 1 October here."""
    pair = Pair().begin()
    offer = pair.offer("A", "project", project(), at="2026-06-01T00:00:00Z")
    pair.exchange().say("B", report(), at="2026-06-02T00:00:00Z")
    pair.sign("B", offer, at="2026-10-01T00:00:00Z")
    pair.exchange()
    assert said(pair, "2027-01-29") == ("green", [])
    assert light(pair, "2027-01-30").reasons == (("joint.light_silence", {"days": 121}),)


def test_a_known_trouble_shows_before_silence() -> None:
    """Red stands before amber, amber before grey; every reason is named."""
    pair = agreed()
    pair.agree("commitment", commitment(due=Interval(first="2026-07-01", last="2026-09-30")))
    assert said(pair, "2027-03-01") == ("red", ["late", "silence"])


def test_limits_are_those_that_both_signed() -> None:
    """A charter that both signed sets the limits; one that is only offered does not."""
    pair = agreed()
    pair.say("A", report("106"))
    rules = Charter(title=words("Rules"), lights=Lights(amber_cost_share="0.05"))
    offer = pair.offer("A", "charter", rules)
    assert light(pair.exchange()).light == "green"
    pair.sign("B", offer)
    assert light(pair).light == "amber"
    assert light(pair).reasons == (("joint.light_cost", {"side": "A", "percent": 6}),)


def test_a_halted_project_is_flagged_and_an_ended_one_not_judged() -> None:
    """Suspended is amber; cancelled is grey."""
    from made_up_logs import step

    pair = agreed()
    pair.offer(
        "A", "transition", step("T-1", "suspended", reason=words("Why"), review="2027-01-01")
    )
    assert said(pair) == ("amber", ["suspended"])
    pair.agree("transition", step("T-2", "cancelled", reason=words("Why")))
    assert said(pair) == ("grey", ["ended"])


def test_a_dispute_of_tomorrow_is_no_days_old() -> None:
    """The list may be read as of a day before the dispute was said: its age is never negative."""
    pair = agreed()
    told = pair.say("A", claim())
    pair.exchange().answer("B", "dispute", told)
    pair.exchange()
    ((_, parameters),) = light(pair, "2020-01-01").reasons
    assert parameters["days"] == 0


def test_a_project_without_any_date_is_grey_until_one_is_agreed() -> None:
    """What has no agreed day can never be late: grey with the reason, until a day is agreed."""
    pair = agreed(baseline={})
    assert said(pair) == ("grey", ["no_dates"])
    pair.offer("A", "commitment", commitment())
    assert said(pair.exchange()) == ("grey", ["no_dates"])
    pair.agree("commitment", commitment("KH-C02"))
    assert said(pair) == ("green", [])


def test_a_project_that_nobody_leads_is_grey() -> None:
    """One lead is enough; without any, nobody answers for the project."""
    assert said(agreed(lead_a=None, lead_b=None)) == ("grey", ["no_lead"])
    assert said(agreed(lead_a=None)) == ("green", [])


def test_a_missing_date_hides_no_trouble() -> None:
    """Amber and red stand before the grey of a project that nobody planned."""
    pair = agreed(baseline={}, lead_a=None, lead_b=None)
    told = pair.say("A", claim())
    pair.exchange().answer("B", "dispute", told)
    pair.exchange()
    assert said(pair) == ("amber", ["dispute", "no_dates", "no_lead"])
