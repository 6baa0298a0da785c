"""The HTTP routes by which tests and the page let people act, move the clock and order faults."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.clock import Marks, until_mark
from bot.sandbox.world.chats import Chat, Topic
from bot.sandbox.world.faults import Fault
from bot.sandbox.world.people import Json, Person
from bot.sandbox.world.state import Unknown
from bot.sandbox.world.world import World

LONGEST_WAIT_SECONDS = 60.0


class BadBody(ValueError):
    """A request whose body does not fit its route."""


class Control:
    """The control routes of one world."""

    def __init__(self, world: World, *, marks: Marks) -> None:
        self.world = world
        self.marks = dict(marks)
        self.acts: dict[str, Callable[..., Any]] = {
            "set_language": world.set_language,
            "say": world.say,
            "edit": world.edit,
            "start": world.start,
            "block": world.block,
            "react": world.react,
            "vote": world.vote,
            "share_chat": world.share_chat,
            "new_group": world.new_group,
            "add_bot": world.add_bot,
            "remove_bot": world.remove_bot,
            "set_bot_rights": world.set_bot_rights,
            "set_member_count": world.set_member_count,
            "join": world.join,
            "join_many": world.join_many,
            "leave": world.leave,
            "kick": world.kick,
            "migrate": world.migrate,
            "open_topic": world.open_topic,
            "close_topic": world.close_topic,
            "close_general": world.close_general,
            "delete_topic": world.delete_topic,
            "add_person": self.add_person,
            "press": self.press,
            "inline": self.inline,
            "choose": world.choose_inline,
            "redeliver": self.redeliver,
            "clock": self.move_clock,
            "faults": self.order_fault,
            "limits": self.switch_limits,
            "server": self.change_server,
        }

    def routes(self) -> list[Route]:
        """Return the control routes, all under `/sandbox/`."""
        return [
            Route("/sandbox/clock", self.show_clock),
            Route("/sandbox/faults", self.show_faults, methods=["GET", "DELETE"]),
            Route("/sandbox/deliveries", self.show_deliveries),
            Route("/sandbox/deliveries/summary", self.show_summary),
            Route("/sandbox/updates", self.show_updates),
            Route("/sandbox/chats", self.show_chats),
            Route("/sandbox/messages", self.show_messages),
            Route("/sandbox/whispers", self.show_whispers),
            Route("/sandbox/reactions", self.show_reactions),
            Route("/sandbox/answers/{query_id}", self.show_answer),
            Route("/sandbox/{act}", self.act, methods=["POST"]),
        ]

    async def act(self, request: Request) -> Response:
        """Let somebody do something; the JSON body holds the act's arguments by name."""
        act = self.acts.get(request.path_params["act"])
        if act is None:
            return _failed(404, "no such act")
        try:
            body = await request.json() if await request.body() else {}
            bound = inspect.signature(act).bind(**body)
            result = act(*bound.args, **bound.kwargs)
            if isinstance(result, Awaitable):
                result = await result
        except Unknown as problem:
            return _failed(404, str(problem))
        except (TypeError, ValueError) as problem:
            return _failed(400, str(problem))
        return JSONResponse({"ok": True, "result": _told(result)})

    def add_person(
        self, id: int, first_name: str, username: str = "", language_code: str = "en"
    ) -> Json:
        """Let somebody more have an account."""
        return self.world.add_person(Person(id, first_name, username, language_code)).user()

    async def press(
        self,
        chat_id: int,
        message_id: int,
        person_id: int,
        data: str,
        wait_seconds: float = 5,
        ephemeral: int = 0,
    ) -> Json:
        """Press a button and wait for the bot's answer, null if none comes in time."""
        query_id = self.world.press(chat_id, message_id, person_id, data, ephemeral=ephemeral)
        return await self._answered(query_id, wait_seconds)

    async def inline(
        self, person_id: int, query: str, offset: str = "", wait_seconds: float = 5
    ) -> Json:
        """Ask the bot inline and wait for its answer, null if none comes in time."""
        query_id = self.world.ask_inline(person_id, query, offset)
        return await self._answered(query_id, wait_seconds)

    async def _answered(self, query_id: str, wait_seconds: float) -> Json:
        await self._until(lambda: self.world.answers[query_id] is not None, wait_seconds)
        return {"id": query_id, "answer": self.world.answers[query_id]}

    async def _until(self, is_true: Callable[[], bool], wait_seconds: float) -> None:
        ends = time.monotonic() + min(wait_seconds, LONGEST_WAIT_SECONDS)
        while not is_true() and (left := ends - time.monotonic()) > 0:
            changed = self.world.changed
            try:
                async with asyncio.timeout(left):
                    await changed.wait()
            except TimeoutError:
                return

    def redeliver(self, update_id: int, under_new_id: bool = False) -> Json:
        """Deliver an update of the past once more."""
        update = self.world.mailbox.repeat(update_id, under_new_id=under_new_id)
        if update is None:
            raise Unknown(f"no update {update_id}")
        return update

    def move_clock(
        self, mark: str = "", minutes: float = 0, hours: float = 0, days: float = 0
    ) -> Json:
        """Move the clock by a time, or to the next named mark (`morning` …) or `HH:MM`."""
        by = timedelta(minutes=minutes, hours=hours, days=days)
        if mark:
            by += until_mark(self.world.clock.now() + by, self.marks.get(mark, mark))
        self.world.advance(by)
        return self._clock()

    def _clock(self) -> Json:
        return {"now": self.world.clock.now().isoformat(), "marks": list(self.marks.items())}

    def order_fault(self, **fault: Any) -> Json:
        """Let the next calls of a method or chat go wrong; the fields are those of `Fault`."""
        ordered = Fault(**fault)
        self.world.faults.order(ordered)
        return asdict(ordered)

    def switch_limits(self, enabled: bool) -> None:
        """Keep Telegram's flood limits, or leave them off."""
        self.world.limits.enabled = enabled

    def change_server(
        self,
        supports_ephemeral: bool | None = None,
        strict: bool | None = None,
        supports_inline: bool | None = None,
    ) -> Json:
        """Be a newer or an older Bot API server; a strict one refuses unknown parameters."""
        if supports_ephemeral is not None:
            self.world.supports_ephemeral = supports_ephemeral
        if supports_inline is not None:
            self.world.supports_inline = supports_inline
        if strict is not None:
            self.world.refuses_unknown = strict
        return {
            "supports_ephemeral": self.world.supports_ephemeral,
            "supports_inline": self.world.supports_inline,
            "strict": self.world.refuses_unknown,
        }

    async def show_clock(self, _request: Request) -> Response:
        """Answer the clock's time and its marks."""
        return JSONResponse(self._clock())

    async def show_faults(self, request: Request) -> Response:
        """Answer the faults on order; on DELETE cancel them first."""
        faults = self.world.faults
        if request.method == "DELETE":
            faults.clear()
        ordered = [asdict(fault) for fault in faults.ordered]
        return JSONResponse({"ordered": ordered, "happened": faults.happened})

    async def show_deliveries(self, request: Request) -> Response:
        """Answer what was delivered after row number `after`, in `chat_id` if given."""
        rows = self.world.ledger.rows[_number(request, "after", 0) :]
        chat_id = _number(request, "chat_id", 0)
        return JSONResponse([row for row in rows if chat_id in (0, row["chat_id"])])

    async def show_summary(self, _request: Request) -> Response:
        """Answer how many messages each chat got, and what any chat got more than once."""
        ledger = self.world.ledger
        per_chat = {str(chat_id): count for chat_id, count in ledger.per_chat.items()}
        told = {"total": len(ledger.rows), "per_chat": per_chat, "repeated": ledger.repeated()}
        told["edits"] = [
            {"chat_id": chat_id, "message_id": message_id, "count": count}
            for (chat_id, message_id), count in ledger.edits.items()
        ]
        return JSONResponse(told)

    async def show_updates(self, request: Request) -> Response:
        """Answer the past updates with an id above `after`, and how many wait."""
        after = _number(request, "after", 0)
        past = [update for key, update in self.world.mailbox.past.items() if key > after]
        return JSONResponse({"past": past, "waiting": len(self.world.mailbox.waiting)})

    async def show_chats(self, _request: Request) -> Response:
        """Answer all chats."""
        return JSONResponse([_told(chat) for chat in self.world.chats.values()])

    async def show_messages(self, request: Request) -> Response:
        """Answer a chat's messages with an id above `after`; wait for one if asked to."""
        after = _number(request, "after", 0)
        try:
            chat = self.world.chat(_number(request, "chat_id", 0))
        except Unknown as problem:
            return _failed(404, str(problem))
        wait_seconds = float(request.query_params.get("wait_seconds", "0"))
        await self._until(lambda: max(chat.messages, default=0) > after, wait_seconds)
        return JSONResponse([one for key, one in chat.messages.items() if key > after])

    async def show_whispers(self, request: Request) -> Response:
        """Answer the ephemeral messages of `person_id` in a chat with a number above `after`."""
        after, person_id = _number(request, "after", 0), _number(request, "person_id", 0)
        chat_id = _number(request, "chat_id", 0)

        def found() -> list[Json]:
            seen = self.world.whispers.seen_by(chat_id, person_id)
            return [one.message for one in seen if one.id > after]

        wait_seconds = float(request.query_params.get("wait_seconds", "0"))
        await self._until(lambda: bool(found()), wait_seconds)
        return JSONResponse(found())

    async def show_reactions(self, request: Request) -> Response:
        """Answer who put which emoji under a message, by the ids of the people and the bot."""
        key = (_number(request, "chat_id", 0), _number(request, "message_id", 0))
        given = self.world.reactions.get(key, {})
        return JSONResponse(
            {str(who): [one.get("emoji") for one in own] for who, own in given.items() if own}
        )

    async def show_answer(self, request: Request) -> Response:
        """Answer what the bot answered to a callback or inline query, null if nothing yet."""
        query_id = request.path_params["query_id"]
        if query_id not in self.world.answers:
            return _failed(404, "no such query")
        return JSONResponse({"id": query_id, "answer": self.world.answers[query_id]})


def _number(request: Request, name: str, default: int) -> int:
    return int(request.query_params.get(name, default))


def _failed(status: int, words: str) -> Response:
    return JSONResponse({"ok": False, "description": words}, status_code=status)


def _told(result: Any) -> Any:
    if isinstance(result, Chat):
        return {
            **result.header(),
            "member_count": result.member_count(),
            "migrated_to": result.migrated_to,
            "members": [member.described() for member in result.members.values()],
            "topics": [asdict(topic) for topic in result.topics.values()],
        }
    return asdict(result) if isinstance(result, Topic) else result
