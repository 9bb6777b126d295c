"""What is on the bell, and what rings: after each event."""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.ids import AppointmentId
from actors.notify.messages import (
    AlertHushed,
    AlertRaised,
    AlertSettled,
    AlertStepped,
    Noticed,
    NoticesSeen,
    Topic,
)
from actors.notify.state.kept import ON_THE_BELL, Alert, Box, Item, alert_key

OfAlerts: TypeAlias = AlertRaised | AlertStepped | AlertHushed | AlertSettled


def evolve_notices(state: Box, event: Noticed | NoticesSeen) -> Box:
    """Return what *event* makes of the bell."""
    match event:
        case Noticed():
            return _noticed(state, event)
        case NoticesSeen(up_to):
            return _seen(state, [number for number in state.notices if number <= up_to])
        case _:
            assert_never(event)


def _noticed(state: Box, event: Noticed) -> Box:
    number, notice = event.number, event.notice
    kept = dict(list(state.notices.items())[1 - ON_THE_BELL :])
    new = replace(state, noticed=number, notices=kept | {number: Item(notice, event.at)})
    key = alert_key(notice.topic, notice.appointment)
    return _in_alert(new, key, notice=notice, noticed=number) if key in state.alerts else new


def _seen(state: Box, numbers: list[int]) -> Box:
    seen = {number: replace(state.notices[number], seen=True) for number in numbers}
    return replace(state, notices=state.notices | seen)


def evolve_alerts(state: Box, event: OfAlerts) -> Box:
    """Return what *event* makes of what rings."""
    match event:
        case AlertRaised(notice, at=at):
            raised = Alert(notice, state.noticed, at)
            key = alert_key(notice.topic, notice.appointment)
            return replace(state, alerts=state.alerts | {key: raised})
        case AlertStepped(topic, appointment, step):
            return _in_alert(state, alert_key(topic, appointment), step=step)
        case AlertHushed(topic, appointment):
            return _in_alert(state, alert_key(topic, appointment), hushed=True)
        case AlertSettled(topic, appointment):
            key = alert_key(topic, appointment)
            alerts = {name: each for name, each in state.alerts.items() if name != key}
            return _seen(replace(state, alerts=alerts), told_of(state, topic, appointment))
        case _:
            assert_never(event)


def _in_alert(state: Box, key: str, **changes: object) -> Box:
    return replace(state, alerts=state.alerts | {key: replace(state.alerts[key], **changes)})


def told_of(state: Box, topic: Topic, appointment: AppointmentId) -> list[int]:
    """Return the numbers of the notices on the bell that tell of this by *topic*, unseen."""
    about = topic, appointment
    return [
        number
        for number, item in state.notices.items()
        if (item.notice.topic, item.notice.appointment) == about and not item.seen
    ]
