"""Personal links, own stock, verticals and coupons, as promoters and operators meet them."""

from bot.services.people.inviting import UNBOUND, Bond
from storage.catalogue import marketplaces
from storage.database import Database
from tests.cast import CHEN, LIN, OUYANG, add_offer
from tests.handlers.chat.conftest import Town, buttons
from tests.handlers.chat.test_picks import connect


async def enrol(town: Town, telegram_id: int, programme: str, bond: Bond = UNBOUND) -> None:
    """Let somebody join a programme; an operator waives the training."""
    made = await town.services.enrolling.invite(programme, owner_id=None, bond=bond)
    await town.ask(telegram_id, f"/start {made.code}", 2)
    await town.services.enrolling.unlock(telegram_id, by="cli", reason="test")


async def stock(town: Town, database: Database, **changed: object) -> None:
    """Two offers of a brand that Youpin sells."""
    async with database.write() as connection:
        for number in (1, 2):
            await add_offer(
                connection, f"p-{number}", brand="小米", seen_at=town.clock.now(), **changed
            )


async def test_a_member_gets_a_link_to_buy_and_one_to_share(town: Town, database: Database) -> None:
    await enrol(town, LIN, "youpin")
    await stock(town, database)
    assert "/buy 2" in await town.hear(LIN, "/buy")
    await town.ask(LIN, "/today")
    assert "2" in await town.hear(LIN, "/buy 9")
    (bought,) = await town.ask(LIN, "/buy 1")
    assert "自己买" in bought["text"]
    (url,) = buttons(bought).values()
    assert url.startswith("https://go.example.com/r/")
    shared, how = await town.ask(LIN, "/share 1", 2)
    assert shared["text"].startswith("「广告」")
    assert "转给朋友" in how["text"]
    assert list(buttons(shared).values()) != [url]
    async with database.write() as connection:
        await marketplaces.set_self_purchase(connection, "feed", is_paid=False)
    assert "不给自购计佣" in await town.hear(LIN, "/buy 1")


async def test_where_a_programme_has_no_such_links_it_says_so(
    town: Town, database: Database
) -> None:
    await enrol(town, LIN, "fenxiang")
    await stock(town, database)
    await town.ask(LIN, "/today")
    assert "没有这一项" in await town.hear(LIN, "/buy 1")
    assert "没有品类" in await town.hear(LIN, "/vertical")
    assert "没有「自有货」" in await town.hear(LIN, "/stock 蜂蜜 | 39.9 | https://a.example.com")
    menu = await town.hear(LIN, "/help")
    assert "/buy" not in menu
    assert "/stock" not in menu


async def test_an_operator_approves_own_stock_and_its_owner_picks_it(town: Town) -> None:
    await enrol(town, LIN, "dongxiaodian")
    await connect(town, "Sunny Court")
    assert "名称 | 价格" in await town.hear(LIN, "/stock")
    assert "名称 | 价格" in await town.hear(LIN, "/stock 蜂蜜")
    assert "https" in await town.hear(LIN, "/stock 蜂蜜 | 39.9 | http://a.example.com")
    assert "收到「蜂蜜」，¥39.90" in await town.hear(
        LIN, "/stock 蜂蜜｜¥39.9｜https://a.example.com"
    )
    assert "待审核" in await town.hear(LIN, "/stock")
    (waiting,) = await town.ask(OUYANG, "/stock")
    assert "https://a.example.com" in waiting["text"]
    await town.press(OUYANG, waiting, buttons(waiting)["✅ 通过"])
    assert "已通过" in (await town.reread(OUYANG, waiting))["text"]
    assert "没有待审核" in await town.hear(OUYANG, "/stock")
    (own,) = await town.ask(LIN, "/stock")
    choices = buttons(own)
    assert "已选好" in (await town.press(LIN, own, choices["选 1"]))["text"]
    assert "已更新" in (await town.press(LIN, own, choices["1 价格没变"]))["text"]
    assert "已下架" in (await town.press(LIN, own, choices["1 不卖了"]))["text"]
    assert "处理过" in (await town.press(LIN, own, choices["1 不卖了"]))["text"]


async def test_an_operator_refuses_own_stock_with_a_reason(town: Town) -> None:
    await enrol(town, LIN, "dongxiaodian")
    await town.ask(LIN, "/stock 蜂蜜 | 39.9 | https://a.example.com")
    (waiting,) = await town.ask(OUYANG, "/stock")
    choice = buttons(waiting)["✖ 网址打不开"]
    await town.press(OUYANG, waiting, choice)
    assert "网址打不开" in (await town.reread(OUYANG, waiting))["text"]
    assert "处理过" in (await town.forge(OUYANG, None, choice))["text"]
    assert "✖ 网址打不开" in await town.hear(LIN, "/stock")


async def test_who_is_in_training_offers_nothing_yet(town: Town) -> None:
    made = await town.services.enrolling.invite("dongxiaodian", owner_id=None)
    await town.ask(LIN, f"/start {made.code}", 2)
    assert "先学完规则" in await town.hear(LIN, "/stock 蜂蜜 | 39.9 | https://a.example.com")


async def test_a_group_chooses_its_vertical(town: Town, database: Database) -> None:
    await enrol(town, LIN, "jingxiaojia")
    assert "/connect" in await town.hear(LIN, "/vertical")
    await connect(town, "Sunny Court")
    (shown,) = await town.ask(LIN, "/vertical")
    assert "现在是：家居与服装" in shown["text"]
    assert "宠物" in (await town.press(LIN, shown, buttons(shown)["宠物"]))["text"]
    assert "现在是：宠物" in await town.hear(LIN, "/vertical")
    async with database.write() as connection:
        await add_offer(connection, "cat", category="宠物 > 猫粮", seen_at=town.clock.now())
        await add_offer(connection, "sofa", category="家居 > 沙发", seen_at=town.clock.now())
    assert "cat" in await town.hear(LIN, "/today")
    forged = buttons(shown)["宠物"].replace("pets", "cars")
    assert (await town.forge(LIN, None, forged))["text"]


async def test_a_coupon_is_shown_apart_from_money(town: Town) -> None:
    await enrol(town, LIN, "wanwu")
    lin = await town.services.enrolling.promoter_by_telegram(LIN)
    assert lin is not None
    friend = await town.services.enrolling.invite_friend(lin.id)
    await town.ask(CHEN, f"/start {getattr(friend, 'code', '')}", 2)
    told = await town.hear(LIN, "/earnings")
    assert "邀请券：¥20.00（不是钱，不能提现）" in told
    assert "可提现" not in told
    month = await town.hear(LIN, "/statement")
    assert "邀请券 +¥20.00" in month
