"""Ten thousand posts of one offer whose price changed: what deciding and writing an edit costs.

Telegram's part is a stand-in that answers at once and the pace is let out of the way: in life ten
edits a second go out, so what is measured is how much of a core those ten take.
"""

import os
import resource
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.delivery import Delivered, Outcome
from bot.domain.posts.budgets import Limits
from bot.domain.posts.rendering import Card, render
from bot.domain.records import Offer, OfferId, Rendered
from bot.services.living.renewing import Renewing
from bot.services.living.turns import PER_SECOND, Turns
from bot.services.posts.pacing import Pacing
from storage import bulk
from storage.catalogue import offers
from storage.database import Database
from storage.living import watches
from storage.tables import groups, posts, prices
from tests.bench import ENGINES, Bench, Figure, at_most, told
from tests.cast import BOT, NOON, add_offer, add_promoter
from tests.schemes import PROGRAMMES, TEXTS

POSTS, QUICK = 10_000, 1_000
SHARE = 0.1
"""Of one core, at the pace at which edits go out."""
OPEN = Limits(per_second=1e6, chat_gap_seconds=0.0, group_per_minute=10**6)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = NOON + timedelta(minutes=5)


class Editor:
    """Answers every edit at once."""

    def __init__(self) -> None:
        """Nothing was edited yet."""
        self.edits = 0

    async def edit(
        self,
        chat_id: int,  # noqa: ARG002 - as Delivery is called
        message_id: int,
        rendered: Rendered,  # noqa: ARG002 - as Delivery is called
        *,
        is_picture: bool,  # noqa: ARG002 - as Delivery is called
    ) -> Outcome:
        """Done."""
        self.edits += 1
        return Delivered(message_id, None)


async def living(bench: Bench) -> AsyncIterator[Figure]:
    """Edits a second where nothing paces them, CPU an edit, and what is left of it in life."""
    count = bench.of(POSTS, QUICK)
    for engine in ENGINES:
        database = Database(await bench.database_url(engine, "living"))
        offer_id = await _stocked(database, count)
        known = (await _read(database, offer_id)).facts
        async with database.write() as connection:
            number = await offers.begin_import(connection, "feed", "bench", NOW)
            dearer = replace(known, sale_price_minor=2500)
            await offers.put(connection, "feed", [dearer], at=NOW, import_id=number)
        editor = Editor()
        worker = _worker(database, editor)
        began, cpu = time.monotonic(), time.process_time()
        while await worker.renew_due():
            pass
        took, spent = time.monotonic() - began, time.process_time() - cpu
        name = f"living.{engine}.{count}"
        yield told(f"{name}.rate", [editor.edits / took], "1/s")
        yield told(f"{name}.cpu", [spent / count * 1e6], "µs")
        yield at_most(f"{name}.share_at_pace", [spent / count * PER_SECOND], "ratio", SHARE)
        yield at_most(f"{name}.not_edited", [count - editor.edits], "", 0)
        idle = time.process_time()
        for _ in range(100):
            await worker.renew_due()
        yield told(f"{name}.idle", [(time.process_time() - idle) / 100 * 1e6], "µs")
        yield told(
            f"{name}.peak", [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024], "MiB"
        )
        await database.close()


def _worker(database: Database, editor: Editor) -> Renewing:
    turns = Turns(Pacing(OPEN, 256, time.monotonic), per_second=1e6)
    return Renewing(
        database, editor, TEXTS, PROGRAMMES, lambda: NOW, os.urandom, "https://go.example",
        BOT, ZONE, turns,
    )  # fmt: skip


async def _read(database: Database, offer_id: OfferId) -> Offer:
    async with database.read() as connection:
        found = await offers.find(connection, offer_id)
    assert found is not None
    return found


async def _stocked(database: Database, count: int) -> OfferId:
    """One offer, and as many groups that were told of it at noon."""
    async with database.write() as connection:
        lin = await add_promoter(connection, 2001, "Lin")
        offer_id = await add_offer(connection)
        row = {"offer_id": offer_id, "price_minor": 1990, "at": NOON}
        await connection.execute(insert(prices), [row])
    offer = await _read(database, offer_id)
    base = render(Card(offer, (), "Hello", "https://go.example/r/x", ZONE), TEXTS["zh"])
    places = range(1, count + 1)
    async with database.write() as connection:
        await bulk.insert(
            connection,
            groups,
            [
                {
                    "id": place, "chat_id": -place, "title": "x", "promoter_id": lin,
                    "programme": "fenxiang", "state": "active", "is_paused": False,
                    "member_count": 120, "timezone": "Asia/Shanghai", "language": "zh",
                    "missing_rights": [], "connected_at": NOON, "bot_id": BOT,
                }
                for place in places
            ],
        )  # fmt: skip
        await bulk.insert(
            connection,
            posts,
            [
                {
                    "id": place, "group_id": place, "promoter_id": lin, "offer_id": offer_id,
                    "day": NOON.date(), "slot": "noon", "ordinal": 1, "state": "sent",
                    "due_at": NOON, "closes_at": NOON, "is_autopilot": True, "attempts": 1,
                    "created_at": NOON, "bot_id": BOT, "sent_at": NOON, "chat_id": -place,
                    "message_id": 1,
                    "rendered": {
                        "html": base.html,
                        "image_url": None,
                        "buttons": [
                            [{"text": base.buttons[0][0].text, "url": f"https://go.example/r/{place}"}]
                        ],
                    },
                }
                for place in places
            ],
        )  # fmt: skip
        await watches.arm(connection, BOT, {offer_id}, NOON)
    return offer_id


SUBJECTS = {"living": living}
