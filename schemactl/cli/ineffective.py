"""Options that would have no effect beside others: refused, so that no word is ignored.

Each command declares its rules; `tests/cli/test_ineffective_options.py` tries every option of
every command, and finds one that no rule names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import click
from click.core import ParameterSource

from schemactl.errors import UsageError
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Requires:
    """Options that have an effect only beside another one.

    Attributes:
        options: The names of their parameters.
        other: The name of the parameter that they need.
    """

    options: tuple[str, ...]
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Excludes:
    """Options that have no effect beside another one.

    Attributes:
        options: The names of their parameters.
        beside: The name of the other parameter.
        values: The values of that parameter that the rule is about; empty for all.
        why: The reason, as a clause; empty if it is plain.
    """

    options: tuple[str, ...]
    beside: str
    values: tuple[str, ...] = ()
    why: str = ""


Rule: TypeAlias = Requires | Excludes


def refuse_ineffective(
    command: click.Command, ctx: click.Context, rules: Sequence[Rule]
) -> None:
    """Refuse options that would have no effect.

    Raises:
        UsageError: One was given.
    """
    params = {param.name or "": param for param in command.params}
    given = {name for name in params if _is_given(ctx, name)}
    for rule in rules:
        for name in rule.options:
            if name in given:
                _check(rule, params, given, name, ctx)


def _check(
    rule: Rule,
    params: dict[str, click.Parameter],
    given: set[str],
    name: str,
    ctx: click.Context,
) -> None:
    option = _spelling(params[name])
    match rule:
        case Requires(other=other):
            if other not in given:
                needed = _spelling(params[other])
                msg = f"{option} has no effect without {needed}"
                raise UsageError(msg, hint=f"add {needed}, or omit {option}")
        case Excludes(beside=beside, values=values, why=why):
            value = ctx.params.get(beside)
            if value in values or (beside in given and not values):
                other = f"`{ctx.info_name} {value}`" if values else _spelling(params[beside])
                reason = f": {why}" if why else ""
                msg = f"{option} has no effect with {other}{reason}"
                raise UsageError(msg, hint=f"omit {option}" if values else "omit one of them")


def _is_given(ctx: click.Context, name: str) -> bool:
    """Whether the user gave it; `--out -` is as if it were not given."""
    is_default = ctx.get_parameter_source(name) in {None, ParameterSource.DEFAULT}
    return not is_default and ctx.params.get(name) is not None


def _spelling(param: click.Parameter) -> str:
    """Return a parameter as users write it."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.make_metavar(click.get_current_context()).strip("[]")
