"""What the browser page is shown: one person's chats with the bot, and the page's own files."""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.sandbox.clock import Marks
from bot.sandbox.world.chats import Chat
from bot.sandbox.world.people import Json, Person
from bot.sandbox.world.state import BOT_ID, Unknown
from bot.sandbox.world.whispers import among
from bot.sandbox.world.world import World

PAGE = Path(__file__).with_name("page")
SHOWN_MESSAGES = 80
SHOWN_GROUPS = 40
LONGEST_WAIT_SECONDS = 5.0
# What is shown must be what is, also after the program was changed.
FRESH = {"Cache-Control": "no-cache"}


class View:
    """The page and what it asks for."""

    def __init__(self, world: World, *, marks: Marks) -> None:
        self.world = world
        self.marks = list(marks)

    def routes(self) -> list[Route | Mount]:
        """Return the routes of the page."""
        return [
            Route("/", self.page),
            Route("/sandbox/view", self.view),
            Route("/sandbox/files/{path:path}", self.file),
            Mount("/page", StaticFiles(directory=PAGE)),
        ]

    async def page(self, _request: Request) -> Response:
        """Answer the page itself."""
        return FileResponse(PAGE / "index.html", headers=FRESH)

    async def file(self, request: Request) -> Response:
        """Answer a picture or file that stands in a message."""
        stored = self.world.files.by_path.get(request.path_params["path"])
        if stored is None:
            return Response(status_code=404)
        return Response(stored.upload.content, media_type=stored.upload.media_type)

    async def view(self, request: Request) -> Response:
        """Answer what `person` sees; with `since`, wait a while for something newer."""
        wanted = request.query_params
        if wanted.get("since") == str(self.world.version):
            await self._change()
        try:
            person = self.world.person(int(wanted["person"]))
        except (KeyError, ValueError, Unknown):
            return JSONResponse({"description": "no such person"}, status_code=404)
        if wanted.get("since") == str(self.world.version):
            return JSONResponse({"version": self.world.version, "now": self._now()})
        return JSONResponse(self.seen_by(person))

    async def _change(self) -> None:
        try:
            async with asyncio.timeout(LONGEST_WAIT_SECONDS):
                await self.world.changed.wait()
        except TimeoutError:
            return

    def _now(self) -> str:
        return self.world.clock.now().isoformat()

    def seen_by(self, person: Person) -> Json:
        """Return everything that the page shows to one person."""
        shown = [self.world.private_chat(person.id), *self._groups(person)]
        return {
            "version": self.world.version,
            "now": self._now(),
            "marks": self.marks,
            "bot": {**self.world.bot, "texts": self._texts(person)},
            "people": [
                {**one.user(), "role": one.role}
                for one in self.world.people.values()
                if one.role != "extra"
            ],
            "person": {**person.user(), "role": person.role, "has_started": person.has_started},
            "chats": [self._chat(chat, person) for chat in shown],
        }

    def _groups(self, person: Person) -> list[Chat]:
        """Return the groups to show: those of this person first, not too many."""
        chats = self.world.chats.values()
        groups = [chat for chat in chats if not chat.is_private and chat.migrated_to is None]
        return sorted(groups, key=lambda chat: not chat.is_member(person.id))[:SHOWN_GROUPS]

    def _texts(self, person: Person) -> Json:
        texts = self.world.profile.texts
        names = ("name", "description", "short_description")
        languages = (person.language, "")
        return {
            name: next((texts[name, tongue] for tongue in languages if (name, tongue) in texts), "")
            for name in names
        }

    def _chat(self, chat: Chat, person: Person) -> Json:
        standing, own = chat.standing(BOT_ID), chat.standing(person.id)
        return {
            **chat.header(),
            "member_count": chat.member_count(),
            "is_member": chat.is_member(person.id),
            "is_owner": own is not None and own.status == "creator",
            "bot_status": "member" if chat.is_private else standing.status if standing else "",
            "bot_rights": sorted(standing.rights) if standing else [],
            "has_blocked": chat.is_private and person.has_blocked,
            "pinned": chat.pinned,
            "topics": [vars(topic) for topic in chat.topics.values()],
            "menu": self.world.profile.menu(chat, person),
            "keyboard": self._keyboard(chat, person),
            "messages": [self._message(chat, message) for message in self._seen(chat, person)],
        }

    def _seen(self, chat: Chat, person: Person) -> list[Json]:
        """Return the last messages, with those that this person alone sees among them."""
        last = list(chat.messages.values())[-SHOWN_MESSAGES:]
        return among(last, self.world.whispers.seen_by(chat.id, person.id))[-SHOWN_MESSAGES:]

    def _keyboard(self, chat: Chat, person: Person) -> Json | None:
        """Return the reply keyboard, or the call for a reply, that is for this person."""
        own = self.world.reply_keyboards.get((chat.id, person.id))
        common = self.world.reply_keyboards.get((chat.id, 0))
        if own is not None or common is None or not common.get("selective"):
            return own or common
        message = chat.messages.get(common["to"][0], {})
        asked = message.get("reply_to_message", {}).get("from", {}).get("id")
        named = f"@{person.username}" in str(message.get("text") or message.get("caption"))
        return common if asked == person.id or named else None

    def _message(self, chat: Chat, message: Json) -> Json:
        given = self.world.reactions.get((chat.id, message["message_id"]), {})
        reactions = [one.get("emoji", "⭐") for own in given.values() for one in own]
        return {**message, "reactions": reactions} if reactions else message
