"""Pools through the real doors: from a promoter's confirmation to the books and the order list."""

from dataclasses import dataclass, replace

import pytest

from tests.cast import MEI, WEI
from tests.journeys.conftest import Town
from tests.journeys.people import PATIENCE_SECONDS, GroupChat, Json, buttons, text_of, until


@dataclass(frozen=True)
class Spoken:
    """What is said in one language."""

    language: str
    find: str
    go: str
    joined: str
    reached: str
    link: str
    told: str
    why: str
    off: str


CHINESE = Spoken(
    language="zh",
    find="/search 抽纸",
    go="✅ 发到群里",
    joined="还差 1 人",
    reached="拼成了，2 人一起买",
    link="拼团价",
    told="的拼团成了",
    why="来自拼团的链接",
    off="没有拼成",
)
ENGLISH = Spoken(
    language="en",
    find="/search blueberries",
    go="✅ Send to the group",
    joined="1 to go",
    reached="It is on: 2 people buy together",
    link="Pool price",
    told="is on with 2 people",
    why="From a pool's link",
    off="It is called off",
)


class Journey:
    """One pool's way, a method a step; what later steps need stays here."""

    def __init__(self, town: Town, spoken: Spoken, programme: str) -> None:
        self.town, self.spoken, self.programme = town, spoken, programme
        self.lin, self.mei, self.wei = town.lin, town.mei, town.wei
        self.group: GroupChat
        self.orders: dict[str, str] = {}

    async def lin_has_a_group(self) -> None:
        await self.town.enrol(self.lin, programme=self.programme)
        self.group = await self.lin.connects("阳光小区好物群")
        await self.town.act("join", chat_id=self.group.id, person_id=WEI)
        if self.spoken.language == "en":
            await self.lin.asks("/language en", "English from now on")
            await self.lin.asks("/language en", "English in this group", where=self.group.id)

    async def she_opens_a_pool(self, words: str) -> None:
        await self.lin.asks(self.spoken.find, "1.")
        await self.lin.says(words)
        question = await self.lin.sees("阳光小区好物群")
        before = len(await self.boards())
        await self.lin.presses(self.spoken.go, on=question)

        async def look() -> bool | None:
            return True if len(await self.boards()) > before else None

        await until(look, lambda: "the pool does not come to the group")

    async def boards(self) -> list[Json]:
        """The messages of pools."""
        return [one for one in await self.group.said() if "🕘" in text_of(one)]

    async def board(self, *words: str) -> Json:
        """The latest pool's message, as soon as it says all ``words``."""

        async def look() -> Json | None:
            found = (await self.boards())[-1]
            seen[:] = [text_of(found), str(buttons(found))]
            return found if all(word in "\n".join(seen) for word in words) else None

        seen: list[str] = []
        return await until(look, lambda: f"waits for {words}, sees {seen}")

    async def taps(self, person_id: int, data: str = "1:join") -> str:
        """Somebody presses a button of the latest pool, or of what was asked after it."""
        found = [one for one in await self.group.said() if data in str(buttons(one))][-1]
        key = next(one for one in buttons(found).values() if one.startswith(data))
        pressed = await self.town.act(
            "press",
            chat_id=self.group.id,
            message_id=found["message_id"],
            person_id=person_id,
            data=key,
            wait_seconds=PATIENCE_SECONDS,
        )
        return str(pressed["answer"]["text"])

    async def buys(self, name: str, board: Json, label: str) -> None:
        """Buy by the one button whose label holds ``label``."""
        url = next(url for text, url in buttons(board).items() if label in text)
        single = {"reply_markup": {"inline_keyboard": [[{"text": label, "url": url}]]}}
        self.orders[name] = await self.town.buy(single)

    async def held(self) -> int:
        """What Lin has on hold, in fen."""
        lin = await self.town.our_id(self.lin)
        return (await self.town.books()).get(f"promoter:{lin}:held", 0)


@pytest.mark.parametrize("spoken", [CHINESE, ENGLISH], ids=["zh", "en"])
async def test_a_pool_is_reached_bought_and_survives_a_refund(town: Town, spoken: Spoken) -> None:
    for person in (MEI, WEI):
        await town.act("set_language", person_id=person, language_code=spoken.language)
    journey = Journey(town, spoken, "pinduoduo")
    await journey.lin_has_a_group()
    await journey.she_opens_a_pool("/pool 1 2 6")
    await town.mei.starts()
    await town.mei.sees("好物" if spoken.language == "zh" else "Haowu")
    board = await journey.board()
    alone = "单独买" if spoken.language == "zh" else "Buy alone"
    await journey.buys("alone", board, alone)
    assert spoken.joined in await journey.taps(MEI)
    await journey.board(spoken.joined)
    await journey.taps(WEI)
    board = await journey.board(spoken.reached, spoken.link)
    assert not any(data.startswith("1:") for data in buttons(board).values())
    await town.mei.sees(spoken.told)
    await town.lin.sees("✅", "/pools")
    for name in ("mei", "wei"):
        await journey.buys(name, board, spoken.link)
    await journey.lin.asks(f"/why {journey.orders['mei']}", spoken.why)
    rows = {row["source"]: row for row in await town.app.reporting.report("source")}
    assert (rows["pool"]["conversions"], rows["post"]["conversions"]) == (2, 1)
    assert (rows["pool"]["clicks"], rows["post"]["clicks"]) == (2, 1)
    before = await journey.held()
    await town.order(journey.orders["wei"], "return_all")
    kept = await journey.held()
    assert kept * 3 == before * 2
    await journey.board(spoken.reached)
    await town.order(journey.orders["mei"], "receive")
    assert await journey.held() == kept
    assert (await town.app.settling.verify()).faults == ()
    assert await town.repeated_in_groups() == []


@pytest.mark.parametrize("spoken", [CHINESE, ENGLISH], ids=["zh", "en"])
async def test_a_neighbourhoods_orders_are_closed_at_the_cut_off_and_listed(
    town: Town, spoken: Spoken
) -> None:
    for person in (MEI, WEI):
        await town.act("set_language", person_id=person, language_code=spoken.language)
    journey = Journey(town, replace(spoken, find=ENGLISH.find), "tuangou")
    await journey.lin_has_a_group()
    await journey.lin.asks("/pickup 东门驿站", "东门驿站")
    await journey.she_opens_a_pool("/pool 1 2")
    await journey.board("22:00", "东门驿站")
    await journey.taps(MEI)
    asked = await town.mei.hears("🧺", where=journey.group.id)
    assert len(buttons(asked)) == 5
    await journey.taps(WEI)
    await journey.board(spoken.link)
    await town.clock(minutes=15 * 60)
    await journey.board("截单" if spoken.language == "zh" else "closed")
    listed = await journey.lin.asks("/pools", "2/2")
    get = next(label for label in buttons(listed) if "📄" in label)
    await journey.lin.presses(get, on=listed)
    sheet = await journey.lin.sees("东门驿站", "2")
    assert sheet["document"]["file_name"].endswith(".csv")
    await journey.she_opens_a_pool("/pool 1 2")
    await journey.taps(MEI)
    await town.clock(minutes=24 * 60)
    await journey.board(spoken.off if spoken.language == "en" else "解散")
