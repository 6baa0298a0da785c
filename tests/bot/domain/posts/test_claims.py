"""Words that no post may say, found behind any disguise."""

import pytest

from bot.domain.posts.claims import banned, forced


def test_promises_of_riches_are_told_in_either_language() -> None:
    assert banned("躺 赚，Easy money") == ("躺赚", "easy money")


@pytest.mark.parametrize("text", ["帮 我 砍 价", "转发才能买", "Must-share!", "slash my  price"])
def test_nagging_to_share_is_found(text: str) -> None:
    assert forced(text)


@pytest.mark.parametrize("text", ["想要的来，不勉强", "share it if you like", "刀具一把"])
def test_a_kind_word_is_no_nagging(text: str) -> None:
    assert forced(text) == ()
