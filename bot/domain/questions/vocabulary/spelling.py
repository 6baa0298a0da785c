"""Goods that a misspelt word was meant for: a slip of the keyboard, a character of like sound."""

from functools import cache

from bot.domain.catalogue.matching import fold, stem
from bot.domain.catalogue.spelling import slips
from bot.domain.questions.vocabulary import edible, household, personal
from bot.domain.questions.vocabulary.lexicon import Kind, Piece, pieces
from bot.domain.questions.vocabulary.tree import is_han, listed

SHORT, LONG = 5, 9
"""Letters from which on one slip is forgiven, and two: a goat is no coat."""
HAN = range(2, 8)
"""Characters of a Chinese word whose spelling is mended."""

_SOUNDS = """
充冲重虫 电店点典垫 宝保堡煲饱包 饭范 锅果过裹 煲包 线限县现 纸只指芷 巾金今斤筋 湿失施 厕侧策
耳尔而 机鸡季 膏高搞糕羔 刷涮 壶胡湖葫 杯背被贝 碗晚挽 盘盆 筷快块 勺少 刀到 板版扳 椅以倚
桌卓捉 灯登等 床创窗 枕诊真 毯坦毛 席习 袜哇娃 鞋协斜 裤库酷 衫山杉 裙群 帽冒茂 套讨桃 箱相厢
袋带戴代 盒合核和 瓶平苹 罐灌 米迷咪 面棉绵免 油由游邮 盐言 酱将浆 醋粗 糖塘堂 茶查搽 酒久 奶乃
粉份分 果裹 桃逃陶 梨犁离 蕉焦 莓梅煤 橙成程澄 柚又右 葡蒲 萄淘 芒忙 荔丽利 枝之支知 榴溜 莲连
洗喜 液页夜叶 皂造燥 沐木 浴玉 乳汝 露路 霜双 膜摸磨 晒筛 唇纯春 妆装庄 眉梅 剃替 须需 梳疏输
吹炊 风封 扇善 尿鸟 裤库 婴应英 儿而 童同 玩完 具巨 积机 拼平 猫毛 狗够 粮良量 砂沙 拖托脱 扫少
桶筒通 垃拉 圾极级 空控 气汽 温文闻 发法 炸砸 烤考 豆斗 浆将 咖卡 啡非飞 吸息 尘晨 加家 器汽
键见 盘判 鼠属 标表 屏凭 膜模 壳克科 伞散 钟中 表裱 镜境 瑜鱼渝愉 伽珈 垫店 跳条 绳声 哑呀
铃灵玲 篷蓬棚 帐账 睡水 收受 纳那 蚊文 香相 蜡腊 烛竹 牛扭 肉柔 虾瞎 蟹谢 鱼渔 蛋但 坚间尖 仁人
核合 饼并 干甘 薯署 片骗 条调 螺罗 蛳丝狮
"""
"""Characters that are typed in each other's place."""


def meant(word: str) -> Piece | None:
    """The goods that an unknown ``word`` is nearest to; None when none or several are as near."""
    wrong = fold(word)
    if wrong and is_han(wrong[0]):
        found = _heard(wrong) if len(wrong) in HAN else set()
    else:
        found = _slipped(stem(wrong)) if wrong.isascii() and wrong.isalpha() else set()
    named = [piece for each in sorted(found) for piece in pieces(each)]
    groups = {piece.groups for piece in named}
    is_goods = bool(named) and len(named) == len(found) and named[0].kind is Kind.GOOD
    return named[0] if is_goods and len(groups) == 1 else None


def _heard(wrong: str) -> set[str]:
    """Chinese words that sound like ``wrong``, or have two of its characters changed over."""
    sounds = _sounds()
    like = "".join(sounds.get(character, character) for character in wrong)
    found = set(_by_sound().get(like, ()))
    if len(wrong) > HAN.start:
        found |= {each for each in _goods() if len(each) == len(wrong) and _is_swapped(each, wrong)}
    return found


def _is_swapped(one: str, other: str) -> bool:
    unlike = [at for at in range(len(one)) if one[at] != other[at]]
    if len(unlike) != 2 or unlike[1] != unlike[0] + 1:
        return False
    at = unlike[0]
    return one[at : at + 2] == other[at : at + 2][::-1]


def _slipped(wrong: str) -> set[str]:
    """English words that are the fewest slips from ``wrong``."""
    if len(wrong) < SHORT:
        return set()
    limit = 1 if len(wrong) < LONG else 2
    near: dict[int, set[str]] = {}
    for joined, word in _joined().items():
        count = slips(wrong, joined, limit=limit)
        if count is not None:
            near.setdefault(count, set()).add(word)
    return near[min(near)] if near else set()


# ---------------------------------------------------------------- tables, made once


@cache
def _goods() -> frozenset[str]:
    """Every word for goods, folded."""
    lines = (edible.GOODS + household.GOODS + personal.GOODS).replace("\n  ", "").splitlines()
    return frozenset(
        fold(word.removeprefix("~")) for line in lines for word in listed(line.partition(">")[0])
    )


@cache
def _joined() -> dict[str, str]:
    """English words for goods, written without blanks and plural → as they are."""
    return {
        stem(word.replace(" ", "")): word
        for word in sorted(_goods())
        if word.isascii() and len(word) >= SHORT
    }


@cache
def _sounds() -> dict[str, str]:
    """A character → the first of those that sound like it."""
    firsts: dict[str, str] = {}
    for group in _SOUNDS.split():
        known = next((firsts[each] for each in group if each in firsts), group[0])
        for each in group:
            firsts.setdefault(each, known)
    return firsts


@cache
def _by_sound() -> dict[str, frozenset[str]]:
    """A Chinese word for goods with the first of each sound → the words that sound so."""
    sounds = _sounds()
    found: dict[str, set[str]] = {}
    for word in _goods():
        if is_han(word[0]):
            like = "".join(sounds.get(character, character) for character in word)
            found.setdefault(like, set()).add(word)
    return {like: frozenset(words) for like, words in found.items()}
