"""Why a frame had no effect, as the browser is told."""

from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed, Fault
from http_edge.problems import problem_of
from http_edge.sockets.frames import Refused

_UNSURE = "No answer came in time, so this may have happened or not. Send it again to be sure."


def refused(error: Refusal | DeliveryFailed, *, address: str = "", id: str = "") -> Refused:  # noqa: A002
    """Return the frame about *error*; *again* when no rule was reached."""
    if isinstance(error, Refusal):
        sentence = " ".join(error.fields.values()) or error.sentence
        return Refused(address, error.code, sentence, id)
    sentence = _UNSURE if error.fault is Fault.TIMED_OUT else problem_of(error).detail
    return Refused(address, error.fault.value, sentence, id, again=_may_pass(error.fault))


def _may_pass(fault: Fault) -> bool:
    """Whether the same frame may be taken another time."""
    return fault not in {Fault.UNREADABLE, Fault.NO_SUCH_KIND}
