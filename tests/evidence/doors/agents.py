"""R8: bots are not clicks, and people are."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from tests.bot.services.bookshop import CHENS
from tests.evidence import ENGINES, Line, World, at_least, exactly
from tests.evidence.doors.site import Site, get, opened, request
from tests.handlers import web

HERE = Path(web.__file__).parent
PEOPLE = (HERE / "agents_people.txt").read_text("utf-8").splitlines()
BOTS = (HERE / "agents_bots.txt").read_text("utf-8").splitlines()
IN_APP = "MetaIAB Facebook"
"""Listed among the crawlers, and a browser inside an app, in which people read."""
LISTED = [
    agent
    for entry in CRAWLER_USER_AGENTS_DATA
    if entry["pattern"] != IN_APP
    for agent in entry["instances"]
]
LOOKING_AHEAD = (
    {"purpose": "prefetch"},
    {"purpose": "preview"},
    {"x-purpose": "preview"},
    {"x-moz": "prefetch"},
    {"sec-purpose": "prefetch;prerender"},
    {"Sec-Purpose": "Prefetch;anonymous-client-ip"},
)
PATH = f"/r/{CHENS}"


async def are_not_clicks(world: World) -> AsyncIterator[Line]:
    """R8 on both engines, over the real HTTP path, and the naive search for a word."""
    for engine in ENGINES:
        async with opened(world, engine, "agents") as site:
            async for line in _counted(site, f"R8.{engine}", world):
                yield line
    naive_people = {agent for agent in [*LISTED, *BOTS, ""] if not _naive(agent)}
    yield at_least("R8.control.search_for_bot.bots_counted", len(naive_people), 1)
    refused = [agent for agent in PEOPLE if _naive(agent)]
    yield at_least("R8.control.search_for_bot.people_refused", len(refused), 1)


async def _counted(site: Site, name: str, world: World) -> AsyncIterator[Line]:
    every = world.of(1, 10)
    machines = list(_machines())[::every]
    before, _ = await site.clicks()
    answers = await site.ask_all(machines)
    people, bots = await site.clicks()
    yield at_least(f"{name}.requests_of_bots", len(machines), world.of(2500, 200))
    yield exactly(f"{name}.bots_counted_as_people", people - before, 0)
    yield at_least(f"{name}.bots_kept_as_bots", bots, world.of(2000, 100))
    yield exactly(f"{name}.bots_not_redirected", sum(each.status != 302 for each in answers), 0)
    agents = PEOPLE[::every]
    answers = await site.ask_all(get(PATH, user_agent=agent) for agent in agents)
    refused = sum(each.status != 302 for each in answers)
    counted = (await site.clicks())[0] - people
    yield at_least(f"{name}.people", len(agents), world.of(80, 8))
    yield exactly(f"{name}.people_refused", refused, 0)
    yield exactly(f"{name}.people_not_counted", len(agents) - counted, 0)


def _machines() -> Iterator[bytes]:
    """Every request that is no person's."""
    yield from (get(PATH, user_agent=agent) for agent in [*LISTED, *BOTS, "", " ", "   "])
    yield get(PATH)
    for agent in PEOPLE:
        yield request(b"HEAD", PATH, {"user_agent": agent})
        for ahead in LOOKING_AHEAD:
            yield request(b"GET", PATH, {"user_agent": agent, **ahead})


def _naive(agent: str) -> bool:
    """Whether a search for the word takes an agent for a bot."""
    return "bot" in agent.lower()
