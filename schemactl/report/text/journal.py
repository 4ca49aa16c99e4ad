"""The history of applies as text: one line per run, or one run call by call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from schemactl.model.change_title import title_of_change
from schemactl.model.recorded import RecordedCall, RecordedRun
from schemactl.model.run import OutcomeStatus, RunStatus, Verdict, VerdictStatus
from schemactl.report.call_words import arguments_in_words
from schemactl.report.style import Style
from schemactl.report.text.layout import note
from schemactl.report.text.lines import BLANK, Line, Span, line
from schemactl.report.text.wrapping import cell_width, padded
from schemactl.text import and_list, counted, date_and_time, named, quoted, short_hash, visible

_INDENT = 4


def runs_text(
    runs: Sequence[RecordedRun], *, account: str | None, width: int, item: str = ""
) -> tuple[Line, ...]:
    """Return runs, newest first, each with its end, its user, its commit and its plan.

    Args:
        runs: Oldest first.
        account: The account that they are of; None for all accounts, which are named then.
        width: Cells of a line.
        item: The only item whose changes are of interest; empty for all.
    """
    if not runs:
        to = "" if account is None else f" to {visible(account)}"
        if item:
            return (line(f"No recorded apply{to} changed {quoted(item)}."),)
        return (line(f"No apply{to} is recorded here."),)
    longest = max(cell_width(how_it_ended(run)) for run in runs)
    lines = []
    for run in reversed(runs):
        name = "" if account is not None else f"{visible(run.account)}  "
        ended = Span(padded(how_it_ended(run), longest), _style(run))
        lines.append(line(f"{visible(run.id)}  {name}", ended, f"  {_calls_made(run)}"))
        facts = " · ".join(filter(None, (date_and_time(run.started_at), _origin(run))))
        lines += note("", facts, indent=_INDENT, width=width, style=Style.DIM)
        for text in _changes_of(run, item) if item else ():
            lines += note("", text, indent=_INDENT, width=width, style=Style.PLAIN)
    return tuple(lines)


def _origin(run: RecordedRun) -> str:
    """Return who applied, from which commit, and which plan."""
    by = [f"by {visible(run.by)}"] if run.by else []
    commit = [f"commit {short_hash(run.commit)}"] if run.commit else []
    plan = [f"plan {short_hash(run.plan)}"] if run.plan else []
    return " · ".join([*by, *commit, *plan])


def _changes_of(run: RecordedRun, item: str) -> Iterator[str]:
    """Yield what became of each change of an item."""
    ends = {} if run.end is None else {each.change: each.status for each in run.end.verdicts}
    for change in changes_about(run, item):
        yield f"{_change(change)}: {_verdict(ends.get(change))}"


def _verdict(status: VerdictStatus | None) -> str:
    return "unfinished" if status is None else str(status).replace("-", " ")


def _change(change: str) -> str:
    """Return the id of a change in words: `change type: Sales / Status`, `add tag: VIP`."""
    kind, _, _ = change.partition("/")
    words, title = visible(kind).replace("-", " "), title_of_change(change)
    # The title of a tag or custom object names its kind too.
    name = title.removeprefix(f"{words.rpartition(' ')[2]}: ")
    return f"{words}: {named(name)}"


def changes_about(run: RecordedRun, item: str) -> tuple[str, ...]:
    """Return the ids of a run's changes that are about an item, or about a field of it.

    Args:
        run: What the journal holds.
        item: As reports name it: `Sales / Status`, `Sales`, `tag: VIP`.
    """
    return tuple(
        each
        for each in _changes_in(run)
        if title_of_change(each) == item or title_of_change(each).startswith(f"{item} / ")
    )


def items_of(runs: Iterable[RecordedRun]) -> Mapping[str, tuple[str, ...]]:
    """Return every item that runs changed, by each spelling of its name.

    The spellings are its title as it is and in lower case, `tag VIP` and `section Sales` as
    plans have them, and the name alone.
    """
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    titles = {title_of_change(change) for run in runs for change in _changes_in(run)}
    for title in sorted(titles):
        kind, colon, name = title.partition(": ")
        names = [name, f"{kind} {name}"] if colon else [title.rpartition(" / ")[2]]
        if " / " not in title and not colon:
            names.append(f"section {title}")
        for spelling in (title, *names):
            found[spelling.casefold()][title] = None
    exact = {title: (title,) for title in titles}
    return {**{name: tuple(each) for name, each in found.items()}, **exact}


def _changes_in(run: RecordedRun) -> tuple[str, ...]:
    """Return the ids of all changes of a run, also of one that was cut off."""
    verdicts = () if run.end is None else run.end.verdicts
    planned = [each for entry in run.calls for each in entry.call.serves]
    return tuple(dict.fromkeys([*planned, *(each.change for each in verdicts)]))


def run_record_text(
    run: RecordedRun, *, width: int, is_settled: bool = False
) -> tuple[Line, ...]:
    """Return one run call by call, as far as its journal knows.

    Args:
        run: What the journal holds.
        width: Cells of a line.
        is_settled: Whether a later run took its tags off the carrier.
    """
    lines = [
        line(Span(f"Apply {visible(run.id)}", Style.BOLD), f" to {visible(run.account)}"),
        *_facts(run, width),
        BLANK,
    ]
    for entry in run.calls:
        words, style = _ending(entry, run)
        head = f"{entry.call.number:>{len(str(len(run.calls)))}}  {visible(entry.call.request)}"
        lines.append(line(" " * _INDENT, head, "  ", Span(words, style)))
        arguments = visible(arguments_in_words(entry.call.arguments))
        lines.extend(note("", arguments, indent=2 * _INDENT, width=width, style=Style.DIM))
    for name in run.settled:
        text = f"cleaned up after the interrupted run {visible(name)}"
        lines.extend(note("", text, indent=_INDENT, width=width, style=Style.PLAIN))
    for cleanup in run.cleanups:
        tags = and_list([named(tag) for tag in cleanup.tags])
        how = "a later apply settled that" if is_settled else "it may still bear them"
        text = f"left on contact {named(cleanup.contact)}: {tags}; {how}"
        lines.extend(note("", text, indent=_INDENT, width=width, style=Style.MANUAL))
    return (*lines, BLANK, *_verdicts(run, width))


def how_it_ended(run: RecordedRun) -> str:
    """Return how a run ended, such as `completed` or `unfinished`."""
    return "unfinished" if run.end is None else str(run.end.status)


def _style(run: RecordedRun) -> Style:
    is_good = run.end is not None and run.end.status in {
        RunStatus.COMPLETED,
        RunStatus.NOTHING_TO_DO,
    }
    return Style.GOOD if is_good else Style.WARNING


def _calls_made(run: RecordedRun) -> str:
    made = sum(entry.started_at is not None for entry in run.calls) + len(run.earlier)
    calls = f"{made:,} of {counted(len(run.calls), 'call')}"
    if run.settled:
        calls = f"{calls}, {counted(len(run.settled), 'cleanup')}"
    if run.end is None:
        last = [one.call.number for one in run.calls if one.started_at and not one.outcome]
        return f"during call {last[-1]:,} of {len(run.calls):,}" if last else calls
    return f"{_applied(run.end.verdicts)}, {calls}"


def _applied(verdicts: Sequence[Verdict]) -> str:
    applied = sum(verdict.status is VerdictStatus.APPLIED for verdict in verdicts)
    return f"{applied:,} of {counted(len(verdicts), 'change')}"


def _facts(run: RecordedRun, width: int) -> list[Line]:
    ended = "" if run.end is None else f", ended on {date_and_time(run.end.at)}"
    facts = [f"started on {date_and_time(run.started_at)}{ended}: {how_it_ended(run)}"]
    if run.end is not None and run.end.reason:
        facts.append(visible(run.end.reason))
    if run.is_torn:
        facts.append("the process died while it wrote a line")
    if run.resumes is not None:
        facts.append(f"took up the work of {visible(run.resumes)}")
    if origin := _origin(run):
        facts.append(origin)
    if run.permissions:
        facts.append("permitted: " + ", ".join(visible(word) for word in run.permissions))
    return [
        text
        for fact in facts
        for text in note("", fact, indent=0, width=width, style=Style.PLAIN)
    ]


def _ending(entry: RecordedCall, run: RecordedRun) -> tuple[str, Style]:
    if entry.call.number in run.earlier:
        return "made by an earlier run", Style.DIM
    if entry.skipped:
        return f"skipped: {visible(entry.skipped)}", Style.WARNING
    if entry.started_at is None:
        return "not made", Style.WARNING
    if entry.outcome is None:
        return "started, and its end is unknown", Style.ERROR
    detail = f" ({visible(entry.outcome.detail)})" if entry.outcome.detail else ""
    words = f"{entry.outcome.status}{detail}"
    if entry.shown is not None:
        words += ", shown by the account" if entry.shown else ", not shown by the account"
    is_good = entry.is_done or entry.outcome.status is OutcomeStatus.DONE
    return words, Style.GOOD if is_good else Style.ERROR


def _verdicts(run: RecordedRun, width: int) -> list[Line]:
    """Return the number of applied changes, and each change that was not applied."""
    if run.end is None:
        text = "It did not finish: the next apply reads the account and continues from there."
        return note("", text, indent=0, width=width, style=Style.WARNING)
    verdicts = run.end.verdicts
    lines = [line(Span(f"{_applied(verdicts)} applied", Style.BOLD))]
    for verdict in verdicts:
        if verdict.status is not VerdictStatus.APPLIED:
            detail = f" ({visible(verdict.detail)})" if verdict.detail else ""
            text = f"{_verdict(verdict.status)}: {_change(verdict.change)}{detail}"
            lines.extend(note("", text, indent=_INDENT, width=width, style=Style.PLAIN))
    return lines
