"""What machines ask about us: ``/healthz`` as JSON, ``/metrics`` as Prometheus text."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.services.watching import Health, Totals, Watching
from handlers.web.errors import JSON_HEADERS, json_answer

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, str], float]


def routes(watching: Watching) -> list[Route]:
    """The two routes; neither tells anything about a person or a group."""

    async def healthz(_request: Request) -> Response:
        health = await watching.health()
        return json_answer(shown(health), 200 if health.is_well else 503)

    async def metrics(_request: Request) -> Response:
        text = rendered(await watching.health(), await watching.totals())
        return PlainTextResponse(text, headers=dict(JSON_HEADERS), media_type=METRICS_TYPE)

    return [
        Route("/healthz", healthz, methods=["GET"]),
        Route("/metrics", metrics, methods=["GET"]),
    ]


def shown(health: Health) -> dict[str, Any]:
    """``health`` as JSON: durations in seconds, None where nothing is known; never a secret."""
    figures, writes = health.figures, health.writes
    return {
        "status": "failing" if not health.is_well else "ok" if health.is_whole else "limping",
        "house": None if figures is None else figures.house,
        "database": health.database_trouble or "ok",
        "writes": None if writes is None else writes.trouble or "ok",
        "disk_free_bytes": health.disk_free_bytes,
        "last_tick_seconds": _seconds(health.last_tick_age),
        "jobs_seconds": {job: _seconds(age) for job, age in health.ages.items()},
        "stalled": list(health.stalled),
        "stumbling": list(health.stumbling),
        "slots_on_time": None if figures is None else figures.openings_overdue == 0,
        "openings_overdue": None if figures is None else figures.openings_overdue,
        "outbox_age_seconds": None if figures is None else _seconds(figures.outbox_age),
        "uncertain_posts": None if figures is None else figures.uncertain_posts,
        "telegram": _telegram(health),
        "telegram_outages": [
            {
                "bot_id": outage.bot_id,
                "door": outage.door,
                "reason": outage.trouble.value,
                "since": outage.since.isoformat(timespec="seconds"),
                "seconds": _seconds(health.at - outage.since),
            }
            for outage in health.outages
        ],
        "update_lag_seconds": _seconds(health.update_lag),
    }


def _telegram(health: Health) -> str | None:
    if health.outages:
        return "down"
    return "ok" if health.is_telegram_known else None


def rendered(health: Health, totals: Totals | None) -> str:
    """The figures in the Prometheus text format; what is not known is left out."""
    return "".join(_lines(health, totals))


def _lines(health: Health, totals: Totals | None) -> Iterator[str]:
    for name, text, samples in _gauges(health):
        yield from _metric(name, "gauge", text, samples)
    if totals is None:
        return
    yield from _metric("haowu_posts", "gauge", "Posts by state.", _by_state(totals.posts))
    yield from _metric(
        "haowu_conversions", "gauge", "Order rows by state.", _by_state(totals.conversions)
    )
    yield from _metric(
        "haowu_clicks_total",
        "counter",
        "Clicks by class.",
        [
            ({"class": "person"}, totals.person_clicks),
            ({"class": "other"}, totals.other_clicks),
        ],
    )
    asked: list[Sample] = [
        ({"kind": kind, "worded": worded}, count)
        for (kind, worded), count in sorted(totals.questions.items())
    ]
    yield from _metric("haowu_questions", "gauge", "Questions of a day by answer.", asked)


def _gauges(health: Health) -> Iterator[tuple[str, str, list[Sample]]]:
    yield "haowu_healthy", "Whether /healthz answers 200.", _known(health.is_well)
    yield "haowu_database_up", "The database answers.", _known(health.is_database_well)
    writes = None if health.writes is None else health.can_write
    yield "haowu_database_writable", "The database takes writes.", _known(writes)
    free = health.disk_free_bytes
    yield "haowu_disk_free_bytes", "Room where SQLite's file lies.", _known(free)
    ages: list[Sample] = [({"job": job}, age.total_seconds()) for job, age in health.ages.items()]
    yield "haowu_tick_age_seconds", "Since each job's last tick.", ages
    stalled: list[Sample] = [({"job": job}, float(job in health.stalled)) for job in health.ages]
    yield "haowu_job_stalled", "The job did not tick in time.", stalled
    stumbling: list[Sample] = [
        ({"job": job}, float(job in health.stumbling)) for job in health.ages
    ]
    yield "haowu_job_failing", "The job's last tick ended in an error.", stumbling
    if (figures := health.figures) is not None:
        overdue, uncertain = figures.openings_overdue, figures.uncertain_posts
        yield "haowu_openings_overdue", "Slots open and not planned.", _known(overdue)
        age = _seconds(figures.outbox_age)
        yield "haowu_outbox_age_seconds", "Since the oldest due post was due.", _known(age)
        yield "haowu_uncertain_posts", "Posts that may or may not be there.", _known(uncertain)
    if health.is_telegram_known:
        yield "haowu_telegram_up", "Telegram answers.", _known(not health.outages)
    outages: list[Sample] = [
        (
            {"bot": str(one.bot_id), "door": one.door, "reason": one.trouble.value},
            (health.at - one.since).total_seconds(),
        )
        for one in health.outages
    ]
    yield "haowu_telegram_down_seconds", "Since Telegram stopped answering.", outages
    lag = _seconds(health.update_lag)
    yield "haowu_update_lag_seconds", "From Telegram to our handler.", _known(lag)


def _metric(name: str, kind: str, text: str, samples: Iterable[Sample]) -> Iterator[str]:
    found = list(samples)
    if not found:
        return
    yield f"# HELP {name} {text}\n# TYPE {name} {kind}\n"
    for labels, value in found:
        written = ",".join(f'{label}="{_quoted(value)}"' for label, value in labels.items())
        yield f"{name}{'{' + written + '}' if written else ''} {value:.17g}\n"


def _known(value: float | None) -> list[Sample]:
    return [] if value is None else [({}, value)]


def _by_state(counts: Mapping[str, int]) -> list[Sample]:
    return [({"state": state}, count) for state, count in counts.items()]


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else round(duration.total_seconds(), 3)
