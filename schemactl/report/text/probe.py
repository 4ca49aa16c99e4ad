"""What a probe would do, and what it found, as text."""

from __future__ import annotations

from schemactl.model.facts import ABOUT, Point
from schemactl.model.probe import Probed, ProbeOffer
from schemactl.report.style import Style
from schemactl.report.text.layout import note
from schemactl.report.text.lines import BLANK, Line, Span, line
from schemactl.report.text.wrapping import padded
from schemactl.text import about_duration, and_list, counted, duration, named, visible

_INDENT = 4


def offer_text(offer: ProbeOffer, *, width: int) -> tuple[Line, ...]:
    """Return what a probe would make and send, in lines of `width` cells."""
    head = f"A probe of {visible(offer.account)}"
    lines = [line(Span(head, Style.BOLD), " tries, on objects of its own:")]
    for point in offer.points:
        lines += note("", ABOUT[point], indent=_INDENT, width=width, style=Style.PLAIN)
    example = named(offer.names.sections[0])
    objects = f"at most {counted(offer.made, 'object')}, all with names of this kind"
    made = f"sections such as {example}, with fields and options: {objects}"
    sent = f"at most {counted(offer.requests, 'request')}, in {about_duration(offer.seconds)}"
    pause, most = duration(offer.pause_s), duration(offer.max_seconds)
    waits = f"After each call that shows no effect, it waits {pause}: in all, {most} at most."
    texts = [
        f"It makes {made}, and removes them again. It touches nothing else.",
        f"It sends {sent}. {waits}",
    ]
    if offer.unfinished:
        runs = and_list([visible(run) for run in offer.unfinished])
        texts.insert(0, f"First it removes what an interrupted probe left: {runs}.")
    lines.append(BLANK)
    for text in texts:
        lines += note("", text, indent=0, width=width, style=Style.PLAIN)
    return tuple(lines)


def findings_text(probed: Probed, *, width: int) -> tuple[Line, ...]:
    """Return what a probe found, what it could not find out, and what it left behind."""
    longest = max(len(point) for point in Point)
    lines: list[Line] = []
    for finding in probed.findings:
        words = Span(f"{finding}", Style.BOLD)
        name = padded(finding.point, longest)
        lines.append(line(f"{name}  ", words, f"  ({ABOUT[finding.point]})"))
    for point, why in probed.unclear.items():
        text = f"{padded(point, longest)}  not found out: {visible(why)}"
        lines.extend(note("", text, indent=0, width=width, style=Style.WARNING))
    if probed.left:
        text = (
            f"Left in the account: {'; '.join(map(visible, probed.left))}. The next probe "
            "or apply tries to remove it again."
        )
        return (*lines, BLANK, *note("", text, indent=0, width=width, style=Style.ERROR))
    return (*lines, BLANK, line("Nothing of the probe is left in the account."))
