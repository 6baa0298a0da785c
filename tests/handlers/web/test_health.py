"""What watchers see: well, a clock that stalls, a database that is gone, and figures."""

import re
from datetime import UTC, datetime, timedelta

from bot.services.watching import Health, Totals
from handlers.web.health import rendered
from storage.database import Database
from tests.cast import NOON
from tests.handlers.web.conftest import Site


async def test_all_is_well(site: Site) -> None:
    answer = await site.client.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    free = answer.json().pop("disk_free_bytes")
    assert free > 0 if site.database.is_sqlite else free is None
    # The first look gave the database its name.
    house = (await site.client.get("/healthz")).json()["house"]
    assert len(house) == 32
    assert answer.json() | {"disk_free_bytes": free} == {
        "status": "ok",
        "house": None,
        "database": "ok",
        "writes": "ok",
        "disk_free_bytes": free,
        "last_tick_seconds": None,
        "jobs_seconds": {},
        "stalled": [],
        "stumbling": [],
        "slots_on_time": True,
        "openings_overdue": 0,
        "outbox_age_seconds": 0,
        "uncertain_posts": 0,
        "telegram": None,
        "telegram_outages": [],
        "update_lag_seconds": None,
    }


async def test_a_clock_that_stalls_is_unwell_until_it_ticks_again(site: Site) -> None:
    site.pulse.expect("slots", within=timedelta(0))
    answer = await site.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["stalled"] == ["slots"]
    site.pulse.expect("slots", within=timedelta(hours=1))
    assert (await site.client.get("/healthz")).status_code == 200


async def test_a_gone_database_is_unwell(site: Site) -> None:
    well = site.database.engine
    site.database.engine = Database("postgresql://nobody@127.0.0.1:1/none").engine
    answer = await site.client.get("/healthz")
    metrics = await site.client.get("/metrics")
    await site.database.engine.dispose()
    site.database.engine = well
    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"
    assert answer.json()["uncertain_posts"] is None
    assert metrics.status_code == 200
    assert "haowu_database_up 0\n" in metrics.text


async def test_metrics_are_text_that_prometheus_reads(site: Site) -> None:
    site.pulse.beat("slots")
    site.pulse.updated(datetime.now(UTC))
    await site.client.get("/r/aaaaaaaaaaaaa")
    answer = await site.client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'haowu_clicks_total{class="person"} 1\n' in answer.text
    sample = re.compile(r'[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9.e+-]+')
    comment = re.compile(r"# (HELP [a-z_]+ .+|TYPE [a-z_]+ (gauge|counter))")
    lines = answer.text.splitlines()
    assert all(sample.fullmatch(line) or comment.fullmatch(line) for line in lines)
    assert any(line.startswith('haowu_tick_age_seconds{job="slots"}') for line in lines)


def test_labels_are_escaped() -> None:
    health = Health(NOON, (), {'a"b\\c\nd': timedelta(seconds=2)}, None)
    totals = Totals({"sent": 2}, {"settled": 1}, 3, 4, datetime.now(UTC))
    text = rendered(health, totals)
    assert 'haowu_tick_age_seconds{job="a\\"b\\\\c\\nd"} 2\n' in text
    assert 'haowu_posts{state="sent"} 2\n' in text
    assert 'haowu_conversions{state="settled"} 1\n' in text
