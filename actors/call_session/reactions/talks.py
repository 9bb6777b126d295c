"""Who is in a call is engaged; how long it took stands in the thread."""

from actors.call_session.messages import CallEnded, Event, LegEntered, LegLeft, LegState
from actors.conversation import messages as conversation
from actors.effects import Effect, Send
from actors.ids import CallId
from actors.phone import messages as phone

MET = 2
"""So many people make a call."""


def of_talks(event: Event, call: CallId) -> list[Effect]:
    """Return whom people coming to and leaving *call* are told."""
    match event:
        case LegEntered(guest=False, back=False) if event.leg.state is not LegState.WAITING:
            return [_engaged(event, call)]
        case LegLeft(guest=False) if event.was is not LegState.WAITING:
            return [Send(phone.address_of(event.user), phone.NoteFree(call, event.leg))]
        case CallEnded() if len(event.joined) >= MET:
            return [_took_place(event)]
        case _:
            return []


def _engaged(event: LegEntered, call: CallId) -> Send:
    leg = event.leg
    engaged = phone.Engaged(call, leg.id, leg.since, event.appointment)
    return Send(phone.address_of(leg.user), phone.NoteEngaged(engaged))


def _took_place(event: CallEnded) -> Send:
    """Return that the thread shows the call; one of less than a second was one, too."""
    record = conversation.RecordCall(
        event.appointment, event.by, event.started_at, max(event.seconds, 1)
    )
    return Send(conversation.address_of(event.conversation), record)
