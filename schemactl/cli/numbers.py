"""Numbers on the command line, under the names that people have for them in messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from schemactl.model.shard import Shard

_SHARD: Final = r"([1-9][0-9]{0,4})/([1-9][0-9]{0,4})"


class WholeNumber(click.IntRange):
    """A whole number in a range."""

    name = "whole number"


class Number(click.FloatRange):
    """A number in a range, with or without decimals."""

    name = "number"


class ShardNumber(click.ParamType["Shard"]):
    """One shard of several, as `2/4`."""

    name = "I/N"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shard:
        """Return the shard that a text means."""
        from schemactl.model.shard import MAX_SHARDS, Shard

        if isinstance(value, Shard):
            return value
        written = re.fullmatch(_SHARD, str(value))
        if written is None:
            self.fail(f"'{value}' is not a shard: write I/N, such as 2/4.", param, ctx)
        number, count = int(written[1]), int(written[2])
        if count > MAX_SHARDS:
            self.fail(f"'{value}' has too many shards: at most {MAX_SHARDS:,}.", param, ctx)
        if number > count:
            self.fail(f"'{value}' is not a shard: the last one is {count}/{count}.", param, ctx)
        return Shard(number=number, count=count)
