"""Links into own groups by name."""

import pytest

from bot.errors import NotFoundError
from bot.services.leaving.linking import LINKS_LIMIT
from bot.services.leaving.outcomes import NoLink
from storage.tables import groups, invite_links
from tests.bot.services.leaving.conftest import Home
from tests.cast import NOON


async def test_a_name_is_checked_before_telegram_is_asked(home: Home) -> None:
    linking, lin, group = home.leaving.linking, home.stage.lin, home.stage.group
    assert await linking.name(lin, group, "  flyer\nMay ") == "flyer May"
    assert await linking.name(lin, group, "五月传单" * 8) == "五月传单" * 8
    assert await linking.name(lin, group, "x" * 33) is NoLink.LONG
    assert await linking.name(lin, group, " ") is NoLink.NAMELESS
    with pytest.raises(NotFoundError):
        await linking.name(home.stage.chen, group, "flyer")
    await home.change(groups, groups.c.id == group, lost_at=NOON)
    assert await linking.name(lin, group, "flyer") is NoLink.GONE


async def test_so_many_links_are_in_use_and_no_more(home: Home) -> None:
    linking, group = home.leaving.linking, home.stage.group
    for number in range(LINKS_LIMIT):
        for _ in range(2):
            await linking.keep(group, f"link {number}", f"https://t.me/+{number}")
    assert len(await home.rows(invite_links)) == LINKS_LIMIT
    assert await linking.name(home.stage.lin, group, "one more") is NoLink.MANY
    ((_, (last, *_)), _) = await linking.figures(home.stage.lin)
    assert await linking.revoked(last.id)
    assert not await linking.revoked(last.id)
    assert await linking.name(home.stage.lin, group, "one more") == "one more"
    ((_, listed), _) = await linking.figures(home.stage.lin)
    assert [each.is_revoked for each in listed] == [False] * (LINKS_LIMIT - 1) + [True]


async def test_a_link_is_found_by_its_promoter_alone(home: Home) -> None:
    linking = home.leaving.linking
    await linking.keep(home.stage.group, "flyer", "https://t.me/+x")
    ((_, (link,)), _) = await linking.figures(home.stage.lin)
    found, group = await linking.find(home.stage.lin, link.id)
    assert (found.url, group.id) == ("https://t.me/+x", home.stage.group)
    for who, number in ((home.stage.chen, link.id), (home.stage.lin, link.id + 1)):
        with pytest.raises(NotFoundError):
            await linking.find(who, number)
