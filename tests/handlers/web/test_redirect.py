"""Tracked links over HTTP: the redirect, its headers, and pages for what leads nowhere."""

import re

from sqlalchemy import text

from handlers.web.pages import STYLE
from storage.links import links
from tests.cast import add_offer
from tests.handlers.web.conftest import CODE, TARGET, Site, load_texts


async def count(site: Site, column: str) -> int:
    """The sum of a counter over all hours."""
    async with site.database.read() as connection:
        found = await connection.scalar(text(f"SELECT sum({column}) FROM click_hours"))
    return int(found or 0)


async def end_offer(site: Site) -> None:
    """End the offer of CODE."""
    async with site.database.write() as connection:
        await connection.execute(text("UPDATE offers SET ended_at = added_at"))


async def test_a_click_is_answered_by_a_redirect_that_nobody_keeps(site: Site) -> None:
    answer = await site.client.get(f"/r/{CODE}")
    assert answer.status_code == 302
    assert answer.headers["location"] == TARGET
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "server" not in answer.headers
    assert answer.content == b""
    assert await count(site, "people") == 1


async def test_head_is_answered_alike_and_not_counted(site: Site) -> None:
    answer = await site.client.head(f"/r/{CODE}")
    assert (answer.status_code, answer.headers["location"]) == (302, TARGET)
    assert await count(site, "people + bots") == 0


async def test_no_person_is_redirected_too_but_does_not_count(site: Site) -> None:
    for headers in (
        {"User-Agent": "TelegramBot (like TwitterBot)"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch"},
        {"User-Agent": "curl/8.5.0"},
    ):
        answer = await site.client.get(f"/r/{CODE}", headers=headers)
        assert answer.status_code == 302
    assert (await count(site, "people"), await count(site, "bots")) == (0, 4)


NOWHERE = (
    "/r/bbbbbbbbbbbbb",
    "/r/x",
    "/r/",
    "/r/" + "a" * 3000,
    "/r/%00%00%00%00%00%00%00%00%00%00%00%00%00",
    "/r/<script>alert(1)</script>",
    "/r/aaaaaaaaaaaaa/more",
    "/r/aaaaaaaaaaaaa/",
    "/r/https://evil.example",
    "/r//evil.example",
)


async def test_an_unknown_code_gets_a_friendly_page(site: Site) -> None:
    for path in NOWHERE:
        answer = await site.client.get(path)
        assert answer.status_code == 404
        assert "location" not in answer.headers
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script" not in answer.text
        assert len(answer.content) < 4096


LIKINGS = {
    "": "zh",
    "zh-CN,zh;q=0.9,en;q=0.8": "zh",
    "en-GB,en;q=0.9": "en",
    "fr,de;q=0.9,en;q=0.1": "en",
    "zh;q=0.1, en;q=0.9": "en",
    "en;q=0, zh": "zh",
    "en;q=x": "zh",
    "fr": "zh",
}


async def test_a_page_speaks_the_readers_language(site: Site) -> None:
    texts = load_texts()
    for accepted, language in LIKINGS.items():
        answer = await site.client.get("/r/bbbbbbbbbbbbb", headers={"Accept-Language": accepted})
        assert texts[language]("web.missing_title") in answer.text


async def test_an_ended_offer_has_a_page_with_a_tracked_replacement(site: Site) -> None:
    await end_offer(site)
    async with site.database.write() as connection:
        known = await links.find(connection, CODE)
        assert known is not None
        title = "Cup <b>&\"'</b>"
        offer_id = await add_offer(connection, "p-2", title=title)
        await connection.execute(
            text(
                "INSERT INTO links (code, offer_id, marketplace, group_id, promoter_id,"
                " target_url, created_at) SELECT 'ccccccccccccc', :offer, marketplace, group_id,"
                " promoter_id, 'https://shop.example.com/p-2', created_at FROM links"
            ),
            {"offer": offer_id},
        )
    answer = await site.client.get(f"/r/{CODE}", headers={"Accept-Language": "en"})
    assert answer.status_code == 410
    assert "Cup &lt;b&gt;&amp;&quot;&#x27;&lt;/b&gt;" in answer.text
    assert "Ad · links earn a commission" in answer.text
    found = re.search(r'<a href="([^"]+)"', answer.text)
    assert found is not None
    followed = await site.client.get(str(answer.url.join(found[1])))
    assert followed.status_code == 302
    assert followed.headers["location"] == "https://shop.example.com/p-2"


async def test_an_ended_offer_without_a_replacement_says_so(site: Site) -> None:
    await end_offer(site)
    answer = await site.client.get(f"/r/{CODE}")
    assert answer.status_code == 410
    assert "这个好物已经结束了。" in answer.text
    assert "<a " not in answer.text


async def test_a_page_allows_itself_nothing_but_its_own_style(site: Site) -> None:
    answer = await site.client.get("/r/bbbbbbbbbbbbb")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert f"<style>{STYLE}</style>" in answer.text


async def test_a_gone_database_is_told_as_try_again_and_the_click_not_counted(site: Site) -> None:
    assert (await site.client.get(f"/r/{CODE}")).status_code == 302
    async with site.database.write() as connection:
        await connection.execute(text("ALTER TABLE clicks RENAME TO away"))
    answer = await site.client.get(f"/r/{CODE}", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "Please try again in a minute." in answer.text
    assert await count(site, "people") == 1
