"""What only single programmes have: scopes, lists of staff, verticals, own stock, own links."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.catalogue.assortments import own_marketplace
from bot.domain.records import GroupId, OfferId, StockState
from bot.errors import InputError, NotFoundError
from bot.services.catalogue.picking import Picked, Refusal, Refused
from bot.services.catalogue.stocking import NotTaken, Offered
from bot.services.catalogue.stocking import Refusal as StockRefusal
from bot.services.links import sharing
from bot.services.links.sharing import SELF, SHARE, Made, NotMade
from bot.services.people.enrolments import Refusal as NotTakenCode
from bot.services.people.enrolments import Refused as NotJoined
from bot.services.people.inviting import Bond, read_staff
from storage.catalogue import replacements
from storage.database import Database
from storage.links import links
from storage.tables import invitations, offers, posts
from tests import cast
from tests.cast import CHEN, LIN, OUYANG, ZHAO
from tests.programmes.stand import Stand, payable

OPENED = datetime(2027, 1, 1, 1, 0, tzinfo=UTC)
"""The day on which yundian's scope opens, nine in the morning in Shanghai."""
SHOP = Bond("Haier", "Pudong 3")


# ---------------------------------------------------------------- 云店


async def test_a_shop_guide_posts_the_own_brand_until_the_scope_opens(database: Database) -> None:
    stand = Stand(database, "yundian")
    guide = await stand.join(LIN, "Lin", await stand.invite(bond=SHOP))
    assert (guide.brand, guide.shop) == ("Haier", "Pudong 3")
    group = await stand.connect(guide)
    async with database.write() as connection:
        own = await cast.add_offer(connection, "own", title="Haier kettle", brand="HAIER")
        other = await cast.add_offer(connection, "other", title="Midea kettle", brand="Midea")
    shop = stand.app.shortlisting
    place = await shop.assortment_of(guide)
    assert await stand.shelf(guide) == [own]
    assert [each.id for each in await shop.search("kettle", programme=place)] == [own]
    assert await shop.pick(guide.id, other) == Refused(Refusal.NOT_ALLOWED)
    assert isinstance(await shop.pick(guide.id, own), Picked)
    (post,) = await stand.publish(group)
    assert "Haier" in post
    await replaced_by_own_brand(stand, group.id, own)
    stand.clock.at = OPENED
    await stand.keep_fresh()
    place = await shop.assortment_of(guide)
    assert set(await stand.shelf(guide)) == {own, other}
    assert len(await shop.search("kettle", programme=place)) == 2
    assert isinstance(await shop.pick(guide.id, other, slot="noon"), Picked)
    (post,) = await stand.publish(group, "noon")
    assert "Midea" in post
    # In the days of a festival its scripts take the slot's place.
    assert "年终" in post


async def replaced_by_own_brand(stand: Stand, group_id: GroupId, own: OfferId) -> None:
    """Where an offer of the group ended, its page names one of the own brand, too."""
    await stand.app.shortlisting.today("yundian", stand.clock().date())
    async with stand.database.read() as connection:
        link = await links.find(connection, (await stand.codes(group_id))[0])
        assert link is not None
        found = await replacements.find_listed(connection, replace(link, offer_id=OfferId(0)))
    assert found is not None
    assert found.offer_id == own


async def test_an_invitation_of_a_shop_names_brand_and_shop_and_no_other_does(
    database: Database,
) -> None:
    stand = Stand(database, "yundian")
    for bond in (Bond(), Bond("Haier"), Bond(None, "Pudong 3"), Bond("x" * 65, "y")):
        with pytest.raises(InputError, match="needs a"):
            await stand.invite(bond=bond)
    with pytest.raises(InputError, match="binds nobody"):
        await stand.app.enrolling.invite("fenxiang", owner_id=None, bond=SHOP)


async def test_each_shop_has_a_row_in_the_report(database: Database) -> None:
    stand = Stand(database, "yundian")
    guides = [
        await stand.join(LIN, "Lin", await stand.invite(bond=SHOP)),
        await stand.join(CHEN, "Chen", await stand.invite(bond=Bond("Haier", "Jing'an 1"))),
    ]
    guides.append(await stand.join(ZHAO, "Zhao", await stand.invite(guides[0])))
    await stand.stock(brand="Haier")
    for number, guide in enumerate(guides):
        group = await stand.connect(guide, -1001000000200 - number)
        await stand.publish(group)
        code = (await stand.codes(group.id))[0]
        await stand.click(code)
        await stand.report(code, f"O-{number}", "10.00")
    rows = {
        row["shop"]: (row["brand"], row["posts"], row["clicks"], row["conversions"])
        for row in await stand.app.reporting.report("shop")
    }
    assert rows == {"Pudong 3": ("Haier", 2, 2, 2), "Jing'an 1": ("Haier", 1, 1, 1)}


# ---------------------------------------------------------------- 京小哥


async def test_a_list_of_staff_gets_one_code_each_and_only_operators_invite(
    database: Database,
) -> None:
    stand = Stand(database, "jingxiaoge")
    found = read_staff("工号,姓名\n7,王强\n8,\n9,王强\n\n10,李敏\n".encode("gb18030"))
    assert found.column == "姓名"
    assert found.names == ((2, "王强"), (6, "李敏"))
    assert found.refused == ((3, "no name"), (4, "the name stands above already"))
    names = [name for _, name in found.names]
    made = await stand.app.inviting.invite_all("jingxiaoge", names, days=30, bond=Bond(), by="test")
    wang = await stand.join(LIN, "Wang", made[0].code)
    assert wang.programme == "jingxiaoge"
    person = await stand.app.enrolling.meet(CHEN, "Chen", "zh")
    taken = await stand.app.enrolling.join(person.id, made[0].code)
    assert taken == NotJoined(NotTakenCode.USED_UP)
    async with database.read() as connection:
        rows = await connection.execute(select(invitations.c.name, invitations.c.uses))
        assert sorted(rows) == [("李敏", 0), ("王强", 1)]


@pytest.mark.parametrize(
    ("content", "column", "said"),
    [
        (b"", None, "first line"),
        (b"\xff\xff\xff", None, "neither"),
        (b"a,b\n1,2\n", "c", "no column"),
        (b'a\n"open\n', None, "no CSV"),
    ],
)
def test_what_is_no_list_of_staff_is_refused(content: bytes, column: str | None, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_staff(content, column)


def test_names_come_from_the_first_column_where_no_head_says_better() -> None:
    found = read_staff(b"who,where\nAnn,1\n\x07bad,2\n")
    assert (found.column, [name for _, name in found.names]) == ("who", ["Ann"])
    assert found.refused == ((3, "a name has up to 128 plain characters"),)
    assert read_staff(b"who,where\nAnn,Rome\n", "where").names == ((2, "Rome"),)


# ---------------------------------------------------------------- 京小家


async def test_a_group_chooses_a_vertical_and_only_what_its_programme_has(
    database: Database,
) -> None:
    stand = Stand(database, "jingxiaojia")
    lin = await stand.join(LIN, "Lin", await stand.invite())
    group = await stand.connect(lin)
    async with database.write() as connection:
        sofa = await cast.add_offer(connection, "sofa", category="家居 > 沙发")
        food = await cast.add_offer(connection, "food", category="宠物 > 猫粮")
    assert await stand.shelf(lin) == [sofa]
    choosing = stand.app.choosing
    chosen = await choosing.set_vertical(group.id, "pets", by=lin.id)
    assert chosen.vertical == "pets"
    assert await stand.shelf(lin) == [food]
    (post,) = await stand.publish(group)
    assert "food" in post
    with pytest.raises(InputError):
        await choosing.set_vertical(group.id, "cars", by=lin.id)
    with pytest.raises(NotFoundError):
        await choosing.set_vertical(group.id, "home", by=type(lin.id)(99))


# ---------------------------------------------------------------- 东小店


async def test_own_stock_waits_for_an_operator_and_goes_to_own_groups_alone(
    database: Database,
) -> None:
    stand = Stand(database, "dongxiaodian")
    lin = await stand.join(LIN, "Lin", await stand.invite())
    chen = await stand.join(CHEN, "Chen", await stand.invite(lin))
    group = await stand.connect(lin)
    await stand.connect(chen, -1001000000300)
    stocking, shop = stand.app.stocking, stand.app.shortlisting
    found = await stocking.offer(lin, "Honey of my hive", "¥39.90", "https://honey.example.com/1")
    assert isinstance(found, Offered)
    assert [each.id for each in await stocking.waiting()] == [found.stock.id]
    done = await stocking.approve(found.stock.id, by="person:1", reason="seen")
    assert (done.state, done.price_minor) == (StockState.APPROVED, 3990)
    offer_id = OfferId(done.offer_id or 0)
    assert await stand.shelf(lin) == []
    assert await shop.search("honey") == []
    assert await shop.pick(chen.id, offer_id) == Refused(Refusal.NOT_ALLOWED)
    assert isinstance(await shop.pick(lin.id, offer_id), Picked)
    (post,) = await stand.publish(group)
    assert "Honey of my hive" in post
    code = (await stand.codes(group.id))[0]
    await stand.click(code)
    market = own_marketplace(lin.id)
    assert await stand.report(code, "H-1", "9.99", market) == "credited"
    await stand.settle((code, "H-1", "9.99"), marketplace=market)
    assert (await stand.balances())[payable(lin.id)] == 300
    with pytest.raises(InputError, match="before"):
        await stocking.refuse(done.id, by="person:1", reason="late")
    assert await stocking.confirm(lin.id, done.id)
    assert not await stocking.confirm(chen.id, done.id)
    assert await stocking.end(lin.id, done.id)
    assert not await stocking.end(lin.id, done.id)
    await stand.outbox.notify()
    assert [person for person, _ in stand.sender.told] == [LIN]


@pytest.mark.parametrize(
    ("title", "price", "url", "why"),
    [
        ("", "9.90", "https://a.example.com", StockRefusal.NO_TITLE),
        ("x" * 121, "9.90", "https://a.example.com", StockRefusal.NO_TITLE),
        ("躺赚套餐", "9.90", "https://a.example.com", StockRefusal.CLAIM),
        ("Honey", "cheap", "https://a.example.com", StockRefusal.PRICE),
        ("Honey", "0", "https://a.example.com", StockRefusal.PRICE),
        ("Honey", "9.90", "http://a.example.com", StockRefusal.ADDRESS),
        ("Honey", "9.90", "https://127.0.0.1/x", StockRefusal.ADDRESS),
        ("Honey", "9.90", "https://localhost/x", StockRefusal.ADDRESS),
        ("Honey", "9.90", "https://10.0.0.8/x", StockRefusal.ADDRESS),
        ("Honey", "9.90", "javascript:alert(1)", StockRefusal.ADDRESS),
        ("Honey", "9.90", "https://me@a.example.com", StockRefusal.ADDRESS),
    ],
)
async def test_own_stock_that_cannot_be_is_not_kept(
    database: Database, title: str, price: str, url: str, why: StockRefusal
) -> None:
    stand = Stand(database, "dongxiaodian")
    lin = await stand.join(LIN, "Lin", await stand.invite())
    assert await stand.app.stocking.offer(lin, title, price, url) == NotTaken(why)
    assert await stand.app.stocking.of(lin.id) == []


async def test_only_the_programme_that_has_own_stock_takes_it_and_not_without_end(
    database: Database,
) -> None:
    stand = Stand(database, "fenxiang")
    lin = await stand.join(LIN, "Lin", await stand.invite())
    given = ("Honey", "9.90", "https://a.example.com")
    assert await stand.app.stocking.offer(lin, *given) == NotTaken(StockRefusal.NOT_HERE)
    stand = Stand(database, "dongxiaodian")
    chen = await stand.join(CHEN, "Chen", await stand.invite())
    for _ in range(20):
        assert isinstance(await stand.app.stocking.offer(chen, *given), Offered)
    assert await stand.app.stocking.offer(chen, *given) == NotTaken(StockRefusal.TOO_MANY)
    first = (await stand.app.stocking.waiting())[0]
    with pytest.raises(InputError, match="reason"):
        await stand.app.stocking.refuse(first.id, by="test", reason="")
    with pytest.raises(NotFoundError):
        await stand.app.stocking.approve(999, by="test")
    refused = await stand.app.stocking.refuse(first.id, by="test", reason="no such page")
    assert (refused.state, refused.reason, refused.offer_id) == ("refused", "no such page", None)


# ---------------------------------------------------------------- 有品推手


async def test_a_member_buys_and_shares_by_links_that_belong_to_no_group(
    database: Database,
) -> None:
    stand = Stand(database, "youpin")
    lin = await stand.join(LIN, "Lin", await stand.invite())
    chen = await stand.join(CHEN, "Chen", await stand.invite(lin))
    fit = await stand.stock()
    own_links = stand.app.sharing
    bought = await own_links.make(chen, fit[0], SELF)
    shared = await own_links.make(chen, fit[0], SHARE)
    assert isinstance(bought, Made)
    assert isinstance(shared, Made)
    assert bought.url != shared.url
    assert await own_links.make(chen, fit[0], SELF) == bought
    for number, made in enumerate((bought, shared)):
        code = made.url.rpartition("/")[2]
        await stand.click(code)
        assert await stand.report(code, f"Y-{number}", "10.00") == "credited"
        await stand.settle((code, f"Y-{number}", "10.00"))
    paid = await stand.balances()
    assert (paid[payable(chen.id)], paid[payable(lin.id)]) == (1000, 200)
    sources = {row["source"]: row for row in await stand.app.reporting.report("source")}
    assert (sources["self"]["conversions"], sources["share"]["conversions"]) == (1, 1)
    (row,) = await stand.app.reporting.report("group")
    assert (row["group_id"], row["conversions"]) == (None, 2)
    (why,) = (await stand.app.reporting.why(chen.id, "Y-0")).rows
    assert (why.source, why.group) == ("self", None)
    assert (await stand.app.settling.verify()).faults == ()


async def test_there_is_no_own_link_where_somebody_forbids_it(database: Database) -> None:
    stand = Stand(database, "youpin")
    lin = await stand.join(LIN, "Lin", await stand.invite())
    (fit, *others) = await stand.stock()
    own_links = stand.app.sharing
    await own_links.set_self_purchase("feed", is_paid=False, by="test", reason="new")
    with pytest.raises(NotFoundError):
        await own_links.set_self_purchase("nowhere", is_paid=False, by="test", reason="new")
    with pytest.raises(InputError, match="reason"):
        await own_links.set_self_purchase("feed", is_paid=False, by="test", reason=" ")
    with pytest.raises(InputError, match="forbids"):
        await own_links.set_self_purchase("amazon", is_paid=True, by="test", reason="please")
    async with database.write() as connection:
        amazon = await cast.add_offer(connection, "a", marketplace="amazon", brand="小米")
        await connection.execute(
            update(offers).where(offers.c.id == others[0]).values(ended_at=stand.clock())
        )
    assert await own_links.make(lin, fit, SELF) == NotMade(sharing.Refusal.SELF_PURCHASE)
    assert isinstance(await own_links.make(lin, fit, SHARE), Made)
    assert await own_links.make(lin, amazon, SELF) == NotMade(sharing.Refusal.SELF_PURCHASE)
    assert await own_links.make(lin, others[0], SHARE) == NotMade(sharing.Refusal.NOT_POSTABLE)
    assert await own_links.make(lin, OfferId(999), SHARE) == NotMade(sharing.Refusal.UNKNOWN_OFFER)
    pupil = await stand.app.enrolling.suspend(LIN, by="test", reason="test")
    assert await own_links.make(pupil, fit, SHARE) == NotMade(sharing.Refusal.NOT_UNLOCKED)
    elsewhere = Stand(database, "fenxiang")
    zhao = await elsewhere.join(ZHAO, "Zhao", await elsewhere.invite())
    assert await own_links.make(zhao, fit, SHARE) == NotMade(sharing.Refusal.NO_RIGHT)


# ---------------------------------------------------------------- every one


async def test_a_tampered_post_never_leaves_and_its_promoter_and_operators_are_told(
    database: Database,
) -> None:
    stand = Stand(database, "fenxiang")
    await stand.app.enrolling.meet(OUYANG, "Ouyang", "zh", has_started=True)
    lin = await stand.join(LIN, "Lin", await stand.invite())
    group = await stand.connect(lin)
    await stand.stock()
    await stand.app.publishing.publish_now("morning", group_id=group.id, by="test")
    async with database.write() as connection:
        rows = (await connection.execute(select(posts.c.id, posts.c.rendered))).all()
        spoilt = rows[0].rendered | {"html": rows[0].rendered["html"].partition("\n")[2]}
        await connection.execute(
            update(posts).where(posts.c.id == rows[0].id).values(rendered=spoilt)
        )
    sent = await stand.drain()
    # The other one, which nobody touched, does leave: the check is not what stops everything.
    assert len(sent) == len(rows) - 1
    assert all(post.startswith("「广告」") for post in sent)
    async with database.read() as connection:
        found = await connection.execute(
            select(posts.c.state, posts.c.error).where(posts.c.id == rows[0].id)
        )
        assert found.one() == ("failed", "the post does not begin with its disclosure")
    await stand.outbox.notify()
    assert {person for person, _ in stand.sender.told} == {LIN, OUYANG}


async def test_an_offer_outside_of_the_rates_is_neither_listed_nor_picked_yet_credited(
    database: Database,
) -> None:
    stand = Stand(database, "wanwu")
    lin = await stand.join(LIN, "Lin", await stand.invite())
    group = await stand.connect(lin)
    rates = {"low": 499, "least": 500, "most": 4_000, "high": 4_001, "unknown": None}
    async with database.write() as connection:
        ids = {
            name: await cast.add_offer(connection, name, commission_bps=bps)
            for name, bps in rates.items()
        }
    assert set(await stand.shelf(lin)) == {ids["least"], ids["most"]}
    for name in ("low", "high", "unknown"):
        picked = await stand.app.shortlisting.pick(lin.id, ids[name])
        assert picked == Refused(Refusal.NOT_ALLOWED)
    await stand.publish(group)
    code = (await stand.codes(group.id))[0]
    # The marketplace pays what it pays: an order row is never dropped for its rate.
    stand.clock.pass_(hours=1)
    assert await stand.report(code, "O-1", "90.00") == "credited"
    assert (await stand.balances())[f"promoter:{lin.id}:held"] == 6750
    assert stand.clock() > cast.NOON - timedelta(days=1)


async def test_who_is_forgotten_leaves_no_name_in_a_list_and_no_goods(database: Database) -> None:
    stand = Stand(database, "jingxiaoge")
    (made,) = await stand.app.inviting.invite_all(
        "jingxiaoge", ["王强"], days=30, bond=Bond(), by="test"
    )
    await stand.join(CHEN, "Chen", made.code)
    shop = Stand(database, "dongxiaodian")
    lin = await shop.join(LIN, "Lin", await shop.invite())
    found = await shop.app.stocking.offer(lin, "Honey", "9.90", "https://lin.example.com/")
    assert isinstance(found, Offered)
    await shop.app.stocking.approve(found.stock.id, by="test")
    for telegram_id in (CHEN, LIN):
        promoter = await stand.app.enrolling.promoter_by_telegram(telegram_id)
        assert promoter is not None
        await stand.app.enrolling.forget(promoter.id)
    async with database.read() as connection:
        names = set(await connection.scalars(select(invitations.c.name)))
        goods = (await connection.execute(select(offers.c.title, offers.c.url))).all()
    assert names == {None}
    assert goods == [("", "")]
    assert [(each.title, each.url) for each in await shop.app.stocking.of(lin.id)] == [("", "")]
