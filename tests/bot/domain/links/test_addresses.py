"""Nobody is ever sent to an address that could cheat: payloads of open redirects, and good ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links.addresses import is_public_https, is_safe_target, safe_location

SCHEMES = (
    "javascript:alert(1) JavaScript:alert(1) javascript://shop.example/%0aalert(1) "
    "data:text/html,x data:text/html;base64,PHN2Zz4= vbscript:x "
    "file:///etc/passwd ftp://shop.example/ "
    "gopher://shop.example/ blob:https://shop.example/1 about:blank view-source:https://a.example "
    "ws://a.example wss://a.example tg://resolve?domain=x intent://a.example#Intent;end "
    "mailto:a@a.example tel:123 sms:1 jar:https://a.example!/ feed:https://a.example "
    "ldap://a.example dict://a.example tftp://a.example sftp://a.example ssh://a.example "
    "smb://a.example "
    "chrome://settings resource://x moz-extension://x filesystem:https://a.example/ cid:x mid:x "
    "httpss://a.example hxxps://a.example https:a.example https:/a.example https:///a.example "
    "https:////a.example //a.example ///a.example /path path ?q=1 #x a.example www.a.example "
    ":https://a.example 0https://a.example h ttps://a.example"
).split(" ")
PARTS = (
    "https:// https://? https://# https://:443 https://@ https://a@b.example "
    "https://a:b@c.example https://shop.example@evil.example https://shop.example%40evil.example "
    "https://shop.example:443@evil.example/ https://@evil.example https://:@evil.example "
    "https://evil.example:x https://evil.example:99999 https://evil.example:-1 "
    "https://evil.example:0 https://evil.example: https://evil.example:80:80 "
    "https://.evil.example https://evil..example https://-evil.example https://evil-.example "
    "https://%65vil.example https://evil%2eexample https://evil.example%00.shop.example "
    "https://[::1 https://::1] https://[::1]x https://[evil.example] https://[v1.x] "
    "https://[fe80::1%25eth0] https://exa(mple.com https://exa,mple.com https://exa;mple.com "
    "https://exa!mple.com https://exa*mple.com https://exa&mple.com https://exa$mple.com "
    "https://exa=mple.com https://exa+mple.com https://exa~mple.com https://exa{mple.com "
    "https://exa|mple.com https://exa`mple.com https://exa^mple.com https://exa'mple.com"
).split(" ")
SIGNS = [
    "https://shop.example\\@evil.example",
    "https:\\\\evil.example",
    "https:/\\evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "https://shop.example/\\..",
    " https://shop.example",
    "https://shop.example ",
    "https://shop.example/a b",
    "\thttps://shop.example",
    "ht\ntps://shop.example",
    "https://shop.example/\r\nSet-Cookie: a=b",
    "https://shop.example/\nLocation: https://evil.example",
    "https://shop.example/\x00",
    "https://shop.example/\x7f",
    "https://shop.example/\x85",
    "https://shop.example/\xa0",
    "https://shop.example/\u2028x",
    "https://shop.example/\u202egnp.exe",
    "https://shop.example/\u200b",
    "https://shop.example/\ufeff",
    "https://shop.example/\u2066x",
    "https://shop.example/\u3000",
    "https://evil.example\u2100.shop.example",
    "https://evil.example\uff0fshop.example",
    "https://evil.example\uff1fshop.example",
    "https://evil.example\uff20shop.example",
    "https://evil.example\uff03shop.example",
    "https://evil\u200d.example\u2024",
    'https://shop.example/"><script>',
    "https://shop.example/<script>",
    "https://shop.example/\ud800",
    "https://" + "a" * 64 + ".example",
    "https://" + "a." * 130 + "example",
    "https://shop.example/" + "a" * 2048,
    "",
    " ",
    "\x00",
]
HOSTS = (
    "http://intranet/ http://192.168.0.1/ http://10.0.0.1/ https://10.0.0.1/ "
    "https://192.168.0.1/ https://172.16.0.1/ https://169.254.169.254/latest/meta-data "
    "https://0.0.0.0/ https://255.255.255.255/ https://224.0.0.1/ https://100.64.0.1/ "
    "https://2130706433/ https://0x7f000001/ https://0x7f.1/ https://127.1/ https://0177.0.0.1/ "
    "https://1.2.3/ https://1.2.3.4.5/ https://256.1.1.1/ https://[::]/ https://[fe80::1]/ "
    "https://[fc00::1]/ https://[::ffff:10.0.0.1]/ https://[ff02::1]/ https://[::ffff:a00:1]/ "
    "https://intranet/ https://router/admin https://metadata/ https://evil.0x7f/ https://evil.1/ "
    "http://evil.0x7f/ http://evil.1/ https://evil.example.127/"
).split(" ")
PAYLOADS = SCHEMES + PARTS + SIGNS + HOSTS

GOOD = {
    "https://shop.example.com/p-1?subid=abc": "https://shop.example.com/p-1?subid=abc",
    "HTTPS://Shop.Example.com": "https://shop.example.com",
    "https://shop.example:8443/a#b": "https://shop.example:8443/a#b",
    "https://商城.example/好物?名=茶": "https://xn--czru2d.example/"
    "%E5%A5%BD%E7%89%A9?%E5%90%8D=%E8%8C%B6",
    "https://a.example/%E8%8C%B6?x=%26&y=100%": "https://a.example/%E8%8C%B6?x=%26&y=100%",
    "https://a.example/?u=https://b.example/?c@d": "https://a.example/?u=https://b.example/?c@d",
    "https://a.example/a|b{c}": "https://a.example/a%7Cb%7Bc%7D",
    "https://8.8.8.8/": "https://8.8.8.8/",
    "https://[2606:4700:4700::1111]/": "https://[2606:4700:4700::1111]/",
    "http://shop.example/p": "http://shop.example/p",
    "http://127.0.0.1:8081/p": "http://127.0.0.1:8081/p",
    "http://localhost:8081/p": "http://localhost:8081/p",
    "http://[::1]:8081/p": "http://[::1]:8081/p",
    "https://a_b.example.com/": "https://a_b.example.com/",
}


def test_there_are_at_least_a_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) >= 150


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_address_that_could_cheat_is_refused(payload: str) -> None:
    assert not is_safe_target(payload)


@pytest.mark.parametrize(("url", "location"), GOOD.items())
def test_a_good_address_is_written_as_a_header(url: str, location: str) -> None:
    assert safe_location(url) == location
    assert safe_location(location) == location


@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://shop.example/"]))
def test_whatever_is_let_through_is_plain_ascii_on_one_line(text: str, start: str) -> None:
    location = safe_location(start + text)
    if location is not None:
        assert location.isascii()
        assert location.isprintable()
        assert " " not in location
        assert location.startswith(("https://", "http://"))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://shop.example.com/p?a=1", True),
        ("https://8.8.8.8/", True),
        ("http://shop.example.com/", False),
        ("https://localhost/", False),
        ("https://127.0.0.1/", False),
        ("https://[::1]/", False),
        ("https://10.0.0.1/", False),
        ("ftp://shop.example.com/", False),
    ],
)
def test_a_promoters_own_shop_is_public_and_https(url: str, wanted: bool) -> None:
    assert is_public_https(url) is wanted
