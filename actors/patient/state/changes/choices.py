"""Times that the patient may choose from, for a request or for a visit that stands."""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.appointment import Stage, Status
from actors.patient.messages import (
    AppointmentView,
    Choices,
    ChoicesClosed,
    Step,
    TimeChosen,
    TimelineEntry,
    TimesOffered,
    TimesRefused,
)
from actors.patient.state.changes.book import put, stepped
from actors.patient.state.kept import Patient

ChoiceEvent: TypeAlias = TimesOffered | TimeChosen | TimesRefused | ChoicesClosed


def evolve_choices(state: Patient, event: ChoiceEvent) -> Patient:
    """Return the patient to whose choices *event* has happened."""
    view = state.appointments[event.appointment]
    match event:
        case TimesOffered():
            return _offered(state, view, event)
        case TimeChosen(start=start, at=at):
            return stepped(
                state, replace(view, chosen=start), TimelineEntry(Step.CHOSEN, at, start=start)
            )
        case TimesRefused():
            return _refused(state, view, event)
        case ChoicesClosed(_, why, at):
            view = _waiting_again(replace(view, choices=None, chosen=None))
            if why != "lapsed":
                return put(state, view)
            return stepped(state, view, TimelineEntry(Step.LAPSED, at))
        case _:
            assert_never(event)


def _offered(state: Patient, view: AppointmentView, event: TimesOffered) -> Patient:
    choices = Choices(
        event.round, event.doctor, event.doctor_zone, event.spans, event.until, event.earlier
    )
    wished = view.wished and event.earlier
    view = replace(view, choices=choices, chosen=None, wished=wished)
    if view.status.open:
        view = replace(
            view,
            status=Status.OFFERED,
            with_name=event.doctor.name,
            stage=Stage.PATIENT,
            answer_by=event.until,
        )
    step = Step.EARLIER if event.earlier else Step.OFFERED
    entry = TimelineEntry(step, event.at, who=event.doctor.name, until=event.until)
    return stepped(state, view, entry)


def _refused(state: Patient, view: AppointmentView, event: TimesRefused) -> Patient:
    if view.status.open:
        view = replace(view, request=replace(view.request, windows=event.windows))
    view = _waiting_again(replace(view, choices=None))
    return stepped(state, view, TimelineEntry(Step.REFUSED, event.at, why=event.note))


def _waiting_again(view: AppointmentView) -> AppointmentView:
    """Return a request that waits for its next routing; a visit that stands is as it was."""
    if not view.status.open:
        return view
    return replace(view, status=Status.ROUTED, stage=Stage.DOCTOR, answer_by=None)
