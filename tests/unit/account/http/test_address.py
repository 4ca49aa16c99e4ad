"""project/address.py: app id and key are sent over TLS, or stay on this machine."""

from __future__ import annotations

import pytest

from schemactl.errors import UsageError
from schemactl.project.address import checked_address


@pytest.mark.parametrize(
    "url",
    [
        "https://api.ontraport.com/cdata.php",
        "HTTPS://API.example//cdata.php?a=b",
        "https://192.0.2.1:8443/",
        "http://127.0.0.1:8080/cdata.php",
        "http://127.9.9.9/",
        "http://[::1]:8080/",
        "http://localhost/",
        "http://LOCALHOST:8080/",
        "http://localhost/@evil.example",
        "https://[2001:db8::1]:8443/cdata.php",
    ],
)
def test_a_safe_address_is_taken_as_it_is(url: str) -> None:
    assert checked_address(url) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.ontraport.com/cdata.php", "in the clear"),
        ("http://localhost.evil.example/", "in the clear"),
        ("http://127.0.0.1.evil.example/", "in the clear"),
        ("http://0.0.0.0/", "in the clear"),
        ("http://[::]/", "in the clear"),
        ("http://[::ffff:192.0.2.1]/", "in the clear"),
        ("http://crm.localhost/", "in the clear"),
        ("http://localhost./", "in the clear"),
        ("http://127.1/", "in the clear"),
        ("http://2130706433/", "in the clear"),
        ("http://0x7f000001/", "in the clear"),
        ("http://localhost;evil.example/", "in the clear"),
        ("http://127。0。0。1/", "in the clear"),
        ("http://localhost@evil.example/", "name or password"),
        ("http://127.0.0.1:80@evil.example/", "name or password"),
        ("http://[::1]@evil.example/", "name or password"),
        ("http://localhost\\@evil.example/", "name or password"),
        ("https://evil.example:80\\@localhost/", "name or password"),
        ("http://[::1].evil.example/", "not an address"),
        ("http://[::1%25evil]/", "not an address"),
        ("https://[::1]evil.example/", "not an address"),
        ("http://127.0.0.1%2eevil.example/", "not an address"),
        ("https:evil.example", "not an address"),
        ("https:\\\\evil.example", "not an address"),
        ("ftp://localhost/", "in the clear"),
        ("api.ontraport.com/cdata.php", "not an address"),
        ("", "not an address"),
        ("https://", "not an address"),
        ("https:///cdata.php", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://a:99999/", "not an address"),
        ("https://a:0/", "not an address"),
        ("https://a:b/", "not an address"),
        ("https://a b/", "space"),
        ("https://a\n/", "space"),
        ("https://a/#part", "after #"),
        ("https://rosa:SECRET@a/", "name or password"),
        ("https://rosa@a/", "name or password"),
        ("https://rosa:SECRET@[a/", "name or password"),
        ("https://rosa:SECRET @a/", "name or password"),
        ("//rosa:SECRET@a:b/", "name or password"),
    ],
)
def test_an_unsafe_address_is_refused_with_a_hint(url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        checked_address(url)

    assert caught.value.hint is not None
    assert "SECRET" not in str(caught.value)
