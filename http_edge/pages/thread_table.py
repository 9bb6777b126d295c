"""Every page on which people write to one another, and who may open it."""

from actors.conversation.messages import MOST_FILES
from actors.files.messages import MOST_BYTES
from http_edge.pages import (
    answer_hours,
    attachments,
    replies,
    thread,
    thread_changes,
    thread_search,
    threads,
    writing,
)
from http_edge.pages.page_route import page_route as _page
from http_edge.policy import ADMIN, DOCTOR, PATIENT_OR_DOCTOR
from http_edge.routes import KIB, Route

_SEARCH = "/messages/search"
_THREAD = "/messages/{conversation}"
_FILE = f"{_THREAD}/files/{{file}}"
_MESSAGE = f"{_THREAD}/{{number}}"
_FORM_WITH_FILES = MOST_FILES * MOST_BYTES + 1024 * KIB

ROUTES: tuple[Route, ...] = (
    _page("GET", "/messages", threads.threads, PATIENT_OR_DOCTOR),
    _page("GET", _SEARCH, thread_search.show_search, PATIENT_OR_DOCTOR),
    _page("POST", _SEARCH, thread_search.search, PATIENT_OR_DOCTOR),
    _page("GET", _THREAD, thread.thread, PATIENT_OR_DOCTOR),
    _page("POST", _THREAD, writing.write, PATIENT_OR_DOCTOR, body_limit=_FORM_WITH_FILES),
    _page("POST", f"{_THREAD}/read", thread.read, PATIENT_OR_DOCTOR),
    _page("GET", f"{_THREAD}/search", thread_search.show_thread_search, PATIENT_OR_DOCTOR),
    _page("POST", f"{_THREAD}/search", thread_search.search_thread, PATIENT_OR_DOCTOR),
    _page("GET", _FILE, attachments.file, PATIENT_OR_DOCTOR),
    _page("GET", f"{_FILE}/small", attachments.small, PATIENT_OR_DOCTOR),
    _page("GET", f"{_MESSAGE}/edit", thread_changes.show_edit, PATIENT_OR_DOCTOR),
    _page("POST", f"{_MESSAGE}/edit", thread_changes.edit, PATIENT_OR_DOCTOR),
    _page("GET", f"{_MESSAGE}/delete", thread_changes.show_delete, PATIENT_OR_DOCTOR),
    _page("POST", f"{_MESSAGE}/delete", thread_changes.delete, PATIENT_OR_DOCTOR),
    _page("GET", "/replies", replies.replies, DOCTOR),
    _page("POST", "/replies", replies.set_reply, DOCTOR),
    _page("POST", "/replies/remove", replies.remove_reply, DOCTOR),
    _page("GET", "/answering", answer_hours.answering, DOCTOR),
    _page("POST", "/answering", answer_hours.set_answering, DOCTOR),
    _page("GET", "/clinic/replies", replies.replies, ADMIN),
    _page("POST", "/clinic/replies", replies.set_reply, ADMIN),
    _page("POST", "/clinic/replies/remove", replies.remove_reply, ADMIN),
    _page("POST", "/clinic/answering", answer_hours.set_clinics_answering, ADMIN),
)
