"""How notices read on the pages, by what they are about and by whom they are for.

Nothing here says why somebody needs care; letters have words of their own, in `notify`.
"""

from actors.call_session.messages import of_thread, of_visit
from actors.caller import Role
from actors.notify.messages import AlertView, Channel, Group, Notice, Topic
from http_edge.pages.wording import plural

_NOTICE = {
    Topic.RECEIVED: "Your request has arrived",
    Topic.OFFERED: "{who} offers you times: choose one",
    Topic.EARLIER: "An earlier time is free for you: take it or keep yours",
    Topic.CONFIRMED: "{who} confirmed your visit",
    Topic.MOVED: "Your visit has moved",
    Topic.STAYED: "Your visit stays as it was",
    Topic.RETURNED: "Your visit needs another doctor or time: we look for one",
    Topic.CANCELLED: "Your appointment is cancelled",
    Topic.DECLINED: "The clinic can't take your request",
    Topic.EXPIRED: "Nobody could see you at the times that you asked for",
    Topic.LAPSED: "The times that were held for you are over",
    Topic.ASKED: "{who} would like to know something",
    Topic.REMINDER: "Your visit is near",
    Topic.CLOCKS: "Clocks show another hour for your visit now",
    Topic.NOSHOW: "You missed your visit",
    Topic.REQUEST: "A request waits for your answer",
    Topic.VISIT: "A visit stands in your diary",
    Topic.VISIT_MOVED: "A visit in your diary has moved",
    Topic.VISIT_CANCELLED: "A visit in your diary is cancelled",
    Topic.WISH: "A patient would like another time",
    Topic.ARRIVED: "A patient has come in and waits for you",
    Topic.ON_CALL: "Nobody has answered a request in time: it is yours",
    Topic.TRIAGE: "A request waits to be sent to somebody",
    Topic.MESSAGES: "Messages wait to be read",
    Topic.CALLING: "You are being called",
    Topic.MISSED_CALL: "You missed a call",
    Topic.SUMMARY: "{who} wrote the summary of your visit",
}

_PLANNED = frozenset(
    {Topic.RETURNED, Topic.CANCELLED, Topic.DECLINED, Topic.NOSHOW, Topic.VISIT_CANCELLED}
)
"""The time that these name is over or given up."""

_ON = frozenset({Topic.MISSED_CALL, Topic.SUMMARY})
"""The time that these name is when it was."""

ALERT = {
    **_NOTICE,
    Topic.REQUEST: "Answer a request",
    Topic.ARRIVED: "See a patient who has come in",
    Topic.ON_CALL: "Answer a request that nobody has answered",
    Topic.TRIAGE: "Send a request to somebody",
}
"""What is to be done, as the bell's page says it."""

NO_NOTICES = {
    Role.PATIENT: "Nothing yet. You are told here when something happens to your requests.",
    Role.DOCTOR: "Nothing yet. You are told here when a request or a visit needs you.",
    Role.ADMIN: "Nothing yet. You are told here when a request waits to be sent to somebody.",
}

GROUP = {
    Group.VISITS: ("Requests and visits", "What happens to your requests and to your visits."),
    Group.REMINDERS: ("Reminders", "Some time before a visit, as chosen in your account."),
    Group.REQUESTS: ("What waits for you", "Requests to answer, and patients who have come in."),
    Group.MESSAGES: ("Messages", "That some wait to be read, never what they say."),
    Group.CALLS: ("Calls", "Calls that you missed and, in your browsers, that somebody calls now."),
}
"""What somebody may choose the channels of: a name, and what is in it."""

CHANNEL = {
    Channel.EMAIL: "By e-mail",
    Channel.PUSH: "In my browsers",
    Channel.WEBHOOK: "By the clinic's text service",
}

_OF_CALLS = frozenset({Topic.CALLING, Topic.MISSED_CALL})
_VISIT_OF_DOCTOR = frozenset({Topic.VISIT, Topic.VISIT_MOVED, Topic.WISH, Topic.ARRIVED})


def notice_title(notice: Notice, role: str) -> str:
    """Return *notice* in the words of a reader of that *role*, without the time."""
    match notice:
        case Notice(topic=Topic.DECLINED, start=start) if start is not None:
            return "The clinic has cancelled your visit"
        case Notice(topic=Topic.LAPSED, start=start) if start is not None:
            return "The time that was held for you is over, your visit stays"
        case Notice(topic=Topic.ON_CALL) if role == Role.ADMIN:
            return "Nobody has answered a request in time"
        case Notice(topic=Topic.MESSAGES, count=count) if count:
            return f"{plural(count, 'message waits', 'messages wait')} to be read"
        case Notice(topic=Topic.MISSED_CALL, with_name=name) if name:
            return f"You missed a call of {name}"
        case _:
            return _NOTICE[notice.topic].format(who=notice.with_name or "The clinic")


def notice_when(topic: Topic) -> str:
    """Return what stands between a notice and the time that it names."""
    if topic in _ON:
        return "on"
    return "(it was planned for)" if topic in _PLANNED else "for"


def notice_link(notice: Notice, role: str) -> str:
    """Return the page of that *role* on which *notice* is dealt with."""
    if notice.topic is Topic.MESSAGES:
        return f"/messages/{notice.thread}" if notice.thread else "/messages"
    if notice.topic in _OF_CALLS:
        call = of_thread(notice.thread) if notice.thread else of_visit(notice.appointment)
        return f"/calls/{call}"
    if notice.topic is Topic.SUMMARY:
        return f"/appointments/{notice.appointment}/summary"
    return _page_of(notice.topic, notice.appointment, role)


def alert_link(alert: AlertView, role: str) -> str:
    """Return the page of that *role* on which *alert* is dealt with."""
    return _page_of(alert.topic, alert.appointment, role)


def _page_of(topic: Topic, appointment: str, role: str) -> str:
    if role == Role.ADMIN:
        return "/board"
    if role == Role.DOCTOR:
        return (
            f"/visits/{appointment}" if topic in _VISIT_OF_DOCTOR else _DOCTORS.get(topic, "/inbox")
        )
    return f"/appointments/{appointment}" if appointment else "/home"


_DOCTORS = {Topic.VISIT_CANCELLED: "/week"}
