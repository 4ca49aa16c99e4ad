"""The work that is cut off everywhere: an account, a plan for it, and what must come out.

`LONG` has thirty calls of all eight kinds, `SHORT` six; `REPLACING` makes fields again.
Whatever is killed when, the next apply must leave the account exactly as an apply does that
nobody killed.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from schemactl.model.account_identity import AccountIdentity
from schemactl.model.plan import Permission
from schemactl.store.journal.files import recorded_runs
from schemactl.store.journal.history import History, Scope
from schemactl.store.state.local import local_folder
from tests.crash.account import READS, Account, Killing, Moment, Server
from tests.crash.orders import JOURNALS, Trouble
from tests.crash.processes import PACE, Child, Ended, Zygote, start_true_command

CREDENTIALS = {
    "DEMO_APP_ID": "2_1_app",
    "DEMO_API_KEY": "k3y-value",
    "DEMO_HOST": "127.0.0.1",
}
ALLOWED = ",".join(Permission)
TIDYING = "remove_tag"
"""The one call that may be made again: taking off tags that are off already does nothing."""


Part: TypeAlias = tuple[str, ...]
_WORD = re.compile(r'(?:name|id)="([^"]*)"')
_FIELD = re.compile(r'<field name="([^"]*)" type="([^"]*)"/>')
_ITEM = re.compile(r"<(?:option|tag)>([^<]*)<")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An account as edits make it, and the files that want it otherwise, over one API.

    Attributes:
        is_counted: Whether commands count who holds what a plan destroys.
    """

    edits: str
    wanted: str
    backend: str = "legacy"
    is_counted: bool = True


SHORT = Story(
    edits="""\
add-section Pipeline
add-field Pipeline Status tdrop New Open Lost
add-field Pipeline Note longtext
add-field Pipeline Fax text
set-value 1 Status Open
set-value 1 Note "call again"
set-value 2 Fax 555-1
set-value 2 Note "was away"
""",
    wanted="""\
version: 1
sections:
  - name: Pipeline
    fields:
      - {name: Status, type: tdrop, options: [New, Open]}
  - name: Delivery
    fields:
      - {name: Way, type: tdrop, options: [Post, Van]}
tags: [VIP]
removed:
  fields: [{section: Pipeline, name: Fax}]
""",
)
REPLACING = Story(
    edits="""\
add-section Pipeline
add-field Pipeline Amount text
add-field Pipeline Size text
add-field Pipeline Note text
set-value 1 Note "call again"
""",
    wanted="""\
version: 1
sections:
  - name: Pipeline
    fields:
      - {name: Amount, type: price}
      - {name: Size, type: tdrop, options: [S, M]}
""",
)
"""Made twice it would destroy what was put into the new fields meanwhile."""
LONG = Story(
    edits="""\
add-tag Customer
add-section Sales
add-field Sales Status tdrop New Open Lost "On hold"
add-field Sales Colour tdrop Red Green Blue
add-field Sales Grade tdrop A B C D
add-field Sales Size tdrop XS S M L
add-field Sales Amount text
add-field Sales Due text
add-field Sales Note longtext
add-field Sales "Fax 2" text
add-section Service
add-field Service Plan tdrop Basic Full Trial
add-field Service Since fulldate
add-field Service Ticket text
add-section "Trade Show"
add-field "Trade Show" Stand text
add-contact "First Name=Dana" "E-Mail=dana@example.com"
set-value 1 Status Open
set-value 1 Note "call <again> & again"
set-value 1 Colour Red
set-value 2 Amount 120
set-value 2 Since 1700000000
set-value 2 Plan Full
set-value 3 Ticket T-77
set-value 3 "Fax 2" 555-2
set-value 4 Size M
set-value 4 Grade D
""",
    wanted="""\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Status, type: tdrop, options: [New, Open, "On hold", Won]}
      - {name: Colour, type: tdrop, options: [Red, Green]}
      - {name: Grade, type: tdrop, options: [A, B, C]}
      - {name: Size, type: tdrop, options: [S, M, L, XL, XXL]}
      - {name: Amount, type: price}
      - {name: Due, type: fulldate}
      - {name: Owner, type: text}
      - {name: Rank, type: tdrop, options: ["1", "2"]}
  - name: Service
    fields:
      - {name: Plan, type: tdrop, options: [Basic, Full, Gold]}
      - {name: Seats, type: numeric}
  - name: Billing
    fields:
      - {name: Way, type: tdrop, options: [Card, Transfer]}
      - {name: Iban, type: text}
  - name: Delivery
    fields:
      - {name: Carrier, type: tdrop, options: [Post, Van, "Über Nacht"]}
  - name: Events
    fields:
      - {name: Next Event, type: fulldate}
      - {name: Hall, type: tdrop, options: ["010", "Yes"]}
  - name: Returns
    fields:
      - {name: Reason, type: tdrop, options: [Broken, Late]}
  - name: Hosting
    fields:
      - {name: Tier, type: tdrop, options: [Small, Large]}
  - name: Loyalty
    fields:
      - {name: Medal, type: tdrop, options: [Gold, Silver]}
tags: [VIP, Partner, "Größe & Co"]
removed:
  sections: [Trade Show]
  fields:
    - {section: Sales, name: Fax 2}
    - {section: Trade Show, name: Stand}
""",
    is_counted=False,
)
"""Counting takes half as many requests again; the other stories count."""


REST = Story(
    edits="""\
add-tag Customer
add-tag Lead
add-tag Stranger
add-section Sales
add-field Sales Status tdrop New Open Lost "On hold"
add-field Sales Amount text
add-field Sales Due text
add-field Sales Note text
add-field Sales "Fax 2" text
add-section Service
add-field Service Plan tdrop Basic Full Trial
add-field Service Ticket text
add-section "Trade Show"
add-field "Trade Show" Stand text
set-value 1 Status Open
set-value 1 Note "call <again> & again"
set-value 2 Amount 120
set-value 2 Plan Full
set-value 3 Ticket T-77
set-value 3 "Fax 2" 555-2
""",
    wanted="""\
version: 1
sections:
  - name: Sales
    description: What we sell.
    fields:
      - {name: Stage, type: tdrop, options: [New, Open, "On hold", Won], was: [Status]}
      - {name: Amount, type: price}
      - {name: Due, type: text, required: true}
      - {name: Note, type: longtext}
      - {name: Owner, type: email}
  - name: Service
    fields:
      - {name: Plan, type: tdrop, options: [Basic, Full, Gold], unique: true}
      - {name: Case, type: text, was: [Ticket]}
      - {name: Seats, type: numeric}
  - name: Billing
    description: How we are paid.
    fields:
      - {name: Way, type: tdrop, options: [Card, Transfer]}
      - {name: Post Address, type: address}
tags: [Customer, VIP, {name: Guest, was: [Lead]}]
removed:
  sections: [Trade Show]
  fields:
    - {section: Sales, name: Fax 2}
    - {section: Trade Show, name: Stand}
  tags: [Stranger]
""",
    backend="rest",
)
"""All kinds of calls that only the REST API has, beside those that it shares."""


VALUES = Story(
    edits="""\
add-section Pipeline
add-contact "First Name=Dana" "E-Mail=dana@example.com"
add-field Pipeline Status tdrop New Open Lost
add-field Pipeline Trade text
add-field Pipeline Telex text
set-value 1 Status Open
set-value 1 Trade Retail
set-value 1 Telex 555-1
set-value 2 Status New
set-value 2 Trade "Café & Bar"
set-value 4 Status Open
set-value 4 Telex 0
""",
    wanted="""\
version: 1
sections:
  - name: Pipeline
    fields:
      - {name: Status, type: tdrop, options: [New, {name: Won, was: [Open]}, Lost]}
      - {name: Industry, type: longtext, from: {section: Pipeline, name: Trade, others: keep}}
removed:
  fields: [{section: Pipeline, name: Trade}, {section: Pipeline, name: Telex}]
""",
)
"""Backs up, fills a field from another one, renames an option, and destroys."""
REST_VALUES = replace(VALUES, backend="rest")


@dataclass(slots=True)
class Case:
    """One project on one account, and the processes that work on it.

    Attributes:
        is_limited: Whether the calls of its processes are counted and limited.
        clock_back_s: How far the clock of its processes is behind: what was copied and
            restored is as recent to them as it was.
        watched: Part of the paths of the files whose writing is counted in steps.
    """

    account: Account
    url: str
    steps_url: str
    folder: Path
    zygote: Zygote
    state_home: Path
    is_limited: bool = False
    clock_back_s: float = 0.0
    watched: str = JOURNALS

    @property
    def environ(self) -> Mapping[str, str]:
        """What a process is given, beside what it needs to run at all."""
        return {**CREDENTIALS, "XDG_STATE_HOME": str(self.state_home), "COLUMNS": "200"}

    @property
    def root(self) -> Path:
        """The folder of all files that its processes write."""
        return self.folder.parent

    @property
    def journals(self) -> Path:
        """Where the journals of the account are."""
        return self.folder / ".schemactl/journal/demo"

    def history(self) -> History:
        """Read what the runs from this folder leave to do."""
        backend = "rest" if self.url.endswith("/1/") else "legacy"
        folder = local_folder(self.journals)
        found = [(run, folder) for run in recorded_runs(folder)]
        return History.of(
            found,
            Scope(
                account="demo",
                identity=AccountIdentity(address=self.url),
                backend=backend,
                tag_carrier=3,
            ),
        )

    def start(
        self,
        *argv: str,
        trouble: Trouble | None = None,
        cuts: Collection[Trouble] = (),
        steps_to: Path | None = None,
        most_bytes: int | None = None,
        pace: float = PACE,
        learn: bool = False,
    ) -> Child:
        """Start a command in the project's folder."""
        return self.zygote.start(
            *argv,
            folder=self.folder,
            environ=self.environ,
            watched=self.watched,
            trouble=trouble,
            cuts=cuts,
            cuts_to=self.steps_url,
            steps_to=steps_to,
            most_bytes=most_bytes,
            pace=pace,
            clock_back_s=self.clock_back_s,
            is_limited=self.is_limited,
            learn=learn,
        )

    def run(self, *argv: str) -> Ended:
        """Run a command to its end."""
        return self.start(*argv).end()

    def apply(self) -> Ended:
        """Apply, with every permission."""
        return self.run(*APPLY)

    def kill_at_request(
        self,
        number: int,
        moment: Moment,
        *argv: str,
        as_users_do: bool = False,
        seen_by: Callable[[Child], None] = lambda _: None,
    ) -> Ended:
        """Run a command and kill it at a request of its own, counted from 1."""
        killing = Killing(len(self.account.sent) + number, moment, Future())
        return self._kill(killing, *argv, as_users_do=as_users_do, seen_by=seen_by)

    def kill_at_write(self, number: int, moment: Moment, *argv: str) -> Ended:
        """Do so at a request that asks for a change; not at all where there are fewer."""
        number += len(self.account.writes)
        return self._kill(Killing(number, moment, Future(), counts_writes=True), *argv)

    def _kill(
        self,
        killing: Killing,
        *argv: str,
        as_users_do: bool = False,
        seen_by: Callable[[Child], None] = lambda _: None,
    ) -> Ended:
        self.account.killing = killing
        if as_users_do:
            child = start_true_command(*argv, folder=self.folder, environ=self.environ)
        else:
            child = self.start(*argv)
        seen_by(child)
        killing.victim.set_result(child)
        ended = child.end()
        self.account.killing = None
        return ended


APPLY = ("apply", "--yes", "--allow", ALLOWED)


@dataclass(frozen=True)
class Undisturbed:
    """What an apply leaves that nobody disturbed."""

    state: object
    carried_out: tuple[tuple[str, str], ...]
    requests: tuple[str, ...]
    steps: tuple[str, ...]
    journal: bytes

    @property
    def writes(self) -> tuple[int, ...]:
        """The numbers of the requests that ask for a change, counted from 1."""
        return tuple(
            number for number, kind in enumerate(self.requests, start=1) if kind not in READS
        )

    def kind(self, number: int) -> str:
        """Return the type of a request, counted from 1."""
        return self.requests[number - 1]

    @cached_property
    def parts(self) -> Counter[Part]:
        """How often each part of a change was made."""
        return Counter(parts(self.carried_out))


class Stage:
    """Makes cases of one story, and knows what comes of it undisturbed."""

    def __init__(self, story: Story, server: Server, zygote: Zygote, scratch: Path) -> None:
        self._story = story
        self._server = server
        self._zygote = zygote
        self._scratch = scratch
        self._numbers = itertools.count(1)
        self._undisturbed: dict[tuple[str, ...], Undisturbed] = {}

    def case(
        self,
        *,
        wanted: str | None = None,
        beside: Case | None = None,
        calls_per_minute: int | None = None,
    ) -> Case:
        """Make a project; `beside` another one it has the same account and user.

        Its calls are limited only where `calls_per_minute` says so.
        """
        folder = self._scratch / f"case-{next(self._numbers)}"
        account = Account.made(self._story.edits) if beside is None else beside.account
        backend = self._story.backend
        url = self._server.add(account, backend=backend) if beside is None else beside.url
        (folder / "project/crm").mkdir(parents=True)
        project = (
            f"version: 1\naccounts:\n  demo: {{backend: {backend}, schema: [crm/*.yaml], "
            f"url: '{url}', tag_carrier: 3, calls_per_minute: {calls_per_minute or 180}}}\n"
        )
        (folder / "project/schemactl.yaml").write_text(project, encoding="utf-8")
        text = self._story.wanted if wanted is None else wanted
        (folder / "project/crm/all.yaml").write_text(text, encoding="utf-8")
        return Case(
            account=account,
            url=url,
            steps_url=self._server.steps_address(url),
            folder=folder / "project",
            zygote=self._zygote,
            state_home=folder / "state" if beside is None else beside.state_home,
            is_limited=calls_per_minute is not None,
        )

    @property
    def apply(self) -> tuple[str, ...]:
        """Arguments of an apply of this story."""
        return (*APPLY, *self._no_count)

    @property
    def plan(self) -> tuple[str, ...]:
        """Arguments of a plan of this story."""
        return ("plan", *self._no_count)

    @property
    def _no_count(self) -> tuple[str, ...]:
        return () if self._story.is_counted else ("--no-count",)

    def undisturbed(self, *argv: str) -> Undisturbed:
        """Apply once without any trouble; give what came of it, and how it went."""
        argv = argv or self.apply
        if argv not in self._undisturbed:
            case = self.case()
            steps = case.folder / "steps"
            ended = case.start(*argv, steps_to=steps).end()
            assert ended.status == 0, ended.reported
            (journal,) = case.journals.glob("*.jsonl")
            self._undisturbed[argv] = Undisturbed(
                state=comparable(case.account.state()),
                carried_out=tuple(case.account.carried_out()),
                requests=tuple(one.type for one in case.account.sent),
                steps=tuple(steps.read_text(encoding="utf-8").split()),
                journal=journal.read_bytes(),
            )
        return self._undisturbed[argv]

    def warm_up(self) -> None:
        """Have the zygote learn what an apply and a plan import."""
        for argv in (self.apply, self.plan):
            case = self.case()
            ended = case.start(*argv, learn=True).end()
            assert ended.status == 0, ended.reported

    def faults_after(self, case: Case, *argv: str, look_again: bool = True) -> Iterator[str]:
        """Apply again after something went wrong; yield all that is not as it must be.

        `look_again` has a plan and another apply say so too. They see account and journals
        only, which are compared in any case.
        """
        argv = argv or self.apply
        resumed = case.run(*argv)
        if resumed.status != 0:
            yield f"the next apply does not finish: {resumed.reported}"
            return
        yield from self.faults_at_end(case)
        if look_again:
            yield from self._reported_faults(case)

    def faults_at_end(self, case: Case) -> Iterator[str]:
        """Yield all that is not as after an apply that nobody disturbed."""
        undisturbed = self.undisturbed()
        if (state := comparable(case.account.state())) != undisturbed.state:
            yield f"the account differs:\n  {state}\nfrom\n  {undisturbed.state}"
        made, planned = Counter(parts(case.account.carried_out())), undisturbed.parts
        for part in sorted(planned.keys() | made.keys()):
            if made[part] != planned[part] and not (part[0] == TIDYING and made[part]):
                yield f"carried out {made[part]} times, planned {planned[part]} times: {part}"
        history = case.history()
        if waiting := history.interrupted:
            yield f"the journal of run {waiting.id} is still open"
        if history.pending or history.left_behind:
            yield f"tags are left: {history.pending or history.left_behind}"
        if held := list(case.state_home.rglob("*.holder.json")):
            yield f"somebody seems to hold the lock: {held}"

    def _reported_faults(self, case: Case) -> Iterator[str]:
        """Yield what the next commands find, which is to say nothing.

        They count calls on their own: all together they are more than a minute's share.
        """
        writes = len(case.account.writes)
        usual, case.state_home = case.state_home, case.state_home / "again"
        plan = case.run(*self.plan, "--detailed-exitcode")
        if plan.status != 0:
            yield f"a plan is not empty: {plan.reported}"
        again = case.run(*self.apply)
        case.state_home = usual
        if again.status != 0 or len(case.account.writes) != writes:
            yield f"a second apply finds something to do: {again.reported}"
        if "Traceback" in (reported := plan.reported + again.reported):
            yield f"a traceback: {reported}"


def parts(calls: Iterable[tuple[str, str]]) -> Iterator[Part]:
    """Take calls apart: planned again, the same fields may be made by more or fewer of them."""
    for request, data in calls:
        words = tuple(_WORD.findall(data))
        match request:
            case "add_section":
                yield (request, words[0])
                yield from (("make_field", words[0], *word) for word in _FIELD.findall(data))
            case "edit_section":
                yield from (("make_field", words[0], *word) for word in _FIELD.findall(data))
            case "remove_field" | "remove_section":
                yield (request, *words)
            case _ if data.startswith("{"):
                yield from _rest_parts(request, json.loads(data))
            case _:
                yield from ((request, words[0], text) for text in _ITEM.findall(data))


def _rest_parts(request: str, data: Mapping[str, Any]) -> Iterator[Part]:
    """Take a call of the REST API apart; what an update sends along unchanged is no part."""
    match request:
        case "fieldeditor_post" | "fieldeditor_put":
            for field in itertools.chain(*(data["fields"] or ())):
                if request == "fieldeditor_post":
                    yield ("make_field", data["name"], field["alias"], field["type"])
                for way, texts in field.get("options", {}).items():
                    yield from ((f"{way}_option", field["alias"], text) for text in texts)
        case _:
            named = {
                name: str(data[name]) for name in ("field", "section", "id") if name in data
            }
            yield (request, *named.values(), data.get("tag_name", ""))


def comparable(state: object) -> object:
    """Leave out of an account's state what no file can want: ids, positions, times."""
    match state:
        case dict():
            left_out = {"id", "position", "calls", "added", "modified", "purl"}
            return {
                name: comparable(value) for name, value in state.items() if name not in left_out
            }
        case list():
            return sorted((comparable(item) for item in state), key=repr)
        case _:
            return state
