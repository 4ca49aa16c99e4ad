"""Smallest valid values of the model: a test names only what it is about."""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.errors import Location
from schemactl.model.change import Change
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredSection,
    DesiredTag,
    Manage,
    RemovedField,
    RemovedSection,
    RemovedTag,
)
from schemactl.model.difference import Notice, NoticeCode, Unmanaged, UnmanagedKind
from schemactl.model.field_limits import (
    ASSUMED_LIMIT,
    AppliedLimit,
    FieldLimit,
    FieldUse,
)
from schemactl.model.plan import (
    AccountSize,
    Budget,
    Call,
    Fingerprint,
    Hazard,
    JsonObject,
    ManualCode,
    ManualStep,
    Permission,
    Plan,
    PlanOrigin,
    Precondition,
    Summary,
)
from schemactl.model.run import Run, RunStatus, Verdict, VerdictStatus
from schemactl.model.schema import Field, FieldKey, Schema, Section


def a_location(line: int = 1, column: int = 1, *, file: str = "crm/sales.yaml") -> Location:
    return Location(file=file, line=line, column=column)


def a_field(
    name: str = "Lead Status",
    kind: str = "text",
    options: Sequence[str] | None = None,
    *,
    custom: bool = True,
    required: bool | None = None,
    unique: bool | None = None,
) -> Field:
    return Field(
        name=name,
        type=kind,
        options=None if options is None else tuple(options),
        custom=custom,
        required=required,
        unique=unique,
    )


def a_section(
    name: str = "Sales Pipeline",
    *fields: Field,
    custom: bool = True,
    description: str | None = None,
) -> Section:
    return Section(name=name, fields=fields, custom=custom, description=description)


def a_schema(*sections: Section, tags: Sequence[str] = ()) -> Schema:
    return Schema(sections=sections, tags=tuple(tags))


def a_desired_field(
    field: Field | None = None,
    *,
    line: int = 1,
    was: Sequence[str] = (),
    protect: bool = False,
) -> DesiredField:
    field = field or a_field()
    return DesiredField(
        field=field,
        location=a_location(line),
        was=tuple(was),
        protect=protect,
        options_location=None if field.options is None else a_location(line, 5),
        settings_location=None
        if field.required is None and field.unique is None
        else a_location(line, 7),
    )


def a_desired_section(
    name: str = "Sales Pipeline",
    *fields: DesiredField | Field,
    line: int = 1,
    manage: Manage = Manage.MERGE,
    was: Sequence[str] = (),
    description: str | None = None,
) -> DesiredSection:
    return DesiredSection(
        name=name,
        location=a_location(line),
        fields=tuple(a_desired_field(one) if isinstance(one, Field) else one for one in fields),
        manage=manage,
        was=tuple(was),
        description=description,
        description_location=None if description is None else a_location(line, 9),
    )


def a_tag(name: str = "VIP", *, line: int = 1, was: Sequence[str] = ()) -> DesiredTag:
    return DesiredTag(name=name, location=a_location(line), was=tuple(was))


def a_desired(
    *sections: DesiredSection,
    tags: Sequence[str | DesiredTag] = (),
    removed_sections: Sequence[str] = (),
    removed_fields: Sequence[tuple[str, str]] = (),
    removed_tags: Sequence[str] = (),
) -> Desired:
    place = a_location()
    return Desired(
        sections=sections,
        tags=tuple(a_tag(tag) if isinstance(tag, str) else tag for tag in tags),
        removed_sections=tuple(
            RemovedSection(name=name, location=place) for name in removed_sections
        ),
        removed_fields=tuple(
            RemovedField(key=FieldKey(section, name), location=place)
            for section, name in removed_fields
        ),
        removed_tags=tuple(RemovedTag(name=name, location=place) for name in removed_tags),
    )


def a_call(
    number: int = 1,
    request: str = "add_section",
    arguments: JsonObject | None = None,
    *,
    serves: Sequence[str] = (),
    needs: Sequence[int] = (),
) -> Call:
    return Call(
        number=number,
        request=request,
        arguments={} if arguments is None else arguments,
        serves=tuple(serves),
        needs=tuple(needs),
    )


def a_manual_step(
    change: Change,
    code: ManualCode = ManualCode.RENAME_BY_HAND,
    instruction: str = "rename it in the web interface",
    *,
    alternative: str | None = None,
) -> ManualStep:
    return ManualStep(
        code=code, change=change.id, instruction=instruction, alternative=alternative
    )


def a_hazard(
    *changes: Change,
    code: Permission = Permission.REMOVES_FIELD,
    message: str = "every value in every contact is lost",
    hint: str | None = None,
) -> Hazard:
    return Hazard(
        code=code, changes=tuple(change.id for change in changes), message=message, hint=hint
    )


def an_unmanaged(
    name: str = "Fax 2",
    *,
    section: str | None = "Sales Pipeline",
    kind: UnmanagedKind = UnmanagedKind.FIELD,
    field_type: str | None = "text",
) -> Unmanaged:
    return Unmanaged(
        kind=kind,
        section=section,
        name=name,
        type=field_type if kind is UnmanagedKind.FIELD else None,
    )


def a_notice(
    code: NoticeCode = NoticeCode.OPTION_ORDER,
    about: str = "Sales Pipeline / Lead Status",
    message: str = "the account has the same options in another order",
    *,
    location: Location | None = None,
) -> Notice:
    return Notice(code=code, about=about, message=message, location=location)


def a_budget(
    *,
    calls: int = 0,
    requests: int = 0,
    seconds: float = 0.0,
    before: int = 0,
    after: int = 0,
    peak: int | None = None,
    unknown: int = 0,
    limit: FieldLimit | None = None,
    fields: int = 0,
    custom_objects: Sequence[FieldUse] = (),
) -> Budget:
    """Return a budget: bytes and number of contacts' fields; `limit` is one that is stated."""
    return Budget(
        calls=calls,
        requests=requests,
        seconds=seconds,
        contacts=FieldUse(
            field_bytes_before=before,
            field_bytes_peak=max(before, after) if peak is None else peak,
            field_bytes_after=after,
            field_bytes_unknown=unknown,
            fields_before=fields,
            fields_peak=fields,
            fields_after=fields,
        ),
        custom_objects=tuple(custom_objects),
        field_limit=AppliedLimit(limit=limit, stated=True) if limit else ASSUMED_LIMIT,
    )


MADE = PlanOrigin(at="2026-01-02T03:04:05+00:00", id="1a2b3c")
"""Of every plan that a test makes itself."""


def a_plan(
    *changes: Change,
    calls: Sequence[Call] = (),
    pending_cleanups: Sequence[PendingCleanup] = (),
    manual_steps: Sequence[ManualStep] = (),
    hazards: Sequence[Hazard] = (),
    permissions: Sequence[Permission] = (),
    unmanaged: Sequence[Unmanaged] = (),
    notices: Sequence[Notice] = (),
    seen: Sequence[Precondition] = (),
    summary: Summary | None = None,
    budget: Budget | None = None,
    account: str = "demo",
    address: str = "emulator",
    files: str = "ab" * 32,
    made: PlanOrigin = MADE,
) -> Plan:
    return Plan(
        made=made,
        account=account,
        backend="legacy",
        address=address,
        files=Fingerprint.of(files),
        size=AccountSize(sections=6, fields=41, tags=3, calls=2),
        changes=changes,
        calls=tuple(calls),
        pending_cleanups=tuple(pending_cleanups),
        manual_steps=tuple(manual_steps),
        hazards=tuple(hazards),
        permissions=tuple(permissions),
        unmanaged=tuple(unmanaged),
        notices=tuple(notices),
        seen=tuple(seen),
        summary=summary or Summary(add=0, change=0, remove=0, by_hand=0),
        budget=budget or a_budget(calls=len(calls)),
    )


def a_verdict(
    change: Change, status: VerdictStatus = VerdictStatus.APPLIED, detail: str = ""
) -> Verdict:
    return Verdict(change=change.id, status=status, detail=detail)


def a_run(
    *verdicts: Verdict,
    status: RunStatus = RunStatus.COMPLETED,
    reason: str = "",
    made: int = 0,
    planned: int | None = None,
) -> Run:
    return Run(
        id="run-0001",
        status=status,
        reason=reason,
        calls_made=made,
        calls_planned=made if planned is None else planned,
        verdicts=verdicts,
    )
