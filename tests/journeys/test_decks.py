"""The two-minute day through the real doors: a deck before the slot, four cards, four answers."""

from dataclasses import dataclass

import pytest

from bot.domain.decks.cards import How
from storage.decks import choices
from tests.journeys.conftest import Town
from tests.journeys.people import GroupChat, Json, buttons, text_of, until

UNTIL_SEVEN = 23 * 60 + 12
"""Minutes from ten to eight to two past seven of the next day."""
WORDS = "邻居们，这个我自己也在用"


@dataclass(frozen=True)
class Spoken:
    """What the frame says in the promoter's language."""

    language: str
    deck: str
    open: str
    keep: str
    swap: str
    words: str
    asked: str
    kept: str
    preview: str
    silent: str
    because: str


CHINESE = Spoken(
    "zh", "的卡组", "▶️ 逐张看", "✅ 留下", "🔁 换一个", "✏️ 自己写一句", "这条开头想写什么",
    "已留下，开头用你写的", "群里会看到：", "🤖 自动挑的", "因为",
)  # fmt: skip
ENGLISH = Spoken(
    "en", "Your deck for", "▶️ Card by card", "✅ Keep", "🔁 Swap", "✏️ Own words",
    "What should stand above", "Kept, with your words", "The group will read:",
    "What autopilot chose", "because",
)  # fmt: skip


class Journey:
    """One morning of Lin's, a method a step."""

    def __init__(self, town: Town, spoken: Spoken) -> None:
        self.town, self.spoken, self.lin = town, spoken, town.lin
        self.groups: list[GroupChat] = []
        self.deck: Json = {}
        self.wanted: list[str] = []

    async def lin_has_two_groups(self) -> None:
        await self.town.enrol(self.lin)
        self.groups = [await self.lin.connects(title) for title in ("阳光小区好物群", "Rose Lane")]
        if self.spoken.language == "en":
            await self.lin.asks("/language en", "English from now on")

    async def the_deck_comes_before_the_first_slot(self) -> None:
        await self.lin.asks("/help", "/today")
        await self.town.clock(minutes=UNTIL_SEVEN)
        self.deck = await self.lin.sees(self.spoken.deck, "12")
        assert self.spoken.open in buttons(self.deck)

    async def now(self) -> Json:
        """The deck's message as it stands."""
        found = await self.town.messages(self.lin.id, after=self.deck["message_id"] - 1)
        standing = [each for each in found if "🃏" in text_of(each)]
        return standing[-1]

    async def turned(self, place: int) -> Json:
        """The deck's message once it shows that card."""

        async def look() -> Json | None:
            card = await self.now()
            return card if f"{place}/12" in text_of(card) else None

        return await until(look, lambda: f"card {place} does not come")

    async def title(self, place: int) -> str:
        """The offer of the card that is shown: the first line of the post in bold."""
        text = text_of(await self.turned(place))
        post = text.split(self.spoken.preview, 1)[1].strip().splitlines()
        return next(line for line in post[2:] if line.strip())

    async def she_keeps_swaps_and_writes(self) -> None:
        await self.lin.presses(self.spoken.open, on=self.deck)
        self.wanted.append(await self.title(1))
        await self.lin.presses(self.spoken.keep, on=await self.turned(1))
        before = await self.title(2)
        await self.lin.presses(self.spoken.swap, on=await self.turned(2))
        self.wanted.append(await self.title(2))
        assert self.wanted[1] != before
        await self.lin.presses("下一个 ›" if self.is_chinese else "Next ›", on=await self.turned(2))
        self.wanted.append(await self.title(3))
        await self.lin.presses(self.spoken.words, on=await self.turned(3))
        asked = await self.lin.sees(self.spoken.asked)
        await self.lin.says(WORDS, reply_to=asked["message_id"])
        await self.lin.sees(self.spoken.kept)
        await self.lin.sees("3/12", WORDS)
        await self.lin.presses("下一个 ›" if self.is_chinese else "Next ›")
        self.wanted.append(await self.title(4))

    @property
    def is_chinese(self) -> bool:
        return self.spoken.language == "zh"

    async def the_posts_are_exactly_those(self) -> None:
        found = await self.town.morning(*self.groups)
        posts = [text_of(post) for each in found for post in each]
        assert len(posts) == 4
        for title in self.wanted:
            assert sum(title in post for post in posts) == 1, (title, posts)
        own = next(post for post in posts if WORDS in post)
        assert own.splitlines()[0].startswith("「广告」")
        assert own.splitlines()[1] == WORDS

    async def it_is_written_down_and_told(self) -> None:
        lin = await self.town.app.enrolling.promoter_by_telegram(self.lin.id)
        assert lin is not None
        async with self.town.app.database.read() as connection:
            own = [each.id for each in await self.town.app.connecting.groups_of(lin.id)]
            day = self.town.app.now().date()
            log = await choices.list_since(connection, own, day)
        hows = sorted(one.choice.how for one in log if one.key.slot == "morning")
        assert hows == [How.AUTOPILOT, How.KEPT, How.KEPT, How.SWAPPED]
        await self.lin.asks("/picks", self.spoken.silent, self.spoken.because)


@pytest.mark.parametrize("spoken", [CHINESE, ENGLISH], ids=["zh", "en"])
async def test_four_cards_four_answers_and_the_posts_are_those(town: Town, spoken: Spoken) -> None:
    journey = Journey(town, spoken)
    await journey.lin_has_two_groups()
    await journey.the_deck_comes_before_the_first_slot()
    await journey.she_keeps_swaps_and_writes()
    await journey.the_posts_are_exactly_those()
    await journey.it_is_written_down_and_told()
