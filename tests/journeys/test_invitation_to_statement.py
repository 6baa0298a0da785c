"""The whole job through the real doors: from an operator's invitation to an empty balance."""

import re
from urllib.parse import parse_qs, urlsplit

from tests.cast import CHEN, LIN
from tests.journeys.conftest import Town
from tests.journeys.people import FETCHER, GroupChat, Json, link_of, text_of

TISSUES = "本色抽纸"
"""27.90 yuan at 20 %: of 558 fen of commission, level 1 gets 279, level 2 56, the house 223."""
CHINESE = re.compile("[\u4e00-\u9fff]")


class Journey:
    """One sale's way, a method a step; what later steps need stays here."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.lin, self.chen = town.lin, town.chen
        self.sunny: GroupChat
        self.parents: GroupChat
        self.pick = ""
        self.post: Json = {}
        self.order = ""

    async def the_operator_invites_lin(self) -> str:
        """As ``haowu invite`` does: a code, and the link that starts the bot with it."""
        code = await self.town.invite()
        link = await self.town.app.deep_link(code)
        assert link == f"https://t.me/haowu_demo_bot?start={code}"
        return code

    async def lin_joins_and_reads_the_rules(self, code: str) -> None:
        await self.lin.starts(code)
        await self.lin.sees("欢迎加入「芬香」")
        await self.lin.sees("先花一分钟读读规则", "广告", "50%")
        await self.lin.asks("/pick 1", "先学完规则")

    async def lin_answers_three_questions_the_first_one_wrong(self) -> None:
        await self.lin.presses("读完了，开始答题")
        await self.lin.sees("第 1 题，共 3 题")
        assert await self.lin.presses("不用说") == "差一点，再想想看？"
        await self.lin.sees("第 1 题")
        for number, answer in enumerate(("要，每条都写明", "平台结算、过了保留期", "每一方都退回")):
            await self.lin.sees(f"第 {number + 1} 题")
            assert await self.lin.presses(answer) == "答对了！"
        await self.lin.sees("全部答对，开通啦！")

    async def lin_connects_a_group_of_68(self) -> None:
        self.sunny = await self.lin.connects("阳光小区好物群", members=68)
        assert ["链接下单" in text_of(each) for each in await self.sunny.said()] == [True]
        await self.lin.asks("/groups", "阳光小区好物群", "69 人", "✅ 正常发送")

    async def lin_invites_chen_who_joins_under_her(self) -> None:
        made = text_of(await self.lin.asks("/invite", "邀请码"))
        code = made.splitlines()[0].removeprefix("邀请码：")
        assert f"?start={code}" in made
        await self.chen.starts(code)
        await self.chen.sees("欢迎加入", "带你的人是林姐，")
        await self.chen.sees("先花一分钟读读规则")
        await self.chen.trains()
        self.parents = await self.chen.connects("宝妈省钱群")
        team = await self.lin.asks("/team", "还没有成交")
        await self.lin.presses("✉️ 邀请", on=team)
        await self.lin.sees("你直接邀请的推手（1）", "✅ 小陈")

    async def lin_picks_one_card_of_the_day(self) -> None:
        card = await self.lin.asks("/today", "1/40", "佣金")
        assert "photo" in card
        self.pick = text_of(card).splitlines()[0].partition(" · ")[2]
        assert await self.lin.presses("✅ 选它") == "已选好：11月22日 周日 早上，1 个群。"
        await self.lin.sees("2/40")
        await self.lin.asks("/picks", self.pick, "1 个群")

    async def lin_looks_at_what_will_be_posted(self) -> None:
        await self.lin.asks("/preview", "「阳光小区好物群」", "08:00（早上）会发")
        shown = await self.lin.sees("「广告」", self.pick, "群主亲自挑选")
        assert "photo" in shown
        assert "/r/" not in link_of(shown)

    async def chen_picks_tissues_from_a_search(self) -> None:
        await self.chen.asks("/search 抽纸", f"1. {TISSUES}")
        assert "已选好" in await self.chen.presses("1")

    async def in_the_morning_both_groups_get_their_posts(self) -> None:
        lins, chens = await self.town.morning(self.sunny, self.parents)
        assert self.pick in text_of(lins[0])
        assert "群主亲自挑选" in text_of(lins[0])
        assert "群主亲自挑选" not in text_of(lins[1])
        assert TISSUES in text_of(chens[0])
        self.post = chens[0]
        for post in lins + chens:
            assert text_of(post).startswith("「广告」")
            assert "photo" in post
            assert link_of(post).startswith(f"{self.town.demo.bot_url}/r/")
        links = {link_of(post) for post in lins + chens}
        assert len(links) == 4

    async def mei_taps_and_is_counted_a_preview_fetcher_is_not(self) -> None:
        answer = await self.town.follow(self.post)
        assert answer.status_code == 302
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        landed = urlsplit(answer.headers["location"])
        assert landed.path == "/shop/p/H1013"
        assert parse_qs(landed.query)["subid"] == [link_of(self.post).rpartition("/")[2]]
        assert (await self.town.follow(self.post, FETCHER)).status_code == 302
        assert (await self.town.follow(self.post, method="HEAD")).status_code == 302
        row = await self.row_of_chens_group()
        assert (row["clicks"], row["bot_hits"]) == (1, 1)

    async def mei_buys_and_both_levels_are_held(self) -> None:
        self.order = await self.town.buy(self.post)
        await self.chen.asks("/earnings", "保留中：¥2.79", "可提现：¥0.00", "已付款 1")
        await self.lin.asks("/earnings", "保留中：¥0.56", "可提现：¥0.00")
        await self.chen.asks(f"/why {self.order}", "商城结算", "宝妈省钱群", TISSUES, "点击")

    async def a_report_that_comes_again_changes_nothing(self) -> None:
        before = await self.town.books()
        told = await self.town.shop(f"orders/{self.order}/again")
        assert told["report"]["answer"] == "duplicate"
        assert await self.town.books() == before

    async def chen_reads_it_all_in_english(self) -> None:
        chen = self.chen
        await chen.asks("/language en", "English from now on")
        answers = [
            await chen.asks("/help", "What I can do for you", "/earnings · What I earned"),
            await chen.asks("/earnings", "On hold: ¥2.79", "Payable: ¥0.00", "1 pending"),
        ]
        assert not any(CHINESE.search(text_of(each)) for each in answers)
        await chen.asks("/today", "1/40", "commission", "Score")
        await chen.asks("/preview", "“宝妈省钱群” on Sun 22 Nov at 12:00 (noon)", "nobody picked")
        await chen.sees("「广告」")
        await chen.asks(
            f"/why {self.order}",
            "paid ¥27.90, commission ¥5.58",
            "Clicked: Sun 22 Nov",
            "Your share: 50% = ¥2.79",
            "Waiting for the shop to settle",
        )
        await chen.asks("/language 中文", "以后我说中文")

    async def the_goods_arrive(self) -> None:
        await self.town.order(self.order, "receive")
        await self.chen.asks("/earnings", "保留中：¥2.79", "已收货 1")

    async def the_month_is_settled_by_a_report(self) -> None:
        told = await self.town.shop("settle")
        assert "1" in told["sentence"]
        await self.chen.asks(f"/why {self.order}", "商城已结算，保留到 12月7日")
        assert (await self.town.books())["house:held"] == 223

    async def past_the_hold_it_is_payable(self) -> None:
        await self.town.clock(days=30)
        lin, chen = await self.town.our_id(self.lin), await self.town.our_id(self.chen)
        await self.town.books_become(
            {
                "marketplace:demo": -558,
                f"promoter:{chen}:payable": 279,
                f"promoter:{lin}:payable": 56,
                "house:earned": 223,
            }
        )
        await self.chen.asks("/earnings", "保留中：¥0.00", "可提现：¥2.79", "已结算 1")
        await self.lin.asks("/earnings", "保留中：¥0.00", "可提现：¥0.56")

    async def lin_asks_why_and_for_her_statement(self) -> None:
        words = ("朋友成交", "10% = ¥0.56", "可以提现")
        why = await self.lin.asks(f"/why {self.order}", *words)
        assert "宝妈省钱群" not in text_of(why)
        month = await self.lin.asks("/statement", "2026年12月账单", "账目核对无误")
        assert f"保留中 -¥0.56 · {self.order}" in text_of(month)
        assert f"可提现 +¥0.56 · {self.order}" in text_of(month)
        await self.lin.asks("/statement 2026-11", f"保留中 +¥0.56 · {self.order}", "无误")

    async def the_reports_show_the_sale(self) -> None:
        row = await self.row_of_chens_group()
        assert row["promoter_id"] == CHEN
        assert (row["posts"], row["clicks"], row["bot_hits"]) == (2, 2, 1)
        assert (row["conversions"], row["commission_minor"], row["currency"]) == (1, 558, "CNY")
        by_promoter = await self.town.app.reporting.report("promoter")
        payable = {each["promoter_id"]: each["payable_minor"] for each in by_promoter}
        assert payable == {CHEN: 279, LIN: 56}

    async def mei_returns_everything_and_every_share_goes_back(self) -> None:
        await self.town.order(self.order, "return_all")
        assert await self.town.books() == {}
        for person in (self.lin, self.chen):
            await person.asks("/earnings", "保留中：¥0.00", "可提现：¥0.00")
        await self.chen.asks("/earnings", "已退货 1")
        await self.chen.asks(f"/why {self.order}", "已退货或取消")
        await self.lin.asks("/statement", f"可提现 -¥0.56 · {self.order}", "无误")
        row = await self.row_of_chens_group()
        assert (row["conversions"], row["commission_minor"]) == (0, 0)

    async def the_books_are_whole_and_nothing_was_said_twice(self) -> None:
        found = await self.town.app.settling.verify()
        assert found.faults == ()
        assert found.counts["conversions"] == 1
        assert await self.town.repeated_in_groups() == []

    async def row_of_chens_group(self) -> Json:
        """Of ``haowu report --by group``."""
        rows = await self.town.app.reporting.report("group")
        return next(row for row in rows if row["title"] == self.parents.title)


async def test_the_whole_job_from_invitation_to_statement(town: Town) -> None:
    journey = Journey(town)
    code = await journey.the_operator_invites_lin()
    await journey.lin_joins_and_reads_the_rules(code)
    await journey.lin_answers_three_questions_the_first_one_wrong()
    await journey.lin_connects_a_group_of_68()
    await journey.lin_invites_chen_who_joins_under_her()
    await journey.lin_picks_one_card_of_the_day()
    await journey.lin_looks_at_what_will_be_posted()
    await journey.chen_picks_tissues_from_a_search()
    await journey.in_the_morning_both_groups_get_their_posts()
    await journey.mei_taps_and_is_counted_a_preview_fetcher_is_not()
    await journey.mei_buys_and_both_levels_are_held()
    await journey.a_report_that_comes_again_changes_nothing()
    await journey.chen_reads_it_all_in_english()
    await journey.the_goods_arrive()
    await journey.the_month_is_settled_by_a_report()
    await journey.past_the_hold_it_is_payable()
    await journey.lin_asks_why_and_for_her_statement()
    await journey.the_reports_show_the_sale()
    await journey.mei_returns_everything_and_every_share_goes_back()
    await journey.the_books_are_whole_and_nothing_was_said_twice()
