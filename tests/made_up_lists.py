"""A made-up joint list of two made-up sides: enough of everything that paper about it can show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from msgspec import structs

from keruen.domain.joint import (
    Claim,
    Commitment,
    Decision,
    DecisionItem,
    Dependency,
    Document,
    Evidence,
    Interval,
    MText,
    Organisation,
    Project,
    Quantity,
    Side,
    Source,
    Words,
)
from keruen.domain.joint_state import (
    CommitmentState,
    CommitmentStatus,
    Contradiction,
    Health,
    JointState,
    ListChange,
    ProjectState,
    ReportDifference,
    Revision,
    Saying,
    Slip,
    Step,
)

BREAKING = '<script>alert("x")</script> #read("/etc/passwd") \\ $x$ *b* _i_ @a & \u202eevil\u202c \x07 שלום 🚂'
"""What the other side might write: markup of every kind, turned writing, letters without a shape."""

TODAY = "2026-11-23"
END_OF_2027 = Interval(first="2027-10-01", last="2027-12-31")


def fingerprint(n: int) -> str:
    """A made-up fingerprint of 64 digits, another one for each number."""
    return f"{n:04x}c0ffee{n:06x}".ljust(64, "0")


def words(kk: str, ru: str, zh: str, en: str = "") -> MText:
    """A text of three authentic languages, with English as a machine's translation when given."""
    return MText(
        kk=Words(text=kk, state="authentic"),
        ru=Words(text=ru, state="authentic"),
        zh=Words(text=zh, state="authentic"),
        en=Words(text=en, state="machine") if en else None,
        authentic=("kk", "ru", "zh"),
    )


NAMES = {
    "A": words("Далакент", "Далакент", "达拉肯特", "Dalakent"),
    "B": words("Шаньхэ", "Шаньхэ", "山河", "Shanhe"),
}
PORT = words(
    "«Далакент» құрғақ порты, бірінші кезең",
    "Сухой порт «Далакент», первая очередь",
    "“达拉肯特”无水港一期",
    "Dry port “Dalakent”, first stage",
)
ABOUT = words(
    "Теміржол станциясының жанында контейнерлерді өңдейтін құрғақ порт салу.",
    "Строительство сухого порта для обработки контейнеров у железнодорожной станции.",
    "在铁路车站旁建设用于处理集装箱的无水港。",
    "A dry port beside the railway station, for containers between the two regions.",
)
AKIMAT = words("Облыс әкімдігі", "Акимат области", "州政府", "Regional akimat")
NEWS = Source(
    document="Газета «Далакентские вести»",
    address="https://example.org/news/1",
    date="2025-08-13",
    quote="запуск запланирован на конец 2027 года",
    language="ru",
)
REPLY = Source(document="Ответ акимата на запрос", date="2025-06", page="2")
PROMISES = (
    words(
        "2027 жылдың соңына дейін жылына 400 мың контейнер қабылдайтын орталықты іске қосу",
        "Запустить центр мощностью 400 тыс. контейнеров в год к концу 2027 года",
        "2027年底前建成年处理能力40万箱的物流中心",
        "Open a centre for 400,000 containers a year by the end of 2027",
    ),
    words(
        "Бидай, майлы дақылдар, ет және сүт сатып алу",
        "Закупать пшеницу, масличные культуры, мясо и молоко",
        "采购小麦、油料作物、肉类和牛奶",
        "Buy wheat, oilseeds, meat and milk",
    ),
    words(
        "Технико-экономикалық негіздемені ұсыну",
        "Представить технико-экономическое обоснование",
        "提交可行性研究报告",
        "Hand over the feasibility study",
    ),
    words(
        "Шекарадағы екі станцияның кестесін келісу",
        "Согласовать расписание двух пограничных станций",
        "商定两个边境站的时刻表",
        "Agree the timetable of the two border stations",
    ),
    words(
        "Қойма алаңын бөлу",
        "Выделить площадку под склад",
        "划拨仓库用地",
        "Give the warehouse its site",
    ),
)


def revision(n: int, side: Side, at: str, **more: Any) -> Revision:
    """An offer of a project's text with made-up fingerprints."""
    usual: dict[str, Any] = {
        "entry": fingerprint(n),
        "side": side,
        "at": at,
        "number": 1,
        "kind": "project",
        "subject": "KH-0001",
        "parent": "",
        "answers": "",
        "core": {},
        "core_hash": fingerprint(1000 + n),
        "status": "offered",
    }
    return Revision(**{**usual, **more})


def claim(n: int, side: Side, field: str, value: str, unit: str, **more: Any) -> Saying:
    """A figure that a side gives."""
    money = {"currency": "KZT", "price_year": 2025} if unit == "KZT" else {}
    body = Claim(
        id=f"C-{n:04d}",
        project="KH-0001",
        field=field,
        quantity=Quantity(value=value, unit=unit, **money),  # type: ignore[arg-type]
        source=more.pop("source", NEWS),
        **more,
    )
    return Saying(entry=fingerprint(200 + n), side=side, at="2026-08-20T09:00:00Z", body=body)


def promise(n: int, status: CommitmentStatus, **more: Any) -> CommitmentState:
    """A promise of the dry port."""
    is_agreed = status != "offered"
    usual: dict[str, Any] = {
        "debtor": "A",
        "creditor": "B",
        "strength": "protocol",
        "due": END_OF_2027,
        "source": NEWS,
    }
    state = more.pop("state", {})
    core = Commitment(
        id=f"KH-C-{n:03d}",
        project="KH-0001",
        text=PROMISES[n % len(PROMISES)],
        **{**usual, **more},
    )
    offers = revision(
        100 + n,
        "B",
        "2026-08-21T09:00:00Z",
        kind="commitment",
        subject=core.id,
        status="agreed" if is_agreed else "offered",
        countersigned=fingerprint(150 + n) if is_agreed else "",
    )
    return CommitmentState(
        agreed=core if is_agreed else None, latest=core, status=status, revisions=(offers,), **state
    )


FIGURES = (
    claim(1, "A", "jobs", "500", "job", said_by=AKIMAT, source=REPLY),
    claim(2, "B", "jobs", "50", "job"),
    claim(3, "A", "budget", "63800000000", "KZT", source=REPLY),
    claim(4, "A", "budget", "37000000000", "KZT"),
    claim(5, "A", "capacity", "400000", "container/yr"),
    claim(6, "A", "capacity_mass", "11000000", "t/yr"),
    claim(7, "B", "area", "133", "ha"),
)


def joint_list() -> JointState:
    """A list of three projects; the first has something of everything."""
    port = _port()
    wheat = Project(
        id="KH-0002",
        title=words("Бидай дәлізі", "Коридор для пшеницы", "小麦运输走廊", "Wheat corridor"),
        kind="trade",
        dependencies=(Dependency(kind="requires", project="KH-0001"),),
        open_questions=("who",),
    )
    embankment = Project(
        id="KH-0003",
        title=MText(ru=Words(text="Набережная", state="authentic"), authentic=("ru",)),
        kind="service",
    )
    promises = _promises()
    claims = port.claims
    return JointState(
        pair=fingerprint(9000),
        name="Dalakent – Shanhe",
        side_names=NAMES,
        today=TODAY,
        heads={"A": (17, fingerprint(17)), "B": (12, fingerprint(12))},
        charter=None,
        projects={
            "KH-0001": port,
            "KH-0002": ProjectState(
                agreed=None,
                latest=wheat,
                lifecycle="under_review",
                is_listed=True,
                revisions=(revision(30, "A", "2026-09-02T08:00:00Z", subject="KH-0002"),),
            ),
            "KH-0003": ProjectState(
                agreed=None, latest=embankment, lifecycle="idea", is_listed=False, revisions=()
            ),
        },
        commitments={state.latest.id: state for state in promises},
        decisions={"D-1": (_decision(), ())},
        history=_history(),
        claims=claims,
        contradictions=(
            Contradiction(project="KH-0001", field="jobs", claims=claims[:2]),
            Contradiction(project="KH-0001", field="budget", claims=claims[2:4]),
        ),
        differences=(
            ReportDifference(project="KH-0001", quarter="2026Q3", field="spend", a="4.1", b="3.9"),
        ),
    )


def _port() -> ProjectState:
    core = Project(
        id="KH-0001",
        title=PORT,
        description=ABOUT,
        kind="infrastructure",
        lead_a=Organisation(name=AKIMAT, side="A"),
        budget=Quantity(value="63800000000", unit="KZT", currency="KZT", price_year=2025),
        dependencies=(Dependency(kind="synergy", project="KH-0002"),),
        open_questions=("who_pays", "how_much"),
    )
    return ProjectState(
        agreed=core,
        latest=core,
        lifecycle="in_preparation",
        is_listed=True,
        revisions=(
            revision(
                1,
                "A",
                "2026-08-14T08:00:00Z",
                status="agreed",
                countersigned=fingerprint(2),
                countersigned_at="2026-08-19T03:00:00Z",
            ),
            revision(3, "B", "2026-10-02T08:00:00Z", number=2, status="declined"),
            revision(5, "B", "2026-11-10T08:00:00Z", number=2),
        ),
        steps=(Step(entry=fingerprint(40), to="in_preparation", at="2026-09-30", sides=("A",)),),
        commitments=tuple(f"KH-C-{n:03d}" for n in range(5)),
        claims=FIGURES,
        documents=(_paper(),),
        health=Health(light="red", reasons=()),
    )


def _paper() -> Saying:
    report = Document(
        sha256=fingerprint(700),
        kind="feasibilityStudy",
        title=words("Негіздеме", "Технико-экономическое обоснование", "可行性研究", "Feasibility"),
    )
    evidence = Evidence(id="E-1", about="KH-C-003", about_kind="commitment", document=report)
    return Saying(entry=fingerprint(60), side="A", at="2026-10-20T08:00:00Z", body=evidence)


def _promises() -> tuple[CommitmentState, ...]:
    slip = Slip(
        entry=fingerprint(90),
        asked_by="A",
        agreed_by="B",
        before=Interval(first="2026-07-01", last="2026-09-30"),
        after=Interval(first="2026-10-01", last="2026-10-31"),
        reason=None,
    )
    late = Interval(first="2026-10-01", last="2026-10-31")
    return (
        promise(0, "open"),
        promise(1, "offered", debtor="B", creditor="A", due=None, open_questions=("when", "who")),
        promise(2, "overdue", due=late, state={"days_late": 23, "slips": (slip,)}),
        promise(
            3,
            "claimed_met",
            debtor=None,
            creditor=None,
            open_questions=("who",),
            state={"evidence": (_paper(),), "claimed": _paper().entry},
        ),
        promise(
            4, "accepted", strength="binding", due=Interval(first="2026-01-01", last="2026-12-31")
        ),
    )


def _decision() -> Decision:
    item = DecisionItem(project="KH-0001", action="include", reason=ABOUT)
    return Decision(id="D-1", meeting=PORT, date="2026-08-20", items=(item,))


def _history() -> tuple[ListChange, ...]:
    return (
        ListChange(
            entry=fingerprint(70),
            date="2026-08-20",
            decision="D-1",
            project="KH-0001",
            action="include",
            into=(),
            reason=words(
                "Екі тарап үшін маңызды",
                "Важен для обеих сторон",
                "对双方均重要",
                "It matters to both",
            ),
            is_agreed=True,
        ),
        ListChange(
            entry=fingerprint(71),
            date="2026-11-12",
            decision="D-2",
            project="KH-0003",
            action="defer",
            into=(),
            reason=words("Қаржы жоқ", "Нет денег", "暂无资金", "No money yet"),
            is_agreed=False,
        ),
    )


def swollen(state: JointState, n: int) -> JointState:
    """The same list with `n` times as many figures, promises, revisions and documents."""
    port = state.projects["KH-0001"]
    more = {
        f"KH-M-{copy:03d}": replace(promise(copy, "open"), days_late=0) for copy in range(5 * n)
    }
    big = replace(
        port,
        commitments=(*port.commitments, *sorted(more)),
        claims=tuple(
            replace(
                saying,
                entry=fingerprint(3000 + 10 * copy + place),
                body=structs.replace(saying.body, field=f"{saying.body.field}_{copy}"),  # type: ignore[union-attr]
            )
            for copy in range(n)
            for place, saying in enumerate(port.claims)
        ),
        revisions=port.revisions * n,
        documents=port.documents * n,
    )
    return replace(
        state,
        projects={**state.projects, "KH-0001": big},
        commitments={**state.commitments, **more},
    )


def hostile(state: JointState, said: str = BREAKING) -> JointState:
    """The same list where the other side wrote `said` wherever it may write."""
    bad = MText(
        **{name: Words(text=said, state="draft") for name in ("kk", "ru", "zh", "en")},
        authentic=("kk", "ru", "zh"),
    )
    source = Source(document=said, address=f"https://x.org/{said}", page=said, date=said)
    port = state.projects["KH-0001"]
    assert port.agreed is not None
    core = Project(
        id="KH-0001",
        title=bad,
        description=bad,
        kind="infrastructure",
        lead_a=Organisation(name=bad),
        lead_b=Organisation(name=bad),
        budget=Quantity(value=said, unit=said, currency=said),
        dependencies=(Dependency(kind="requires", project=said),),
        open_questions=(said,),
    )
    claims = tuple(
        replace(
            saying,
            body=Claim(
                id="C",
                field=said,
                quantity=Quantity(low=said, unit=said),
                source=source,
                said_by=bad,
            ),
        )
        for saying in port.claims
    )
    promised = {
        name: replace(
            found,
            latest=Commitment(id=name, text=bad, strength="press", open_questions=(said,)),
            agreed=None,
            carried_by=said,
        )
        for name, found in state.commitments.items()
    }
    return replace(
        state,
        name=said,
        side_names={"A": bad, "B": bad},
        projects={
            **state.projects,
            "KH-0001": replace(port, agreed=core, latest=core, claims=claims),
        },
        commitments=promised,
        contradictions=(Contradiction(project="KH-0001", field=said, claims=claims[:2]),),
        history=tuple(replace(change, reason=bad, into=(said,)) for change in state.history),
        differences=(ReportDifference(project=said, quarter=said, field=said, a=said, b=said),),
    )
