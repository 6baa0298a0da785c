"""Reactions and leaving as the running bot hears them."""

from tests.cast import LIN, MEI, WEI
from tests.handlers.chat.health.conftest import Court


async def test_leaving_after_a_post_is_heard_and_being_thrown_out_is_not(court: Court) -> None:
    await court.post()
    await court.neighbours_leave(2)
    await court.town.act("join", chat_id=court.chat_id, person_id=WEI)
    await court.town.act("kick", chat_id=court.chat_id, person_id=WEI, by=LIN)
    await court.town.settled()
    assert await court.counts() == {"joins": 3, "leaves": 2, "leaves_after": 2}


async def test_dislikes_of_posts_are_heard_and_kind_ones_are_not(court: Court) -> None:
    post = await court.post()
    await court.dislike(post, "👍")
    assert await court.counts() == {}
    await court.dislike(post, "👎")
    assert await court.counts() == {"downs": 1}
    await court.dislike(post, None)
    assert await court.counts() == {}


async def test_totals_of_anonymous_reactions_are_heard(court: Court) -> None:
    post = await court.post()
    await court.dislike(post, "👎", anonymous=True)
    assert await court.counts() == {"downs": 1}
    await court.dislike(post, "👍", anonymous=True)
    assert await court.counts() == {}


async def test_the_same_update_twice_counts_once(court: Court) -> None:
    post = await court.post()
    await court.dislike(post)
    number = await court.town.last_update_id()
    await court.town.act("redeliver", update_id=number)
    await court.town.settled()
    assert await court.counts() == {"downs": 1}


async def test_a_bot_that_is_no_administrator_hears_nothing(court: Court) -> None:
    post = await court.post()
    await court.town.act("set_bot_rights", chat_id=court.chat_id, by=LIN, rights=None)
    await court.dislike(post)
    await court.neighbours_leave(2)
    await court.town.act("leave", chat_id=court.chat_id, person_id=MEI)
    await court.town.settled()
    assert await court.counts() == {}
