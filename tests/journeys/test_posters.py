"""What leaves Telegram's groups: a poster's code and an inline share, followed to the books."""

from dataclasses import dataclass

import pytest

from tests.bot.pictures.scanning import leads_to
from tests.cast import MEI
from tests.journeys.conftest import Town
from tests.journeys.people import Json, buttons


@dataclass(frozen=True)
class Spoken:
    """What is said in one language."""

    language: str
    words: str
    disclosure: str
    poster_how: str
    from_poster: str
    from_inline: str


CHINESE = Spoken(
    language="zh",
    words="抽纸",
    disclosure="「广告」",
    poster_how="成交记在你名下",
    from_poster="来自海报上的链接",
    from_inline="来自在聊天里直接分享的链接",
)
ENGLISH = Spoken(
    language="en",
    words="blueberries",
    disclosure="Ad · ",
    poster_how="credited to you",
    from_poster="From the link on a poster",
    from_inline="From a link shared right in a chat",
)
BOTH = pytest.mark.parametrize("spoken", [CHINESE, ENGLISH], ids=["zh", "en"])


async def begin(town: Town, spoken: Spoken) -> None:
    """Lin is unlocked and speaks the language."""
    await town.enrol(town.lin)
    await begin_speaking(town, spoken)


async def begin_speaking(town: Town, spoken: Spoken) -> None:
    """Lin speaks the language from now on."""
    if spoken.language == "en":
        await town.lin.asks("/language en", "English from now on")


def linked(url: str) -> Json:
    """A message with nothing but a button to ``url``."""
    return {"reply_markup": {"inline_keyboard": [[{"text": "", "url": url}]]}}


async def credited(town: Town, order: str, source: str, why: str) -> None:
    """The order is Lin's, by a link of ``source``, and the books hold it for her."""
    await town.lin.asks(f"/why {order}", why)
    rows = {row["source"]: row for row in await town.app.reporting.report("source")}
    assert (rows[source]["conversions"], rows[source]["clicks"]) == (1, 1)
    assert rows[source]["commission_minor"] > 0
    (row,) = await town.app.reporting.report("promoter")
    assert (row["promoter_id"], row["held_minor"] > 0) == (town.lin.id, True)
    lin = await town.our_id(town.lin)
    assert (await town.books())[f"promoter:{lin}:held"] > 0
    assert (await town.app.settling.verify()).faults == ()


@BOTH
async def test_a_posters_code_is_followed_and_the_purchase_credited(
    town: Town, spoken: Spoken
) -> None:
    await begin(town, spoken)
    await town.lin.asks(f"/search {spoken.words}", "1.")
    await town.lin.says("/poster 1")
    poster = await town.lin.sees(spoken.disclosure)
    await town.lin.sees(spoken.poster_how)
    url = poster["caption"].rpartition("🔗 ")[2]
    picture = await town.client.get(
        f"/sandbox/files/photos/{poster['photo'][-1]['file_unique_id']}"
    )
    assert leads_to(picture.content, url)
    order = await town.buy(linked(url))
    await credited(town, order, "poster", spoken.from_poster)


@BOTH
async def test_a_posters_purchase_may_count_for_a_group(town: Town, spoken: Spoken) -> None:
    await town.enrol(town.lin)
    group = await town.lin.connects("阳光小区好物群")
    await begin_speaking(town, spoken)
    await town.lin.asks(f"/search {spoken.words}", "1.")
    await town.lin.says("/poster 1")
    told = await town.lin.sees(spoken.poster_how)
    await town.lin.presses(group.title, on=told)
    await town.lin.sees("Purchases" if spoken.language == "en" else "这张海报", group.title)
    messages = await town.messages(town.lin.id)
    url = [each for each in messages if "photo" in each][-1]["caption"].rpartition("🔗 ")[2]
    await town.buy(linked(url))
    (row,) = await town.app.reporting.report("group")
    assert (row["title"], row["conversions"]) == (group.title, 1)


@BOTH
async def test_an_offer_shared_inline_is_bought_and_credited(town: Town, spoken: Spoken) -> None:
    await begin(town, spoken)
    # A group of strangers, where no bot of ours is.
    group = await town.act("new_group", title="同学群", owner_id=town.lin.id, member_ids=[MEI])
    told = await town.act("inline", person_id=town.lin.id, query=spoken.words, wait_seconds=20)
    shown = told["answer"]
    assert shown["is_personal"] is True
    sent = await town.act(
        "choose",
        query_id=told["id"],
        result_id=shown["results"][0]["id"],
        chat_id=group["id"],
        person_id=town.lin.id,
    )
    assert sent["text"].startswith(spoken.disclosure)
    assert list(buttons(sent).values())[0].count("/r/") == 1
    order = await town.buy(sent)
    await credited(town, order, "inline", spoken.from_inline)
    # What Mei types shows her nothing of Lin's.
    told = await town.act("inline", person_id=MEI, query=spoken.words, wait_seconds=20)
    assert told["answer"]["results"] == []
