"""Why a frame had no effect, as the browser is told."""

from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed, Fault
from http_edge.problems import Problem, problem_of
from http_edge.sockets.frames import Refused

_UNSURE = "No answer came in time, so this may have happened or not. Send it again to be sure."

_FOR_GOOD = frozenset(
    {Fault.UNREADABLE, Fault.NO_SUCH_KIND, Fault.TOO_LARGE, Fault.ANSWER_TOO_LARGE}
)


def refused(
    error: Refusal | DeliveryFailed | Problem,
    *,
    address: str = "",
    id: str = "",  # noqa: A002
) -> Refused:
    """Return the frame about *error*; *again* when no rule was reached.

    A `Problem` is what stands before every rule: a limit of the edge's own.
    """
    if isinstance(error, Problem):
        return Refused(address, error.code, error.detail, id, again=True)
    if isinstance(error, Refusal):
        sentence = " ".join(error.fields.values()) or error.sentence
        return Refused(address, error.code, sentence, id)
    sentence = _UNSURE if error.fault is Fault.TIMED_OUT else problem_of(error).detail
    return Refused(address, error.fault.value, sentence, id, again=_may_pass(error.fault))


def _may_pass(fault: Fault) -> bool:
    """Whether the same frame may be taken another time."""
    return fault not in _FOR_GOOD
