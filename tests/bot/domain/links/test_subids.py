"""Link codes: short, opaque, readable in whatever form a marketplace returns them."""

from random import Random
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links import subids
from bot.domain.records import LinkCode
from bot.errors import InputError

CODE = LinkCode("abcdefghij234")


@given(st.binary(min_size=8, max_size=8))
def test_every_minted_code_is_a_code_that_can_be_read_back(entropy: bytes) -> None:
    code = subids.mint(entropy)
    assert len(code) == 13
    assert subids.is_code(code)
    assert subids.read(f" {code.upper()} ") == code


@given(st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8))
def test_different_entropy_makes_different_codes(one: bytes, other: bytes) -> None:
    assert (subids.mint(one) == subids.mint(other)) == (one == other)


def test_too_little_entropy_is_refused() -> None:
    with pytest.raises(InputError):
        subids.mint(b"short")


@given(st.integers(), st.integers(0, 300))
def test_a_batch_stands_together_in_order_and_repeats_nothing(seed: int, count: int) -> None:
    codes = subids.mint_batch(Random(seed).randbytes, count)  # noqa: S311
    assert len(set(codes)) == count
    assert codes == sorted(codes)
    assert all(len(code) == 13 and subids.is_code(code) for code in codes)
    # One byte is one character of five bits and a part of the next.
    assert len({code[0] for code in codes}) <= 1


def test_a_batch_shares_one_byte_and_each_code_has_seven_of_its_own() -> None:
    asked: list[int] = []

    def entropy(count: int) -> bytes:
        asked.append(count)
        return bytes([len(asked)] * count)

    codes = subids.mint_batch(entropy, 2)
    assert asked == [1, 7, 7]
    assert codes == [subids.mint(bytes([1] + [2] * 7)), subids.mint(bytes([1] + [3] * 7))]


@pytest.mark.parametrize(("length", "is_code"), [(9, False), (10, True), (16, True), (17, False)])
def test_a_code_has_ten_to_sixteen_characters(length: int, is_code: bool) -> None:
    assert subids.is_code("a" * length) is is_code


@pytest.mark.parametrize("text", [None, "", "short", "a" * 17, "abcdefghij-/1", "{clickid}"])
def test_what_is_no_code_reads_as_none(text: str | None) -> None:
    assert subids.read(text) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://s.example/p", f"https://s.example/p?subid={CODE}"),
        ("https://s.example/p?a=%20&b", f"https://s.example/p?a=%20&b&subid={CODE}"),
        ("https://s.example/p?subid=other&x=1#top", f"https://s.example/p?x=1&subid={CODE}#top"),
        ("https://s.example/p?sub%69d=other", f"https://s.example/p?subid={CODE}"),
    ],
)
def test_the_sub_id_is_added_once_and_the_rest_stays_verbatim(url: str, expected: str) -> None:
    assert subids.with_sub_id(url, CODE) == expected


@given(st.lists(st.tuples(st.text("abcsubid", min_size=1), st.text("xyz&=%"))))
def test_whatever_the_address_exactly_one_sub_id_stays(pairs: list[tuple[str, str]]) -> None:
    from urllib.parse import urlencode

    url = subids.with_sub_id(f"https://s.example/p?{urlencode(pairs)}", CODE)
    found = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    others = [pair for pair in pairs if pair[0] != "subid"]
    assert found == [*others, ("subid", CODE)]
