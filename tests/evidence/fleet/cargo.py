"""What the fleet has to do: posts that fall due, and slots that open, spread over the run."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text

from bot.domain.links.subids import ENTROPY_BYTES, mint
from bot.domain.records import GroupId, PersonId
from storage.database import Database
from storage.migrating import migrate
from storage.tables import links, openings, posts
from tests.cast import add_group, add_offer, add_promoter
from tests.evidence.fleet.ships import BOTS

GROUPS_EACH = 10
OFFERS = 60
SLOT = "extra"
"""Of no plan: it opens once and never again."""
POSTS_EACH = 2
"""What the programme posts in a slot."""


@dataclass(frozen=True)
class Cargo:
    """What was put into the database."""

    codes: tuple[str, ...]
    """The link of each post."""
    slots: int


@dataclass(frozen=True)
class State:
    """How the posts and slots stand in the end."""

    sent: int
    uncertain: int
    sending: int
    """Posts that a dead process left on their way, not yet told as uncertain."""
    left: int
    """Posts that are none of these."""
    slots_missed: int
    slot_posts_wrong: int
    """Slots that have more or fewer posts than they should."""


async def load(
    database_url: str, *, count: int, slots: int, seconds: float, bots: Sequence[int] = BOTS
) -> Cargo:
    """Make the tables; put in ``count`` posts and ``slots`` openings, over ``seconds``."""
    database = Database(database_url)
    await migrate(database)
    now = datetime.now(UTC)
    codes = tuple(mint(secrets.token_bytes(ENTROPY_BYTES)) for _ in range(count))
    async with database.write() as connection:
        offers = [
            await add_offer(connection, f"p-{number}", added_at=now, seen_at=now)
            for number in range(OFFERS)
        ]
        places: list[tuple[GroupId, PersonId, int]] = []
        for number in range(max(count // 6, 1) + slots):
            if number % GROUPS_EACH == 0:
                owner = await add_promoter(connection, 10**9 + number, f"Promoter {number}")
            bot_id = bots[number % len(bots)]
            group = await add_group(connection, owner, -(10**12) - number, bot_id=bot_id)
            places.append((group, owner, bot_id))
        rows, found = [], []
        for number, code in enumerate(codes):
            place = places[slots + number % (len(places) - slots)]
            due_at = now + timedelta(seconds=seconds * number / count)
            rows.append(_post(number + 1, place, offers[number % OFFERS], code, due_at))
            found.append(_link(number + 1, place, offers[number % OFFERS], code, now))
        await connection.execute(insert(posts), rows)
        await connection.execute(insert(links), found)
        await connection.execute(
            text("SELECT setval(pg_get_serial_sequence('posts', 'id'), :last)"), {"last": count}
        )
        if slots:
            await connection.execute(
                insert(openings),
                [
                    _opening(place, now, seconds * n / slots)
                    for n, place in enumerate(places[:slots])
                ],
            )
    await database.close()
    return Cargo(codes, slots)


async def state(database_url: str, cargo: Cargo) -> State:
    """How everything stands."""
    database = Database(database_url)
    last = len(cargo.codes)
    async with database.read() as connection:
        states: dict[str, int] = dict(
            tuple(row)
            for row in await connection.execute(
                text("SELECT state, count(*) FROM posts WHERE id <= :last GROUP BY 1"),
                {"last": last},
            )
        )
        ran = await connection.scalar(
            text("SELECT count(*) FROM slot_runs WHERE slot = :slot AND outcome = 'planned'"),
            {"slot": SLOT},
        )
        each = await connection.execute(
            text("SELECT count(*) FROM posts WHERE slot = :slot AND id > :last GROUP BY group_id"),
            {"slot": SLOT, "last": last},
        )
        wrong = sum(row[0] != POSTS_EACH for row in each)
    await database.close()
    sent, uncertain, sending = (states.get(name, 0) for name in ("sent", "uncertain", "sending"))
    left = last - sent - uncertain - sending
    return State(sent, uncertain, sending, left, cargo.slots - int(ran or 0), wrong)


def _post(
    number: int, place: tuple[GroupId, PersonId, int], offer: int, code: str, due_at: datetime
) -> dict[str, Any]:
    url = f"http://127.0.0.1:8080/r/{code}"
    return {
        "id": number,
        "group_id": place[0],
        "promoter_id": place[1],
        "bot_id": place[2],
        "offer_id": offer,
        "day": due_at.date(),
        "slot": "seed",
        "ordinal": number % 30_000,
        "state": "planned",
        "due_at": due_at,
        "closes_at": due_at + timedelta(hours=1),
        "rendered": {
            "html": f"「广告」 {number}",
            "image_url": None,
            "buttons": [[{"text": "Buy", "url": url}]],
        },
        "is_autopilot": True,
        "created_at": due_at,
    }


def _link(
    number: int, place: tuple[GroupId, PersonId, int], offer: int, code: str, now: datetime
) -> dict[str, Any]:
    return {
        "code": code,
        "offer_id": offer,
        "marketplace": "feed",
        "post_id": number,
        "group_id": place[0],
        "promoter_id": place[1],
        "target_url": f"https://shop.example.com/p?subid={code}",
        "created_at": now,
    }


def _opening(place: tuple[GroupId, PersonId, int], now: datetime, seconds: float) -> dict[str, Any]:
    opens_at = now + timedelta(seconds=seconds)
    return {
        "group_id": place[0],
        "slot": SLOT,
        "day": now.astimezone(ZoneInfo("Asia/Shanghai")).date(),
        "opens_at": opens_at,
        "closes_at": opens_at + timedelta(minutes=30),
    }
