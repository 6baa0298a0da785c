"""The HTTP side of the stand-in Bot API: reads a call, lets it go wrong if ordered, answers."""

import asyncio
import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.botapi.calls import Call
from bot.sandbox.botapi.checking import checked, described
from bot.sandbox.botapi.methods import (
    chatting,
    editing,
    ephemeral,
    inlining,
    profile,
    sending,
    updating,
)
from bot.sandbox.botapi.refusals import Refusal, bad_request, too_many_requests
from bot.sandbox.world.faults import Fault, When
from bot.sandbox.world.files import Upload
from bot.sandbox.world.world import World

METHODS = {
    **updating.METHODS,
    **profile.METHODS,
    **sending.METHODS,
    **editing.METHODS,
    **inlining.METHODS,
    **chatting.METHODS,
    **ephemeral.METHODS,
}
NAMES = {name.lower(): name for name in described()["methods"]}
# Where the connection's transport is found, for faults that cut it.
TRANSPORT = "sandbox.transport"
MALFORMED = b'{"ok":true,"result":{"message_id":'


class BotApi:
    """Answers the calls of the one bot that knows the token."""

    def __init__(self, world: World, *, token: str) -> None:
        self.world = world
        self.token = token

    def routes(self) -> list[Route]:
        """Return the routes under which a Bot API server is reached."""
        return [
            Route("/file/bot{token}/{path:path}", self.download),
            Route("/bot{token}/{method}", self.call, methods=["GET", "POST"]),
        ]

    async def download(self, request: Request) -> Response:
        """Answer the download of a file."""
        stored = self.world.files.by_path.get(request.path_params["path"])
        if request.path_params["token"] != self.token:
            return refused(Refusal(401, "Unauthorized"))
        if stored is None:
            return refused(Refusal(404, "Not Found"))
        return Response(stored.upload.content, media_type=stored.upload.media_type)

    async def call(self, request: Request) -> Response:
        """Answer one call."""
        method = request.path_params["method"].lower()
        if request.path_params["token"] != self.token:
            return refused(Refusal(401, "Unauthorized"))
        if method not in NAMES or self._is_too_new(method):
            return refused(Refusal(404, "Not Found"))
        try:
            given = await _given(request)
        except Refusal as refusal:
            return refused(refusal)
        chat_id = _chat_id(given)
        broken = await self._go_wrong(request, "before", method, chat_id)
        if broken is not None:
            return broken
        answer = await self._answer(method, given)
        return await self._go_wrong(request, "after", method, chat_id) or answer

    def _is_too_new(self, method: str) -> bool:
        return method in ephemeral.METHODS and not self.world.supports_ephemeral

    async def _answer(self, method: str, given: dict[str, Any]) -> Response:
        try:
            values = checked(
                NAMES[method],
                given,
                strict=self.world.refuses_unknown,
                has_ephemeral=self.world.supports_ephemeral,
            )
            uploads = {key: value for key, value in given.items() if isinstance(value, Upload)}
            call = Call(self.world, method, values, uploads)
            self._keep_limits(call)
            return JSONResponse({"ok": True, "result": await METHODS[method](call)})
        except Refusal as refusal:
            return refused(refusal)

    def _keep_limits(self, call: Call) -> None:
        is_edit = call.method in editing.COUNTED and call.get("chat_id") is not None
        if not is_edit and call.method not in sending.COUNTED:
            return
        wait = self.world.limits.wait_seconds(call.chat().id, is_edit=is_edit)
        if wait:
            raise too_many_requests(wait)

    async def _go_wrong(
        self, request: Request, when: When, method: str, chat_id: int | None
    ) -> Response | None:
        fault = self.world.faults.take(when=when, method=method, chat_id=chat_id)
        if fault is None:
            return None
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            return None
        if fault.kind == "reset":
            return await _cut(request)
        return _broken(fault)


def refused(refusal: Refusal) -> JSONResponse:
    """Return a refusal as Telegram answers it: the same status in HTTP and in the body."""
    return JSONResponse(refusal.body(), status_code=refusal.status)


def _broken(fault: Fault) -> Response:
    if fault.kind == "retry_after":
        return refused(too_many_requests(int(fault.seconds)))
    if fault.kind == "malformed":
        return Response(MALFORMED, media_type="application/json")
    return refused(Refusal(fault.status, fault.description))


async def _cut(request: Request) -> Response:
    transport = request.scope.get(TRANSPORT)
    if transport is None:
        raise ConnectionResetError("cut by an ordered fault")
    transport.abort()
    await asyncio.sleep(0)
    return Response()


def _chat_id(given: dict[str, Any]) -> int | None:
    try:
        return int(given.get("chat_id", ""))
    except (TypeError, ValueError):
        return None


async def _given(request: Request) -> dict[str, Any]:
    """Return the parameters of a call, from the query and from a JSON or form body."""
    given: dict[str, Any] = dict(request.query_params)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        try:
            body = await request.json()
        except json.JSONDecodeError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("object expected")
        return given | {name: value for name, value in body.items() if value is not None}
    async with request.form() as form:
        for name, value in form.multi_items():
            given[name] = await _upload(value) if isinstance(value, UploadFile) else value
    return given


async def _upload(file: UploadFile) -> Upload:
    media_type = file.content_type or "application/octet-stream"
    return Upload(file.filename or "file", media_type, await file.read())
