"""The people of a journey: they say, press and look over HTTP, as in any Telegram."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.cast import CHEN, LIN, MEI, OUYANG, WEI

PATIENCE_SECONDS = 30.0
"""Generous, for a machine with other work; what is waited for comes in a second or two."""
BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
FETCHER = "TelegramBot (like TwitterBot)"
RIGHT_ANSWERS = ("要，每条都写明", "平台结算、过了保留期", "每一方都退回")
RIGHTS = ("invite_users", "pin_messages")
"""What the connecting link asks for."""

Json = dict[str, Any]
Found = TypeVar("Found")


@dataclass
class Person:
    """Somebody with a Telegram account."""

    stage: "Stage"
    id: int
    _since: dict[int, int] = field(default_factory=dict)

    async def says(self, text: str, *, where: int = 0, reply_to: int | None = None) -> Json:
        """Write into the private chat with the bot, or into a group."""
        chat_id = where or self.id
        said: Json = await self.stage.act(
            "say", chat_id=chat_id, person_id=self.id, text=text, reply_to=reply_to
        )
        self._since[chat_id] = said["message_id"]
        return said

    async def sees(self, *words: str, where: int = 0) -> Json:
        """The bot's first message since this person's last act there that holds all ``words``."""
        chat_id = where or self.id

        async def look() -> Json | None:
            found = await self.stage.messages(chat_id, after=self._since.get(chat_id, 0))
            heard.clear()
            heard.extend(text_of(each) for each in found if is_from_bot(each))
            fitting = (each for each in found if is_from_bot(each))
            return next((each for each in fitting if all(w in text_of(each) for w in words)), None)

        heard: list[str] = []
        return await until(look, lambda: f"{self.id} waits for {words} and has {heard}")

    async def hears(self, *words: str, where: int) -> Json:
        """What the bot told this person alone, or said in the group since this person's last act.

        The latest that holds all ``words``, as it stands now.
        """

        async def look() -> Json | None:
            alone = await self.stage.get("/sandbox/whispers", chat_id=where, person_id=self.id)
            said = await self.stage.messages(where, after=self._since.get(where, 0))
            found = [*said, *alone]
            heard[:] = [text_of(each) for each in found if is_from_bot(each)]
            fitting = (each for each in reversed(found) if is_from_bot(each))
            return next((each for each in fitting if all(w in text_of(each) for w in words)), None)

        heard: list[str] = []
        return await until(look, lambda: f"{self.id} listens for {words} and has {heard}")

    async def asks(self, text: str, *words: str, where: int = 0) -> Json:
        """Write something, and see an answer that holds all ``words``."""
        await self.says(text, where=where)
        return await self.sees(*words, where=where)

    async def starts(self, code: str = "") -> None:
        """Press Start, with the code of an invitation's link."""
        said = await self.stage.act("start", person_id=self.id, payload=code)
        self._since[self.id] = said["message_id"]

    async def presses(self, label: str, *, on: Json | None = None, by: int = 0) -> str:
        """Press the latest button with this label in private; what the bot says over the chat."""
        if on is None:
            found = await self.stage.messages(self.id)
            on = next(each for each in reversed(found) if label in buttons(each))
        self._since[self.id] = on["message_id"] - 1
        pressed = await self.stage.act(
            "press",
            chat_id=self.id,
            message_id=on["message_id"],
            person_id=by or self.id,
            data=buttons(on)[label],
            wait_seconds=PATIENCE_SECONDS,
        )
        assert pressed["answer"] is not None, f"“{label}” was not answered"
        return str(pressed["answer"].get("text") or "")

    async def trains(self) -> None:
        """Read the rules and answer the three questions."""
        await self.presses("读完了，开始答题")
        for number, answer in enumerate(RIGHT_ANSWERS, 1):
            await self.sees(f"第 {number} 题")
            assert await self.presses(answer) == "答对了！"
        await self.sees("开通啦")

    async def joins(self, code: str) -> None:
        """Become a promoter by an invitation, training included."""
        await self.starts(code)
        await self.sees("欢迎加入")
        await self.sees("先花一分钟读读规则")
        await self.trains()

    async def connects(
        self, title: str, *, members: int = 68, kind: str = "supergroup", is_admin: bool = True
    ) -> "GroupChat":
        """Found a group with Mei in it, and add the bot by the connecting link."""
        (url,) = buttons(await self.asks("/connect", "选一个群")).values()
        asked = parse_qs(urlsplit(url).query)
        chat = await self.stage.act(
            "new_group",
            title=title,
            owner_id=self.id,
            kind=kind,
            member_ids=[MEI],
            member_count=members,
        )
        group = GroupChat(self.stage, chat["id"], title)
        (payload,), (wanted,) = asked["startgroup"], asked["admin"]
        assert set(wanted.replace(" ", "+").split("+")) == set(RIGHTS)
        rights = list(RIGHTS) if is_admin else None
        await self.stage.act(
            "add_bot", chat_id=group.id, by=self.id, payload=payload, rights=rights
        )
        await self.sees("接好了", title)
        return group


@dataclass
class GroupChat:
    """A group as its members see it."""

    stage: "Stage"
    id: int
    title: str

    async def said(self) -> list[Json]:
        """What the bot wrote into this very chat."""
        return [each for each in await self.stage.messages(self.id) if is_from_bot(each)]

    async def posts(self) -> list[Json]:
        """The selling posts that stand in this chat."""
        return [each for each in await self.said() if is_post(each)]

    async def delivered(self) -> list[Json]:
        """Every row of the ledger of what reached this chat id."""
        rows = await self.stage.get("/sandbox/deliveries", chat_id=self.id)
        return list(rows)


@dataclass
class Stage:
    """The stand-in Telegram and shop, as anybody reaches them."""

    client: httpx.AsyncClient
    """Speaks with the sandbox, and with the bot's web side by full address."""

    def __post_init__(self) -> None:
        """Bring the same few people on."""
        self.ouyang, self.lin, self.chen = (Person(self, each) for each in (OUYANG, LIN, CHEN))
        self.mei, self.wei = Person(self, MEI), Person(self, WEI)

    async def act(self, name: str, /, **fields: Any) -> Any:
        """Let somebody do something."""
        answer = await self.client.post(f"/sandbox/{name}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def get(self, path: str, **wanted: Any) -> Any:
        """What the sandbox tells."""
        answer = await self.client.get(path, params=wanted)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def messages(self, chat_id: int, after: int = 0) -> list[Json]:
        """What stands in a chat, the earliest first."""
        found: list[Json] = await self.get("/sandbox/messages", chat_id=chat_id, after=after)
        return found

    async def clock(self, mark: str = "", **by: float) -> None:
        """Move everybody's clock to the next mark, or by seconds, minutes or days."""
        by = {"minutes": by.pop("seconds", 0) / 60} | by
        await self.act("clock", mark=mark, **by)

    async def opens(self, slot: str, *groups: "GroupChat", count: int = 1) -> None:
        """Let a slot come, and time pass until each group has ``count`` posts in all."""
        await self.clock(slot)
        await self.passes(*groups, count=count)

    async def passes(self, *groups: "GroupChat", count: int) -> None:
        """Let some time pass until each group has ``count`` posts in all.

        Posts fall due half a minute after their turn at the latest, and the next turn is more
        than ten minutes away: a slow machine's clock must not run on to that.
        """
        steps = 0

        async def look() -> bool | None:
            nonlocal steps
            if all([len(await group.posts()) >= count for group in groups]):
                return True
            steps += 1
            if steps < 10 or steps % 10 == 0:
                await self.clock(seconds=5)
            await asyncio.sleep(0.15)
            return None

        await until(look, lambda: f"post {count} does not come")

    async def follow(self, post: Json, agent: str = BROWSER, *, method: str = "GET") -> Any:
        """Tap the link under a post, and go no further than the bot's answer."""
        return await self.client.request(method, link_of(post), headers={"User-Agent": agent})

    async def buy(self, post: Json, *, quantity: int = 1) -> str:
        """Tap the link, read for a minute and buy; the order number, credited by the bot."""
        landed = urlsplit((await self.follow(post)).headers["location"])
        await self.clock(minutes=1)
        (subid,) = parse_qs(landed.query)["subid"]
        form = {"offer": landed.path.rpartition("/")[2], "quantity": quantity, "subid": subid}
        told = await self.shop("buy", form)
        assert told["report"]["answer"] == "credited", told
        return str(told["order"]["txid"])

    async def shop(self, path: str, form: Json | None = None) -> Json:
        """Do something at the shop's counter."""
        answer = await self.client.post(
            f"/shop/{path}", data=form, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def order(self, number: str, act: str) -> Json:
        """Receive or return an order; what the shop told the bot of it."""
        told = await self.shop(f"orders/{number}/{act}")
        assert told["report"]["answer"] == "credited", told
        found: Json = told["order"]
        return found

    async def repeated_in_groups(self) -> list[Json]:
        """What any group got more than once; in private the same question has one answer."""
        summary = await self.get("/sandbox/deliveries/summary")
        return [row for row in summary["repeated"] if row["chat_id"] < 0]

    async def idle(self) -> None:
        """Wait until the bot has fetched and confirmed every update."""

        async def look() -> bool | None:
            return None if (await self.get("/sandbox/updates"))["waiting"] else True

        await until(look, lambda: "updates still wait")


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the sandbox at ``url``, past any proxy of the machine."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        yield client


async def until(look: Callable[[], Awaitable[Found | None]], why: Callable[[], str]) -> Found:
    """What ``look`` finds, as soon as it finds something; ``why`` tells what was missed."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = await look()
        if found is not None:
            return found
        assert time.monotonic() < ends, why()
        await asyncio.sleep(0.05)


def is_from_bot(message: Json) -> bool:
    """Whether the bot wrote it; that it was added is no word of its own."""
    return bool(message["from"]["is_bot"]) and "new_chat_members" not in message


def text_of(message: Json) -> str:
    """A message's words, under a picture or not."""
    return str(message.get("text") or message.get("caption") or "")


def buttons(message: Json) -> dict[str, str]:
    """A message's buttons: label to what is behind it."""
    rows: Sequence[Sequence[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {each["text"]: each.get("callback_data") or each["url"] for row in rows for each in row}


def is_post(message: Json) -> bool:
    """Whether it sells something by a tracked link."""
    return any("/r/" in behind for behind in buttons(message).values())


def link_of(post: Json) -> str:
    """The tracked link under a post."""
    (url,) = buttons(post).values()
    return url
