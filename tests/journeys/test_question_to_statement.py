"""A member asks and buys by the answer; what nobody knew, the promoter tells all groups once."""

from dataclasses import dataclass

import pytest

from tests.journeys.conftest import Town
from tests.journeys.people import GroupChat, Json, buttons, text_of


@dataclass(frozen=True)
class Spoken:
    """What is said in one language, by people and by the bot."""

    language: str
    find: str
    title: str
    price_asked: str
    price: str
    unknown_asked: str
    by_name: str
    passed_on: str
    notice: str
    answer: str
    prompt: str
    told: str
    thanks: str
    why: str


CHINESE = Spoken(
    language="zh",
    find="/search 垃圾袋",
    title="加厚背心垃圾袋",
    price_asked="多少钱？",
    price="¥",
    unknown_asked="能退货吗？",
    by_name="@haowu_demo_bot 加厚背心垃圾袋能退货吗",
    passed_on="去问群主了",
    notice="有群友问",
    answer="我来回答",
    prompt="请回复这条消息",
    told="没拆封可以退，联系客服就行",
    thanks="谢谢",
    why="来自问答里的链接",
)
ENGLISH = Spoken(
    language="en",
    find="/search blueberries",
    title="Frozen Blueberries",
    price_asked="how much is it?",
    price="¥",
    unknown_asked="can I return it?",
    by_name="@haowu_demo_bot can I return the frozen blueberries?",
    passed_on="asked the host",
    notice="A member asks about",
    answer="I will answer",
    prompt="Please reply to this message",
    told="Only when they arrive thawed, then at once",
    thanks="Thank you",
    why="answer to a question",
)


class Journey:
    """One question's way, a method a step; what later steps need stays here."""

    def __init__(self, town: Town, spoken: Spoken) -> None:
        self.town, self.spoken = town, spoken
        self.lin, self.mei = town.lin, town.mei
        self.sunny: GroupChat
        self.parents: GroupChat
        self.post: Json = {}
        self.order = ""

    async def lin_has_two_groups_and_posts_in_one(self) -> None:
        await self.town.enrol(self.lin)
        self.sunny = await self.lin.connects("阳光小区好物群")
        self.parents = await self.lin.connects("宝妈省钱群")
        if self.spoken.language == "en":
            await self.lin.asks("/language en", "English from now on")
            for group in (self.sunny, self.parents):
                await self.lin.asks("/language en", "English in this group", where=group.id)
        await self.lin.asks(self.spoken.find, self.spoken.title)
        await self.lin.presses("1")
        ((self.post, *_), _) = await self.town.morning(self.sunny, self.parents, each=1)
        assert self.spoken.title in text_of(self.post)

    async def mei_asks_under_the_post_and_gets_a_link(self) -> Json:
        post_id = self.post["message_id"]
        await self.mei.says(self.spoken.price_asked, where=self.sunny.id, reply_to=post_id)
        return await self.mei.hears(self.spoken.title, self.spoken.price, where=self.sunny.id)

    async def she_buys_by_it_and_lin_is_credited(self, answer: Json) -> None:
        self.order = await self.town.buy(answer)
        assert self.order
        held = await self.town.books()
        lin = await self.town.our_id(self.lin)
        assert held[f"promoter:{lin}:held"] > 0
        await self.lin.asks(f"/why {self.order}", self.sunny.title, self.spoken.why)

    async def the_report_tells_it_from_a_posts_sale(self) -> None:
        rows = await self.town.app.reporting.report("source")
        by_source = {row["source"]: row for row in rows}
        assert by_source["answer"]["conversions"] == 1
        assert by_source.get("post", {"conversions": 0})["conversions"] == 0

    async def she_asks_what_nobody_knows(self) -> None:
        post_id = self.post["message_id"]
        await self.mei.says(self.spoken.unknown_asked, where=self.sunny.id, reply_to=post_id)
        await self.mei.hears(self.spoken.passed_on, where=self.sunny.id)

    async def lin_is_asked_and_answers(self) -> None:
        notice = await self.lin.sees(self.spoken.notice, self.spoken.title)
        assert self.spoken.answer in buttons(notice)
        await self.lin.presses(self.spoken.answer, on=notice)
        prompt = await self.lin.sees(self.spoken.prompt)
        await self.lin.says(self.spoken.told, reply_to=prompt["message_id"])
        await self.lin.sees(self.spoken.thanks, "2")

    async def meis_answer_is_renewed_where_it_stands(self) -> None:
        renewed = await self.mei.hears(self.spoken.told, where=self.sunny.id)
        assert self.spoken.passed_on not in text_of(renewed)

    async def the_other_group_gets_it_at_once(self) -> None:
        await self.mei.says(self.spoken.by_name, where=self.parents.id)
        await self.mei.hears(self.spoken.told, where=self.parents.id)
        said = await self.town.messages(self.lin.id)
        assert not [each for each in said if self.spoken.answer in buttons(each)]

    async def open_answers(self) -> int:
        """How many answers stand in the open in both groups."""
        count = 0
        for group in (self.sunny, self.parents):
            count += sum("reply_to_message" in each for each in await group.said())
        return count


@pytest.mark.parametrize("spoken", [CHINESE, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("ephemeral", [True, False], ids=["ephemeral", "open"])
async def test_a_question_becomes_a_sale_and_an_answer_for_all_groups(
    town: Town, spoken: Spoken, ephemeral: bool
) -> None:
    await town.act("server", supports_ephemeral=ephemeral)
    await town.act("set_language", person_id=town.mei.id, language_code=spoken.language)
    journey = Journey(town, spoken)
    await journey.lin_has_two_groups_and_posts_in_one()
    before = await journey.open_answers()
    answer = await journey.mei_asks_under_the_post_and_gets_a_link()
    await journey.she_buys_by_it_and_lin_is_credited(answer)
    await journey.the_report_tells_it_from_a_posts_sale()
    await journey.she_asks_what_nobody_knows()
    await journey.lin_is_asked_and_answers()
    await journey.meis_answer_is_renewed_where_it_stands()
    await journey.the_other_group_gets_it_at_once()
    assert await journey.open_answers() - before == (0 if ephemeral else 3)
