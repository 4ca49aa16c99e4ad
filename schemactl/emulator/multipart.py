"""Read a multipart form, which PHP clients send when they pass an array to curl."""

from __future__ import annotations

from io import BytesIO

from werkzeug.formparser import parse_form_data


def read_multipart(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Return names and values in order; files are ignored, a broken form has no values."""
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    _, form, _ = parse_form_data(environ)
    return list(form.items(multi=True))
