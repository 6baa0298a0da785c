"""How a topic and its detail are kept in one column: "size", "about:5f0c9a1e22"."""

from bot.domain.records import Topic


def written(topic: Topic, detail: str) -> str:
    """What the column holds, at most 16 characters."""
    return f"{topic.value}:{detail}" if detail else topic.value


def read(held: str) -> tuple[Topic, str]:
    """The topic and the key of its detail, empty where there is none."""
    topic, _, detail = held.partition(":")
    return Topic(topic), detail
