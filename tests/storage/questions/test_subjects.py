"""One column holds a topic and, where it has one, its detail."""

import pytest

from bot.domain.questions.keys import detail_key
from bot.domain.records import Topic
from storage.questions.subjects import read, written


@pytest.mark.parametrize(("topic", "detail"), [(Topic.SIZE, ""), (Topic.ABOUT, "0123456789")])
def test_what_is_written_is_read(topic: Topic, detail: str) -> None:
    assert read(written(topic, detail)) == (topic, detail)


def test_the_longest_fits_into_the_column() -> None:
    key = detail_key([("发票", "invoice"), ("正品",)])
    assert key == detail_key([("正品",), ("发票",)])
    assert len(written(Topic.ABOUT, key)) <= 16
    assert detail_key([]) == ""
