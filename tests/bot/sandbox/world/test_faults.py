"""Faults on order happen, and the ledger tells what was delivered in spite of them."""

import pytest
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from tests.bot.sandbox.stage import MEMBER, Standing

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


async def delivered(standing: Standing) -> int:
    """Return how many messages really reached a chat."""
    answer = await standing.client.get("/sandbox/deliveries/summary")
    return int(answer.json()["total"])


@pytest.mark.parametrize(
    ("fault", "error", "is_delivered"),
    [
        ({"kind": "retry_after", "seconds": 7}, RetryAfter, False),
        ({"kind": "status", "status": 502}, NetworkError, False),
        ({"kind": "status", "status": 502, "when": "after"}, NetworkError, True),
        ({"kind": "reset"}, NetworkError, False),
        ({"kind": "reset", "when": "after"}, NetworkError, True),
        ({"kind": "delay", "seconds": 0.6, "when": "after"}, TimedOut, True),
        ({"kind": "malformed", "when": "after"}, TelegramError, True),
    ],
)
async def test_a_fault_happens_as_ordered_and_only_as_often(
    standing: Standing, fault: dict[str, object], error: type[TelegramError], is_delivered: bool
) -> None:
    chat = await standing.started()
    await standing.act("faults", method="sendMessage", **fault)
    with pytest.raises(error):
        await standing.bot.send_message(chat, "x", read_timeout=0.3)
    assert await delivered(standing) == int(is_delivered)
    assert await standing.bot.send_message(chat, "y")
    told = (await standing.client.get("/sandbox/faults")).json()
    assert told == {"ordered": [], "happened": 1}


async def test_a_fault_of_one_chat_leaves_the_others_alone(standing: Standing) -> None:
    chat, other = await standing.started(), await standing.started(MEMBER)
    await standing.act("faults", kind="retry_after", seconds=3, chat_id=chat, times=2)
    assert await standing.bot.send_message(other, "x")
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await standing.bot.send_message(chat, "x")
    assert await standing.bot.send_message(chat, "x")


async def test_a_fault_of_every_method_spares_the_poller_and_can_be_cancelled(
    standing: Standing,
) -> None:
    await standing.act("faults", kind="status", times=5)
    assert await standing.bot.get_updates() == ()
    with pytest.raises(NetworkError):
        await standing.bot.get_me()
    assert (await standing.client.delete("/sandbox/faults")).json()["ordered"] == []
    assert await standing.bot.get_me()


async def test_the_ledger_shows_what_came_twice(standing: Standing) -> None:
    chat, other = await standing.started(), await standing.started(MEMBER)
    for place in (chat, chat, other):
        await standing.bot.send_message(place, "same words")
    summary = (await standing.client.get("/sandbox/deliveries/summary")).json()
    assert summary["per_chat"] == {str(chat): 2, str(other): 1}
    assert [(one["chat_id"], one["count"]) for one in summary["repeated"]] == [(chat, 2)]
    rows = (await standing.client.get("/sandbox/deliveries", params={"chat_id": other})).json()
    assert [(row["method"], row["text"]) for row in rows] == [("sendmessage", "same words")]


async def test_an_unknown_fault_is_refused(standing: Standing) -> None:
    answer = await standing.client.post("/sandbox/faults", json={"kind": "earthquake"})
    assert answer.status_code == 400
