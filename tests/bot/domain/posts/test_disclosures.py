"""Whether a post says that it is one, ahead of its first link."""

import pytest

from bot.domain.posts.disclosures import is_disclosed
from bot.domain.records import Button, Rendered

BUTTON = ((Button("¥9.90", "https://go.example.com/r/x"),),)


@pytest.mark.parametrize(
    ("html", "language", "wanted"),
    [
        ("「广告」点链接购买\n好物", "zh", True),
        ("<b>「广告」</b>\n好物", "zh", True),
        ("Ad · links earn a commission\nTea", "en", True),
        ("Ad\nTea", "fr", True),
        ("Adventure tea", "en", False),
        ("Tea\nAd · links earn", "en", False),
        ("Ad · links", "zh", False),
        ("「广告」点链接", "en", False),
        ("<tg-spoiler>「广告」</tg-spoiler>好物", "zh", False),
        ('<a href="https://a.example">「广告」</a>', "zh", False),
        (" 「广告」", "zh", False),
        ("", "zh", False),
    ],
)
def test_the_first_word_is_the_disclosure_in_the_groups_language(
    html: str, language: str, wanted: bool
) -> None:
    assert is_disclosed(Rendered(html, None, BUTTON), language) is wanted


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("早安，大家今天好吗？", True),
        ('早安 <a href="tg://x">这里</a>', False),
        ("https://shop.example.com", False),
        ("看 t.me/joinchat", False),
    ],
)
def test_a_greeting_without_any_link_sells_nothing(html: str, wanted: bool) -> None:
    assert is_disclosed(Rendered(html, None), "zh") is wanted
