"""What is looked for, in the words of either full-text index; terms hold no sign of theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue.matching import Phrase, Term


@dataclass(frozen=True, slots=True)
class Tongue:
    """How an engine says "and" and "or", and that a term is the beginning of one."""

    both: str
    either: str
    quote: str
    beginning: str

    def all(self, parts: Iterable[str]) -> str:
        """A query that all of ``parts`` meet."""
        return self._joined(self.both, parts)

    def any(self, parts: Iterable[str]) -> str:
        """A query that one of ``parts`` meets."""
        return self._joined(self.either, parts)

    def term(self, term: Term) -> str:
        """A query of one term."""
        said = f"{self.quote}{term.text}{self.quote}"
        return said + self.beginning if term.is_beginning else said

    def phrase(self, phrase: Phrase) -> str:
        """A query of all the terms of a phrase."""
        return self.all(map(self.term, phrase.terms))

    def concept(self, phrases: Iterable[Phrase]) -> str:
        """A query that one of ``phrases`` meets."""
        return self.any(map(self.phrase, phrases))

    def partly(self, phrase: Phrase) -> list[str]:
        """Queries of which one is met by what is spelled like ``phrase`` but for a character.

        One wrong character breaks two neighbouring pairs; half of the others stand together.
        """
        terms = [self.term(term) for term in phrase.terms]
        width = max(1, (len(terms) - 1) // 2)
        return [self.all(terms[at : at + width]) for at in range(len(terms) - width + 1)]

    @staticmethod
    def _joined(sign: str, parts: Iterable[str]) -> str:
        said = list(dict.fromkeys(parts))
        return said[0] if len(said) == 1 else f"({sign.join(said)})"


SQLITE = Tongue(both=" AND ", either=" OR ", quote='"', beginning="*")
POSTGRESQL = Tongue(both=" & ", either=" | ", quote="'", beginning=":*")


def tongue_of(connection: AsyncConnection) -> Tongue:
    """The one of the engine at hand."""
    return SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL


def but_one(parts: Sequence[str]) -> list[Sequence[str]]:
    """``parts`` without each of them in turn."""
    return [(*parts[:at], *parts[at + 1 :]) for at in range(len(parts))]
