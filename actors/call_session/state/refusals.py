"""Why somebody is told no in a call session."""

from actors.refusal import Ground, Refusal


class NotOpenYet(Refusal):
    """The waiting room opens 30 minutes before the visit. Please come back then."""

    code = "not_open_yet"


class SessionEnded(Refusal):
    """This visit is over. You find what was said of it, and your messages, on its page."""

    code = "session_over"


class HostNotThere(Refusal):
    """The doctor is not there yet. Please stay in the waiting room; the call comes to you."""

    code = "host_not_there"


class WasRemoved(Refusal):
    """The doctor has taken you out of this call. Please wait until you are called again."""

    code = "removed"
    ground = Ground.FORBIDDEN


class RingEnded(Refusal):
    """This call does not ring any more."""

    code = "ring_over"


class CallFull(Refusal):
    """There is no room for more people in this call. Ask somebody to leave it first."""

    code = "call_full"


class NoRelay(Refusal):
    """This is not possible at the moment. Try again in a minute; two people can talk as ever."""

    code = "no_relay"


class NoRecording(Refusal):
    """This clinic does not record calls."""

    code = "no_recording"
    ground = Ground.FORBIDDEN


class RecordingGoesOn(Refusal):
    """There is a recording already, or everybody is being asked. Stop it first."""

    code = "recording_goes_on"


class RecordingOver(Refusal):
    """This recording has stopped, or is not kept any more."""

    code = "recording_over"


class NotPlayedYet(Refusal):
    """Say first why you look at this recording."""

    code = "reason_needed"
    ground = Ground.FORBIDDEN


class StaleEpoch(Refusal):
    """The connection was set up anew meanwhile. It connects by itself."""

    code = "stale_epoch"


class NotYourLeg(Refusal):
    """This page is not in the call any more. Join again."""

    code = "not_your_leg"


class HidesAddresses(Refusal):
    """Everybody talks through the clinic's relay here, so that nobody learns another's address."""

    code = "addresses_hidden"
    ground = Ground.FORBIDDEN


class NoCall(Refusal):
    """There is no call at the moment."""

    code = "no_call"


class CallGoesOn(Refusal):
    """The call goes on. End it first."""

    code = "call_goes_on"


class OutcomeIsSet(Refusal):
    """It was already said what this visit came to."""

    code = "outcome_set"


class NobodyThere(Refusal):
    """Nobody else is in the call."""

    code = "nobody_there"


class TooManyGuests(Refusal):
    """So many guests are invited already. End one of their invitations first."""

    code = "too_many_guests"
    ground = Ground.TOO_MANY


class VisitsOnly(Refusal):
    """Others can be invited to visits only."""

    code = "visits_only"


class TooManySignals(Refusal):
    """The other side takes in nothing at the moment. Wait a second, and try again."""

    code = "too_many_signals"
    ground = Ground.TOO_MANY
