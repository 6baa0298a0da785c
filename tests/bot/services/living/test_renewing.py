"""Sent posts at a real Bot API: edited when their offer changed, seldom, and never for nothing."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.living.budgets import APART, COSMETIC_EDITS, EDITS, LIVES, URGENT_EDITS
from bot.sandbox.world.faults import Fault
from storage.database import Database
from storage.leaving import transfers
from storage.links import links
from storage.tables import group_days, groups, renewals
from storage.tables import links as link_rows
from storage.tables import posts as rows
from tests.bot.services.living.stage import PUBLIC_URL, Street, street

EDIT = "editmessagetext"


@pytest.fixture
async def town(database: Database) -> AsyncIterator[Street]:
    """A street of groups."""
    async with street(database) as found:
        yield found


async def test_a_price_drop_edits_the_post_once(town: Street) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    await town.send(group, offer_id=offer)
    assert await town.renew() == 0
    before = town.keys(chat)
    await town.change(offer, sale_price_minor=1590)
    assert await town.renew() == 1
    assert "<s>" not in town.text(chat)
    assert "¥19.90 → ¥15.90 📉 降价了" in town.text(chat)
    assert town.text(chat).startswith("「广告」")
    assert list(town.keys(chat).values()) == list(before.values())
    assert list(town.keys(chat)) == ["¥15.90 去看看"]
    assert await town.renew(later=True) == 0


async def test_nothing_is_edited_where_nothing_that_is_said_changed(town: Street) -> None:
    group, _ = await town.group()
    offer = await town.offer()
    await town.send(group, offer_id=offer)
    await town.change(offer, sales=500, description="new words", rating_bps=9100)
    assert await town.renew() == 0
    assert await town.count(renewals) == 0


async def test_edits_of_one_post_are_ten_minutes_apart_and_the_last_state_arrives(
    town: Street,
) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    await town.send(group, offer_id=offer)
    for price in (1890, 1790, 1690, 1590):
        await town.change(offer, sale_price_minor=price)
        await town.renew()
        town.pass_(minutes=1)
    assert town.edits() == 1
    assert "¥18.90" in town.text(chat)
    assert await town.renew(later=True) == 1
    assert "¥15.90" in town.text(chat)


async def test_no_post_is_edited_more_often_than_its_budget_allows(town: Street) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    (post,) = await town.send(group, offer_id=offer)
    for turn in range(EDITS + 3):
        await town.change(offer, sale_price_minor=1500 - turn)
        await town.renew(later=True)
    assert town.edits() == COSMETIC_EDITS
    for turn in range(3):
        await town.change(offer, sale_price_minor=2500 + turn)
        await town.renew(later=True)
    assert town.edits() == URGENT_EDITS
    await town.end(offer)
    await town.renew(later=True)
    assert town.edits() == EDITS
    assert "已下架" in town.text(chat)
    assert (await town.history(post)).edits == EDITS


async def test_sold_out_is_said_and_so_is_back_in_stock(town: Street) -> None:
    group, chat = await town.group("en")
    offer = await town.offer(stock=5)
    await town.send(group, offer_id=offer, language="en")
    await town.change(offer, stock=0)
    await town.renew()
    assert "Sold out for now" in town.text(chat)
    await town.change(offer, stock=7)
    await town.renew(later=True)
    assert "Back in stock" in town.text(chat)
    await town.renew(later=True)
    assert town.edits() == 2


async def test_an_ended_offer_names_a_replacement_with_a_link_of_the_same_group(
    town: Street,
) -> None:
    (one, chat), (two, other) = await town.group(), await town.group()
    offer, instead = await town.offer(), await town.offer("p-2", title="Green tea")
    seen = await town.offer("p-3", title="Known to both")
    await town.list_offers(seen, instead, offer)
    await town.send(one, two, offer_id=seen)
    for telegram in (chat, other):
        town.telegram.world.chat(telegram).messages.clear()
    posts = await town.send(one, two, offer_id=offer)
    await town.end(offer)
    assert await town.renew() == 2
    for post, group, telegram in zip(posts, (one, two), (chat, other), strict=True):
        assert "⌛ 这件好物已下架" in town.text(telegram)
        assert "👉 可以看看这个：Green tea" in town.text(telegram)
        ((label, url),) = town.keys(telegram).items()
        assert label == "¥19.90 去看看"
        async with town.database.read() as connection:
            link = await links.find(connection, url.removeprefix(f"{PUBLIC_URL}/r/"))  # type: ignore[arg-type]
        assert link is not None
        assert (link.offer_id, link.post_id, link.group_id) == (instead, post, group)
        assert link.promoter_id == town.stage.lin
        assert link.code in link.target_url
    await town.change(instead, sale_price_minor=1000)
    assert await town.renew(later=True) == 0


async def test_in_a_group_that_was_handed_on_a_replacement_is_the_receiver_s(
    town: Street,
) -> None:
    group, _ = await town.group()
    offer, instead = await town.offer(), await town.offer("p-2")
    await town.list_offers(instead, offer)
    await town.send(group, offer_id=offer)
    async with town.database.write() as connection:
        assert await transfers.move(connection, group, town.stage.lin, town.stage.chen)
    await town.end(offer)
    assert await town.renew() == 1
    async with town.database.read() as connection:
        minted = link_rows.c.offer_id == instead
        whose = await connection.scalar(select(link_rows.c.promoter_id).where(minted))
    assert whose == town.stage.chen


async def test_a_replacement_is_fit_to_be_posted_and_without_one_the_post_just_says_so(
    town: Street,
) -> None:
    group, chat = await town.group()
    offer, out = await town.offer(), await town.offer("p-2", stock=0)
    await town.list_offers(out, offer)
    await town.send(group, offer_id=offer)
    await town.end(offer)
    await town.renew()
    assert town.text(chat).endswith("⌛ 这件好物已下架")
    assert town.keys(chat) == {}


async def test_a_coupon_is_counted_down_without_any_import(town: Street) -> None:
    group, chat = await town.group()
    offer = await town.offer(coupon="满 9 减 1，至11月23日")
    await town.send(group, offer_id=offer)
    assert await town.renew() == 0
    town.pass_(hours=13)
    assert await town.renew() == 1
    assert "⏳ 优惠券 24 小时内到期" in town.text(chat)
    assert await town.renew(later=True) == 0
    town.pass_(hours=18)
    assert await town.renew() == 1
    town.pass_(hours=4)
    await town.renew()
    assert "⏳ 优惠券 1 小时内到期" in town.text(chat)
    town.pass_(hours=2)
    await town.renew()
    assert "⌛ 优惠券已结束" in town.text(chat)
    assert "¥19.90 → ¥29.90 涨价了" in town.text(chat)
    assert town.edits() == 4


async def test_a_post_that_was_stale_when_it_went_is_put_right(town: Street) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    await town.plan(group, offer_id=offer)
    await town.change(offer, sale_price_minor=2500)
    await town.drain()
    assert "¥19.90" in town.text(chat)
    assert await town.renew() == 0
    town.pass_(seconds=61)
    assert await town.renew() == 1
    assert "¥25.00 涨价了" in town.text(chat)


async def test_posts_older_than_two_days_are_left_alone_and_forgotten(town: Street) -> None:
    group, _ = await town.group()
    offer = await town.offer()
    await town.send(group, offer_id=offer)
    await town.change(offer, sale_price_minor=1500)
    assert await town.renew() == 1
    town.pass_(seconds=LIVES.total_seconds() + 1)
    await town.change(offer, sale_price_minor=1400)
    assert await town.renew() == 0
    assert await town.watching() == 0
    town.pass_(days=5)
    town.restart()
    await town.worker.renew_due()
    assert await town.count(renewals) == 0


async def test_what_misleads_a_buyer_is_edited_first(town: Street) -> None:
    group, chat = await town.group()
    other, late = await town.group()
    cheap, gone = await town.offer(), await town.offer("p-2")
    await town.send(group, offer_id=cheap)
    await town.send(other, offer_id=gone)
    await town.renew()
    await town.change(cheap, sale_price_minor=1000)
    town.pass_(seconds=5)
    await town.change(gone, sale_price_minor=2800)
    await town.worker._step()
    assert "¥28.00 涨价了" in town.text(late)
    assert "¥19.90" in town.text(chat)
    await town.renew()
    assert "¥10.00 📉" in town.text(chat)


async def test_two_posts_in_one_chat_are_not_edited_at_once(town: Street) -> None:
    group, _ = await town.group()
    offer = await town.offer()
    await town.send(group, group, offer_id=offer)
    await town.change(offer, sale_price_minor=1500)
    await town.worker._step()
    assert town.edits() == 1
    town.pass_(seconds=20)
    assert await town.renew() == 1


async def test_when_telegram_says_to_wait_the_chat_is_left_alone_and_nothing_is_counted(
    town: Street,
) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    (post,) = await town.send(group, offer_id=offer)
    await town.change(offer, sale_price_minor=1500)
    town.telegram.world.faults.order(Fault("retry_after", method=EDIT, seconds=40))
    await town.renew()
    assert (await town.history(post)).edits == 0
    town.pass_(seconds=20)
    assert await town.renew() == 0
    town.pass_(minutes=11)
    assert await town.renew() == 1
    assert "¥15.00" in town.text(chat)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_lost_answer_is_harmless(town: Street, when: str) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    (post,) = await town.send(group, offer_id=offer)
    await town.change(offer, sale_price_minor=1500)
    town.telegram.world.faults.order(Fault("reset", when, method=EDIT))  # type: ignore[arg-type]
    await town.renew()
    await town.renew(later=True)
    assert "¥15.00" in town.text(chat)
    assert town.edits() == 1
    assert (await town.history(post)).edits == 2
    assert await town.renew(later=True) == 0


async def test_a_restart_in_the_middle_loses_nothing_and_repeats_nothing(town: Street) -> None:
    found = [await town.group() for _ in range(45)]
    offer = await town.offer()
    await town.send(*(group for group, _ in found), offer_id=offer)
    await town.change(offer, sale_price_minor=1500)
    await town.worker._step()
    assert 0 < town.edits() < 45
    town.restart()
    await town.renew()
    assert town.edits() == 45
    assert all("¥15.00" in town.text(chat) for _, chat in found)
    town.restart()
    assert await town.renew(later=True) == 0


async def test_a_message_that_is_gone_is_let_go(town: Street) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    (post,) = await town.send(group, offer_id=offer)
    town.telegram.world.chat(chat).messages.clear()
    await town.change(offer, sale_price_minor=1500)
    await town.renew()
    assert (await town.history(post)).is_over
    await town.change(offer, sale_price_minor=1400)
    await town.renew(later=True)
    assert (await town.history(post)).edits == 1
    async with town.database.read() as connection:
        assert list(await connection.scalars(select(group_days.c.removed))) == [1]


async def test_a_chat_that_moved_takes_its_old_posts_out_of_reach(town: Street) -> None:
    group, _ = await town.group(kind="group")
    offer = await town.offer()
    await town.send(group, group, offer_id=offer)
    async with town.database.read() as connection:
        old = await connection.scalar(select(groups.c.chat_id).where(groups.c.id == group))
    new = (await town.telegram.act("migrate", chat_id=old))["id"]
    await town.change(offer, sale_price_minor=1500)
    await town.renew(later=True)
    async with town.database.read() as connection:
        now = await connection.scalar(select(groups.c.chat_id).where(groups.c.id == group))
    assert now == new
    assert town.edits() == 0
    assert await town.count(renewals) == 1


async def test_a_bot_that_was_thrown_out_says_so_once(town: Street) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    await town.send(group, offer_id=offer)
    await town.telegram.act("remove_bot", chat_id=chat, by=2001)
    await town.change(offer, sale_price_minor=1500)
    await town.renew()
    assert await town.notices() == ["notice.lost"]
    await town.change(offer, sale_price_minor=1400)
    assert await town.renew(later=True) == 0
    assert await town.notices() == ["notice.lost"]


async def test_a_paused_group_is_edited_after_the_pause(town: Street) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    await town.send(group, offer_id=offer)
    async with town.database.write() as connection:
        await connection.execute(update(groups).values(is_paused=True))
    await town.change(offer, sale_price_minor=1500)
    assert await town.renew() == 0
    async with town.database.write() as connection:
        await connection.execute(update(groups).values(is_paused=False))
    assert await town.renew(later=True) == 1
    assert "¥15.00" in town.text(chat)


async def test_a_post_of_another_kind_is_left_alone(town: Street) -> None:
    group, chat = await town.group()
    offer = await town.offer()
    (post,) = await town.plan(group, offer_id=offer)
    async with town.database.write() as connection:
        words: dict[str, Any] = {"html": "「广告」自己写的", "image_url": None, "buttons": []}
        await connection.execute(update(rows).where(rows.c.id == post).values(rendered=words))
    await town.drain()
    await town.change(offer, sale_price_minor=1500)
    assert await town.renew(later=True) == 0
    assert town.text(chat) == "「广告」自己写的"


async def test_links_of_an_earlier_try_are_used_again(town: Street) -> None:
    group, chat = await town.group()
    offer, instead = await town.offer(), await town.offer("p-2")
    await town.list_offers(instead, offer)
    await town.send(group, offer_id=offer)
    await town.end(offer)
    town.telegram.world.faults.order(Fault("reset", "before", method=EDIT))
    await town.renew()
    assert await town.renew(later=True) == 1
    assert len(town.keys(chat)) == 1
    assert await town.count(link_rows) == 2


async def test_two_bots_keep_their_own_posts(town: Street) -> None:
    group, _ = await town.group()
    offer = await town.offer()
    await town.send(group, offer_id=offer)
    await town.change(offer, sale_price_minor=1500)
    object.__setattr__(town.worker, "bot_id", 42)
    assert await town.renew() == 0
    assert timedelta(minutes=5) < APART
