"""The clock: every job as the timetable says, errors logged, and the next tick comes."""

import asyncio
import logging
from datetime import timedelta

import pytest

from schedules.clock import Clock
from schedules.timetable import TIMETABLE, Row


class Pulse:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.expected: dict[str, timedelta] = {}
        self.beats: list[str] = []
        self.stumbled: list[str] = []

    def expect(self, job: str, *, within: timedelta) -> None:
        """Keep it."""
        self.expected[job] = within

    def beat(self, job: str) -> None:
        """Keep it."""
        self.beats.append(job)

    def stumble(self, job: str) -> None:
        """Keep it."""
        self.stumbled.append(job)


async def nothing() -> None:
    """Do nothing."""


async def test_every_row_is_explicit_about_being_late() -> None:
    pulse = Pulse()
    clock = Clock({row.name: nothing for row in TIMETABLE}, pulse)
    clock.start()
    jobs = {job.id: job for job in clock.jobs()}
    assert jobs.keys() == {row.name for row in TIMETABLE} == pulse.expected.keys()
    for row in TIMETABLE:
        job = jobs[row.name]
        assert job.misfire_grace_time == row.misfire_grace_time.total_seconds() > 1
        assert (job.coalesce, job.max_instances) == (True, 1)
        assert str(job.trigger.timezone) == "UTC"
        assert pulse.expected[row.name] > (row.every or timedelta(days=1))
    await clock.stop()


async def test_rows_of_another_process_are_left_alone() -> None:
    clock = Clock({"outbox": nothing}, Pulse())
    clock.start()
    assert [job.id for job in clock.jobs()] == ["outbox"]
    await clock.stop()


async def test_a_failing_tick_is_logged_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failed, worked = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def fail() -> None:
        failed.release()
        raise RuntimeError("boom")

    async def work() -> None:
        worked.release()

    pulse = Pulse()
    rows = [Row(name, "clock", every=timedelta(seconds=1)) for name in ("fails", "works")]
    clock = Clock({"fails": fail, "works": work}, pulse, rows)
    with caplog.at_level(logging.ERROR):
        clock.start()
        async with asyncio.timeout(20):
            for each in (failed, failed, worked, worked):
                await each.acquire()
    await clock.stop()
    assert "tick fails failed" in caplog.text
    assert set(pulse.beats) == {"works"}
    assert set(pulse.stumbled) == {"fails"}


async def test_a_slow_tick_is_not_run_beside_itself() -> None:
    running, most = 0, 0

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(1.5)
        running -= 1

    clock = Clock({"slow": slow}, Pulse(), [Row("slow", "clock", every=timedelta(seconds=1))])
    clock.start()
    await asyncio.sleep(2.5)
    await clock.stop()
    assert most == 1


async def test_stopping_lets_a_tick_come_to_its_end() -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.sleep(0.3)
        done.set()

    clock = Clock({"work": work}, Pulse(), [Row("work", "clock", every=timedelta(seconds=1))])
    clock.start()
    await begun.wait()
    await clock.stop()
    assert done.is_set()


async def test_stopping_lets_a_tick_that_is_about_to_begin_come_to_its_end() -> None:
    done: list[str] = []

    async def work(name: str) -> None:
        await asyncio.sleep(0.05)
        done.append(name)

    rows = [Row(name, "clock", every=timedelta(seconds=1)) for name in ("one", "two")]
    actions = {"one": lambda: work("one"), "two": lambda: work("two")}
    clock = Clock(actions, Pulse(), rows)
    clock.start()
    # APScheduler submits what is due in the loop's next turn.
    await asyncio.sleep(0)
    await clock.stop()
    assert done in ([], ["one", "two"])


@pytest.mark.parametrize(("is_eager", "count"), [(True, 4), (False, 1)])
async def test_an_eager_job_goes_on_while_there_is_something_to_do(
    is_eager: bool, count: int
) -> None:
    left = [3, 2, 1, 0]

    async def work() -> int:
        await asyncio.sleep(0)
        return left.pop(0)

    row = Row("work", "clock", every=timedelta(hours=1), is_eager=is_eager)
    pulse = Pulse()
    clock = Clock({"work": work}, pulse, [row])
    clock.start()
    await asyncio.sleep(0.2)
    await clock.stop()
    assert 4 - len(left) == count == len(pulse.beats)


def test_names_of_jobs_are_unique_and_have_one_time() -> None:
    assert len({row.name for row in TIMETABLE}) == len(TIMETABLE)
    assert all((row.every is None) != (row.cron is None) for row in TIMETABLE)
    assert {row.part for row in TIMETABLE} == {"clock", "outbox"}
