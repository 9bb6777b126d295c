"""Why a patient is told no."""

from actors.refusal import Ground, Refusal


class NotRegistered(Refusal):
    """Your account is still being set up. Please try again in a moment."""

    code = "not_registered"


class TooManyRequests(Refusal):
    """You have as many open requests as we can take. Withdraw one, or wait for an answer."""

    code = "too_many_requests"
    ground = Ground.TOO_MANY


class TooManyToday(Refusal):
    """You have asked for as many visits of this kind as one day allows. Please go on tomorrow."""

    code = "too_many_today"
    ground = Ground.TOO_MANY


class AppointmentOver(Refusal):
    """This appointment is over already."""

    code = "appointment_over"


class NotConfirmed(Refusal):
    """This has no confirmed time yet."""

    code = "not_confirmed"


class TooLateToChange(Refusal):
    """It is too late to change this visit here. Please call the clinic."""

    code = "too_late_to_change"


class TooEarly(Refusal):
    """You can check in from 30 minutes before the visit."""

    code = "too_early"


class ChoiceGone(Refusal):
    """This time is not held for you any more."""

    code = "choice_gone"


class MoveUnderWay(Refusal):
    """Another time for this visit is on its way already. Please wait for the answer."""

    code = "move_under_way"


class OwnVisitThen(Refusal):
    """You have another visit at that time. Choose another time, or change that visit first."""

    code = "own_visit_then"


class TimesNotShown(Refusal):
    """For this kind of visit no times are shown. Say what would suit, and the doctor answers."""

    code = "times_not_shown"


class NothingAsked(Refusal):
    """The clinic has asked nothing that is not answered yet."""

    code = "nothing_asked"
