"""Times that are held for a patient: offered, taken, refused, or held no more."""

from actors.appointment import Span
from actors.asked import Asked
from actors.patient.messages import (
    AppointmentView,
    Choices,
    ChoicesClosed,
    CloseChoices,
    Event,
    MoveEnded,
    OfferTimes,
    RefuseTimes,
    TakeTime,
    TimeChosen,
    TimesOffered,
    TimesRefused,
)
from actors.patient.state.kept import Patient, visit_of
from actors.patient.state.refusals import AppointmentOver, ChoiceGone
from actors.patient.state.wishes import checked_windows
from actors.refusal import optional_text

LONGEST_NOTE = 500


def take(state: Patient, command: TakeTime, asked: Asked) -> list[Event]:
    """Return the choice of one of the held times; taken again it changes nothing."""
    view = state.get(command.appointment)
    if command.start in {view.chosen, _standing_start(view)}:
        return []
    choices = _open_choices(view, asked)
    span = next((each for each in choices.spans if each.start == command.start), None)
    if span is None or span.start <= asked.at:
        raise ChoiceGone
    department = view.request.department
    return [TimeChosen(view.id, department, choices.round, span.start, asked.at)]


def _standing_start(view: AppointmentView) -> object:
    visit = visit_of(view)
    return None if visit is None else visit.start


def refuse(state: Patient, command: RefuseTimes, asked: Asked) -> list[Event]:
    """Return that none of the held times suits, with what would."""
    view = state.get(command.appointment)
    choices = _open_choices(view, asked)
    windows = checked_windows(command.windows, asked.at)
    note = optional_text("note", command.note, LONGEST_NOTE)
    department = view.request.department
    return [TimesRefused(view.id, department, choices.round, windows, note, asked.at)]


def _open_choices(view: AppointmentView, asked: Asked) -> Choices:
    if view.status.final:
        raise AppointmentOver
    if view.choices is None or view.chosen is not None or view.choices.until <= asked.at:
        raise ChoiceGone
    return view.choices


def offered_or_closed(
    view: AppointmentView, command: OfferTimes | CloseChoices, asked: Asked
) -> list[Event]:
    """Return what a router says of times that are held for the patient."""
    if isinstance(command, OfferTimes):
        return _offered(view, command, asked)
    return _closed(view, command, asked)


def _offered(view: AppointmentView, command: OfferTimes, asked: Asked) -> list[Event]:
    """Return the times that are held, unless they are shown already."""
    spans: tuple[Span, ...] = tuple(sorted(command.spans))
    doctor, zone = command.doctor, command.doctor_zone
    choices = Choices(command.round, doctor, zone, spans, command.until, command.earlier)
    if choices == view.choices:
        return []
    return [
        TimesOffered(
            view.id, choices.round, doctor, zone, spans, choices.until, choices.earlier, asked.at
        )
    ]


def _closed(view: AppointmentView, command: CloseChoices, asked: Asked) -> list[Event]:
    """Return that the times of this round are held no more; a visit that stands stays."""
    if view.choices is None or view.choices.round != command.round:
        return []
    return still_there(view, command.why, asked) or [
        ChoicesClosed(view.id, command.why, asked.at),
    ]


def still_there(view: AppointmentView, why: str, asked: Asked, number: int = 0) -> list[Event]:
    """Return that the visit stays as it was; nothing when none stands."""
    visit = visit_of(view)
    if visit is None:
        return []
    return [MoveEnded(view.id, why, number, asked.at, visit.doctor, visit.start, visit.doctor_zone)]
