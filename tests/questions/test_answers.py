"""Every question, asked of the real service: nothing is invented, and most is answered."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.domain.records import Answer, Group, Question
from bot.domain.texts import Html
from bot.services.questions.composing import Composed
from storage.database import Database
from tests.questions import shelf
from tests.questions.asking import questions
from tests.questions.judging import Judged, Verdict, judged
from tests.questions.members import Crowd, Listening, crowd, house

RIGHT_OF_HUNDRED = 86
"""What was reached, less what a word or two may change."""
INVENTED_OF_HUNDRED = 90
"""Of answers with a price, so many are found out when each price is another."""

Change = Callable[[Html], Html]


@dataclass(frozen=True)
class Inventing(Listening):
    """Composes as ever, and changes the words."""

    change: Change = field(default=lambda html: html)

    async def compose(self, answer: Answer, question: Question, group: Group | None) -> Composed:
        """The words of an answer, changed."""
        composed = await super().compose(answer, question, group)
        return replace(composed, html=self.change(composed.html))


async def asked(
    folder: Path, change: Change | None = None, kind: str | None = None
) -> list[Judged]:
    """Every question, or those of one kind, with the verdicts on the answers."""
    url = f"sqlite:///{folder / 'questions.db'}"
    database = Database(url)
    try:
        await database.create()
        await shelf.fill(database)
        members = crowd(house(database, url), await shelf.stored(database))
        if change is not None:
            _replace(members, change)
        everything = questions() + questions(is_held_out=True)
        some = [each for each in everything if kind in (None, each.kind)]
        return [judged(each, await members.ask(each)) for each in some]
    finally:
        await database.close()


def _replace(members: Crowd, change: Change) -> None:
    own = members.listening
    members.listening = Inventing(own.texts, own.zone, own.phrasing, own.heard, change)
    members.answering = replace(members.answering, composing=members.listening)


async def test_no_answer_says_what_is_not_stored_and_most_are_right(tmp_path: Path) -> None:
    found = await asked(tmp_path)
    wrong = [(each.asking.id, each.wrong) for each in found if each.wrong]
    right = sum(each.verdict is Verdict.RIGHT for each in found)

    assert not wrong
    assert right * 100 >= RIGHT_OF_HUNDRED * len(found)


async def test_an_answerer_that_invents_prices_is_found_out(tmp_path: Path) -> None:
    def dearer(html: Html) -> Html:
        return Html(re.sub(r"([¥$₹])(\d)", r"\g<1>7\g<2>", html))

    found = await asked(tmp_path, dearer, "price")
    priced = [each for each in found if re.search(r"[¥$₹]", each.said.text)]
    wrong = [each for each in priced if each.wrong]

    assert priced
    assert len(wrong) * 100 >= INVENTED_OF_HUNDRED * len(priced)


async def test_an_answerer_that_calls_everything_sold_out_is_found_out(tmp_path: Path) -> None:
    def gone(html: Html) -> Html:
        return Html(f"{html}\nSold out. 卖完了。")

    found = await asked(tmp_path, gone, "stock")
    stocked = [each for each in found if each.said.named and each.said.named[0].columns["stock"]]

    assert stocked
    assert all(each.wrong for each in stocked)


async def test_an_answerer_that_knows_nothing_is_not_right(tmp_path: Path) -> None:
    def silent(html: Html) -> Html:
        return Html("")

    found = await asked(tmp_path, silent, "price")

    owed = [each for each in found if each.asking.expected.tells]
    assert owed
    assert not [each for each in owed if each.verdict is Verdict.RIGHT]
