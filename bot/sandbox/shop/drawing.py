"""The canvas on which the pictures of offers are drawn, and its colours."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

SIDE = 800
# Drawn twice as large and scaled down: smooth edges.
SCALE = 2
DRAWN = SIDE * SCALE

Colour = tuple[int, int, int]
Palette = tuple[Colour, Colour, Colour, Colour]


class Drawing:
    """A canvas in units of one thousandth of the picture's side."""

    def __init__(self, palette: Palette) -> None:
        self.image = Image.new("RGB", (DRAWN, DRAWN))
        self.draw = ImageDraw.Draw(self.image)
        self.back, self.deep, self.body, self.accent = palette

    def at(self, *values: float) -> list[float]:
        """Return places in pixels."""
        return [value * DRAWN / 1000 for value in values]

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Draw a filled circle."""
        self.draw.ellipse(self.at(x - radius, y - radius, x + radius, y + radius), colour)

    def box(self, place: tuple[float, float, float, float], r: float, colour: Colour) -> None:
        """Draw a box with corners rounded by `r`."""
        self.draw.rounded_rectangle(self.at(*place), r * DRAWN / 1000, colour)

    def shape(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """Draw a filled polygon."""
        self.draw.polygon([tuple(self.at(x, y)) for x, y in points], colour)

    def line(self, points: Sequence[tuple[float, float]], width: float, colour: Colour) -> None:
        """Draw a line with round joints."""
        places = [tuple(self.at(x, y)) for x, y in points]
        self.draw.line(places, colour, round(width * DRAWN / 1000), joint="curve")

    def arc(
        self, place: tuple[float, float, float, float], turn: tuple[int, int], width: float
    ) -> None:
        """Draw a part of an ellipse's edge in the body's colour, in degrees."""
        thick = round(width * DRAWN / 1000)
        self.draw.arc(self.at(*place), turn[0], turn[1], self.body, thick)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that lies `share` of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
