"""Pictures of offers, drawn by the program: calm geometry, another for every category."""

import math
import random
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from bot.sandbox.shop.drawing import DRAWN, SIDE, Colour, Drawing, Palette, mixed
from bot.sandbox.shop.kinds import kind_of

# Background from, background to, body, accent.
PALETTES: dict[str, Palette] = {
    "groceries": ((255, 243, 224), (255, 214, 165), (196, 116, 54), (255, 250, 240)),
    "fruit": ((255, 249, 219), (255, 224, 138), (244, 140, 6), (116, 168, 76)),
    "household": ((227, 245, 242), (174, 222, 214), (64, 145, 134), (255, 255, 255)),
    "kitchen": ((253, 236, 232), (245, 190, 178), (186, 73, 60), (255, 247, 240)),
    "baby": ((255, 240, 245), (250, 208, 223), (238, 148, 176), (255, 250, 220)),
    "digital": ((228, 234, 248), (165, 184, 228), (52, 72, 130), (126, 214, 223)),
    "beauty": ((250, 238, 250), (226, 193, 231), (150, 94, 168), (255, 226, 199)),
    "sports": ((230, 245, 255), (160, 211, 246), (27, 108, 168), (255, 196, 61)),
    "pets": ((245, 240, 229), (222, 203, 170), (141, 104, 70), (250, 226, 190)),
    "clothing": ((236, 238, 245), (196, 202, 220), (92, 103, 140), (246, 189, 96)),
    "stationery": ((240, 247, 230), (203, 226, 170), (96, 139, 62), (255, 255, 255)),
}


def _groceries(on: Drawing, chance: random.Random) -> None:
    on.box((300, 330, 700, 790), 60, on.body)
    on.shape([(300, 390), (345, 250), (655, 250), (700, 390)], mixed(on.body, on.deep, 0.35))
    on.box((360, 450, 640, 660), 40, on.accent)
    for step in range(5):
        x = 420 + step * 40
        on.draw.ellipse(on.at(x - 14, 520, x + 14, 590 + chance.randint(-8, 8)), on.body)


FRUITS: tuple[Colour, ...] = ((244, 140, 6), (206, 62, 66), (132, 168, 58), (120, 84, 150))


def _fruit(on: Drawing, chance: random.Random) -> None:
    on.body = mixed(chance.choice(FRUITS), on.body, 0.15)
    places = [(505, 430, 145), (400, 600, 150), (610, 590, 140)]
    for x, y, radius in places:
        on.disc(x, y, radius, mixed(on.body, on.back, chance.random() * 0.25))
        on.disc(x - radius * 0.35, y - radius * 0.35, radius * 0.2, on.back)
    on.line([(505, 300), (520, 230), (560, 190)], 18, mixed(on.accent, (60, 40, 20), 0.5))
    on.draw.pieslice(on.at(520, 150, 680, 290), 120, 300, on.accent)


def _household(on: Drawing, chance: random.Random) -> None:
    on.box((330, 380, 620, 800), 70, on.body)
    on.box((420, 260, 530, 400), 20, mixed(on.body, on.deep, 0.4))
    on.box((400, 210, 680, 275), 30, on.body)
    on.box((380, 500, 570, 690), 40, on.accent)
    for _ in range(6):
        spot = (chance.randint(640, 830), chance.randint(330, 700))
        on.disc(*spot, chance.randint(18, 46), mixed(on.back, on.accent, 0.7))


def _kitchen(on: Drawing, chance: random.Random) -> None:
    on.draw.pieslice(on.at(230, 330, 710, 810), 0, 180, on.body)
    on.box((220, 540, 720, 585), 20, mixed(on.body, on.deep, 0.3))
    on.box((700, 545, 900, 580), 18, on.body)
    for step in range(3):
        x = 370 + step * 95
        up = chance.randint(0, 40)
        on.line(
            [(x, 480), (x + 25, 420 - up), (x - 15, 360 - up), (x + 10, 300 - up)], 16, on.accent
        )


def _baby(on: Drawing, chance: random.Random) -> None:
    for step, width in enumerate((460, 390, 320, 250)):
        top = 690 - step * 105
        colour = (on.body, on.accent, mixed(on.body, on.deep, 0.5), on.deep)[step]
        on.box((500 - width / 2, top, 500 + width / 2, top + 95), 47, colour)
    on.disc(500, 315, 75, on.body)
    on.disc(470 + chance.randint(-4, 4), 300, 9, on.back)
    on.disc(530, 300, 9, on.back)


def _digital(on: Drawing, chance: random.Random) -> None:
    on.box((330, 190, 670, 810), 60, on.body)
    on.box((355, 240, 645, 740), 24, mixed(on.body, on.accent, 0.25))
    for step in range(5):
        high = chance.randint(70, 260)
        on.box((390 + step * 46, 700 - high, 420 + step * 46, 700), 12, on.accent)
    on.disc(500, 775, 18, on.accent)


def _beauty(on: Drawing, chance: random.Random) -> None:
    on.box((410, 420, 610, 800), 50, on.body)
    on.box((450, 330, 570, 430), 16, on.accent)
    on.box((470, 230, 550, 335), 14, mixed(on.body, on.deep, 0.4))
    on.disc(510, 610, 62, on.accent)
    for step in range(7):
        turn = step * math.tau / 7 + chance.random()
        on.disc(270 + 60 * math.cos(turn), 680 + 60 * math.sin(turn), 38, on.deep)
    on.disc(270, 680, 34, on.accent)


def _sports(on: Drawing, chance: random.Random) -> None:
    on.box((250, 470, 750, 530), 24, on.accent)
    for x, high in ((250, 330), (330, 240), (670, 240), (750, 330)):
        on.box((x - 34, 500 - high / 2, x + 34, 500 + high / 2), 30, on.body)
    tilt = chance.randint(-30, 30)
    on.arc((200, 640 + tilt, 800, 900 + tilt), (200, 340), 16)


def _pets(on: Drawing, chance: random.Random) -> None:
    on.disc(500, 610, 165, on.body)
    toes = ((310, 440), (430, 330), (575, 330), (695, 440))
    for x, y in toes:
        on.disc(x, y, 78 + chance.randint(-6, 6), on.body)
    on.disc(500, 625, 95, on.accent)


def _clothing(on: Drawing, chance: random.Random) -> None:
    shirt = [(360, 270), (640, 270), (820, 410), (740, 520), (670, 465), (670, 800)]
    shirt += [(330, 800), (330, 465), (260, 520), (180, 410)]
    on.shape(shirt, on.body)
    on.draw.pieslice(on.at(420, 190, 580, 350), 0, 180, on.back)
    for step in range(chance.randint(2, 4)):
        on.box((330, 540 + step * 70, 670, 565 + step * 70), 0, on.accent)


def _stationery(on: Drawing, chance: random.Random) -> None:
    on.box((290, 230, 650, 800), 30, on.body)
    on.box((320, 260, 650, 770), 18, on.accent)
    for step in range(6):
        end = 600 - chance.randint(0, 120)
        on.box((370, 340 + step * 65, end, 352 + step * 65), 6, on.deep)
    on.shape([(690, 300), (745, 300), (745, 690), (717, 760), (690, 690)], on.body)
    on.shape([(690, 690), (745, 690), (717, 760)], on.back)


MOTIFS: dict[str, Callable[[Drawing, random.Random], None]] = {
    "groceries": _groceries,
    "fruit": _fruit,
    "household": _household,
    "kitchen": _kitchen,
    "baby": _baby,
    "digital": _digital,
    "beauty": _beauty,
    "sports": _sports,
    "pets": _pets,
    "clothing": _clothing,
    "stationery": _stationery,
}


@lru_cache(maxsize=256)
def picture(offer_id: str, category: str, title: str = "") -> bytes:
    """Return the PNG of an offer, 800 by 800; the same offer always gets the same picture.

    Some kinds of things, known by their titles, have a drawing of their own.
    """
    chance = random.Random(offer_id)  # noqa: S311 (variety, not secrecy)
    on = Drawing(_varied(PALETTES[category], chance))
    _ground(on, chance)
    (kind_of(title) or MOTIFS[category])(on, chance)
    small = on.image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    written = BytesIO()
    small.save(written, "PNG", compress_level=6)
    return written.getvalue()


def _varied(palette: Palette, chance: random.Random) -> Palette:
    """Lead each offer's colours a little away from its category's."""
    target = (chance.randint(60, 255), chance.randint(60, 255), chance.randint(60, 255))
    back, deep, body, accent = palette
    return back, mixed(deep, target, 0.12), mixed(body, target, 0.2), accent


def _ground(on: Drawing, chance: random.Random) -> None:
    """Draw the background: a soft slope, large pale circles, a shadow under the thing."""
    slope = Image.linear_gradient("L").resize((DRAWN, DRAWN))
    on.image.paste(Image.composite(_plain(on.deep), _plain(on.back), slope))
    for _ in range(4):
        place = (chance.randint(0, 1000), chance.randint(0, 1000))
        on.disc(*place, chance.randint(90, 230), mixed(on.back, on.deep, 0.35))
    shade = Image.new("L", (DRAWN, DRAWN))
    ImageDraw.Draw(shade).ellipse(on.at(240, 760, 760, 860), 90)
    dark = _plain(mixed(on.body, (0, 0, 0), 0.4))
    on.image.paste(dark, mask=shade.filter(ImageFilter.GaussianBlur(DRAWN / 60)))


def _plain(colour: Colour) -> Image.Image:
    return Image.new("RGB", (DRAWN, DRAWN), colour)
