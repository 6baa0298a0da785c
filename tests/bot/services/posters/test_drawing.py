"""Posters: whose link they carry, what is fetched for them, and how many there may be."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from os import urandom
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from sqlalchemy import select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.records import GroupId, Link, LinkCode, OfferId, Promoter, PromoterStatus
from bot.services.links.sharing import Refusal, Sharing
from bot.services.paces import Pace
from bot.services.posters.drawing import A_MINUTE, WAITING_LIMIT, Drawing, Drawn, Held, NotDrawn
from storage.database import Database
from storage.links import links
from storage.people import people
from storage.tables import links as links_table
from storage.tables import offers
from tests.bot.pictures.scanning import leads_to
from tests.bot.sandbox.stage import served
from tests.cast import NOON, Stage, add_group, add_offer, set_stage
from tests.schemes import PROGRAMMES, TEXTS

PUBLIC_URL = "https://go.example.com"


class Studio:
    """The service over one database, with Lin, her group, and an offer."""

    def __init__(self, database: Database, stage: Stage, lin: Promoter, offer_id: OfferId) -> None:
        self.database, self.stage, self.lin, self.offer_id = database, stage, lin, offer_id
        self.now = NOON
        sharing = Sharing(database, PROGRAMMES, lambda: self.now, urandom, PUBLIC_URL)
        self.drawing = Drawing(sharing, TEXTS, ZoneInfo("Asia/Shanghai"), Pace(1000, 60.0))

    async def draw(self, **wanted: Any) -> Drawn:
        """A poster that there must be."""
        found = await self.drawing.draw(self.lin, self.offer_id, **{"language": "zh", **wanted})
        assert isinstance(found, Drawn), found
        return found

    async def refusal(self, **wanted: Any) -> Held | Refusal:
        """Why there is no poster."""
        found = await self.drawing.draw(self.lin, self.offer_id, **{"language": "zh", **wanted})
        assert isinstance(found, NotDrawn)
        return found.reason

    async def link(self, drawn: Drawn) -> Link:
        """The stored link of a poster."""
        async with self.database.read() as connection:
            found = await links.find(connection, LinkCode(drawn.url.rpartition("/")[2]))
        assert found is not None
        return found

    async def set_photo(self, url: str | None) -> None:
        """Let the offer's picture be at ``url``."""
        async with self.database.write() as connection:
            await connection.execute(update(offers).values(image_url=url))


@pytest.fixture
async def studio(database: Database) -> Studio:
    """Lin's studio."""
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        lin = await people.find_promoter(connection, stage.lin)
    assert lin is not None
    return Studio(database, stage, lin, offer_id)


async def test_a_poster_leads_to_the_promoters_own_link_of_source_poster(studio: Studio) -> None:
    drawn = await studio.draw()
    assert leads_to(drawn.picture, drawn.url)
    link = await studio.link(drawn)
    assert (link.source, link.promoter_id, link.group_id) == ("poster", studio.lin.id, None)
    assert link.post_id is None
    assert link.code in link.target_url


async def test_a_poster_may_count_for_an_own_group_and_for_no_other(studio: Studio) -> None:
    drawn = await studio.draw(group_id=studio.stage.group)
    assert drawn.group is not None
    link = await studio.link(drawn)
    assert (link.source, link.group_id) == ("poster", studio.stage.group)
    assert (await studio.draw()).url != drawn.url
    async with studio.database.write() as connection:
        other = await add_group(connection, studio.stage.chen, -1001000000002)
        closed = await add_group(connection, studio.lin.id, -1001000000003, state="closed")
    for group_id in (other, closed, GroupId(999)):
        assert await studio.refusal(group_id=group_id) == Refusal.UNKNOWN_GROUP


async def test_the_same_poster_has_the_same_link_for_a_day(studio: Studio) -> None:
    first = await studio.draw()
    assert (await studio.draw(language="en")).url == first.url
    studio.now += timedelta(hours=25)
    async with studio.database.write() as connection:
        await connection.execute(update(offers).values(seen_at=studio.now))
    assert (await studio.draw()).url != first.url


async def test_an_offer_that_moved_gets_another_link(studio: Studio) -> None:
    first = await studio.draw()
    async with studio.database.write() as connection:
        await connection.execute(update(offers).values(url="https://shop.example.com/new"))
    assert (await studio.link(await studio.draw())).code != first.url.rpartition("/")[2]


async def test_what_may_not_be_posted_is_on_no_poster(studio: Studio) -> None:
    studio.now += timedelta(days=9)
    assert await studio.refusal() == Refusal.NOT_POSTABLE
    studio.now = NOON
    studio.offer_id = OfferId(999)
    assert await studio.refusal() == Refusal.UNKNOWN_OFFER


async def test_whoever_is_no_unlocked_promoter_gets_none(studio: Studio) -> None:
    studio.lin = replace(studio.lin, status=PromoterStatus.TRAINING)
    assert await studio.refusal() == Refusal.NOT_UNLOCKED
    studio.lin = replace(studio.lin, programme="gone")
    assert await studio.refusal() == Refusal.NO_RIGHT


async def test_a_few_a_minute_are_enough(studio: Studio) -> None:
    studio.drawing = replace(studio.drawing, pace=Pace(A_MINUTE, 60.0))
    for _ in range(A_MINUTE):
        await studio.draw()
    assert await studio.refusal() == Held.TOO_MANY


async def test_they_are_drawn_one_at_a_time_and_few_wait(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work: list[int] = []
    most: list[int] = []

    def draw(*_: Any) -> bytes:
        at_work.append(1)
        most.append(len(at_work))
        time.sleep(0.02)
        at_work.pop()
        return b"jpeg"

    monkeypatch.setattr("bot.pictures.posters.draw", draw)
    found = await asyncio.gather(
        *(
            studio.drawing.draw(studio.lin, studio.offer_id, language="zh")
            for _ in range(WAITING_LIMIT + 20)
        )
    )
    assert max(most) == 1
    assert sum(isinstance(each, Drawn) for each in found) >= WAITING_LIMIT
    assert NotDrawn(Held.BUSY) in found
    assert isinstance(await studio.draw(), Drawn)


# ---------------------------------------------------------------- photos


def jpeg() -> bytes:
    """A green photo."""
    file = BytesIO()
    Image.new("RGB", (300, 300), "#118833").save(file, "JPEG")
    return file.getvalue()


async def picture(request: Request) -> Response:
    """What a shop's server answers by name."""
    match request.path_params["name"]:
        case "slow":
            await asyncio.sleep(3)
        case "large":
            return Response(b"\xff\xd8" + b"0" * 6_000_000, media_type="image/jpeg")
        case "page":
            return Response("<html>", media_type="text/html")
        case "gone":
            return Response("", 404)
    return Response(jpeg(), media_type="image/jpeg")


def is_pictured(drawn: Drawn) -> bool:
    """Whether the green photo is on a poster."""
    with Image.open(BytesIO(drawn.picture)) as found:
        red, green, blue = found.convert("RGB").getpixel((540, 500))  # type: ignore[misc]
    return bool(green > red + 60 and green > blue + 30)


@pytest.mark.parametrize(
    ("name", "is_shown"),
    [("good", True), ("slow", False), ("large", False), ("page", False), ("gone", False)],
)
async def test_a_photo_is_fetched_within_limits(
    studio: Studio, name: str, is_shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.posters.drawing.PHOTO_SECONDS", 0.5)
    shop = Starlette(routes=[Route("/{name}", picture)])
    async with served(lambda _: shop) as (url, _):
        await studio.set_photo(f"{url}/{name}")
        assert is_pictured(await studio.draw(trusted=f"{url}/bot1:token")) == is_shown


async def test_nothing_is_fetched_from_this_machine_or_its_network(studio: Studio) -> None:
    asked: list[str] = []

    async def note(request: Request) -> Response:
        asked.append(request.url.path)
        return Response(jpeg(), media_type="image/jpeg")

    shop = Starlette(routes=[Route("/{name:path}", note)])
    async with served(lambda _: shop) as (url, _):
        port = url.rpartition(":")[2]
        for address in (
            f"{url}/a",
            f"http://localhost:{port}/b",
            f"http://[::1]:{port}/c",
            f"http://[::ffff:127.0.0.1]:{port}/d",
            "http://10.0.0.1/e",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "ftp://shop.example.com/a.jpg",
            "not an address",
        ):
            await studio.set_photo(address)
            assert not is_pictured(await studio.draw(trusted="https://api.telegram.org/bot1:x"))
    assert asked == []


async def test_links_of_posters_are_few(studio: Studio) -> None:
    for language in ("zh", "en", "zh"):
        await studio.draw(language=language)
    async with studio.database.read() as connection:
        rows = (await connection.execute(select(links_table))).all()
    assert len(rows) == 1
