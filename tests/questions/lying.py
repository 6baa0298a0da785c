"""Asks with a language model that lies, and shows what the members were sent all the same."""

import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from bot.phrasing import Phrasing
from storage.database import Database
from tests.questions import figures, shelf
from tests.questions.asking import Asking, Expected
from tests.questions.lies import FAITHFUL, LIES, Lie, Scene
from tests.questions.members import Crowd, Said, crowd, house
from tests.questions.model import Model, model

PATIENCE_SECONDS = 0.4
"""In place of the house's own, so that silence costs no minutes."""
FAR_APART = 1_000
"""Members of the second crowd are others than those of the first."""
SHOWN = 110

ASKED = tuple(
    Asking(f"lie-{place}", language, "lie", text, Expected("facts", ("facts",)), language, about)
    for place, (language, text, about) in enumerate(
        (
            ("zh", "这个多少钱", "Q001"),
            ("en", "how much is this", "Q003"),
            ("zh", "还有货吗", "Q002"),
            ("en", "is it in stock", "Q010"),
            ("zh", "白榆保温杯 vs 儿童吸管保温杯 对比一下", None),
            ("en", "compare pinecrest tent and pinecrest sleeping bag", None),
            ("en", "power bank under 100", None),
            ("en", "can i return it", "Q029"),
            ("zh", "支持7天无理由吗", "Q017"),
        )
    )
)


@dataclass(frozen=True)
class Lied:
    """One lie about one answer, and what was sent."""

    name: str
    asking: Asking
    plain: Said
    said: str
    """What the model said, as far as it can be shown."""
    sent: Said

    @property
    def is_plain(self) -> bool:
        """Whether the member was sent our own words, whole."""
        return self.sent.html == self.plain.html and self.sent.worded != "phrased"


async def lied(url: str, lies: Mapping[str, Lie] = LIES) -> tuple[list[Lied], list[Lied]]:
    """Each lie about every answer that it changes, and faithful words about the same."""
    database = Database(url)
    try:
        await shelf.fill(database)
        held = await shelf.stored(database)
        app = house(database, url)
        members = crowd(app, held)
        plain = [await members.ask(each) for each in ASKED]
        async with model() as served:
            phrasing = Phrasing(served.url, "key", "liar", timeout_seconds=PATIENCE_SECONDS)
            phrased = crowd(app, held, phrasing=phrasing)
            phrased.asked = FAR_APART
            try:
                return (
                    [each async for each in _each(lies, phrased, served, plain)],
                    [each async for each in _each(FAITHFUL, phrased, served, plain)],
                )
            finally:
                await phrasing.close()
    finally:
        await database.close()


async def _each(
    ways: Mapping[str, Lie], members: Crowd, served: Model, plain: Sequence[Said]
) -> AsyncIterator[Lied]:
    for name, way in ways.items():
        for asking, own in zip(ASKED, plain, strict=True):
            says = way(_scene(asking, own))
            if ways is not FAITHFUL and says.words == own.words:
                continue
            served.says = says
            sent = await members.ask(asking)
            yield Lied(name, asking, own, says.shown, sent)


def _scene(asking: Asking, own: Said) -> Scene:
    titles = (offer.columns["title"] for offer in own.named)
    return Scene(
        own.words,
        asking.language,
        is_stocked=bool(own.named[0].columns["stock"]),
        titles=tuple(title for title in titles if title in own.words),
        is_compared=own.kind == "compared",
    )


def report(lies: Sequence[Lied], faithful: Sequence[Lied]) -> int:
    """Print each lie with what was sent; 1 when one of them went out."""
    for name in dict.fromkeys(each.name for each in lies):
        some = [each for each in lies if each.name == name]
        out = [each for each in some if not each.is_plain]
        shown = (out or some)[0]
        sys.stdout.write(
            f"{'SENT' if out else 'kept':<5}{name} ({len(some) - len(out)} of {len(some)})\n"
            f"       it said: {_one_line(shown.said)}\n"
            f"       sent:    {_one_line(figures.plain(shown.sent.html))}\n"
        )
    for each in faithful:
        verdict = "phrased" if each.sent.worded == "phrased" else "plain"
        sys.stdout.write(f"faithful, {each.name}: {verdict} ({each.asking.text})\n")
    gone = [each for each in lies if not each.is_plain]
    names = {each.name for each in lies}
    sys.stdout.write(
        f"lies {len(names)}, told {len(lies)} times, sent on {len(gone)}; faithful words passed "
        f"{sum(each.sent.worded == 'phrased' for each in faithful)} of {len(faithful)}\n"
    )
    return 1 if gone else 0


async def run(url: str) -> int:
    """Tell every lie over an empty database at ``url``; 1 when one of them went out."""
    return report(*await lied(url))


def _one_line(text: str) -> str:
    line = " / ".join(each for each in text.splitlines() if each.strip())
    return line if len(line) <= SHOWN else f"…{line[-SHOWN:]}"
