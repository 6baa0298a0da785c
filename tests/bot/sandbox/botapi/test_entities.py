"""Telegram's HTML: what it becomes, where its entities stand, and what cannot be parsed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.botapi.entities import formatted, parse_html, units
from bot.sandbox.botapi.refusals import Refusal


def cut(text: str, entity: dict[str, int]) -> str:
    """Return what an entity covers, counting as Telegram does."""
    raw = text.encode("utf-16-le")
    start = entity["offset"] * 2
    return raw[start : start + entity["length"] * 2].decode("utf-16-le")


@pytest.mark.parametrize(
    ("source", "text", "covered"),
    [
        ("<b>好物</b> 😀 <i>早</i>", "好物 😀 早", [("bold", "好物"), ("italic", "早")]),
        ("😀<strong>a</strong>", "😀a", [("bold", "a")]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", "a"), ("underline", "b")]),
        ("<s>a</s><strike>b</strike><del>c</del>", "abc", [("strikethrough", x) for x in "abc"]),
        ('<a href="https://a.example/?x=1&amp;y=2">go</a>', "go", [("text_link", "go")]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", "x")]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", "x")]),
        ("<code>x</code> <pre>y</pre>", "x y", [("code", "x"), ("pre", "y")]),
        ("<blockquote>x</blockquote>", "x", [("blockquote", "x")]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", "x")]),
        ('<tg-emoji emoji-id="5">😀</tg-emoji>', "😀", [("custom_emoji", "😀")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", "ab"), ("italic", "b")]),
        (
            "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; &nbsp; & e",
            "a <b> & \"c\" 'd' &nbsp; & e",
            [],
        ),
        ("  <b> x </b>  ", "x", [("bold", "x")]),
        ("<b></b>x", "x", []),
        ("<B>x</B>", "x", [("bold", "x")]),
        ('<a href="">x</a>', "x", []),
    ],
)
def test_html_becomes_text_and_entities(
    source: str, text: str, covered: list[tuple[str, str]]
) -> None:
    read, entities = parse_html(source)
    assert read == text
    assert [(entity["type"], cut(read, entity)) for entity in entities] == covered


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<div>x</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("好<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 3'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'expected "</i>", found "</b>"'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
    ],
)
def test_what_is_no_telegram_html_is_refused(source: str, words: str) -> None:
    with pytest.raises(Refusal) as raised:
        parse_html(source)
    assert raised.value.description.startswith("Bad Request: can't parse entities: ")
    assert words in raised.value.description


def test_commands_mentions_addresses_and_hashtags_are_found() -> None:
    text = "😀 /start@haowu_demo_bot @linjie https://a.example/x #好物 a/b"
    _, entities = formatted(text, None, None)
    assert [(entity["type"], cut(text, entity)) for entity in entities] == [
        ("bot_command", "/start@haowu_demo_bot"),
        ("mention", "@linjie"),
        ("url", "https://a.example/x"),
        ("hashtag", "#好物"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@haowu_demo_bot 大米", [("mention", "@haowu_demo_bot")]),
        ("😀@haowu_demo_bot，大米", [("mention", "@haowu_demo_bot")]),
        ("@haowu_demo_bot大米", []),
        ("你好@haowu_demo_bot", []),
        ("/ask@haowu_demo_bot", [("bot_command", "/ask@haowu_demo_bot")]),
        ("/ask@haowu_demo_bot大米", []),
        ("/ask大米", []),
        ("/ask，大米", [("bot_command", "/ask")]),
    ],
)
def test_a_name_ends_where_no_letter_follows(text: str, found: list[tuple[str, str]]) -> None:
    _, entities = formatted(text, None, None)
    assert [(entity["type"], cut(text, entity)) for entity in entities] == found


def test_nothing_is_found_inside_a_link() -> None:
    _, entities = formatted('<a href="https://a.example">https://b.example</a>', "HTML", None)
    assert [entity["type"] for entity in entities] == ["text_link"]


def test_a_code_block_names_its_language() -> None:
    _, entities = parse_html('<pre><code class="language-python">x</code></pre>')
    assert entities == [{"type": "pre", "language": "python", "offset": 0, "length": 1}]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_escaped_text_comes_through_as_it_is(text: str) -> None:
    source = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(f"<b>{source}</b>")[0] == text.strip()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_length_is_counted_in_utf_16_units(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2
