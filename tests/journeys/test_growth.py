"""A newcomer becomes starter, middle and senior by real acts, and so does whom she mentors."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.growth.levels import STANDARD, Task
from schedules.growth import grow
from tests.journeys.conftest import Town
from tests.journeys.people import GroupChat, Json, Person, text_of, until

PROGRAMME = "fenxiang"
RUNGS = (
    STANDARD[0],
    replace(STANDARD[1], tasks={**STANDARD[1].tasks, Task.PICK_DAYS: 2}),
    replace(STANDARD[2], tasks={Task.ORDERS: 2, Task.MENTEES: 1}),
)
"""A month in two days: the same tasks, fewer of each."""


@pytest.fixture
async def hasty(town: Town) -> AsyncIterator[Town]:
    """The town with a programme that asks for less; programmes are frozen, so by the back door."""
    programme = town.app.programmes[PROGRAMME]
    object.__setattr__(programme, "rungs", RUNGS)
    yield town
    object.__setattr__(programme, "rungs", STANDARD)


class Journey:
    """The way of Lin and of Chen, a method a step."""

    def __init__(self, town: Town) -> None:
        self.town, self.lin, self.chen, self.mei = town, town.lin, town.chen, town.mei
        self.groups: dict[int, GroupChat] = {}
        self.posts: dict[int, Json] = {}

    @property
    def both(self) -> tuple[Person, Person]:
        """Both promoters."""
        return self.lin, self.chen

    async def lin_joins_and_is_a_newcomer(self) -> None:
        await self.lin.joins(await self.town.invite(PROGRAMME))
        await self.lin.asks("/learn", "你现在是新人", "1/4", "✓ 读完规则", "○ 接好一个群")

    async def chen_joins_by_her_code_and_both_connect_a_group(self) -> None:
        made = text_of(await self.lin.asks("/invite", "邀请码"))
        await self.chen.joins(made.splitlines()[0].removeprefix("邀请码："))
        for person, title in zip(self.both, ("阳光小区好物群", "宝妈省钱群"), strict=True):
            self.groups[person.id] = await person.connects(title)

    async def both_pick_preview_and_are_starters(self) -> None:
        for person in self.both:
            await person.asks("/search 垃圾袋", "加厚背心垃圾袋")
            assert "已选好" in await person.presses("1")
            await person.asks("/preview", "会发")
            await person.sees("「广告」")
            await person.asks("/learn", "恭喜，你成了初级推手", "中级推手的任务 1/4")

    async def both_sell_in_the_morning(self) -> None:
        found = await self.town.morning(*self.groups.values(), each=1)
        for person, (post, *_) in zip(self.both, found, strict=True):
            self.posts[person.id] = post
            await self.town.buy(post)

    async def both_answer_a_members_question(self) -> None:
        for person in self.both:
            group, post = self.groups[person.id], self.posts[person.id]
            await self.mei.says("能退货吗？", where=group.id, reply_to=post["message_id"])
            notice = await person.sees("有群友问", "加厚背心垃圾袋")
            await person.presses("我来回答", on=notice)
            prompt = await person.sees("请回复这条消息")
            await person.says("没拆封可以退", reply_to=prompt["message_id"])
            await person.sees("谢谢")

    async def both_pick_on_another_day(self) -> None:
        await self.town.clock(days=1)
        for person in self.both:
            await person.asks("/search 抽纸", "1.")
            assert "已选好" in await person.presses("1")

    async def hears(self, person: Person, *words: str) -> None:
        """Let the clock look until somebody is told; the same words come no second time."""

        async def look() -> bool | None:
            await grow(self.town.app.rooms.growth)
            told = [text_of(each) for each in await self.town.messages(person.id)]
            count = sum(all(word in each for word in words) for each in told)
            assert count <= 1, told
            if count:
                return True
            await self.town.clock(minutes=2)
            return None

        await until(look, lambda: f"{person.id} is not told {words}")

    async def lin_sells_again_and_is_senior_by_chens_rise(self) -> None:
        await self.town.buy(self.posts[self.lin.id])
        await self.hears(self.lin, "恭喜，你成了高级推手", "三级任务全做完了")
        await self.lin.asks("/learn", "你现在是高级推手", "2/2", "三级任务全做完了")

    async def her_team_shows_chens_sale_and_how_far_he_is(self) -> None:
        shown = await self.lin.asks("/team", "成交 1 单", "小陈：1 单，给你带来 ¥")
        await self.lin.presses("🌱 我带的人", on=shown)
        seen = await self.lin.sees("小陈：中级推手")
        assert "¥" not in text_of(seen)

    async def what_she_earns_is_what_it_was(self) -> None:
        """Levels are no matter of pay: the same half of every commission."""
        lin, chen = [await self.town.our_id(each) for each in self.both]
        books = await self.town.books()
        marketplace = -sum(books[name] for name in books if name.startswith("marketplace:"))
        own = books[f"promoter:{lin}:held"] + books[f"promoter:{chen}:held"]
        assert abs(own - marketplace * 6 // 10) <= marketplace // 10


async def test_real_acts_lead_from_newcomer_to_senior(hasty: Town) -> None:
    journey = Journey(hasty)
    await journey.lin_joins_and_is_a_newcomer()
    await journey.chen_joins_by_her_code_and_both_connect_a_group()
    await journey.both_pick_preview_and_are_starters()
    await journey.both_sell_in_the_morning()
    await journey.both_answer_a_members_question()
    await journey.both_pick_on_another_day()
    for person in journey.both:
        await journey.hears(person, "恭喜，你成了中级推手")
    await journey.lin_sells_again_and_is_senior_by_chens_rise()
    await journey.her_team_shows_chens_sale_and_how_far_he_is()
    await journey.what_she_earns_is_what_it_was()
