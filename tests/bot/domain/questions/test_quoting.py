"""Title and description answer word for word."""

from dataclasses import replace

import pytest

from bot.domain.questions import quoting
from bot.domain.records import OfferFacts, Topic
from tests.bot.domain.questions.shop import BANK, RICE


def facts(title: str, description: str | None = None, size: str | None = None) -> OfferFacts:
    """An offer of which only words are stated."""
    return replace(RICE.facts, title=title, description=description, size=size)


def test_sentences_end_at_stops_of_either_language() -> None:
    text = "真空装，2026 年新米。净重 5 公斤；坏果包赔！Holds 0.4 l. Washable."
    assert quoting.sentences(text) == [
        "真空装，2026 年新米", "净重 5 公斤", "坏果包赔！", "Holds 0.4 l.", "Washable.",
    ]  # fmt: skip
    assert quoting.sentences(None) == []


@pytest.mark.parametrize(
    ("topic", "title", "description", "said"),
    [
        (Topic.SIZE, "大米 5kg", None, [("title", "5kg")]),
        (Topic.SIZE, "Board, 38 × 28 cm", "Light.", [("title", "38 × 28 cm")]),
        (Topic.SIZE, "瑜伽垫", "厚 8 毫米，附背带。", [("description", "厚 8 毫米，附背带")]),
        (Topic.SIZE, "２kg×2瓶 ㎏", None, [("title", "2kg · 2瓶")]),
        (Topic.SIZE, "T恤 尺码 S–3XL", None, [("title", "尺码 S–3XL")]),
        (Topic.SIZE, "瑜伽垫", None, []),
        (Topic.MATERIAL, "瑜伽垫", "TPE 材质，防滑。", [("description", "TPE 材质，防滑")]),
        (Topic.MATERIAL, "Bib", "Soft. Made of silicone.", [("description", "Made of silicone.")]),
        (Topic.MATERIAL, "玻璃保鲜盒", None, [("title", "玻璃保鲜盒")]),
        (Topic.MATERIAL, "瑜伽垫", None, []),
        (Topic.RETURNS, "脐橙", "大果。坏果包赔。", [("description", "坏果包赔")]),
        (Topic.RETURNS, "Mug", "30-day returns.", [("description", "30-day returns.")]),
        (Topic.CONTENTS, "颜料", "含画笔和铁盒。内含 24 色。", [("description", "内含 24 色")]),
        (Topic.CONTENTS, "Bands", "Five bands with a pouch.",
         [("description", "Five bands with a pouch.")]),
        (Topic.PRICE, "大米 5kg", "便宜", []),
    ],
)  # fmt: skip
def test_topics_are_answered_by_quoting(
    topic: Topic, title: str, description: str | None, said: list[tuple[str, str]]
) -> None:
    assert quoting.quoted(topic, facts(title, description)) == said


def test_details_are_answered_by_the_sentence_that_names_them() -> None:
    assert quoting.told_of([("飞机", "plane", "planes")], BANK.facts) == [
        ("description", "10 000 mAh, 210 g, allowed on planes.")
    ]
    assert quoting.told_of([("黑龙江",), ("黑龙江", "5kg")], RICE.facts) == [
        ("description", "真空装，2026 年新米，产地黑龙江五常")
    ]
    assert quoting.told_of([("香大米",)], RICE.facts) == [("title", "东北五常稻花香大米 5kg")]
    assert quoting.told_of([("？",), ("机洗",)], RICE.facts) == []


def test_measures_that_the_size_does_not_state_are_quoted_beside_it() -> None:
    tent = facts("Tent", "Sets up fast. Weighs 15.4 lb. Sleeps 4, 8 ft wide.", "8 x 7 ft")
    assert quoting.other_sizes(tent) == [("description", "Weighs 15.4 lb.")]


def test_what_it_can_bear_is_no_size_of_its_own() -> None:
    hook = facts("挂钩", "单钩承重 1 公斤，免打孔。自重 20 克，承重 3 公斤。", "6 × 4 厘米")
    assert quoting.other_sizes(hook) == [("description", "自重 20 克，承重 3 公斤")]
    shelf = facts("Shelf", "Holds up to 8 kg. Holds 2 l. 5 kg load.", "40 cm")
    assert quoting.other_sizes(shelf) == [("description", "Holds 2 l.")]
