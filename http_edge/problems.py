"""What goes wrong, in the one shape that clients read: RFC 9457, with a stable `code`.

A `Refusal` of an actor, a fault of delivery and an HTTP error all become a `Problem`.
"""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from aiohttp import web

from actors.refusal import Ground, Refusal
from actors.runtime.errors import DeliveryFailed, Fault

CONTENT_TYPE = "application/problem+json"
NOT_FOUND = 404


class FieldError(msgspec.Struct, frozen=True):
    """One thing to mend."""

    field: str
    detail: str


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True, rename={"kind": "type"}):
    """A problem as it is sent (RFC 9457). `code` is stable and for machines."""

    kind: str
    title: str
    status: int
    detail: str
    code: str
    instance: str = ""
    errors: tuple[FieldError, ...] = ()
    trace_id: str = ""


class Problem(Exception):
    """Something that the one who asks is told. Raise it anywhere in a handler."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})
        super().__init__(f"{status} {code}: {detail}")

    def details(self, instance: str = "", trace: str = "") -> ProblemDetails:
        """Return what is sent of it."""
        return ProblemDetails(
            kind=f"urn:carewire:problem:{self.code}",
            title=HTTPStatus(self.status).phrase,
            status=self.status,
            detail=self.detail,
            code=self.code,
            instance=instance,
            errors=tuple(FieldError(field, text) for field, text in self.fields.items()),
            trace_id=trace,
        )


def json_problem(problem: Problem, instance: str = "", trace: str = "") -> web.Response:
    """Return *problem* as a response."""
    return web.Response(
        status=problem.status,
        body=msgspec.json.encode(problem.details(instance, trace)),
        content_type=CONTENT_TYPE,
        headers=problem.headers,
    )


_STATUS = {
    Ground.INVALID: 422,
    Ground.UNKNOWN_CALLER: 401,
    Ground.FORBIDDEN: 403,
    Ground.NOT_FOUND: 404,
    Ground.CONFLICT: 409,
    Ground.TOO_MANY: 429,
}


def problem_of(error: Refusal | DeliveryFailed | web.HTTPException) -> Problem:
    """Return what the one who asks is told about *error*."""
    match error:
        case Refusal():
            return _of_refusal(error)
        case DeliveryFailed(fault=fault):
            return _of_fault(fault)
        case _:
            return _of_http(error)


def _of_refusal(refusal: Refusal) -> Problem:
    headers = {"Retry-After": "1"} if refusal.ground is Ground.TOO_MANY else {}
    return Problem(
        _STATUS[refusal.ground],
        refusal.code,
        refusal.sentence,
        fields=refusal.fields,
        headers=headers,
    )


_LATER = {
    Fault.BUSY: (1, "Too many people are at it just now. Nothing was done; try again in a moment."),
    Fault.NOT_OWNER: (1, "The clinic is moving house just now. Try again in a moment."),
    Fault.STOPPING: (2, "The clinic is restarting. Nothing was done; try again in a moment."),
    Fault.LATE: (1, "The clinic was too slow. Nothing was done; try again in a moment."),
    Fault.UNAVAILABLE: (60, "This part of the clinic is out of order for now. Try again later."),
    Fault.STORE_DOWN: (5, "Nothing can be kept just now, so nothing was done. Try again soon."),
    Fault.NO_SUCH_KIND: (30, "This part of the clinic is being renewed. Try again in a while."),
    Fault.DISCONNECTED: (2, "The clinic can't be reached just now. Try again in a moment."),
}
_TIMED_OUT = (
    "No answer came in time, so this may have happened or not. "
    "Repeat it with the same Idempotency-Key to be sure."
)
_TOO_LARGE = {
    Fault.TOO_LARGE: (
        413,
        Fault.TOO_LARGE.value,
        "That is more than is taken at once. Nothing was done; send less at a time.",
    ),
    Fault.ANSWER_TOO_LARGE: (
        500,
        Fault.ANSWER_TOO_LARGE.value,
        "The answer is too large to be sent. Ask for less at a time.",
    ),
}
BROKEN = "Something broke on our side. It is written down; try again."


def _of_fault(fault: Fault) -> Problem:
    if fault in _LATER:
        seconds, sentence = _LATER[fault]
        return Problem(503, fault.value, sentence, headers={"Retry-After": str(seconds)})
    if fault in {Fault.TIMED_OUT, Fault.UNCERTAIN}:
        return Problem(504, fault.value, _TIMED_OUT)
    if fault in _TOO_LARGE:
        return Problem(*_TOO_LARGE[fault])
    return Problem(500, fault.value, BROKEN)


_HTTP = {
    404: ("not_found", "There is nothing here under that name."),
    405: ("method_not_allowed", "This can't be done here; see the Allow header."),
    413: ("body_too_large", "That is more than is taken here."),
    417: ("expectation_failed", "That Expect header can't be met."),
}


def _of_http(error: web.HTTPException) -> Problem:
    phrase = HTTPStatus(error.status).phrase
    code, sentence = _HTTP.get(error.status, (phrase.lower().replace(" ", "_"), f"{phrase}."))
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return Problem(error.status, code, sentence, headers=headers)
