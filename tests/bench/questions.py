"""Finding offers by what people ask: how long, how surely, and what the index of words costs."""

import random
import resource
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from os import urandom
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, literal, or_, select, text

from bot.app import load_texts
from bot.domain.catalogue.matching import fold, stem
from bot.domain.records import Currency
from bot.services.questions.answering import Answering
from bot.services.questions.composing import Composing
from bot.services.questions.outcomes import Asked, Reply
from bot.services.questions.wishing import Wishing
from bot.services.questions.writing import Writing
from storage import bulk
from storage.catalogue import indexing, words
from storage.database import Database
from storage.people import groups, people
from storage.tables import marketplaces, offers
from tests.bench import ENGINES, Bench, Figure, at_least, at_most, told
from tests.cast import NOON, add_person, set_stage

SIZES = {100_000: 5.0, 1_000_000: 20.0}
"""Offers, and how many ms the slowest but one of a hundred questions may take among so many."""
RECALL = 0.99
ANSWER_MS = 50.0
CNY, ZONE, DAY = Currency("CNY"), ZoneInfo("Asia/Shanghai"), timedelta(hours=72)
TEXTS = load_texts()
WORDINGS = (
    "有没有{0}", "{0}多少钱", "推荐100块以内的{0}", "{0}有券吗", "{0}和{2}哪个好", "想要便宜的{0}",
    "do you have {1}?", "how much is the {1}", "cheapest {1}", "{1} in stock?", "{0} {1}",
)  # fmt: skip
TOP = 10
ROUNDS = 3
PIECE_ROWS = 10_000
HAN = (
    "咖啡 茶叶 充电宝 耳机 蓝牙 无线 手机壳 数据线 保温杯 电饭煲 空气炸锅 吹风机 洗面奶 面膜 "
    "防晒霜 口红 香水 牙膏 牙刷 电动 纸巾 抽纸 湿巾 洗衣液 洗洁精 垃圾袋 保鲜膜 收纳箱 衣架 "
    "毛巾 浴巾 四件套 枕头 被子 床垫 台灯 插座 风扇 加湿器 净水器 扫地机 行李箱 双肩包 运动鞋 "
    "跑步鞋 拖鞋 袜子 短裤 衬衫 羽绒服 卫衣 牛仔裤 连衣裙 帽子 围巾 手套 雨伞 眼镜 手表 项链 "
    "儿童 婴儿 奶粉 纸尿裤 玩具 积木 绘本 文具 钢笔 笔记本 书包 大米 面粉 食用油 酱油 牛奶 酸奶 "
    "饼干 坚果 巧克力 糖果 牛肉干 方便面 火锅 底料 水果 苹果 芒果 橙子 云南 东北 五常 新疆 四川 "
    "广东 山东 进口 有机 无糖 低脂 原味 辣味 草莓 家用 便携 迷你 大容量 快充 防水 加厚 纯棉 "
    "真丝 不锈钢 陶瓷 玻璃 木质 折叠 可爱 简约 北欧 日式 男士 女士 学生 宿舍 办公 户外 旅行 "
    "车载 厨房 浴室 客厅 卧室 宠物 猫粮 狗粮 猫砂 钓鱼 露营 帐篷 瑜伽 哑铃 跳绳 篮球 足球 "
    "羽毛球 自行车 头盔 礼盒"
).split()
ENGLISH = (
    "coffee tea charger cable headphones wireless bluetooth speaker phone case bottle cup cooker "
    "dryer cleanser mask sunscreen lipstick perfume toothpaste toothbrush electric tissue wipes "
    "detergent storage hanger towel pillow blanket mattress lamp socket fan humidifier purifier "
    "vacuum suitcase backpack shoes running slippers socks shorts shirt jacket hoodie jeans dress "
    "hat scarf gloves umbrella glasses watch necklace kids baby milk diapers toy blocks book pen "
    "rice flour oil sauce yogurt biscuit nuts chocolate candy beef noodles hotpot fruit apple "
    "mango orange organic sugar free original spicy strawberry portable mini large fast waterproof "
    "thick cotton silk steel ceramic glass wooden folding cute simple office outdoor travel car "
    "kitchen bathroom bedroom pet cat dog litter fishing camping tent yoga dumbbell rope"
).split()


@dataclass(frozen=True)
class Query:
    """A question of a kind: its concepts, and what of the folded text holds them all."""

    concepts: tuple[tuple[str, ...], ...]
    holding: tuple[tuple[str, ...], ...]
    """Of each concept the patterns of LIKE, over the text between two spaces."""


# ---------------------------------------------------------------- a catalogue


class Titles:
    """Titles as of a shop of everything: few common words, many rare ones, the same each time."""

    def __init__(self) -> None:
        """Coins the rare words: names, made of characters and of syllables."""
        chance = random.Random(7)  # noqa: S311 - a catalogue, not a secret
        characters = [chr(0x4E00 + number * 7) for number in range(2_800)]
        syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or")]
        self.han = HAN + ["".join(chance.sample(characters, 2)) for _ in range(20_000)]
        self.latin = ENGLISH + [
            "".join(chance.sample(syllables, chance.randint(2, 4))) for _ in range(30_000)
        ]

    def rows(self, count: int) -> Iterator[dict[str, Any]]:
        """Rows of the table of offers."""
        chance = random.Random(11)  # noqa: S311
        for number in range(1, count + 1):
            title = self._title(chance)
            category = f"{HAN[number % 40]} > {HAN[number % len(HAN)]}"
            yield {
                "id": number,
                "marketplace": "feed",
                "external_id": f"sku-{number}",
                "title": title,
                "url": f"https://shop.example.com/item/{number}?from=feed",
                "price_minor": 990 + number * 37 % 90_000,
                "currency": "CNY",
                "brand": None,
                "category": category,
                "description": "Hand picked, washed, roasted this week. " * 4,
                # Few sell a lot, most little, and of one in five nobody says.
                "sales": int(20 / (chance.random() + 1e-7)) if number % 5 else None,
                "digest": str(number),
                "search": fold(f"{title} {category}"),
                "added_at": NOON,
                "seen_at": NOON,
            }

    def _title(self, chance: random.Random) -> str:
        han = [self._one(chance, self.han) for _ in range(chance.randint(3, 7))]
        latin = [self._one(chance, self.latin) for _ in range(chance.randint(1, 4))]
        return f"{''.join(han[:3])} {' '.join(latin)} {''.join(han[3:])} {chance.randint(1, 999)}g"

    @staticmethod
    def _one(chance: random.Random, words: Sequence[str]) -> str:
        """Common ones often: every other word is of the first two hundred or so."""
        return words[int(len(words) ** chance.random()) - 1]


async def fill(database: Database, count: int) -> None:
    """A catalogue of ``count`` offers without an index of words."""
    async with database.write() as connection:
        market = {"name": "feed", "added_at": NOON, "is_self_purchase_paid": True}
        await connection.execute(insert(marketplaces), [market])
    rows = Titles().rows(count)
    while piece := list(islice(rows, PIECE_ROWS)):
        async with database.write() as connection:
            await bulk.insert(connection, offers, piece)


# ---------------------------------------------------------------- questions


def questions(count: int) -> dict[str, list[Query]]:
    """``count`` questions of each kind."""
    chance, titles = random.Random(13), Titles()  # noqa: S311
    two = [word for word in HAN if len(word) == 2]
    more = [word for word in HAN if len(word) > 2]
    coined = set(titles.latin)
    long = [word for word in ENGLISH if len(word) > 6 and word[:-2] not in coined]
    kinds: dict[str, Callable[[], list[str]]] = {
        "two_characters": lambda: [chance.choice(two)],
        "part_of_word": lambda: [chance.choice(more)[-2:]],
        "three_characters": lambda: [chance.choice(more)],
        "four_characters": lambda: [chance.choice(two) + chance.choice(two)],
        "english": lambda: [chance.choice(ENGLISH)],
        "beginning": lambda: [chance.choice(long)[:-2]],
        "two_words": lambda: [chance.choice(HAN), chance.choice(HAN)],
        "mixed": lambda: [chance.choice(HAN), chance.choice(ENGLISH)],
        "four_words": lambda: [*chance.sample(HAN[:40], 2), *chance.sample(ENGLISH[:40], 2)],
        "common": lambda: [chance.choice(HAN[:5])],
        "rare": lambda: [chance.choice(titles.han[2_000:])],
        "none": lambda: [f"{chance.choice(HAN)}龘{chance.choice(HAN)}", "zyzzyva"],
    }
    return {kind: [_asked(make()) for _ in range(count)] for kind, make in kinds.items()}


def _asked(said: Sequence[str]) -> Query:
    return Query(tuple((each,) for each in said), tuple(map(_patterns, said)))


def _patterns(word: str) -> tuple[str, ...]:
    """Anywhere for a Chinese word; whole, in either number, or cut short for an English one."""
    if not word.isascii():
        return (f"%{word}%",)
    if word not in ENGLISH:
        return (f"% {word}%",)
    one = word.removesuffix("s") if stem(word) != word else word
    return (f"% {one} %", f"% {one}s %", f"% {one}es %")


def misspelt(count: int) -> dict[str, list[tuple[str, str]]]:
    """(wrong, right) words: one character of a Chinese word, one slip in an English one."""
    chance = random.Random(17)  # noqa: S311
    more = [word for word in HAN if len(word) > 2]
    long = [word for word in ENGLISH if len(word) > 5]
    found: dict[str, list[tuple[str, str]]] = {"chinese": [], "english": []}
    for _ in range(count):
        right = chance.choice(more)
        found["chinese"].append((f"龘{right[1:]}", right))
        right = chance.choice(long)
        at = chance.randrange(1, len(right) - 1)
        found["english"].append((right[:at] + right[at + 1] + right[at] + right[at + 2 :], right))
    return found


# ---------------------------------------------------------------- what it takes


async def asking(bench: Bench) -> AsyncIterator[Figure]:
    """Build, size, times and recall of the index of words, of each size on each engine."""
    for full, limit_ms in SIZES.items():
        count = bench.of(full, full // 50)
        for engine in ENGINES:
            database = Database(await bench.database_url(engine, f"questions-{count}"))
            await fill(database, count)
            name = f"questions.{engine}.{count}"
            async for figure in _building(database, name):
                yield figure
            async for figure in _finding(database, name, bench, limit_ms):
                yield figure
            async for figure in _mending(database, name, bench, limit_ms):
                yield figure
            async for figure in _answering(database, name, bench):
                yield figure
            await database.close()


async def _building(database: Database, name: str) -> AsyncIterator[Figure]:
    before, began = _peak_mib(), time.perf_counter()
    async with database.write() as connection:
        await connection.run_sync(indexing.rebuild)
    yield told(f"{name}.build", [time.perf_counter() - began], "s")
    yield told(f"{name}.build.more_memory", [_peak_mib() - before], "MiB")
    if not database.is_sqlite:
        async with database.engine.connect() as connection:
            apart = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await apart.execute(text("VACUUM ANALYZE"))
    async with database.read() as connection:
        for what, asked in _SIZES[connection.dialect.name].items():
            size = await connection.scalar(text(asked))
            yield told(f"{name}.{what}", [int(size or 0) / 1e6], "MB")


_SIZES = {
    "sqlite": {"index": "SELECT sum(length(block)) FROM offer_words_data"},
    "postgresql": {
        "index": "SELECT pg_indexes_size('offer_words')",
        "terms": "SELECT pg_table_size('offer_words')",
    },
}


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _finding(
    database: Database, name: str, bench: Bench, limit_ms: float
) -> AsyncIterator[Figure]:
    every: list[Spent] = []
    for kind, some in questions(bench.of(100, 20)).items():
        spent = [await _spent(database, each.concepts) for each in some]
        every += spent
        for figure in _times(f"{name}.{kind}", spent, limit_ms):
            yield figure
        recall = await _recall(database, some[: 4 if limit_ms > 5 else 8])
        if recall:
            yield at_least(f"{name}.{kind}.recall", [sum(recall) / len(recall)], "ratio", RECALL)
    for figure in _times(f"{name}.any", every, limit_ms):
        yield figure


class Spent(NamedTuple):
    """What a question took, in ms: by the clock, and of processors, the server's included."""

    clock: float
    cpu: float


async def _spent(database: Database, concepts: words.Concepts, *, is_wrong: bool = False) -> Spent:
    """The least disturbed of some rounds: others use this machine, too."""
    rounds = []
    for _ in range(ROUNDS):
        before, began = await _cpu_ms(database), time.perf_counter()
        async with database.read() as connection:
            found = await words.candidates(connection, concepts)
            if is_wrong and not found:
                await words.nearest(connection, concepts)
        clock = (time.perf_counter() - began) * 1000
        rounds.append(Spent(clock, await _cpu_ms(database) - before))
    return Spent(min(each.clock for each in rounds), min(each.cpu for each in rounds))


SERVERS: dict[int, Path] = {}
"""Of each database the place where the system keeps what its server process has used."""


async def _cpu_ms(database: Database) -> float:
    own = time.process_time() * 1000
    if database.is_sqlite:
        return own
    if id(database) not in SERVERS:
        async with database.read() as connection:
            pid = await connection.scalar(text("SELECT pg_backend_pid()"))
        SERVERS[id(database)] = Path(f"/proc/{pid}/schedstat")
    return own + int(SERVERS[id(database)].read_text().split()[0]) / 1e6


def _times(name: str, spent: Sequence[Spent], limit_ms: float) -> Iterator[Figure]:
    """The clock decides; where it was disturbed, the processors tell what it would have said."""
    clock, cpu = sorted(each.clock for each in spent), sorted(each.cpu for each in spent)
    yield told(f"{name}.p50", [clock[len(clock) // 2]], "ms")
    yield at_most(f"{name}.p99", [_p99(clock)], "ms", limit_ms)
    yield told(f"{name}.cpu.p50", [cpu[len(cpu) // 2]], "ms")
    yield told(f"{name}.cpu.p99", [_p99(cpu)], "ms")


def _p99(spent: Sequence[float]) -> float:
    return spent[min(len(spent) - 1, len(spent) * 99 // 100)]


async def _recall(database: Database, some: Sequence[Query]) -> list[float]:
    """Of each question the share of the ten best sold, found by reading every offer, that it has.

    One that sold as much as the last of the ten is as good as it.
    """
    shares = []
    padded = literal(" ") + offers.c.search + " "
    for each in some:
        wanted = (
            select(offers.c.id, func.coalesce(offers.c.sales, 0))
            .where(
                offers.c.ended_at.is_(None),
                *(or_(*map(padded.like, some_of)) for some_of in each.holding),
            )
            .order_by(func.coalesce(offers.c.sales, 0).desc(), offers.c.id)
            .limit(TOP)
        )
        async with database.read() as connection:
            best = (await connection.execute(wanted)).all()
            found = await words.candidates(connection, each.concepts)
        if best:
            ids = {offer.id for offer in found}
            shares.append(sum(row[0] in ids for row in best) / len(best))
    return shares


async def _mending(
    database: Database, name: str, bench: Bench, limit_ms: float
) -> AsyncIterator[Figure]:
    """What is misspelt: nothing is found by it, then the nearest are looked for."""
    for kind, some in misspelt(bench.of(50, 20)).items():
        spent: list[Spent] = []
        met = 0
        for wrong, right in some:
            spent.append(await _spent(database, [[wrong]], is_wrong=True))
            async with database.read() as connection:
                found = await words.candidates(connection, [[wrong]])
                found = found or await words.nearest(connection, [[wrong]])
            met += any(stem(right) in fold(offer.facts.title) for offer in found[:TOP])
        for figure in _times(f"{name}.misspelt_{kind}", spent, limit_ms):
            yield figure
        yield at_least(f"{name}.misspelt_{kind}.recall", [met / len(some)], "ratio", RECALL)


async def _answering(database: Database, name: str, bench: Bench) -> AsyncIterator[Figure]:
    """From a member's words to what is said, with its record and link, as the chat waits for it."""
    stage = await set_stage(database)
    async with database.write() as connection:
        members = [await add_person(connection, 7_000 + each, f"M{each}") for each in range(20)]
        group = await groups.find(connection, stage.group)
        askers = [await people.find(connection, each) for each in members]
    at = [NOON]
    composing = Composing(TEXTS, ZONE, None)
    writing = Writing(database, Wishing(database, lambda: at[0], urandom, CNY))
    service = Answering(
        database, composing, writing, lambda: at[0], urandom, "https://a.example", CNY, DAY
    )
    chance = random.Random(19)  # noqa: S311
    spent: list[Spent] = []
    for number in range(bench.of(300, 60)):
        at[0] += timedelta(seconds=20)
        words_asked = chance.choice(WORDINGS).format(
            chance.choice(HAN), chance.choice(ENGLISH), chance.choice(HAN)
        )
        person = askers[number % len(askers)]
        before, began = await _cpu_ms(database), time.perf_counter()
        reply = await service.ask(Asked(words_asked, person, "zh", group, -1, number + 1))
        clock = (time.perf_counter() - began) * 1000
        spent.append(Spent(clock, await _cpu_ms(database) - before))
        assert isinstance(reply, Reply), reply
    for figure in _times(f"{name}.answer", spent, ANSWER_MS):
        yield figure


SUBJECTS = {"questions": asking}
