"""What each may see of a call session."""

from typing import assert_never

from actors.asked import Asked
from actors.call_session.messages import (
    CallLog,
    CallSeen,
    CallView,
    GetCall,
    GetInvitation,
    GetLog,
    GetSignals,
    HeldSignals,
    InvitationView,
    LayerPreferred,
    LogRead,
    MediaAnswer,
    MediaAnswered,
    OfferEcho,
    OfferMedia,
    Part,
    PartRead,
    Person,
    PersonView,
    PreferLayer,
    Preferred,
    PreparedQuery,
    Query,
    ReadRecording,
    Recorded,
    RecordingPart,
    RecordingView,
    Ring,
    Signals,
    Unanswered,
    View,
)
from actors.call_session.state.guests import host_name, invited, without_hash
from actors.call_session.state.kept import Policy, Session, consented
from actors.call_session.state.log import shown
from actors.call_session.state.offers import check_echo, check_layer, check_offer, raise_declined
from actors.call_session.state.permissions import check_log_reader, own_leg, participant
from actors.call_session.state.recording import opened, playable
from actors.caller import is_staff


def answer(  # noqa: PLR0911  one case per query
    state: Session, query: Query | PreparedQuery, asked: Asked, policy: Policy
) -> View:
    """Return what the caller may see, or raise a `Refusal`."""
    match query:
        case CallSeen():
            return _call(state, query, asked, policy)
        case HeldSignals():
            own_leg(state, query.query.leg, asked)
            return Signals(query.run, query.signals)
        case MediaAnswered():
            return _media(state, query, asked)
        case LayerPreferred():
            check_layer(state, query.query, asked)
            return Preferred()
        case GetInvitation(code_hash):
            return _invitation(state, code_hash, asked)
        case LogRead():
            check_log_reader(state, asked)
            return _log(state, query, asked)
        case PartRead():
            playable(state, query.query.recording, asked)
            return RecordingPart(query.data, query.size, query.video)
        case (
            GetCall()
            | GetSignals()
            | OfferMedia()
            | OfferEcho()
            | PreferLayer()
            | GetLog()
            | ReadRecording()
        ):
            raise TypeError(f"A {type(query).__name__} must be prepared before it is answered.")
        case _:
            assert_never(query)


def _log(state: Session, read: LogRead, asked: Asked) -> CallLog:
    return CallLog(
        events=shown(read.events),
        people=tuple(state.names.values()),
        recordings=state.recordings,
        may_play=not is_staff(asked.caller),
        opened=opened(state, asked),
    )


def _media(state: Session, answered: MediaAnswered, asked: Asked) -> MediaAnswer:
    query = answered.query
    if isinstance(query, OfferEcho):
        check_echo(state, query, asked)
        epoch = 0
    else:
        check_offer(state, query, asked)
        epoch = query.epoch
    if answered.why:
        raise_declined(answered.why)
    return MediaAnswer(epoch, query.neg, answered.sdp)


def _invitation(state: Session, code_hash: str, asked: Asked) -> InvitationView:
    guest = invited(state, code_hash, asked)
    start = state.hosting.start if state.hosting else None
    return InvitationView(guest.name, guest.as_what, host_name(state), start, guest.until)


# --- the call ------------------------------------------------------------------------------------


def _call(state: Session, seen: CallSeen, asked: Asked, policy: Policy) -> CallView:
    me = participant(state, asked)
    opens_at, media = state.opens_at, state.media
    inside = me.part is not Part.GUEST
    over = state.call is None and state.number > 0 and state.hosting is not None
    return CallView(
        id=state.id,
        appointment=state.appointment,
        conversation=state.conversation,
        hosting=state.hosting,
        me=me.user,
        part=me.part,
        people=tuple(_person(state, each, me) for each in _shown(state, me)),
        open=state.open and (opens_at is None or asked.at >= opens_at),
        opens_at=opens_at,
        number=state.number,
        started_at=state.call.started_at if state.call else None,
        rings=tuple(each for each in state.rings.values() if _may_see_ring(each, me)),
        epoch=media.epoch,
        mode=media.mode,
        why=media.why,
        sealing=media.sealing,
        ice=seen.ice,
        may_direct=not policy.hide_addresses,
        relay=seen.relay,
        word=state.word,
        guests=tuple(without_hash(each) for each in state.guests.values()) if inside else (),
        recording=_recording(state, me),
        outcome=state.outcome if inside else None,
        ask_outcome=me.part is Part.HOST and over and state.outcome is None,
        may_record=policy.recording and me.part is Part.HOST,
        recorded=_recorded(state) if inside else (),
        unanswered=_unanswered(state, me),
        line=state.line,
    )


def _shown(state: Session, me: Person) -> list[Person]:
    """Return whom *me* may see: guests see themselves and who is in the call."""
    everybody = list(state.everybody())
    if me.part is not Part.GUEST:
        return everybody
    return [each for each in everybody if each.user in state.in_call or each.user == me.user]


def _person(state: Session, person: Person, me: Person) -> PersonView:
    leg = state.leg_of(person.user)
    may_know = me.part is Part.HOST or me.user == person.user
    arrived = person.part is Part.PATIENT and me.part is not Part.GUEST
    return PersonView(
        person=person,
        legs=(leg,) if leg else (),
        check=state.checks.get(person.user) if may_know else None,
        arrived_at=state.arrived_at if arrived else None,
    )


def _may_see_ring(ring: Ring, me: Person) -> bool:
    return me.part is Part.HOST or me.user in {ring.by, ring.to}


def _unanswered(state: Session, me: Person) -> tuple[Unanswered, ...]:
    is_host = me.part is Part.HOST
    return tuple(each for each in state.unanswered.values() if is_host or each.by == me.user)


def _recording(state: Session, me: Person) -> RecordingView | None:
    recording = state.recording
    if recording is None or me.user not in state.in_call:
        return None
    answered = {*recording.agreed, *state.refused}
    return RecordingView(
        recording=recording,
        asked=tuple(sorted(state.in_call - answered)),
        refused=state.refused,
        running=recording.started_at is not None and consented(state),
    )


def _recorded(state: Session) -> tuple[Recorded, ...]:
    return tuple(
        Recorded(
            id=each.id,
            by=each.by,
            started_at=each.started_at,
            stopped_at=each.stopped_at,
            consented=each.consented,
            deleted_at=each.deleted_at,
        )
        for each in state.recordings
        if each.started_at is not None and each.stopped_at is not None
    )
