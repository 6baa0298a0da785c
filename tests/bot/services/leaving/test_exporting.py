"""What a promoter takes along: all of the own, nothing of anybody else's."""

import csv
import io
import json
import tracemalloc
import zipfile
from datetime import date, timedelta
from typing import Any

from bot.domain.records import Link, LinkCode
from bot.services.leaving.exporting import A_DAY, TooOften, Written
from storage.links import links as link_storage
from storage.tables import click_hours, links, posts
from tests import cast
from tests.bot.services.bookshop import Shop
from tests.bot.services.leaving.conftest import Home
from tests.cast import CHEN, NOON


async def taken(home: Home, *, limit: int = 10**9) -> tuple[Written, zipfile.ZipFile]:
    file = io.BytesIO()
    written = await home.leaving.exporting.write(home.stage.lin, file, limit=limit)
    return written, zipfile.ZipFile(file)


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = archive.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def document(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(name))


async def test_everything_that_is_ones_own_is_in_it_and_nothing_else(home: Home) -> None:
    tea = await home.offer("=tea")
    async with home.database.write() as connection:
        theirs = await cast.add_group(connection, home.stage.chen, -1001000000777)
        for number, (group_id, who) in enumerate(
            ((home.stage.group, home.stage.lin), (home.rose_lane, home.stage.lin),
             (theirs, home.stage.chen)), 1,
        ):  # fmt: skip
            post_id = await cast.add_post(connection, group_id, who, tea)
            code = LinkCode(f"{number}" * 13)
            link = Link(code, tea, "feed", post_id, group_id, who, "https://x", NOON)
            await link_storage.add(connection, [link])
            for hour in (0, 1, 14):
                await connection.execute(
                    click_hours.insert().values(
                        code=code, hour_at=NOON + timedelta(hours=hour), people=2, bots=1
                    )
                )
    written, archive = await taken(home)
    assert archive.testzip() is None
    assert [row["title"] for row in document(archive, "groups.json")] == [
        "Sunny Court", "Rose Lane",
    ]  # fmt: skip
    found = rows(archive, "posts.csv")
    assert {row["group_id"] for row in found} == {str(home.stage.group), str(home.rose_lane)}
    assert {row["code"] for row in rows(archive, "post_links.csv")} == {"1" * 13, "2" * 13}
    days = {(row["code"], row["day"]): row["people"] for row in rows(archive, "clicks.csv")}
    assert days == {
        (code * 13, day): people
        for code in "12"
        for day, people in (("2026-11-22", "4"), ("2026-11-23", "2"))
    }
    assert written.rows["posts.csv"] == 2
    assert written.cut == ()
    assert "Yunnan coffee =tea" in found[0]["offer"]


async def test_orders_and_entries_are_in_it_as_the_books_have_them(home: Home) -> None:
    shop = Shop(home.database, home.stage)
    offer = await home.offer()
    link = Link(
        LinkCode("c" * 13), offer, "feed", None, home.stage.group, home.stage.lin, "https://x", NOON
    )
    async with home.database.write() as connection:
        await link_storage.add(connection, [link])
    await shop.report(subid="c" * 13, status="approved")
    _, archive = await taken(home)
    (order,) = rows(archive, "orders.csv")
    assert (order["order_id"], order["commission_minor"]) == ("O-1", "1000")
    entries = rows(archive, "entries.csv")
    assert [row["amount_minor"] for row in entries] == [entries[-1]["balance_minor"]]
    assert entries[0]["order_key"].find("O-1") >= 0
    assert len(entries[0]["hash"]) == 64


async def test_of_a_group_that_was_handed_on_the_old_posts_are_in_it_and_no_figures(
    home: Home,
) -> None:
    offer = await home.offer()
    async with home.database.write() as connection:
        await cast.add_post(connection, home.stage.group, home.stage.lin, offer)
    await home.leaving.transferring.order(home.stage.group, CHEN, by="test", reason="test")
    async with home.database.write() as connection:
        await cast.add_post(connection, home.stage.group, home.stage.chen, offer, ordinal=2)
    _, archive = await taken(home)
    gone, own = document(archive, "groups.json")
    assert gone == {"group_id": home.stage.group, "title": "Sunny Court", "is_own": False}
    assert own["is_own"]
    assert [row["ordinal"] for row in rows(archive, "posts.csv")] == ["1"]


async def test_a_few_times_a_day_and_then_tomorrow(home: Home) -> None:
    exporting = home.leaving.exporting
    for _ in range(A_DAY):
        assert await exporting.begin(home.stage.lin) is None
        home.clock.pass_(minutes=1)
    assert isinstance(await exporting.begin(home.stage.lin), TooOften)
    assert await exporting.begin(home.stage.chen) is None
    home.clock.pass_(days=1)
    assert await exporting.begin(home.stage.lin) is None


async def test_many_posts_are_read_in_pieces_and_the_latest_come_first(home: Home) -> None:
    offer = await home.offer()
    count = 3_000
    async with home.database.write() as connection:
        values = [
            {
                "group_id": home.stage.group, "promoter_id": home.stage.lin, "offer_id": offer,
                "day": date(2020, 1, 1) + timedelta(days=number // 3), "slot": "noon",
                "ordinal": number % 3 + 1, "state": "sent", "due_at": NOON, "closes_at": NOON,
                "rendered": {"html": "x", "image_url": None, "buttons": []},
                "is_autopilot": True, "attempts": 1, "created_at": NOON,
            }
            for number in range(count)
        ]  # fmt: skip
        await connection.execute(posts.insert(), values)
        ids = list(await connection.scalars(posts.select().with_only_columns(posts.c.id)))
        await connection.execute(
            links.insert(),
            [
                {
                    "code": f"{post_id:013d}", "offer_id": offer, "marketplace": "feed",
                    "post_id": post_id, "group_id": home.stage.group,
                    "promoter_id": home.stage.lin, "target_url": "https://x", "created_at": NOON,
                }
                for post_id in ids
            ],
        )  # fmt: skip
    tracemalloc.start()
    written, archive = await taken(home)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    found = rows(archive, "posts.csv")
    assert written.rows["posts.csv"] == len(found) == len({row["post_id"] for row in found})
    assert len(found) == count
    assert found[0]["day"] > found[-1]["day"]
    assert written.rows["post_links.csv"] == count
    assert peak < 20_000_000
    cut, small = await taken(home, limit=5_000)
    assert "post_links.csv" in cut.cut
    assert document(small, "about.json")["left_out"] == list(cut.cut)
    assert rows(small, "posts.csv")[0]["day"] == found[0]["day"]
