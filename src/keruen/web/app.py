"""The application: routes from the table, one way to answer each, headers around everything."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from keruen.errors import StorageError
from keruen.i18n import LANGUAGES
from keruen.store import code_version
from keruen.web.accounts import AccountDesk
from keruen.web.asked import (
    Answer,
    Download,
    PageNotFoundError,
    PageRequest,
    PostedForm,
    SeeOther,
    ServedData,
    SessionChange,
    WebPage,
)
from keruen.web.assets import KeptFiles
from keruen.web.languages import TAGS, accepted
from keruen.web.packing import PackedAnswers
from keruen.web.pages.account import asked_to_sign_in
from keruen.web.pages.deeds import lines_of
from keruen.web.problems import PROBLEMS, answer_to, problem
from keruen.web.reading import RegisterReader, RunReader
from keruen.web.receiving import Received, check_sender, received
from keruen.web.rendering import page_html
from keruen.web.routes import ROUTES, PageRoute
from keruen.web.security import FILE_POLICY, SecurityHeaders
from keruen.web.settings import WebSettings
from keruen.web.tables import PageDocument, csv_of, page_document, workbook_of
from keruen.web.tokens import COOKIE, SESSION, cookie_of, token_of
from keruen.web.writing import RegisterWriter

FORMATS: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def create_app(settings: WebSettings) -> FastAPI:
    """The application that serves one register and one folder of runs.

    Parameters
    ----------
    settings : WebSettings
        Where both lie.

    Returns
    -------
    FastAPI
        Ready for any ASGI server; it has read nothing yet.
    """
    data = ServedData(
        settings=settings,
        register=RegisterReader(settings.register),
        runs=RunReader(settings.runs),
        writer=RegisterWriter(settings),
        desk=AccountDesk(settings),
    )
    app = FastAPI(
        title="Keruen",
        version=code_version(),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(PackedAnswers)
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, answer_to)
    app.mount("/static", KeptFiles(), name="static")
    app.add_api_route("/", _to_language, include_in_schema=False)
    app.add_api_route("/{language}", _to_start, include_in_schema=False)
    app.add_api_route("/{language}/", _to_start, include_in_schema=False)
    for route in ROUTES:
        _add(app, route, data)
    return app


def _add(app: FastAPI, route: PageRoute, data: ServedData) -> None:
    address = f"/{{language}}/{route.path}"
    if route.has_tables:
        for format_ in FORMATS:
            app.add_api_route(
                f"{address}.{format_}",
                _endpoint(route, data, format_),
                response_model=PageDocument if format_ == "json" else None,
                include_in_schema=format_ == "json",
                operation_id=re.sub(r"\W+", "_", route.path).strip("_"),
                openapi_extra={"parameters": _parameters(route)},
                responses=PROBLEMS,
            )
    app.add_api_route(
        address, _endpoint(route, data, ""), methods=["GET", "HEAD"], include_in_schema=False
    )
    if route.take is not None:
        taken = _taking(route, data)
        app.add_api_route(address, taken, methods=["POST"], include_in_schema=False)


def _parameters(route: PageRoute) -> list[dict[str, object]]:
    names = re.findall(r"{(\w+)}", route.path)
    text: dict[str, object] = {"type": "string"}
    return [
        {
            "name": "language",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "enum": list(LANGUAGES)},
        },
        *({"name": name, "in": "path", "required": True, "schema": text} for name in names),
        *({"name": name, "in": "query", "schema": it} for name, it in route.filters.items()),
    ]


def _endpoint(route: PageRoute, data: ServedData, format_: str) -> Callable[[Request], Response]:
    """What answers one address. It is no coroutine: pages read files, so each gets a thread."""

    def answer(request: Request) -> Response:
        try:
            asked = _asked(request, route, data)
            if route.is_writing:
                check_sender(request, data.settings)
                data.writer.settle()
                if not asked.may(route.readers):
                    return _no_role(asked, request)
                return _kept_private(route.make(asked), asked, request)
            page = route.make(asked)
            if isinstance(page, Download):
                return _download(page, {"Cache-Control": "no-cache"})
            assert isinstance(page, WebPage)
            return _file(page, asked, format_) if format_ else _html(page, asked)
        except Exception as wrong:
            return answer_to(request, wrong)

    return answer


def _taking(route: PageRoute, data: ServedData) -> Callable[[Request], Awaitable[Response]]:
    """What answers a form that comes back; the page itself gets a thread."""

    def answered(request: Request, found: Received) -> Response:
        try:
            asked = replace(_asked(request, route, data), posted=found.form)
            data.writer.check_may_write(passphrase=asked.signature.passphrase)
            data.writer.settle()
            if not asked.may(route.takers_of(found.form.action)):
                return _no_role(_kept_of_idle(asked, route, found), request)
            if not found.is_own:
                # Nothing is done, and nothing is lost: the form is there again, with a new token.
                has_cookie = bool(request.cookies.get(COOKIE))
                why = () if has_cookie else (asked.say("web.no_cookies"),)
                again = replace(asked, is_expired=has_cookie, trouble=why)
                return _shown_again(route, again, 403, request)
            assert route.take is not None
            try:
                return _kept_private(route.take(asked), asked, request)
            except StorageError as full:
                lines = lines_of(full.problems, asked.language)
                return _shown_again(route, replace(asked, trouble=lines), 503, request)
        except Exception as wrong:
            return answer_to(request, wrong)

    async def answer(request: Request) -> Response:
        try:
            found = await received(request, data.settings)
        except Exception as wrong:
            return answer_to(request, wrong)
        return await run_in_threadpool(answered, request, found)

    return answer


def _shown_again(route: PageRoute, asked: PageRequest, status: int, request: Request) -> Response:
    """The page of a form that was not acted upon, with everything that was typed in it."""
    again = route.make(asked)
    shown = replace(again, status=status) if isinstance(again, WebPage) else again
    return _kept_private(shown, asked, request)


def _kept_of_idle(asked: PageRequest, route: PageRoute, found: Received) -> PageRequest:
    """A form of a session that ran out in it, with what is kept of it until somebody signs in."""
    is_idle = found.is_own and asked.account is None and route.keep_of_idle is not None
    holder = asked.data.desk.idle_holder(asked.session) if is_idle else None
    held = replace(asked, account=holder)
    if holder is None or not held.may(route.takers_of(found.form.action)):
        return asked
    assert route.keep_of_idle is not None
    return replace(route.keep_of_idle(held), account=None)


def _no_role(asked: PageRequest, request: Request) -> Response:
    """Somebody who has signed in is told so; anybody else may, and loses nothing by it."""
    if asked.account is not None:
        return problem(request, 403, (asked.say("web.no_role"),))
    if asked.posted is None:
        query = {"next": asked.path} if asked.path != "account" else {}
        return RedirectResponse(asked.address("login", **query), 303, _PRIVATE)
    return _kept_private(asked_to_sign_in(asked), asked, request)


def _in_session(changed: SessionChange, asked: PageRequest, request: Request) -> Response:
    """Where to go on with a new session, or without one."""
    going_on = RedirectResponse(asked.address(*changed.path.split("/")), 303, _PRIVATE)
    answer: Response = going_on
    found = _route_of(changed.path) if changed.kept else None
    caller = asked.data.desk.caller(changed.session)
    if found is not None and caller is not None:
        route, names = found
        posted = PostedForm(typed=changed.kept)
        again = replace(asked, path=changed.path, names=names, query={}, account=caller)
        if again.may(route.readers):
            shown = route.make(replace(again, posted=posted, is_expired=True))
            answer = _kept_private(shown, again, request, session=changed.session)
    secure = request.url.scheme == "https"
    if changed.session:
        answer.set_cookie(SESSION, changed.session, httponly=True, samesite="lax", secure=secure)
    else:
        answer.delete_cookie(SESSION, httponly=True, samesite="lax", secure=secure)
    return answer


def _route_of(path: str) -> tuple[PageRoute, dict[str, str]] | None:
    """The page with a form at an address below the language, and what the address names."""
    for route in ROUTES:
        found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path), path)
        if found is not None and route.take is not None:
            return route, found.groupdict()
    return None


def _kept_private(
    answer: Answer, asked: PageRequest, request: Request, session: str | None = None
) -> Response:
    """An answer of a page that writes: kept by nobody, with a token of this browser in its form.

    Parameters
    ----------
    session : that begins with this answer; None when it is the one of the request.
    """
    private = dict(_PRIVATE)
    if isinstance(answer, SessionChange):
        return _in_session(answer, asked, request)
    if isinstance(answer, SeeOther):
        return RedirectResponse(answer.address, 303, private)
    if isinstance(answer, Download):
        return _download(answer, private)
    cookie = cookie_of(request.cookies.get(COOKIE, ""))
    held = request.cookies.get(SESSION, "") if session is None else session
    page = page_html(answer, replace(asked, token=token_of(cookie, held)))
    headers = {**private, "Content-Language": TAGS[asked.language]}
    made = HTMLResponse(page, answer.status, headers)
    is_secure = request.url.scheme == "https"
    made.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", secure=is_secure)
    return made


_PRIVATE: Final = {"Cache-Control": "no-store"}


def _download(file: Download, headers: dict[str, str]) -> Response:
    """A file: to be kept, or a page of its own to be looked at, with a policy of its own."""
    if file.is_shown:
        headers["Content-Security-Policy"] = FILE_POLICY
    else:
        shown = quote(file.name, safe="")
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{shown}"
    return Response(file.content, 200, headers, file.kind)


def _asked(request: Request, route: PageRoute, data: ServedData) -> PageRequest:
    names = {name: str(value) for name, value in request.path_params.items()}
    language = names.pop("language")
    if language not in LANGUAGES:
        raise PageNotFoundError
    return PageRequest(
        data=data,
        language=language,
        path=route.path.format(**names),
        names=names,
        query=dict(request.query_params),
        today=data.settings.today(),
        account=data.desk.caller(request.cookies.get(SESSION, "")),
        session=request.cookies.get(SESSION, ""),
        address_of_caller=request.client.host if request.client else "",
    )


def _html(page: WebPage, asked: PageRequest) -> Response:
    # The head of the page says who has signed in: no cache on the way gives it to another.
    kept = "no-store" if asked.account else "no-cache"
    headers = {"Content-Language": TAGS[asked.language], "Cache-Control": kept, "Vary": "Cookie"}
    return HTMLResponse(page_html(page, asked), headers=headers)


def _file(page: WebPage, asked: PageRequest, format_: str) -> Response:
    headers = {"Content-Language": TAGS[asked.language], "Cache-Control": "no-cache"}
    if format_ == "json":
        document = page_document(page.title, asked.language, asked.today, page.tables)
        return JSONResponse(document.model_dump(), headers=headers)
    tables = {table.name: table for table in page.tables}
    name = asked.chosen("table", tuple(tables)) or next(iter(tables), "")
    if not name:
        raise PageNotFoundError
    is_csv = format_ == "csv"
    content = csv_of(tables[name], asked.language) if is_csv else workbook_of(page.tables)
    # The names of ours are plain; an id of the other side's never gets into a header.
    shown = f"keruen-{name}-{asked.language}.{format_}"
    headers["Content-Disposition"] = f'attachment; filename="{shown}"'
    return Response(content, media_type=FORMATS[format_], headers=headers)


def _to_language(request: Request) -> Response:
    language = accepted(request.headers.get("accept-language", ""))
    return RedirectResponse(f"/{language}/start", 302, {"Vary": "Accept-Language"})


def _to_start(request: Request) -> Response:
    language = request.path_params["language"]
    if language not in LANGUAGES:
        return problem(request, 404)
    return RedirectResponse(f"/{language}/start", 302)


def _refused(request: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, HTTPException)
    return problem(request, wrong.status_code)
