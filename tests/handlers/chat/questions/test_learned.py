"""What was learned is kept for a day, and not without end."""

from handlers.chat.questions.learned import FORGOTTEN_AFTER_SECONDS, Learned


class Clock:
    """Seconds that a test moves."""

    seconds = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.seconds


def test_it_is_forgotten_after_a_day() -> None:
    clock = Clock()
    learned: Learned[bool] = Learned(clock=clock)
    learned.learn("a", False)
    assert learned.get("a") is False
    clock.seconds = FORGOTTEN_AFTER_SECONDS - 1
    assert learned.get("a") is False
    clock.seconds = FORGOTTEN_AFTER_SECONDS
    assert learned.get("a") is None
    assert learned.get("b") is None


def test_the_oldest_makes_room() -> None:
    learned: Learned[int] = Learned(limit=2)
    for key in ("a", "b", "a", "c"):
        learned.learn(key, 1)
    assert [learned.get(key) for key in "abc"] == [1, None, 1]


def test_it_can_be_forgotten_at_once() -> None:
    learned: Learned[int] = Learned()
    learned.learn("a", 1)
    learned.forget("a")
    learned.forget("b")
    assert learned.get("a") is None
