"""What is put on the bell, and what rings until it is dealt with."""

from datetime import datetime, timedelta

from actors.caller import Role
from actors.ids import AppointmentId
from actors.notify.messages import (
    AlertDue,
    AlertHushed,
    AlertRaised,
    AlertSettled,
    AlertStepped,
    Channel,
    Hush,
    Notice,
    Noticed,
    NoticesSeen,
    Notify,
    Settle,
    Topic,
)
from actors.notify.state.evolving import told_of
from actors.notify.state.kept import MOST_ALERTS, Alert, alert_key
from actors.notify.state.letters import write
from actors.notify.state.turn import Turn
from actors.refusal import NotAllowed

PUSHED, MAILED = 1, 2
"""The steps of an alert."""


def notify(turn: Turn, command: Notify) -> None:
    """Put a notice on the bell, and write letters of it or raise an alert.

    That somebody rings is on the pages by itself while it does; a letter would come too late.
    """
    _only_by_actors(turn)
    notice, state = command.notice, turn.state
    if state.recipient is None:
        return
    if notice.topic is Topic.CALLING:
        write(turn, notice, (Channel.PUSH,))
        return
    raised = state.alerts.get(alert_key(notice.topic, notice.appointment))
    if raised is not None and raised.notice == notice:
        return
    turn.add(Noticed(state.noticed + 1, notice, turn.at))
    if raised is not None:
        _write_at_once(turn, notice)
    elif command.alert and len(state.alerts) < MOST_ALERTS:
        due = turn.at + timedelta(seconds=state.choices.alert_push_seconds)
        turn.add(AlertRaised(notice, due, turn.at))
        _write_at_once(turn, notice)
    else:
        write(turn, notice, Channel, turn.state.noticed)


def _write_at_once(turn: Turn, notice: Notice) -> None:
    """Send the letter with the answer links; all else that rings is written in steps."""
    if notice.topic is Topic.REQUEST:
        write(turn, notice, (Channel.EMAIL,), turn.state.noticed)


def settle(turn: Turn, command: Settle) -> None:
    """Let nothing ring or leave any more for what is dealt with."""
    _only_by_actors(turn)
    topic, appointment = command.topic, command.appointment
    raised = alert_key(topic, appointment) in turn.state.alerts
    if raised or told_of(turn.state, topic, appointment):
        turn.add(AlertSettled(topic, appointment, turn.at))


def _only_by_actors(turn: Turn) -> None:
    if turn.asked.caller.role is not Role.ACTOR:
        raise NotAllowed


def mark_seen(turn: Turn, up_to: int) -> None:
    """Let the person have seen the notices up to and with this number."""
    turn.only_by_the_person()
    notices = turn.state.notices
    if any(number <= up_to and not item.seen for number, item in notices.items()):
        turn.add(NoticesSeen(min(up_to, turn.state.noticed), turn.at))


def hush(turn: Turn, command: Hush) -> None:
    """Let pages be still about what the person knows of."""
    turn.only_by_the_person()
    raised = _alert(turn, command.topic, command.appointment)
    if raised is not None and not raised.hushed:
        turn.add(AlertHushed(command.topic, command.appointment, turn.at))


def step(turn: Turn, command: AlertDue) -> None:
    """Bring what still waits to the person's mind by the next channel."""
    turn.only_by_itself()
    raised = _alert(turn, command.topic, command.appointment)
    if raised is None or command.step != raised.step + 1:
        return
    topic, appointment, number = command.topic, command.appointment, command.step
    due = _mail_at(turn, raised) if number == PUSHED else None
    turn.add(AlertStepped(topic, appointment, number, due, turn.at))
    write(turn, raised.notice, _channels(raised, number), raised.noticed)


def _alert(turn: Turn, topic: Topic, appointment: AppointmentId) -> Alert | None:
    return turn.state.alerts.get(alert_key(topic, appointment))


def _mail_at(turn: Turn, raised: Alert) -> datetime:
    minutes = timedelta(minutes=turn.state.choices.alert_mail_minutes)
    return max(turn.at, raised.since + minutes)


def _channels(raised: Alert, number: int) -> tuple[Channel, ...]:
    """Return how step *number* is taken; who has hushed it is not rung for by a push either."""
    if number == PUSHED:
        return () if raised.hushed else (Channel.PUSH,)
    mailed = raised.notice.topic is Topic.REQUEST
    return (Channel.WEBHOOK,) if mailed else (Channel.EMAIL, Channel.WEBHOOK)
