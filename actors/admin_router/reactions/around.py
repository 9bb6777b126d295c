"""Who else is told of a request: the thread of its group with the patient, and the staff."""

from typing import TypeAlias

from actors.admin_router.messages import (
    Left,
    RequestConfirmed,
    RequestDeclined,
    RequestEvent,
    RequestExpired,
    RequestRouted,
    RequestWithdrawn,
)
from actors.appointment import Stage
from actors.conversation import messages as conversation
from actors.conversation.messages import VisitStep
from actors.directory import messages as directory
from actors.effects import Effect, Send
from actors.ids import AppointmentId
from actors.notify.messages import Notice, Topic

Leaving: TypeAlias = (
    RequestRouted | RequestConfirmed | RequestWithdrawn | RequestDeclined | RequestExpired
)

STEPS: dict[type[RequestEvent], VisitStep] = {
    RequestRouted: VisitStep.RETURNED,
    RequestConfirmed: VisitStep.TAKEN,
    RequestWithdrawn: VisitStep.CANCELLED,
    RequestDeclined: VisitStep.DECLINED,
    RequestExpired: VisitStep.EXPIRED,
}
"""How the thread of a group is told that a request is the group's no more."""


def react_around(event: RequestEvent) -> list[Effect]:
    """Return what threads and staff are told of *event*."""
    left = event.left if isinstance(event, Leaving) else None
    told = [] if left is None else _left(event.appointment, left, STEPS[type(event)])
    return [*told, *_came(event)] if isinstance(event, RequestRouted) else told


def _left(appointment: AppointmentId, left: Left, step: VisitStep) -> list[Effect]:
    told: list[Effect] = []
    if left.team is not None:
        to = conversation.address_of(left.team)
        told.append(Send(to, conversation.LeaveTeam(appointment, step)))
    if left.stage is Stage.TRIAGE:
        settle = directory.SettleStaff(Topic.TRIAGE, appointment)
        told.append(Send(directory.ADDRESS, settle))
    return told


def _came(event: RequestRouted) -> list[Effect]:
    match event.stage:
        case Stage.GROUP:
            return _to_team(event)
        case Stage.TRIAGE:
            notice = Notice(Topic.TRIAGE, event.appointment, until=event.answer_by)
            return [Send(directory.ADDRESS, directory.AlertStaff(notice))]
        case _:
            return []


def _to_team(event: RequestRouted) -> list[Effect]:
    if event.group is None:
        return []
    request = event.request
    team = conversation.with_team(request.patient.id, request.department, event.group.id)
    opened = conversation.OpenTeam(
        event.appointment, request.patient, event.group.name, event.doctors
    )
    return [Send(conversation.address_of(team), opened)]
