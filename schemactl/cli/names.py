"""Closed lists of names on the command line: an unknown name is refused with a suggestion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeVar

import click

from schemactl.values import dataclass

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])

_FORMAT_SYNONYMS: Final = MappingProxyType(
    {"htm": "html", "md": "markdown", "plain": "text", "txt": "text", "xunit": "junit"}
)
_COMMAND_SYNONYMS: Final = MappingProxyType(
    {
        "accept": "drift",
        "audit": "journal",
        "backup": "snapshot",
        "changes": "plan",
        "check": "validate",
        "create": "init",
        "deploy": "apply",
        "detect": "drift",
        "dictionary": "docs",
        "diff": "plan",
        "document": "docs",
        "download": "import",
        "dry-run": "plan",
        "dump": "snapshot",
        "execute": "apply",
        "export": "import",
        "fix": "fmt",
        "format": "fmt",
        "history": "journal",
        "inspect": "show",
        "log": "journal",
        "logs": "journal",
        "migrate": "apply",
        "mock": "emulator",
        "new": "init",
        "prettify": "fmt",
        "preview": "plan",
        "pull": "import",
        "push": "apply",
        "refresh": "drift",
        "run": "apply",
        "revert": "undo",
        "rollback": "undo",
        "runs": "journal",
        "save": "snapshot",
        "serve": "emulator",
        "server": "emulator",
        "start": "init",
        "status": "drift",
        "sync": "apply",
        "up": "apply",
        "verify": "validate",
        "view": "show",
        "why": "explain",
    }
)
"""Commands of similar programs, and the command here that does the same."""
_CREDENTIALS: Final = (
    "schemactl has no login: `credentials` in schemactl.yaml names where app id and key are."
)
_REMOVALS: Final = (
    "to remove something, list it under `removed:` in a schema file, then run 'schemactl plan'."
)
_NO_COMMAND: Final = MappingProxyType(
    {
        "auth": _CREDENTIALS,
        "configure": _CREDENTIALS,
        "delete": _REMOVALS,
        "destroy": _REMOVALS,
        "login": _CREDENTIALS,
        "remove": _REMOVALS,
    }
)
"""Commands of similar programs for which there is no command here, and what to do instead."""


def describe_unknown_command(name: str, commands: Mapping[str, str]) -> str:
    """Return a message about an unknown command, with the command that was probably meant."""
    from schemactl.text import named, nearest

    near = nearest(name, commands, synonyms=_COMMAND_SYNONYMS)
    meant = f"; did you mean '{near}'?" if near else ""
    advice = _NO_COMMAND.get(name.casefold())
    return f"there is no command '{named(name)}'{f'; {advice}' if advice else meant}"


class FormatChoice(click.Choice[str]):
    """One of some formats; an unknown one is refused with the nearest."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the format."""
        if value not in self.choices:
            message = self.get_invalid_choice_message(str(value), ctx)
            self.fail(f"{message}{suggest_format(str(value), self.choices)}", param, ctx)
        return str(value)


def suggest_format(word: str, formats: Sequence[str]) -> str:
    """Return a question that names the format which was probably meant, or nothing."""
    from schemactl.text import nearest

    known = {word: name for word, name in _FORMAT_SYNONYMS.items() if name in formats}
    near = nearest(word, formats, synonyms=known)
    return f" Did you mean '{near}'?" if near else ""


def format_option(*formats: str) -> Callable[[_Decorated], _Decorated]:
    """Add --format with these formats; the first is the default."""
    return click.option(
        "--format",
        "form",
        type=FormatChoice(formats),
        default=formats[0],
        show_default=True,
        help="Format of the result.",
    )


_NEAR_MAX: Final = 3
"""Names that a message suggests at most."""


@dataclass(frozen=True, slots=True)
class NamesFrom:
    """A closed list of names that is made when it is needed; it checks and completes them.

    Attributes:
        names: All of them.
        listed_by: Command that lists them if they are too many for a message.
    """

    names: Callable[[], Sequence[str]]
    listed_by: str = ""

    def check(
        self, ctx: click.Context, param: click.Parameter, value: str | None
    ) -> str | None:
        """Return a name; refuse an unknown one and suggest the nearest."""
        return None if value is None else self._known(ctx, param, value)

    def check_lists(
        self, ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Return the names of an option that is repeated or has several, with commas."""
        words = (word.strip() for given in value for word in given.split(","))
        return tuple(self._known_before(ctx, param, word) for word in words if word)

    def complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[str]:
        """Return the names that start with the text."""
        del ctx, param
        return [name for name in self.names() if name.startswith(incomplete)]

    def complete_list(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[str]:
        """Return the completions of the last name of a list."""
        del ctx, param
        before, comma, start = incomplete.rpartition(",")
        given = before.split(",")
        return [
            f"{before}{comma}{name}"
            for name in self.names()
            if name.startswith(start) and name not in given
        ]

    def _known_before(self, ctx: click.Context, param: click.Parameter, word: str) -> str:
        """Return a word whose part before a `=` is one of the names."""
        name, equals, rest = word.partition("=")
        return f"{self._known(ctx, param, name)}{equals}{rest}"

    def _known(self, ctx: click.Context, param: click.Parameter, word: str) -> str:
        from schemactl.text import nearest

        names = self.names()
        if word in names:
            return word
        # Never several for a permission: the user should choose it deliberately.
        most = _NEAR_MAX if self.listed_by else 1
        closest = nearest(word, names)
        near = [] if closest is None else [closest]
        if self.listed_by:
            near += [name for name in names if word and word in name and name not in near]
        hint = f"did you mean {' or '.join(map(repr, near[:most]))}?" if near else ""
        if self.listed_by:
            hint = f"{hint} `{self.listed_by}` lists all.".lstrip()
        hint = hint or f"choose from {', '.join(names)}."
        msg = f"there is no '{word}'; {hint}"
        what = param.opts[0] if isinstance(param, click.Option) else (param.name or "").upper()
        raise click.BadParameter(msg, ctx=ctx, param_hint=f"'{what}'")
