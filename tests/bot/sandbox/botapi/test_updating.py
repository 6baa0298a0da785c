"""How updates reach the bot: confirmed by offset, chosen by kind, repeated, pushed."""

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bot.sandbox.stage import MEMBER, OUTSIDER, PROMOTER, Standing, served


async def ids(standing: Standing, **fields: object) -> list[int]:
    """Poll once and return the ids of the updates."""
    answer = await standing.call("getUpdates", **fields)
    return [update["update_id"] for update in answer["result"]]


async def test_an_update_comes_until_the_next_poll_confirms_it(standing: Standing) -> None:
    for person in (PROMOTER, MEMBER, OUTSIDER):
        await standing.act("start", person_id=person)
    first, second, third = await ids(standing)
    assert await ids(standing) == [first, second, third]
    assert await ids(standing, offset=second) == [second, third]
    assert await ids(standing, limit=1) == [second]
    assert await ids(standing, offset=-1) == [third]
    assert await ids(standing, offset=third + 1) == []


async def test_a_poll_waits_for_the_first_update(standing: Standing) -> None:
    polling = asyncio.create_task(ids(standing, timeout=5))
    await asyncio.sleep(0.05)
    assert not polling.done()
    await standing.act("start", person_id=PROMOTER)
    assert len(await polling) == 1


async def test_members_coming_and_going_is_told_only_to_an_admin_who_asked(
    standing: Standing,
) -> None:
    chat = await standing.group(rights=["invite_users"])
    await standing.act("join", chat_id=chat, person_id=OUTSIDER)
    assert standing.waiting("chat_member") == []
    await ids(standing, allowed_updates=["message", "chat_member"])
    link = await standing.bot.create_chat_invite_link(chat, name="poster")
    await standing.act("leave", chat_id=chat, person_id=OUTSIDER)
    await standing.act("join", chat_id=chat, person_id=OUTSIDER, invite_link=link.invite_link)
    left, joined = standing.waiting("chat_member")
    assert left["new_chat_member"]["status"] == "left"
    assert joined["invite_link"]["name"] == "poster"
    await standing.act("set_bot_rights", chat_id=chat, by=PROMOTER, rights=None)
    await standing.act("leave", chat_id=chat, person_id=OUTSIDER)
    assert len(standing.waiting("chat_member")) == 2


async def test_an_old_update_is_repeated_under_its_own_or_a_new_id(standing: Standing) -> None:
    await standing.act("start", person_id=PROMOTER)
    (update_id,) = await ids(standing)
    assert await ids(standing, offset=update_id + 1) == []
    await standing.act("redeliver", update_id=update_id)
    assert await ids(standing, offset=update_id + 1) == [update_id]
    assert await ids(standing, offset=update_id + 1) == []
    await standing.act("redeliver", update_id=update_id, under_new_id=True)
    assert await ids(standing, offset=update_id + 1) == [update_id + 1]


async def test_updates_are_pushed_with_the_secret_until_the_bot_takes_them(
    standing: Standing,
) -> None:
    taken: list[tuple[str, int]] = []
    statuses = [500, 200, 200]

    async def take(request: Request) -> Response:
        secret = request.headers["x-telegram-bot-api-secret-token"]
        taken.append((secret, (await request.json())["update_id"]))
        return Response(status_code=statuses.pop(0))

    async with served(
        lambda _url: Starlette(routes=[Route("/telegram", take, methods=["POST"])])
    ) as (bot_url, _):
        await standing.bot.set_webhook(f"{bot_url}/telegram", secret_token="quiet")
        assert (await standing.call("getUpdates"))["error_code"] == 409
        await standing.act("start", person_id=PROMOTER)
        await standing.act("start", person_id=MEMBER)
        async with asyncio.timeout(5):
            while standing.world.mailbox.waiting:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        info = await standing.bot.get_webhook_info()
        assert info.url == f"{bot_url}/telegram"
        assert info.last_error_message is not None
        assert await standing.bot.delete_webhook(drop_pending_updates=True)
    first, second = sorted({number for _, number in taken})
    assert taken == [("quiet", first), ("quiet", first), ("quiet", second)]


async def test_a_webhook_outside_needs_https_and_a_known_port(standing: Standing) -> None:
    answer = await standing.call("setWebhook", url="http://shop.example/telegram")
    assert "An HTTPS URL must be provided" in answer["description"]
    answer = await standing.call("setWebhook", url="https://shop.example:9000/telegram")
    assert "only on ports 80, 88, 443 or 8443" in answer["description"]
