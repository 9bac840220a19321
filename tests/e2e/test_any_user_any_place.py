"""Whoever runs it, wherever: an answer or one sentence, never a traceback, and bytes for machines.

Each case is a process of its own. What was compiled is not needed: everything runs interpreted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from keruen import i18n
from keruen.scenario import read
from keruen.scenario.documents import packaged_folder

ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="streams and owners of POSIX")
CHECK = ("scenario", "check", "toy")
RUN = ("run", "toy", "--executor", "serial", "--replications", "1", "--format", "html")
RUN_AS_JSON = ("run", "toy", "--executor", "serial", "--replications", "1", "--json")
_HOME_VARIABLES = ("HOME", "KERUEN_CACHE_DIR", "XDG_CACHE_HOME", "KERUEN_LANGUAGE", "LC_ALL")
_WITHOUT = (
    "import os, sys\n"
    "for name in ('getuid', 'geteuid', 'fork', 'symlink', 'link', 'mkfifo', 'O_NOFOLLOW'):\n"
    "    if hasattr(os, name): delattr(os, name)\n"
    "sys.modules['fcntl'] = None\n"
    "os.chmod = lambda *_, **__: None\n"
    "from keruen.cli import main\n"
    "main()\n"
)


@pytest.fixture(scope="module")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of caches for all processes that are not about caches."""
    return tmp_path_factory.mktemp("caches")


def environment(caches: Path | None, **changes: str) -> dict[str, str]:
    """This process's environment without places and languages, interpreted."""
    kept = {key: value for key, value in os.environ.items() if key not in _HOME_VARIABLES}
    for variable in ("LC_MESSAGES", "LANG", "PYTHONIOENCODING", "KERUEN_REGISTER", "COLUMNS"):
        kept.pop(variable, None)
    kept |= {"NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if caches is not None:
        kept["KERUEN_CACHE_DIR"] = str(caches)
    return kept | changes


def called(
    arguments: Sequence[str | bytes],
    env: Mapping[str, str],
    cwd: Path | bytes | None = None,
    *,
    umask: int = -1,
) -> subprocess.CompletedProcess[bytes]:
    """One run of the command line that must not end in a traceback."""
    answer = subprocess.run(
        [sys.executable, "-m", "keruen", *arguments],
        env=dict(env),
        cwd=cwd,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
        umask=umask,
    )
    assert b"Traceback" not in answer.stderr, answer.stderr.decode(errors="replace")
    return answer


def shell(words: str, env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """A line of the shell in which `keruen` is the command line."""
    line = words.replace("keruen", f"'{sys.executable}' -m keruen")
    answer = subprocess.run(
        ["sh", "-c", line], env=dict(env), cwd=cwd, capture_output=True, check=False
    )
    assert b"Traceback" not in answer.stderr + answer.stdout
    return answer


@ON_POSIX
@pytest.mark.parametrize("home", ["missing", "unset", "read-only"])
def test_any_home(home: str, tmp_path: Path) -> None:
    """Without a usable home it runs all the same, and makes none: no folder called ``~`` appears."""
    (tmp_path / "work").mkdir()
    (tmp_path / "temporary").mkdir()
    # Not even root may make folders in /proc; another user could not read this checkout.
    where = {"missing": str(tmp_path / "missing"), "read-only": "/proc"}
    places = {} if home == "unset" else {"HOME": where[home]}
    env = environment(None, TMPDIR=str(tmp_path / "temporary"), **places)
    answer = called(CHECK, env, tmp_path / "work")
    assert answer.returncode == 0, answer.stderr
    answer = called(("replay", "toy"), env, tmp_path / "work")
    assert answer.returncode == 0, answer.stderr
    assert list((tmp_path / "work").iterdir()) == []
    assert not (tmp_path / "missing").exists()


def test_a_umask_of_one_user_alone(tmp_path: Path, caches: Path) -> None:
    """Under umask 077 a run and its report are written, for nobody else."""
    answer = called(RUN, environment(caches), tmp_path, umask=0o077)
    assert answer.returncode == 0, answer.stderr
    (report,) = tmp_path.glob("runs/*/report-en.html")
    assert not report.stat().st_mode & 0o077


@ON_POSIX
def test_a_working_folder_that_takes_nothing(caches: Path) -> None:
    """Where the working folder cannot be written to, one sentence names what could not be made."""
    # Not even root may make folders here; as another user, nobody can read a private test folder.
    answer = called(RUN, environment(caches), Path("/proc"))
    assert answer.returncode == 2
    assert b"runs/toy-" in answer.stderr
    assert called(CHECK, environment(caches), Path("/proc")).returncode == 0


@ON_POSIX
def test_a_working_folder_that_was_deleted(tmp_path: Path, caches: Path) -> None:
    """What writes nothing answers; what writes says that it cannot."""
    lines = "mkdir gone && cd gone && rmdir ../gone && "
    answer = shell(f"{lines} keruen scenario check toy", environment(caches), tmp_path)
    assert answer.returncode == 0, answer.stderr
    answer = shell(f"{lines} keruen {' '.join(RUN)}", environment(caches), tmp_path)
    assert answer.returncode == 2
    assert b"Error: runs/toy-" in answer.stderr


@ON_POSIX
@pytest.mark.parametrize("name", [" blank № Қостанай".encode(), b"not \xff text"])
def test_any_name_of_the_working_folder(name: bytes, tmp_path: Path, caches: Path) -> None:
    """Letters, blanks and bytes that are no text: the scenario there is run and reported."""
    folder = os.fsencode(tmp_path) + b"/" + name
    os.mkdir(folder)  # noqa: PTH102 - a path of bytes
    (tmp_path / "link").symlink_to(os.fsdecode(folder))
    (tmp_path / "link" / "toy.toml").write_bytes(_toy())
    arguments = ("run", ".", *RUN[2:], "--out", "result")
    answer = called(arguments, environment(caches), folder)
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "link" / "result" / "report-en.html").stat().st_size > 10_000


def _toy() -> bytes:
    return b"\n".join(file.read_bytes() for file in (packaged_folder() / "toy").glob("*.toml"))


@ON_POSIX
@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize(
    "arguments",
    [
        ("scenario", "check", b"s\xfe"),
        (*RUN, "--out", b"o\xfe"),
        ("register", "list", "--folder", b"r\xfe"),
    ],
)
def test_an_argument_that_is_no_text(
    arguments: tuple[str | bytes, ...], language: str, tmp_path: Path, caches: Path
) -> None:
    """It is refused in the reader's language and shown by its bytes; nothing is written."""
    answer = called((*arguments, "--language", language), environment(caches), tmp_path)
    assert answer.returncode == 2
    head, _, tail = i18n.text("error.argument_no_text", language, argument="|").partition("|")
    said = answer.stderr.decode("utf-8")
    assert head in said
    assert tail in said
    assert "\\xfe" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "ru_RU"}, "ru"),
        ({"LANG": "kk_KZ"}, "kk"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "kk_KZ", "LC_ALL": "", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"LANG": "xx_YY.UTF-8"}, "en"),
        ({"LANG": "kkj_CM"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_system(variables: dict[str, str], language: str, caches: Path) -> None:
    """The first variable that is set decides; a language that Keruen lacks is English."""
    answer = called(CHECK, environment(caches, PYTHONUTF8="1", **variables))
    expected = i18n.text(
        "cli.scenario_fine", language, name="toy", figures=60, sourced=0, assumed=60
    )
    assert answer.stdout.decode("utf-8").strip() == expected


@pytest.mark.parametrize(
    ("encoding", "language", "is_told_in"),
    [("ascii", "ru", "en"), ("cp1251", "kk", "en"), ("cp1251", "zh", "en"), ("cp1251", "ru", "")],
)
def test_a_console_without_the_letters(
    encoding: str, language: str, is_told_in: str, caches: Path
) -> None:
    """Letters that it lacks stand as codes, and one sentence says so in letters that it has."""
    env = environment(caches, PYTHONIOENCODING=encoding)
    answer = called((*CHECK, "--language", language), env)
    said, told = answer.stdout.decode(encoding), answer.stderr.decode(encoding)
    whole = i18n.text("cli.scenario_fine", language, name="toy", figures=60, sourced=0, assumed=60)
    # Python writes the same codes; "?" would have lost the letters.
    assert said.strip() == whole.encode(encoding, "backslashreplace").decode(encoding)
    if is_told_in:
        assert told.count("\n") == 1
        assert i18n.text("cli.letters_escaped", is_told_in, codes="|").partition("|")[0] in told
    else:
        assert told == ""


@pytest.mark.parametrize("encoding", ["cp1251", "ascii", "utf-16"])
def test_what_machines_read_is_utf_8(encoding: str, tmp_path: Path, caches: Path) -> None:
    """JSON has the same bytes on every console, letters and all, and nothing is told beside it."""
    answers = []
    for code in (encoding, "utf-8"):
        env = environment(caches, PYTHONIOENCODING=code)
        answers.append(called((*RUN_AS_JSON, "--out", "№"), env, tmp_path))
    assert answers[0].stdout == answers[1].stdout
    (found,) = json.loads(answers[0].stdout.decode("utf-8"))
    assert "№" in found["folder"]
    assert answers[0].stderr == b""


def test_json_writes_no_report(tmp_path: Path, caches: Path) -> None:
    """`--json` answers on standard output alone, as its help says, whatever the format."""
    answer = called((*RUN_AS_JSON, "--format", "html"), environment(caches), tmp_path)
    assert answer.returncode == 0
    assert list(tmp_path.glob("runs/*/report*")) == []
    assert i18n.text("cli.option_json", "en").endswith("no report is written.")


def test_forty_columns_lose_no_figure(caches: Path) -> None:
    """A narrow table breaks words and keeps every letter of its figures."""
    answer = called(("scenario", "show", "toy"), environment(caches, COLUMNS="40"))
    assert answer.returncode == 0
    lines = answer.stdout.decode().splitlines()
    assert max(map(len, lines)) <= 40
    rows = [line.replace("│", "┃").split("┃") for line in lines]
    values = "".join(row[1].replace(" ", "") for row in rows if len(row) > 1)
    for figure in read("toy").figures:
        _, found, values = values.partition(figure.text.replace(" ", ""))
        assert found, figure.text


def test_clocks_in_the_east_and_west(tmp_path: Path, caches: Path) -> None:
    """The zone of the machine changes no byte of a run and of its report."""
    zones = ("Asia/Shanghai", "Pacific/Kiritimati", "America/Los_Angeles")
    reports, tables = set(), set()
    for zone in zones:
        env = environment(caches, TZ=zone)
        (tmp_path / zone).mkdir(parents=True)
        answer = called((*RUN, "--out", "out"), env, tmp_path / zone)
        assert answer.returncode == 0, answer.stderr
        reports.add((tmp_path / zone / "out" / "report-en.html").read_bytes())
        files = sorted((tmp_path / zone / "out" / "base").rglob("*.parquet"))
        tables.add(b"".join(file.read_bytes() for file in files))
    assert len(reports) == len(tables) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("command", ["scenario show toy", "scenario schema", "scenario check toy"])
def test_a_full_output(command: str, unbuffered: str, tmp_path: Path, caches: Path) -> None:
    """What cannot be printed is said on standard error, by the exit code too."""
    env = environment(caches, PYTHONUNBUFFERED=unbuffered)
    answer = shell(f"keruen {command} > /dev/full", env, tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.decode().count("The standard output cannot be written") == 1
    assert answer.stderr.count(b"\n") == 1
    assert shell(f"keruen {command} 2> /dev/full", env, tmp_path).returncode == 0


@ON_POSIX
@pytest.mark.parametrize("closed", ["0>&-", "1>&-", "2>&-", "0>&- 1>&- 2>&-", "| head -1"])
def test_closed_streams(closed: str, tmp_path: Path, caches: Path) -> None:
    """A caller that closes streams gets no traceback, and no file takes their place."""
    line = f"keruen replay toy --ocel out.json {closed}"
    answer = shell(line, environment(caches), tmp_path)
    assert answer.returncode == 0, answer.stderr
    answer = shell(f"keruen scenario check nowhere {closed}", environment(caches), tmp_path)
    assert answer.returncode == (0 if "|" in closed else 2)
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))


def test_nobody_to_ask(tmp_path: Path, caches: Path) -> None:
    """A command that asks refuses with a sentence where there is no terminal."""
    env = environment(caches, KERUEN_PASSPHRASE="long enough to be kept")
    answer = called(_new_register("A"), env, tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert called(_new_register("B"), env, tmp_path).returncode == 0
    answer = called(_joined("A", "B"), environment(caches), tmp_path)
    assert answer.returncode == 2
    assert answer.stderr.decode().startswith("Error: The keys are locked.")


def _joined(side: str, other: str) -> tuple[str, ...]:
    return ("register", "join", f"{other}/card.json", "--folder", side, "--pair-name", "Pair")


def _new_register(side: str) -> tuple[str, ...]:
    name = ("--name", f"en={side}", "--office", "Head")
    return ("register", "init", "--side", side, *name, "--folder", side)


def test_a_system_without_users_and_locks(tmp_path: Path, caches: Path) -> None:
    """Without owners, locks and modes, as on Windows, the main commands do the same."""
    lines = [
        RUN,
        RUN_AS_JSON,
        _new_register("A"),
        _new_register("B"),
        _joined("A", "B"),
        _joined("B", "A"),
        ("register", "list", "--folder", "A"),
        ("register", "verify", "--folder", "A"),
        ("replay", "toy"),
    ]
    for line in lines:
        answer = subprocess.run(
            [sys.executable, "-c", _WITHOUT, *line],
            # Without a home, Python itself would ask for the number of the user.
            env=environment(caches, HOME=str(tmp_path)),
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr.decode()[-1500:]
    assert len(list(tmp_path.glob("runs/*/report-en.html"))) == 1


@pytest.mark.parametrize("case", ["CON", "com1", "a.", "C:\\x", "a:b"])
def test_names_that_windows_refuses(case: str, tmp_path: Path, caches: Path) -> None:
    """A case of such a name is run into a folder whose name every system takes."""
    scenario = tmp_path / "NUL"
    (scenario / "cases").mkdir(parents=True)
    (scenario / "toy.toml").write_bytes(_toy())
    (scenario / "cases" / f"{case}.toml").write_text("", encoding="utf-8")
    arguments = ("run", "NUL", "--case", case, *RUN[2:])
    answer = called(arguments, environment(caches), tmp_path)
    assert answer.returncode == 0, answer.stderr
    (run,) = (tmp_path / "runs").iterdir()
    assert run.name.startswith("NUL-")
    (folder,) = (place for place in run.iterdir() if place.is_dir())
    assert folder.name != case
    assert not set(folder.name) & set('<>:"/\\|?*')


def test_a_day_at_the_end_of_time(caches: Path) -> None:
    """The last day that a computer knows is refused before anything counts on from it."""
    answer = called(
        ("replay", "toy", "--set", "calendar.first_day=9999-12-31"), environment(caches)
    )
    assert answer.returncode == 2
    assert b"9999-12-31" in answer.stderr


def test_a_damaged_study(tmp_path: Path, caches: Path) -> None:
    """A study file that is no longer JSON is named; the report of nothing is not written."""
    assert called((*RUN, "--out", "out"), environment(caches), tmp_path).returncode == 0
    (tmp_path / "out" / "base" / "study.json").write_text("{", encoding="utf-8")
    (tmp_path / "out" / "report-en.html").unlink()
    answer = called(("report", "out", "--format", "html"), environment(caches), tmp_path)
    assert answer.returncode == 2
    assert b"study.json" in answer.stderr
    assert not (tmp_path / "out" / "report-en.html").exists()
