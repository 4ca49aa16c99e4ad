"""Numbers on the command line, under the names that people have for them in messages."""

from __future__ import annotations

import click


class WholeNumber(click.IntRange):
    """A whole number in a range."""

    name = "whole number"


class Number(click.FloatRange):
    """A number in a range, with or without decimals."""

    name = "number"
