"""Which offers are variants of one product: the same title but for colour, size and quantity."""

import re

from bot.domain.catalogue.factors import Candidate
from bot.domain.catalogue.matching import fold

OF_A_KIND = 2
"""Variants of one product that stand among the best; further ones follow behind all others."""

_COLOURS = (
    "apricot aqua beige black blue bronze brown burgundy camel charcoal coffee copper coral cream "
    "crimson cyan fuchsia gold golden gray green grey indigo ivory khaki lavender lilac lime "
    "magenta maroon mauve mint multicolor multicolour mustard navy nude ochre olive orange peach "
    "pink plum purple red rose rust silver tan taupe teal transparent turquoise violet white wine "
    "yellow multicolored dark light bright pale"
)
_SIZES = "xs s m l xl xxl xxxl small medium large extra mini big size sizes free uk us eu"
_UNITS = (
    "ml l cl g kg mg oz lb lbs mm cm m inch inches in ft pcs pc pieces piece pack packs set sets "
    "count ct cts carat carats ratti pairs pair bags bag boxes box bottles bottle rolls roll "
    "sheets sheet tablets capsules"
)
_DROPPED = frozenset(f"{_COLOURS} {_SIZES} {_UNITS} of".split())
_BEFORE_A_SIZE = frozenset(("size", "sizes", "uk", "us", "eu", "of"))
_AFTER_A_NUMBER = frozenset(_UNITS.split())
_NUMBERED = re.compile(r"\d+(?:\.\d+)?(?P<unit>[a-z]*)")
_SIGNS = re.compile(r"[^\W_]+(?:\.\d+[^\W_]*)?")
_CHINESE = re.compile(
    r"(?:[深浅亮暗雾奶酒玫瑰天宝藏]?(?:黑|白|红|蓝|绿|黄|紫|粉|灰|橙|棕|米|杏|金|银|青|卡其|咖啡|香槟|透明)+色)"
    r"|(?:[加特超]?[大中小]号)|均码|(?:\d+(?:\.\d+)?\s*"
    r"(?:毫升|升|千克|公斤|克|斤|毫米|厘米|米|英寸|寸|码|号|片|支|包|袋|盒|瓶|件|个|只|条|双|套|卷|抽|枚|粒|罐|箱))"
)


def kind_of(each: Candidate) -> str:
    """The key that all variants of one product have in common, of its title and brand.

    Numbers count as sizes only beside a unit or a word of size: "model 7" is no variant of
    "model 8". A title of nothing but colours and sizes stands for itself.
    """
    title = fold(each.title)
    words = _SIGNS.findall(_CHINESE.sub(" ", title))
    kept = [word for place, word in enumerate(words) if not _is_variable(words, place)]
    return f"{fold(each.brand or '')}\t{' '.join(kept) or title}"


def _is_variable(words: list[str], place: int) -> bool:
    word = words[place]
    if word in _DROPPED:
        return True
    number = _NUMBERED.fullmatch(word)
    if number is None:
        return False
    if number["unit"]:
        return number["unit"] in _DROPPED
    before = words[place - 1] if place else ""
    after = words[place + 1] if place + 1 < len(words) else ""
    return before in _BEFORE_A_SIZE or after in _AFTER_A_NUMBER
