"""One's own order: how it stands, in the asker's group alone, without amounts."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.services.questions.outcomes import Claimed
from storage.links import links
from storage.tables import claims, conversions
from tests.bot.services.bookshop import Shop
from tests.bot.services.questions.desk import Desk


async def buy(desk: Desk, **given: object) -> None:
    """Report an order of ``desk``'s database, a second after the last report."""
    shop = Shop(desk.database, desk.stage, at=desk.at)
    await shop.report(**given)
    desk.at = shop.at


async def link_of(desk: Desk) -> str:
    """The code of the link in an answer about the kettle in Lin's group."""
    reply = await desk.ask("kettle price")
    return reply.buttons[0][0].url.rpartition("/")[2]


async def test_an_order_of_the_group_is_told_without_amounts_and_in_private(desk: Desk) -> None:
    await buy(desk, subid=await link_of(desk), txid="A-7001", payout="12.34", amount="89.00")
    reply = await desk.ask("was my order A-7001 counted?")
    assert reply.is_private
    assert reply.is_answered
    assert "A-7001" in reply.html
    assert "12.34" not in reply.html
    assert "89" not in reply.html
    assert reply.taps == ()


async def test_states_are_told_apart(desk: Desk) -> None:
    await buy(desk, subid=await link_of(desk), txid="A-7001")
    said = {(await desk.ask("my order A-7001")).html}
    for columns in (
        {"state": "settled"},
        {"state": "settled", "is_released": True},
        {"state": "reversed"},
    ):
        async with desk.database.write() as connection:
            await connection.execute(update(conversions).values(**columns))
        desk.at += timedelta(minutes=2)
        said.add((await desk.ask("my order A-7001")).html)
    assert len(said) == 4


async def test_another_groups_order_looks_like_one_that_nobody_reported(desk: Desk) -> None:
    await buy(desk, subid=await link_of(desk), txid="A-7001")
    theirs = await desk.ask("my order A-7001", group=desk.other)
    nobodys = await desk.ask("my order A-7002", group=desk.other)
    assert theirs.html.replace("A-7001", "A-7002") == nobodys.html
    assert theirs.taps == nobodys.taps == ()
    assert theirs.question_id is not None
    assert await desk.answering.claim(desk.mei.id, theirs.question_id) is Claimed.NONE


async def test_an_orphan_can_be_claimed_by_its_asker_once(desk: Desk) -> None:
    await buy(desk, subid=None, txid="A-7003")
    reply = await desk.ask("my order A-7003")
    assert reply.question_id is not None
    assert reply.taps[0][0].data == f"1:claim:{reply.question_id}"
    stranger = await desk.member(77)
    assert await desk.answering.claim(stranger.id, reply.question_id) is Claimed.NONE
    assert await desk.answering.claim(desk.mei.id, reply.question_id) is Claimed.NOTED
    assert await desk.answering.claim(desk.mei.id, reply.question_id) is Claimed.ALREADY
    async with desk.database.read() as connection:
        row = (await connection.execute(select(claims))).one()
        credited = await connection.scalar(select(conversions.c.link_code))
    assert (row.order_id, row.group_id) == ("A-7003", desk.group.id)
    assert credited is None, "crediting stays the operator's act"


async def test_a_question_without_a_number_or_a_group_asks_back(desk: Desk) -> None:
    which = await desk.ask("was my order counted?")
    where = await desk.ask(
        "was my order A-7001 counted?", is_private=True, person=await desk.member(77)
    )
    assert which.is_private
    assert where.is_private
    assert which.html != where.html


@pytest.mark.parametrize("payout", ["10.00"])
async def test_from_the_question_to_the_books(desk: Desk, payout: str) -> None:
    code = await link_of(desk)
    await buy(desk, subid=code, txid="A-7009", payout=payout)
    async with desk.database.read() as connection:
        row = (await connection.execute(select(conversions))).one()
        link = (await links.list_by_codes(connection, [row.link_code]))[row.link_code]
    assert (row.link_code, row.group_id, row.promoter_id) == (
        code, desk.group.id, desk.stage.lin,
    )  # fmt: skip
    assert (link.source, link.post_id) == ("answer", None)
