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
    """``health`` as JSON: durations in seconds, None where nothing is known."""
    overdue = health.openings_overdue
    return {
        "status": "ok" if health.is_well else "failing",
        "database": "ok" if health.is_database_well else "gone",
        "last_tick_seconds": _seconds(health.last_tick_age),
        "jobs_seconds": {job: _seconds(age) for job, age in health.ages.items()},
        "stalled": list(health.stalled),
        "slots_on_time": None if overdue is None else overdue == 0,
        "openings_overdue": overdue,
        "outbox_age_seconds": _seconds(health.outbox_age),
        "uncertain_posts": health.uncertain_posts,
        "update_lag_seconds": _seconds(health.update_lag),
    }


def rendered(health: Health, totals: Totals | None) -> str:
    """The figures in the Prometheus text format; what is not known is left out."""
    return "".join(_lines(health, totals))


def _lines(health: Health, totals: Totals | None) -> Iterator[str]:
    yield from _metric(
        "haowu_database_up",
        "gauge",
        "The database answers.",
        [({}, float(health.is_database_well))],
    )
    yield from _metric(
        "haowu_tick_age_seconds",
        "gauge",
        "Since each job's last tick.",
        [({"job": job}, age.total_seconds()) for job, age in health.ages.items()],
    )
    yield from _metric(
        "haowu_openings_overdue",
        "gauge",
        "Slots open and not planned.",
        _known(health.openings_overdue),
    )
    yield from _metric(
        "haowu_outbox_age_seconds",
        "gauge",
        "Since the oldest due post was due.",
        _known(_seconds(health.outbox_age)),
    )
    yield from _metric(
        "haowu_uncertain_posts",
        "gauge",
        "Posts that may or may not be there.",
        _known(health.uncertain_posts),
    )
    yield from _metric(
        "haowu_update_lag_seconds",
        "gauge",
        "From Telegram to our handler.",
        _known(_seconds(health.update_lag)),
    )
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
