"""Every page of calls, of what remains of them, of notes and of summaries; who may open it."""

from http_edge.pages import (
    call_acts,
    call_log,
    calls,
    check,
    joining,
    notes,
    recordings,
    ringing,
    summaries,
)
from http_edge.pages.page_route import page_route as _page
from http_edge.policy import (
    ANYBODY,
    DOCTOR,
    DOCTOR_OR_ADMIN,
    GUEST,
    PATIENT,
    PATIENT_OR_DOCTOR,
)
from http_edge.routes import Route

_CALL = "/calls/{call}"
_RECORDING = f"{_CALL}/recordings/{{recording}}"
_NOTE = "/visits/{appointment}/note"
_SUMMARY = "/appointments/{appointment}/summary"

_CALLS = (
    _page("GET", _CALL, calls.call, PATIENT_OR_DOCTOR),
    _page("GET", f"{_CALL}/line", calls.line, PATIENT_OR_DOCTOR),
    _page("GET", f"{_CALL}/check", check.check, PATIENT_OR_DOCTOR),
    _page("POST", f"{_CALL}/check-in", call_acts.check_in, PATIENT),
    _page("POST", f"{_CALL}/word", call_acts.tell, DOCTOR),
    _page("POST", f"{_CALL}/hold", call_acts.hold, DOCTOR),
    _page("POST", f"{_CALL}/remove", call_acts.remove, DOCTOR),
    _page("POST", f"{_CALL}/guests", call_acts.invite, PATIENT_OR_DOCTOR),
    _page("POST", f"{_CALL}/guests/{{guest}}/end", call_acts.uninvite, PATIENT_OR_DOCTOR),
    _page("POST", f"{_CALL}/end", call_acts.end, DOCTOR),
    _page("POST", f"{_CALL}/outcome", call_acts.set_outcome, DOCTOR),
    _page("POST", f"{_CALL}/transfer", call_acts.transfer, DOCTOR),
    _page("GET", "/phone", ringing.phone, PATIENT_OR_DOCTOR),
    _page("POST", "/phone/silence", ringing.silence, PATIENT_OR_DOCTOR),
    _page("POST", "/phone/decline", ringing.decline, PATIENT_OR_DOCTOR),
)

_GUESTS = (
    _page("GET", "/join", joining.show, ANYBODY),
    _page("POST", "/join/check", joining.check, ANYBODY),
    _page("POST", "/join", joining.join, ANYBODY),
    _page("GET", "/join/{call}", calls.call, GUEST),
    _page("GET", "/join/{call}/line", calls.line, GUEST),
)

_LOGS = (
    _page("GET", f"{_CALL}/log", call_log.log, DOCTOR_OR_ADMIN),
    _page("GET", _RECORDING, recordings.recording, DOCTOR),
    _page("POST", _RECORDING, recordings.play, DOCTOR),
    _page("POST", f"{_RECORDING}/delete", recordings.delete, DOCTOR),
    _page("GET", f"{_RECORDING}/tapes/{{tape}}", recordings.tape, DOCTOR),
)

_NOTES = (
    _page("GET", _NOTE, notes.note, DOCTOR),
    _page("POST", _NOTE, notes.draft, DOCTOR),
    _page("POST", f"{_NOTE}/sign", notes.sign, DOCTOR),
    _page("POST", f"{_NOTE}/amendments", notes.amend, DOCTOR),
    _page("GET", _SUMMARY, summaries.summary, PATIENT_OR_DOCTOR),
    _page("GET", f"{_SUMMARY}.pdf", summaries.summary_pdf, PATIENT_OR_DOCTOR),
)

ROUTES: tuple[Route, ...] = (*_CALLS, *_GUESTS, *_LOGS, *_NOTES)
