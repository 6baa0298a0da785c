"""Whether a language model's words say nothing but what the plain answer says.

They are not understood but covered: every word and figure must stand in the plain answer, beside
the same neighbours and of the same offer, or carry no fact at all. Whatever is left over is a
complaint, so that a new kind of lie is refused like a known one.
"""

import re
from collections.abc import Iterator, Sequence

from bot.domain import money
from bot.domain.catalogue.matching import fold
from bot.domain.questions.figures import Word, han_runs, words
from bot.domain.questions.stated import TITLE, TITLES, WHOLES, Stated, bare
from bot.domain.questions.vocabulary import permitted
from bot.domain.questions.wording import ANSWER_LIMIT
from bot.domain.records import Answer, AnswerKind, Offer
from bot.domain.texts import Html

_PHRASED = frozenset({AnswerKind.FACTS, AnswerKind.COMPARED, AnswerKind.FOUND})
_ADDRESS = re.compile(
    r"https?:|tg:|www\.|t\.me\b|://|@|[a-z0-9-]{2,}\.(?:com|cn|net|org|me|io|shop)(?![a-z])"
)
_PUNCTUATION = frozenset(" \n.,;:!()'\"“”‘’「」『』，。；：！（）、·-–—~～/%¥$€£₹+×…")
_SENTENCE = re.compile(r"(?<=[。！？!?；;\n])|(?<=\.)(?=\s)")
_CLOCK = re.compile(r"\d\d:\d\d")


def complaints(text: str, answer: Answer, plain: Html) -> list[str]:
    """What speaks against sending ``text`` in the place of ``plain``; nothing, and it may go."""
    found = list(_shape(text, answer, plain))
    if found:
        return found
    said = _Said(text, Stated(answer, plain))
    return [*said.left_out(), *said.added()]


def _shape(text: str, answer: Answer, plain: Html) -> Iterator[str]:
    if not text.strip():
        yield "empty"
    if len(text) > ANSWER_LIMIT:
        yield "too long"
    if answer.kind not in _PHRASED or answer.told or answer.stale or not answer.facts:
        yield "nothing to phrase"
    if _ADDRESS.search(fold(text)):
        yield "an address"
    known = _PUNCTUATION | set(bare(plain))
    odd = sorted({sign for sign in text if not (sign.isalnum() or sign in known)})
    if odd:
        yield f"signs: {''.join(odd)}"


# ---------------------------------------------------------------- what is said


class _Said:
    """A text cut at the titles it names, each part with the offer that it speaks of."""

    def __init__(self, text: str, known: Stated) -> None:
        self.known = known
        lines = (fold(line) for line in text.split("\n"))
        self.text = "\n".join(known.with_titles(known.with_wholes(line)) for line in lines)
        self.parts = list(self._parts())

    def _parts(self) -> Iterator[tuple[int | None, str, set[str]]]:
        """(offer, words, labels that it may bear) of each part."""
        known = self.known
        current = 0 if known.is_single else None
        for sentence in _SENTENCE.split(self.text):
            if not (sentence.strip() or known.is_single):
                # Behind an empty line nobody knows of which offer "it" is.
                current = None
            named = [ord(sign) - TITLES for sign in TITLE.findall(sentence)]
            labels = known.labels.get(named[0], set()) if len(set(named)) == 1 else set()
            for at, part in enumerate(TITLE.split(sentence)):
                if TITLE.fullmatch(part):
                    current = ord(part) - TITLES
                elif part.strip():
                    is_before = at == 0 and bool(named) and not known.is_single
                    yield None if is_before else current, part, labels

    def left_out(self) -> Iterator[str]:
        """What a true answer may not be silent about."""
        known = self.known
        signs = {whole: chr(WHOLES + at) for at, whole in enumerate(known.wholes)}
        for whole, owner in known.needed:
            if not any(signs[whole] in part and owner in (None, of) for of, part, _ in self.parts):
                yield f"left out: {whole}"
        figures = {word.text for word in words(self.text) if word.is_figure}
        for at, title in enumerate(known.titles[: len(known.blocks)]):
            prices = known.prices_of(at)
            if prices and prices[0] not in figures:
                yield f"no price: {title}"
            if not known.is_single and chr(TITLES + at) not in self.text:
                yield f"not named: {title}"
        clocks = {word for line in known.general for word in _CLOCK.findall(line)}
        if clocks and not clocks & figures:
            yield "no time"
        if not self._says_something():
            yield "says nothing"

    def _says_something(self) -> bool:
        said = {word.text for word in words(self.text)} - permitted.ENGLISH - permitted.CHINESE
        facts = {word.text for lines in self.known.blocks for word in _of(lines)}
        return bool(said & facts) or any("\ue100" <= sign <= "\ue1ff" for sign in self.text)

    def added(self) -> Iterator[str]:
        """Every word and figure that the plain answer does not cover."""
        known = self.known
        for at, (whole, owners) in enumerate(known.wholes.items()):
            if None not in owners and any(
                chr(WHOLES + at) in part and of not in owners for of, part, _ in self.parts
            ):
                yield f"of another offer: {whole}"
        for of, part, labels in self.parts:
            lines = known.lines_of(of)
            stated, said = _of(lines), words(part)
            yield from _claims(part, "\n".join(lines))
            yield from _negations(said, stated)
            offer = None if of is None else known.answer.offers[of]
            prices = None if of is None else known.prices_of(of)
            yield from _figures(said, stated, offer, prices)
            yield from self._unknown(said, stated, labels)

    def _unknown(self, said: list[Word], stated: list[Word], labels: set[str]) -> Iterator[str]:
        is_chinese = self.known.is_chinese
        latin = {word.text for word in stated} | labels
        latin |= frozenset() if is_chinese else permitted.ENGLISH | permitted.MONEY.keys()
        yield from (f"word: {word.text}" for word in said if word.is_latin
                    and word.text not in latin and not _is_sign(word.text))  # fmt: skip
        runs = han_runs(stated)
        free = labels | (permitted.CHINESE if is_chinese else frozenset())
        for run in han_runs(said):
            if not _is_covered(run, runs, free):
                yield f"words: {run}"


def _of(lines: Sequence[str]) -> list[Word]:
    return [word for line in lines for word in words(line)]


def _is_sign(text: str) -> bool:
    return "\ue000" <= text[0] <= "\uf8ff"


# ---------------------------------------------------------------- single checks


def _claims(part: str, stated: str) -> Iterator[str]:
    """Claims that stand as a whole in what is known, or nowhere."""
    for claim in permitted.HAZARDS:
        pattern = rf"(?<![a-z]){claim}(?![a-z])" if claim.isascii() else claim
        if re.search(pattern, part) and not re.search(pattern, stated):
            yield f"claim: {claim}"


def _negations(said: list[Word], stated: list[Word]) -> Iterator[str]:
    """A "not" belongs to the same word in both, and neither text has one that the other lacks."""
    denied = {(word.left, word.text) for word in stated if _is_not(word.left)}
    for word in said:
        if _is_not(word.left) and (word.left, word.text) not in denied:
            yield f"denied: {word.left} {word.text}"
        if _is_not(word.text) and not word.right:
            yield f"denied: {word.text}"
    for other in sorted({text for _, text in denied} - permitted.ENGLISH):
        # "Returns: no returns" holds the word once without its "no".
        if _bare(other, said) > _bare(other, stated):
            yield f"no more denied: {other}"


def _bare(text: str, among: list[Word]) -> int:
    return sum(word.text == text and not _is_not(word.left) for word in among)


def _is_not(text: str) -> bool:
    return text in permitted.NEGATIONS or text in permitted.NEGATIONS_HAN


def _figures(
    said: list[Word], stated: list[Word], offer: Offer | None, prices: tuple[str, str] | None
) -> Iterator[str]:
    """Figures that are neither the offer's price nor stand so in what is known."""
    lefts = {(word.text, word.left) for word in stated}
    rights = {(word.text, word.right) for word in stated}
    rivals: dict[str, set[str]] = {}
    for word in stated:
        if word.is_figure:
            rivals.setdefault(word.right, set()).add(word.text)
    since = 0
    for at, word in enumerate(said):
        if not word.is_figure:
            continue
        before = {each.text for each in said[since:at]}
        since = at + 1
        if offer and prices and word.text in prices and _is_bare_or_money(word):
            if not _is_price(word, before, offer, prices):
                yield f"price: {word.left} {word.text} {word.right}"
            continue
        is_only = word.right != "" and rivals.get(word.right) == {word.text}
        is_placed = (word.text, word.right) in rights and (
            is_only or (word.text, word.left) in lefts
        )
        is_clock = _CLOCK.fullmatch(word.text) and word.text in {text for text, _ in lefts}
        if not is_clock and not (is_placed and not _is_money(word, stated)):
            yield f"figure: {word.left} {word.text} {word.right}"


def _is_bare_or_money(word: Word) -> bool:
    return word.right == "" or not {word.left, word.right}.isdisjoint(permitted.MONEY)


def _is_price(word: Word, before: set[str], offer: Offer, prices: tuple[str, str]) -> bool:
    """Whether it is the price now, or the one before where it is called so."""
    signs = {permitted.MONEY[each] for each in (word.left, word.right) if each in permitted.MONEY}
    own = money.SYMBOLS.get(offer.facts.currency, offer.facts.currency).lower()
    if (
        signs - {own}
        or not (signs or word.right == "")
        or permitted.SAVING & {word.left, word.right}
    ):
        return False
    if not signs and not before & permitted.PRICE:
        return False
    joined = "".join(sorted(before))
    is_before = bool(before & permitted.BEFORE) or "原" in joined
    return (
        word.text == prices[0] != prices[1]
        and not is_before
        or (word.text == prices[1] and (is_before or prices[0] == prices[1]))
    )


def _is_money(word: Word, stated: list[Word]) -> bool:
    """Whether a figure is money here and nowhere in what is known."""
    signs = {word.left, word.right} & permitted.MONEY.keys()
    return bool(signs) and not any(
        each.text == word.text and signs <= {each.left, each.right} for each in stated
    )


def _is_covered(run: str, runs: Sequence[str], free: frozenset[str] | set[str]) -> bool:
    """Whether a run of Chinese is made of words without a fact and of pieces of known runs.

    A piece has two characters at least, or is a whole run; it may not follow a "not" there.
    """
    reached = {0}
    for at in range(len(run)):
        if at not in reached:
            continue
        for end in range(at + 1, len(run) + 1):
            piece = run[at:end]
            if piece in free or (piece in runs if len(piece) == 1 else _stands_in(piece, runs)):
                reached.add(end)
    return len(run) in reached


def _stands_in(piece: str, runs: Sequence[str]) -> bool:
    return any(
        piece in run and (run.index(piece) == 0 or run[run.index(piece) - 1] not in
                          permitted.NEGATIONS_HAN) for run in runs
    )  # fmt: skip
