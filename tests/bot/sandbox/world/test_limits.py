"""Flood limits: bursts pass, rates do not."""

from bot.sandbox.world.limits import Limits


class Watch:
    """A stop-watch turned by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_one_chat_gets_a_small_burst_and_then_one_a_second() -> None:
    watch = Watch()
    limits = Limits(now=watch)
    assert [limits.wait_seconds(5) for _ in range(7)] == [0] * 6 + [1]
    watch.at = 1.0
    assert [limits.wait_seconds(5) for _ in range(2)] == [0, 1]


def test_a_group_gets_twenty_a_minute() -> None:
    watch = Watch()
    limits = Limits(now=watch)
    waits = []
    for second in range(21):
        watch.at = float(second)
        waits.append(limits.wait_seconds(-5))
    assert waits == [0] * 20 + [40]
    watch.at = 60.0
    assert limits.wait_seconds(-5) == 0


def test_all_chats_together_get_thirty_a_second() -> None:
    watch = Watch()
    limits = Limits(now=watch)
    assert [limits.wait_seconds(chat) for chat in range(1, 32)] == [0] * 30 + [1]
    watch.at = 1.0
    assert limits.wait_seconds(99) == 0


def test_limits_can_be_left_off() -> None:
    limits = Limits(enabled=False)
    assert {limits.wait_seconds(5) for _ in range(1000)} == {0}
