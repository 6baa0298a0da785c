"""Half of an order goes back, before and after the settlement: the books move by the fen."""

from tests.journeys.conftest import Town
from tests.journeys.people import Json

PROGRAMME = "dongxiaodian"
"""三毛五 [S2]: of each yuan 30 to the partner, 35 to the team, 35 to the company."""
WHOLE = (335, 391, 390)
"""Of two packs of tissues at 27.90 with 20 %, 1116 fen: 334.8, 390.6 and 390.6."""
HALF = (168, 195, 195)
"""Of one, 558 fen: 167.4, 195.3 and 195.3."""


async def sold(town: Town) -> Json:
    """Lin is a shop owner by invitation; the morning's post with tissues stands in her group."""
    await town.enrol(town.lin, programme=PROGRAMME)
    group = await town.lin.connects("东小店邻居群")
    await town.lin.asks("/search 抽纸", "抽纸")
    assert "已选好" in await town.lin.presses("1")
    ((post,),) = await town.morning(group, each=1)
    return post


async def books(town: Town, shares: tuple[int, int, int], *, is_released: bool) -> dict[str, int]:
    """What the accounts must hold when the three parties have ``shares``."""
    partner, team, company = shares
    account = f"promoter:{await town.our_id(town.lin)}"
    return {
        "marketplace:demo": -(partner + team + company),
        f"{account}:payable" if is_released else f"{account}:held": partner,
        f"pool:{PROGRAMME}": team,
        "house:earned" if is_released else "house:held": company,
    }


async def test_half_returned_before_the_settlement(town: Town) -> None:
    order = await town.buy(await sold(town), quantity=2)
    assert await town.books() == await books(town, WHOLE, is_released=False)

    await town.clock(minutes=1)
    await town.order(order, "return_half")
    assert await town.books() == await books(town, HALF, is_released=False)
    await town.clock(minutes=1)
    await town.order(order, "receive")
    await town.shop("settle")
    await town.clock(days=30)
    await town.books_become(await books(town, HALF, is_released=True))

    await town.order(order, "return_all")
    assert await town.books() == {}
    assert (await town.app.settling.verify()).faults == ()


async def test_half_returned_after_the_settlement(town: Town) -> None:
    order = await town.buy(await sold(town), quantity=2)
    await town.clock(minutes=1)
    await town.order(order, "receive")
    await town.shop("settle")
    await town.clock(days=30)
    await town.books_become(await books(town, WHOLE, is_released=True))

    await town.order(order, "return_half")
    await town.lin.asks(f"/why {order}", "成交 ¥27.90", "30% = ¥1.68", "可以提现了")
    assert await town.books() == await books(town, HALF, is_released=True)
    await town.clock(minutes=1)
    await town.shop("settle")
    assert await town.books() == await books(town, HALF, is_released=True)

    await town.order(order, "return_all")
    assert await town.books() == {}
    assert (await town.app.settling.verify()).faults == ()
