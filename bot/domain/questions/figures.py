"""Words and figures of a text with their neighbours, to hold one text against another."""

import re
from dataclasses import dataclass

from bot.domain.questions.vocabulary import permitted

_TOKEN = re.compile(
    rf"\d+(?:[.,:]\d+)*(?: ?[万千亿])?|[{permitted.NUMERALS_HAN}]+|[\u3400-\u9fff]"
    r"|[^\W\d_\u3400-\u9fff]+(?:['’][a-z]+)?|\S"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, a Chinese character, a sign or a figure; "" where punctuation parts neighbours."""

    text: str
    left: str
    right: str
    is_figure: bool

    @property
    def is_latin(self) -> bool:
        """Whether it is a word of letters, Chinese characters aside."""
        return self.text[0].isalpha() and not is_han(self.text[0]) and not self.is_figure


def is_han(character: str) -> bool:
    """Whether it is a Chinese character."""
    return "\u3400" <= character <= "\u9fff"


def words(text: str) -> list[Word]:
    """The words of a folded ``text`` in their order."""
    tokens = ["", *_TOKEN.findall(text), ""]
    return [
        Word(
            figure(token) if _is_figure(token) else token,
            _neighbour(tokens[at]),
            _neighbour(tokens[at + 2]),
            _is_figure(token),
        )
        for at, token in enumerate(tokens[1:-1])
    ]


def figure(text: str) -> str:
    """A figure in one form: 1,860 is 1860, 49.90 is 49.9."""
    plain = re.sub(r",(?=\d{3})| ", "", text)
    return re.sub(r"\.?0+$", "", plain) if re.fullmatch(r"\d+\.\d+", plain) else plain


def han_runs(found: list[Word]) -> list[str]:
    """The runs of Chinese characters, parted by everything else."""
    return "".join(
        word.text if is_han(word.text[0]) and not word.is_figure else " " for word in found
    ).split()


def _is_figure(token: str) -> bool:
    return (
        token[:1].isdecimal()
        or token in permitted.NUMERALS
        or (token != "" and token[0] in permitted.NUMERALS_HAN)
    )


def _neighbour(token: str) -> str:
    return token if token[:1].isalnum() or token in permitted.SIGNS else ""
