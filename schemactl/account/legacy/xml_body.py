"""Parse an XML answer as untrusted input: no DTD, no entity, no network, bounded size.

An answer that is not understood is an error that shows its start, never an empty value. The
decoders know what the elements mean.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, NoReturn

from lxml import etree

from schemactl.account.http.excerpt import Redact, excerpt
from schemactl.account.legacy.requests import PRIVATE_WORDS
from schemactl.errors import AnswerError, NoPermissionError
from schemactl.values import dataclass, field

MAX_BODY_BYTES: Final = 32 * 1024 * 1024
"""More than a hundred times the answer of an account that is full of fields."""
MAX_PARTS: Final = 1_000_000
"""Elements and attributes of an answer; an account of 10,000 full dropdowns has a quarter.

Each takes over 100 bytes when parsed: 32 MB of `<a/>` took 1.1 GB (measured).
"""

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ENCODINGS: Final = frozenset(
    {"ascii", "us-ascii", "utf-8", "utf8", "iso-8859-1", "iso-8859-15", "windows-1252"}
)
_DECLARATION: Final = re.compile(r"<\?xml\s[^>]{0,200}?\?>")
_DECLARED_ENCODING: Final = re.compile(
    rb"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']"""
)
# A DTD can occur only before the first element; possessive, so that it cannot run away.
_DOCUMENT_TYPE: Final = re.compile(r"(?>\s|<!--.*?-->|<\?.*?\?>)*+<!(?!--)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBody:
    """One answer, with what its error messages need.

    Attributes:
        content: As received.
        word: The request that it answers.
        redact: Removes app id and key from error messages.
    """

    content: bytes = field(repr=False)
    word: str
    redact: Redact = field(repr=False)

    @property
    def is_private(self) -> bool:
        """Whether it can hold values of contacts, which no message shows."""
        return self.word in PRIVATE_WORDS

    def parse(self) -> etree._Element:
        """Return the root element.

        Raises:
            NoPermissionError: It holds only spaces.
            AnswerError: It is not XML, declares a DTD, is too long, has too many elements,
                or is in an unknown encoding.
        """
        if len(self.content) > MAX_BODY_BYTES:
            self.reject(f"it has more than {MAX_BODY_BYTES} bytes")
        text = self._text().strip()
        if not text:
            raise self._no_permission()
        if not text.startswith("<"):
            self.reject("it is not XML")
        text = _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text
        if _parts_at_most(text) > MAX_PARTS:
            self.reject(f"it has more than {MAX_PARTS} elements and attributes")
        if _DOCUMENT_TYPE.match(text):
            self.reject("it declares a document type, which is never read")
        try:
            root: etree._Element = etree.fromstring(text.encode("utf-8"), _parser())
        except (etree.LxmlError, ValueError) as error:
            self.reject("it is not well-formed XML", cause=error)
        return root

    @property
    def is_oops(self) -> bool:
        """Whether it is the text that is known as the answer to a wrong app id or key."""
        return self.content.lstrip()[:4].lower() == b"oops"

    @property
    def _is_web_page(self) -> bool:
        """Whether it starts like a page for browsers, as no answer of the API does."""
        return self.content.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html"))

    def not_understood(self, why: str) -> AnswerError:
        """Return the error about this answer; `why` completes its first sentence."""
        msg = f'the response to the request "{self.word}" is invalid: {why}.'
        # The text for a wrong app id or key is no data of a contact.
        if self.is_oops or not self.is_private:
            msg = f"{msg} It starts: {excerpt(self.content, redact=self.redact)}"
        hint = None
        if self.is_oops:
            hint = "such a text is known for a wrong app id or key: check both"
        elif self._is_web_page:
            hint = "that is a web page: check the url of the account, or try again later"
        return AnswerError(msg, hint=hint)

    def reject(self, why: str, *, cause: Exception | None = None) -> NoReturn:
        """Raise the error about this answer.

        Raises:
            AnswerError: Always.
        """
        raise self.not_understood(why) from cause

    def _no_permission(self) -> NoPermissionError:
        msg = f'the response to the request "{self.word}" is empty'
        hint = (
            f"the API key probably does not have the permission {self.word}; add it where the "
            "account manages its API keys"
        )
        return NoPermissionError(msg, hint=hint)

    def _text(self) -> str:
        """Decode by byte order mark, else by the XML declaration, else as UTF-8."""
        encoding, start = "utf-8", 0
        declared = _DECLARED_ENCODING.match(self.content)
        if declared is not None:
            encoding = declared[1].decode("ascii").lower()
        for mark, name in _BYTE_ORDER_MARKS:
            if self.content.startswith(mark):
                encoding, start = name, len(mark)
        if start == 0 and encoding not in _ENCODINGS:
            self.reject(f"it is in an unknown encoding, {encoding}")
        try:
            return self.content[start:].decode(encoding)
        except UnicodeDecodeError as error:
            self.reject(f"it is not {encoding.upper()} throughout", cause=error)


def _parts_at_most(text: str) -> int:
    """Count elements and attributes by their signs; signs in texts count too."""
    return text.count("<") - text.count("</") + text.count("=")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        collect_ids=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
