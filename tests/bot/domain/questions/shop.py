"""A small shop of offers for the tests of questions, and how one question is answered there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.catalogue.factors import PricePoint
from bot.domain.questions.answering import answer
from bot.domain.questions.fitting import alike, fitting
from bot.domain.questions.reading import read_question
from bot.domain.questions.wording import worded
from bot.domain.records import (
    Answer,
    Currency,
    Offer,
    OfferFacts,
    OfferId,
    Question,
    Told,
)
from bot.domain.texts import Html
from tests.cast import NOON
from tests.schemes import TEXTS

CNY = Currency("CNY")
SHANGHAI = ZoneInfo("Asia/Shanghai")
FRESH = timedelta(hours=72)
SEEN = NOON - timedelta(hours=4)


def offer(id_: int, title: str, price: int, after: int | None = None, **more: Any) -> Offer:
    """An offer at ``price`` minor units, ``after`` with its coupon, seen at eight in Shanghai."""
    facts = OfferFacts(f"p-{id_}", title, "https://shop.example/p", price, CNY, after)
    return Offer(OfferId(id_), "feed", replace(facts, **more), SEEN, None)


RICE = offer(
    1, "东北五常稻花香大米 5kg", 6990, 4990, brand="禾满仓", category="groceries", stock=1860,
    coupon="满69减20", rating_bps=9600, reviews=5230, sales=18600, delivery="次日达",
    description="真空装，2026 年新米，产地黑龙江五常。净重 5 公斤。坏果包赔。",
)  # fmt: skip
BANK = offer(
    2, "Power Bank, 10 000 mAh, 22.5 W", 11900, 7900, brand="Wattline", category="digital",
    stock=870, coupon="¥40 off", rating_bps=9400, reviews=4310, sales=16000,
    delivery="Next day", description="10 000 mAh, 210 g, allowed on planes. No cable included.",
)  # fmt: skip
CHARGER = offer(
    3, "65W 氮化镓充电器 三口", 12900, 7900, brand="电小星", category="digital", stock=1250,
    rating_bps=9600, sales=33000, delivery="次日达",
)  # fmt: skip
MANGO = offer(4, "海南小台芒 5斤", 3680, 2680, category="fruit", stock=0, rating_bps=9000)
SHIRT = offer(
    5, "速干运动T恤", 7900, 4900, category="sports", stock=1300, size="S–3XL",
    material="聚酯纤维", returns="7 天无理由退换", contents="T恤 1 件",
    description="聚酯纤维，尺码 S–3XL，重 130 克。",
)  # fmt: skip
TISSUE = offer(6, "本色抽纸 3层 24包", 2790, None, category="household", sales=150000)
SHOP = (RICE, BANK, CHARGER, MANGO, SHIRT, TISSUE)


def read(text: str, *, is_reply: bool = False) -> Question:
    """``text`` as it is read of a member who speaks Chinese unless it is all ASCII."""
    language = "en" if text.isascii() else "zh"
    return read_question(text, currency=CNY, language=language, is_reply=is_reply)


def answered(
    text: str,
    about: Offer | None = None,
    *,
    shop: Sequence[Offer] = SHOP,
    histories: Mapping[OfferId, Sequence[PricePoint]] | None = None,
    told: Sequence[Told] = (),
) -> tuple[Question, Answer, Html]:
    """How the shop answers ``text``, in reply to ``about``."""
    question = read(text, is_reply=about is not None)
    own = [about] if about else []
    if question.is_similar and about:
        found = [fitting(alike(question.wanted[0], about), shop, now=NOON)]
    elif question.wanted:
        found = [
            own if wanted.is_open else fitting(wanted, shop, now=NOON) for wanted in question.wanted
        ]
    else:
        found = [own]
    made = answer(question, found, histories=histories or {}, told=told, now=NOON, freshness=FRESH)
    return question, made, worded(made, question, TEXTS[question.language], SHANGHAI)
