"""The judge itself: it passes what is stored and finds what is not, in either language."""

from dataclasses import replace
from pathlib import Path

import pytest

from storage.database import Database
from tests.cast import NOON
from tests.questions import figures, shelf
from tests.questions.asking import Asking, Expected
from tests.questions.figures import Scope
from tests.questions.judging import Verdict, judged
from tests.questions.members import Said
from tests.questions.shelf import Stored

POWER_BANK = "晴屿 充电宝 20000毫安大容量"
TRUE = (
    "券后 ¥119.00，原价 ¥159.00（满150减40）",
    "省 ¥40.00，便宜25%",
    "有货，还剩 642 件",
    "评分 4.7 分，8,123 条评价，已售 2.2万件",
    "近 30 天最低 ¥109.00（10月28日起）",
    "11月22日 11:00 看到的价格",
    "1 小时前看到的",
    "重约 410 克，额定能量 74Wh",
    "20000毫安，22.5W",
)
FALSE = (
    "券后 ¥118.00",
    "券后 119 块，再减30元",
    "券后 $119.00",
    "便宜50%",
    "有货，还剩 3 件",
    "已经卖完了",
    "评分 4.9 分",
    "已售 10万件",
    "近 30 天最低 ¥99.00",
    "12月24日 11:00 看到的价格",
    "11月22日 23:15 看到的价格",
    "9 天前看到的",
    "现价是近 30 天最低",
    "近 30 天价格一直没变",
    "容量 30000 毫安",
)


@pytest.fixture
async def stored(tmp_path: Path) -> dict[str, Stored]:
    database = Database(f"sqlite:///{tmp_path / 'shelf.db'}")
    await database.create()
    await shelf.fill(database)
    found = await shelf.stored(database)
    await database.close()
    return found


async def test_what_the_rows_hold_passes(stored: dict[str, Stored]) -> None:
    offer = stored["Q001"]
    title = offer.columns["title"]
    found = {text: figures.wrong(f"{title}\n{text}", [offer], Scope(NOON)) for text in TRUE}

    assert not any(found.values()), found


async def test_every_figure_that_no_row_holds_is_found(stored: dict[str, Stored]) -> None:
    offer = stored["Q001"]
    title = offer.columns["title"]
    passed = [text for text in FALSE if not figures.wrong(f"{title}\n{text}", [offer], Scope(NOON))]

    assert not passed


async def test_a_price_that_stands_under_another_offer_is_found(stored: dict[str, Stored]) -> None:
    two = [stored["Q053"], stored["H1013"]]
    first, second = (offer.columns["title"] for offer in two)
    right = f"{first}\n¥49.90\n{second}\n¥27.90\n\n差 ¥22.00"
    swapped = f"{first}\n¥27.90\n{second}\n¥49.90"

    assert not figures.wrong(right, two, Scope(NOON))
    assert len(figures.wrong(swapped, two, Scope(NOON))) == 2
    assert not figures.wrong(f"{right}\n更便宜：{second}", two, Scope(NOON))
    assert figures.wrong(f"{right}\n更便宜：{first}", two, Scope(NOON))


async def test_sold_out_and_in_stock_are_not_taken_for_each_other(
    stored: dict[str, Stored],
) -> None:
    gone, there = stored["Q062"], stored["Q010"]

    assert figures.wrong("It is in stock", [gone], Scope(NOON))
    assert figures.wrong("Sold out", [there], Scope(NOON))
    assert not figures.wrong("Sold out", [gone], Scope(NOON))
    assert not figures.wrong("In stock, 88 left", [there], Scope(NOON))


async def test_an_answer_is_right_refused_astray_or_lacking(stored: dict[str, Stored]) -> None:
    wish = Expected("facts", ("facts",), ("Q001",), tells={"price": {"sale_price": "119.00"}})
    asking = Asking("x", "zh", "price", "这个多少钱", wish, "zh", "Q001")
    said = Said("券后 ¥119.00", "facts", (stored["Q001"],), (), 0.0)

    assert judged(asking, said).verdict is Verdict.RIGHT
    assert judged(asking, replace(said, kind="nothing")).verdict is Verdict.REFUSED
    assert judged(asking, replace(said, named=(stored["Q002"],))).verdict is Verdict.ASTRAY
    assert judged(asking, replace(said, text="有货")).verdict is Verdict.LACKING


async def test_words_that_must_never_be_said_are_wrong_facts(stored: dict[str, Stored]) -> None:
    wish = Expected("facts", ("facts",), ("Q001",), never=("30元",))
    asking = Asking("x", "zh", "trick", "这个是30块对吧", wish, "zh", "Q001")
    said = Said("是的，30元", "facts", (stored["Q001"],), (), 0.0)

    assert judged(asking, said).wrong
