"""A post through the real doors: cheaper, sold out, ended; and who is paid for what it names."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot import demo
from bot.domain.money import currency
from bot.services.catalogue.refreshing import FeedWish
from tests.cast import WEI
from tests.journeys.conftest import Town
from tests.journeys.people import GroupChat, Json, buttons, link_of, text_of, until


class Feed:
    """The shop's feed, in which something else is said from now on."""

    def __init__(self, town: Town, folder: Path, rows: list[dict[str, Any]]) -> None:
        self.town, self.file, self.rows = town, folder / "feed.jsonl", rows

    async def says(self, title: str, **cells: Any) -> None:
        """Something else of one offer."""
        for row in self.rows:
            if row["title"] == title:
                row |= cells
        await self._imported()

    async def drops(self, title: str) -> None:
        """An offer is in it no longer."""
        self.rows = [row for row in self.rows if row["title"] != title]
        await self._imported()

    async def _imported(self) -> None:
        lines = [json.dumps(row, ensure_ascii=False) for row in self.rows]
        self.file.write_text("\n".join(lines), encoding="utf-8")
        wish = FeedWish(
            marketplace=demo.MARKETPLACE, currency=currency("CNY"), is_ending_missing=True
        )
        await self.town.app.refreshing.import_source(str(self.file), wish)


async def says(town: Town, group: GroupChat, number: int, word: str) -> Json:
    """The post, as soon as it says a word; minutes pass until then."""

    async def look() -> Json | None:
        await town.clock(minutes=1)
        found = next(one for one in await group.said() if one["message_id"] == number)
        heard[:] = [text_of(found)]
        return found if word in heard[0] else None

    heard: list[str] = []
    return await until(look, lambda: f"waits for {word} and reads {heard}")


def title_of(post: Json) -> str:
    """What a post sells."""
    return text_of(post).split("\n\n")[1].split("\n")[0]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_post_lives_on_and_what_it_names_in_the_end_is_credited_to_the_same_group(
    town: Town, tmp_path: Path
) -> None:
    await town.enrol(town.lin)
    group = await town.lin.connects("阳光小区好物群")
    await town.act("join", chat_id=group.id, person_id=WEI)
    ((post, *_),) = await town.morning(group, each=1)
    title, number, link = title_of(post), post["message_id"], link_of(post)
    answer = await town.client.get("/shop/feed.jsonl")
    feed = Feed(town, tmp_path, [json.loads(line) for line in answer.text.splitlines()])

    await feed.says(title, price="9.90 CNY", sale_price="1.00 CNY")
    cheaper = await says(town, group, number, "降价了")
    assert "¥1.00" in text_of(cheaper)
    assert link_of(cheaper) == link
    assert text_of(cheaper).startswith("「广告」")

    await feed.says(title, stock=0, availability="out of stock")
    out = await says(town, group, number, "暂时卖完了")
    assert link_of(out) == link

    await feed.drops(title)
    ended = await says(town, group, number, "这件好物已下架")
    assert "可以看看这个" in text_of(ended)
    assert link_of(ended) != link
    assert len(buttons(ended)) == 1

    lin = await town.our_id(town.lin)
    assert await town.books() == {}
    await town.buy(ended)
    held = (await town.books())[f"promoter:{lin}:held"]
    assert held > 0
    rows = await town.get("/sandbox/deliveries/summary")
    edits = {row["message_id"]: row["count"] for row in rows["edits"] if row["chat_id"] == group.id}
    assert edits[number] == 3
