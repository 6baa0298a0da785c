"""Drawings for kinds of things of which the shop has several, so that they can be told apart."""

import random
from collections.abc import Callable

from bot.sandbox.shop.drawing import Drawing, mixed

Motif = Callable[[Drawing, random.Random], None]


def _power_bank(on: Drawing, chance: random.Random) -> None:
    top = 300 + chance.randint(-40, 20)
    on.box((290, top, 710, 800), 70, on.body)
    on.box((320, top + 30, 680, 770), 50, mixed(on.body, on.back, 0.18))
    on.box((420, top - 30, 500, top), 8, mixed(on.body, (0, 0, 0), 0.3))
    on.box((540, top - 30, 600, top), 8, mixed(on.body, (0, 0, 0), 0.3))
    bolt = [(540, 430), (430, 590), (495, 590), (460, 700), (580, 530), (510, 530)]
    on.shape(bolt, on.accent)
    for step in range(4):
        on.disc(395 + step * 70, 735, 13, on.accent if step < 3 else mixed(on.body, on.deep, 0.4))


def _cable(on: Drawing, _chance: random.Random) -> None:
    for ring in range(3):
        wide = 245 - ring * 44
        on.arc((500 - wide, 520 - wide, 500 + wide, 520 + wide), (0, 360), 26)
    for x, y, away in ((732, 250, -1), (268, 790, 1)):
        on.line([(x, y), (x, 520)], 26, on.body)
        on.box((x - 38, y - 60, x + 38, y + 60), 20, mixed(on.body, on.deep, 0.25))
        tip = sorted((y + away * 60, y + away * 112))
        on.box((x - 20, tip[0], x + 20, tip[1]), 8, on.accent)


def _plug(on: Drawing, chance: random.Random) -> None:
    for x in (425, 535):
        on.box((x, 200, x + 40, 360), 10, mixed(on.deep, on.body, 0.4))
    on.box((310, 340, 690, 790), 70, on.accent)
    on.box((350, 380, 650, 750), 46, mixed(on.accent, on.deep, 0.25))
    for step in range(chance.randint(1, 3)):
        on.box((430, 470 + step * 90, 570, 512 + step * 90), 20, on.body)


def _cooker(on: Drawing, chance: random.Random) -> None:
    on.box((220, 420, 780, 790), 120, on.body)
    on.draw.pieslice(on.at(230, 300, 770, 620), 180, 360, mixed(on.body, on.back, 0.35))
    on.box((220, 440, 780, 480), 18, mixed(on.body, (0, 0, 0), 0.25))
    on.box((440, 262, 560, 322), 28, mixed(on.body, (0, 0, 0), 0.2))
    on.box((390, 540, 610, 700), 36, on.accent)
    on.box((420, 566, 580, 610), 12, mixed(on.body, (0, 0, 0), 0.35))
    for step in range(3):
        on.disc(445 + step * 55, 655, 15, on.body)
    for x in (380, 500, 620):
        up = chance.randint(0, 40)
        on.line([(x, 235), (x + 22, 190 - up), (x - 8, 140 - up)], 13, on.accent)


def _bottle(on: Drawing, chance: random.Random) -> None:
    on.box((350, 380, 650, 810), 60, on.body)
    on.shape([(350, 440), (460, 320), (540, 320), (650, 440)], on.body)
    on.box((462, 230, 538, 330), 12, on.accent)
    on.box((390, 190, 560, 245), 26, on.accent)
    on.box((390, 480, 610, 730), 30, mixed(on.body, on.back, 0.72))
    for step in range(3):
        end = 570 - chance.randint(0, 70)
        on.box((430, 530 + step * 56, end, 548 + step * 56), 9, on.body)
    for _ in range(5):
        on.disc(chance.randint(690, 850), chance.randint(330, 640), chance.randint(16, 40), on.back)


def _tissues(on: Drawing, chance: random.Random) -> None:
    lift = chance.randint(0, 40)
    sheet = [(400, 480), (360, 330 - lift), (470, 380), (530, 260 - lift), (580, 390)]
    on.shape([*sheet, (660, 330), (600, 480)], (255, 255, 255))
    on.box((230, 450, 770, 780), 46, on.body)
    on.box((350, 440, 650, 492), 26, mixed(on.body, (0, 0, 0), 0.25))
    on.box((300, 560, 700, 710), 34, mixed(on.body, on.back, 0.7))
    for step in range(4):
        on.disc(390 + step * 74, 635, 24, mixed(on.body, on.deep, 0.45))


def _pods(on: Drawing, chance: random.Random) -> None:
    on.box((290, 470, 710, 800), 130, on.accent)
    on.box((290, 560, 710, 580), 4, mixed(on.accent, on.body, 0.4))
    on.disc(500, 660, 16, on.body)
    for x, side in ((380, -1), (620, 1)):
        y = 280 + chance.randint(-20, 20)
        on.disc(x, y, 70, on.body)
        on.box((x + side * 22 - 20, y, x + side * 22 + 20, y + 190), 20, on.body)


KINDS: tuple[tuple[tuple[str, ...], Motif], ...] = (
    (("充电宝", "Power Bank"), _power_bank),
    (("数据线", "快充线", "Cable"), _cable),
    (("充电器", "充电头"), _plug),
    (("电饭煲", "Rice Cooker"), _cooker),
    (("洗发水", "护发素", "Shampoo", "洁面乳"), _bottle),
    (("抽纸", "手帕纸", "湿厕纸", "棉柔巾", "Tissues", "Towels"), _tissues),
    (("无线耳机", "Earbuds"), _pods),
)


def kind_of(title: str) -> Motif | None:
    """Return the drawing for the kind that a title names, None for any other."""
    return next((motif for words, motif in KINDS if any(word in title for word in words)), None)
