"""The key `rollout:` of a project file: in which waves a change reaches the accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Sequence
from schemactl.errors import Problem
from schemactl.model.account_choice import LABEL
from schemactl.model.rollout import RolloutRules
from schemactl.project.settings import PROJECT_FILE
from schemactl.text import nearest, quoted_short

_ASK: Final = "ask"
_NONE: Final = "none"
_STOP_AFTER: Final = 1


def read_rollout(root: Mapping) -> RolloutRules | None:
    """Return the rules; None if the file has none."""
    node = root.get("rollout")
    if not isinstance(node, Mapping):
        return None
    pause, stop_after = str(node.get("pause", _ASK)), node.get("stop_after")
    return RolloutRules(
        waves=tuple(_waves(node)),
        stop_after=stop_after if isinstance(stop_after, int) else _STOP_AFTER,
        asks=pause == _ASK,
        pause_h=0.0 if pause in {_ASK, _NONE} else float(pause),
    )


def unknown_labels(root: Mapping, labels: Iterable[str]) -> Iterator[Problem]:
    """Yield the waves of labels that no account has: a misspelt one would skip the wave."""
    node = root.get("rollout")
    waves = node.get("waves") if isinstance(node, Mapping) else None
    if not isinstance(waves, Sequence):
        return
    known = sorted({f"{LABEL}{label}" for label in labels})
    for index, wave in enumerate(waves):
        if isinstance(wave, str) and wave.startswith(LABEL) and wave not in known:
            near = nearest(wave, known)
            hint = f"did you mean {near}?" if near else "labels are under `labels:` of accounts"
            message = f"no account has the label of the wave {quoted_short(wave)}"
            place = waves.item_location(index, file=PROJECT_FILE)
            yield Problem(place, ProblemCode.WRONG_VALUE, message, hint)


def _waves(node: Mapping) -> Iterator[str]:
    waves = node.get("waves")
    for wave in waves if isinstance(waves, Sequence) else ():
        yield str(wave).replace(" ", "")
