"""How the last apply ended, as text: the status of each call by journal and account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from types import MappingProxyType
from typing import Final

from schemactl.model.recorded import Finding, FoundCall, FoundRun
from schemactl.report.call_words import arguments_in_words
from schemactl.report.style import Style
from schemactl.report.text.layout import note
from schemactl.report.text.lines import Line
from schemactl.text import counted, date_and_time, visible

_INDENT: Final = 4
_ALIKE: Final = frozenset({Finding.DONE, Finding.NOT_MADE})
"""Findings of which consecutive calls share a line: nothing about them is in doubt."""
_WORDS: Final = MappingProxyType(
    {
        Finding.DONE: "done",
        Finding.REFUSED: "refused by the account",
        Finding.NOT_MADE: "not made",
        Finding.SETTLED_DONE: "was under way, its outcome unknown; the account shows it: done",
        Finding.SETTLED_NOT_DONE: (
            "was under way, its outcome unknown; the account does not show it: not done"
        ),
        Finding.UNSEEN: "was under way, and its effect cannot be read from the account",
    }
)


def found_text(found: FoundRun, *, width: int) -> tuple[Line, ...]:
    """Return what became of a run that was killed or left something to clean up.

    Args:
        found: The run and its calls.
        width: Cells of a line.
    """
    run = found.run
    how = "did not finish" if run.end is None else f"ended as {run.end.status}"
    torn = ", while it wrote its journal" if run.is_torn else ""
    started = date_and_time(run.started_at)
    text = (
        f"The apply {visible(run.id)}, started on {started}, {how}{torn}. "
        f"What its journal and the account show of its {counted(len(run.calls), 'call')}:"
    )
    lines = note("", text, indent=0, width=width, style=Style.WARNING)
    for words in _calls(found.calls):
        lines.extend(note("", words, indent=_INDENT, width=width, style=Style.PLAIN))
    rest = "No call is repeated: the plan is made from the current state of the account."
    lines.extend(note("", rest, indent=0, width=width, style=Style.PLAIN))
    return tuple(lines)


def _calls(calls: Iterable[FoundCall]) -> Iterator[str]:
    """Yield a line per call; consecutive calls that were all made, or all not, share one."""
    for finding, group in groupby(calls, key=lambda found: found.finding):
        numbers = [(found.call.number, found) for found in group]
        if finding in _ALIKE:
            first, last = numbers[0][0], numbers[-1][0]
            which = f"call {first}" if first == last else f"calls {first} to {last}"
            yield f"{which}: {_WORDS[finding]}"
        else:
            for number, found in numbers:
                arguments = visible(arguments_in_words(found.call.arguments))
                yield f"call {number}, {found.call.request} ({arguments}): {_WORDS[finding]}"
