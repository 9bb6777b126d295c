"""How a notice reads, by what it is about. Nothing here says why somebody needs care."""

from enum import StrEnum

import msgspec

from actors.notify.messages import Topic


class Page(StrEnum):
    """Where the letter's link leads."""

    APPOINTMENT = "/appointments/{appointment}"
    INBOX = "/inbox"
    BOARD = "/board"
    VISIT = "/visits/{appointment}"
    MESSAGES = "/messages"
    THREAD = "/messages/{thread}"


class Wording(msgspec.Struct, frozen=True):
    """A subject, a sentence, and what the link is called."""

    subject: str
    text: str
    link: str = "Open your appointment"
    page: Page = Page.APPOINTMENT
    when: str = "When"
    """What stands before the appointment's time."""
    until: str = "Please answer until"
    """What stands before the time until which something is to be done."""


PLANNED = "It was planned for"


def _to_doctor(subject: str, text: str, when: str = "When") -> Wording:
    return Wording(subject, text, "Open your inbox", Page.INBOX, when)


WORDING = {
    Topic.RECEIVED: Wording(
        "Your request has arrived",
        "We have your request for an appointment and look for a doctor and a time.",
    ),
    Topic.OFFERED: Wording(
        "Please choose a time",
        "These times are held for you. Take the one that suits you, or ask for others.",
        "Choose a time",
        until="They are held until",
    ),
    Topic.EARLIER: Wording(
        "An earlier time is free",
        "You may come earlier than planned. If you do nothing, your appointment stays as it is.",
        "Take the earlier time",
        until="It is held until",
    ),
    Topic.CONFIRMED: Wording("Your appointment is confirmed", "Your appointment is confirmed."),
    Topic.MOVED: Wording(
        "Your appointment has moved", "Your appointment has a new time or another doctor."
    ),
    Topic.STAYED: Wording(
        "Your appointment stays as it is",
        "The change did not come about. Your appointment stays as it was.",
    ),
    Topic.RETURNED: Wording(
        "Your appointment needs a new time",
        "Your doctor can't keep the appointment. We look for another doctor or time for you.",
        when=PLANNED,
    ),
    Topic.CANCELLED: Wording(
        "Your appointment is cancelled", "Your appointment is cancelled.", when=PLANNED
    ),
    Topic.DECLINED: Wording(
        "About your request",
        "We can't offer you an appointment for this request. The page says what you can do now.",
    ),
    Topic.EXPIRED: Wording(
        "Your request has expired",
        "We found no appointment in the times that you asked for. You can ask again.",
    ),
    Topic.LAPSED: Wording(
        "The times are no longer held",
        "The times that were held for you are free again. We go on looking for one.",
    ),
    Topic.ASKED: Wording(
        "We have a question", "We have a question about your request.", "Answer the question"
    ),
    Topic.REMINDER: Wording(
        "Reminder: your appointment", "This is a reminder of your appointment."
    ),
    Topic.CLOCKS: Wording(
        "The clock time of your appointment has changed",
        "The rules of a time zone have changed, so clocks show another time for your appointment.",
    ),
    Topic.NOSHOW: Wording(
        "We missed you",
        "You did not come to your appointment. You can ask for a new one.",
        when=PLANNED,
    ),
    Topic.REQUEST: _to_doctor(
        "A request waits for you", "A request waits for your answer.", "Asked for"
    ),
    Topic.VISIT: _to_doctor("A new visit", "A visit stands in your diary."),
    Topic.VISIT_MOVED: _to_doctor("A visit has moved", "A visit in your diary has moved."),
    Topic.VISIT_CANCELLED: _to_doctor(
        "A visit is cancelled", "A visit in your diary is cancelled.", PLANNED
    ),
    Topic.WISH: _to_doctor(
        "Another time is wished for", "A patient would like another time for a visit."
    ),
    Topic.ON_CALL: _to_doctor(
        "You are on call: a request waits", "Nobody has answered a request in time. It is yours."
    ),
    Topic.ARRIVED: Wording(
        "A patient is there", "A patient is there and waits for you.", "Open the visit", Page.VISIT
    ),
    Topic.TRIAGE: Wording(
        "A request waits to be sent on",
        "A request has arrived and waits to be sent to a doctor.",
        "Open the board",
        Page.BOARD,
    ),
    Topic.MESSAGES: Wording(
        "You have {messages}",
        "You have {messages}.",
        "Read your messages",
        Page.MESSAGES,
    ),
}

DECLINED_VISIT = Wording(
    "Your appointment is cancelled",
    "The clinic can't keep your appointment. The page says why, and you can ask for another.",
    when=PLANNED,
)
"""The clinic declines what had a time already."""

LAPSED_STAYS = Wording(
    "The time is no longer held",
    "The time that was held for you is free again. Your appointment stays as it was.",
)
"""The offer of another time is over; there is an appointment that stands."""

JOIN = Wording(
    "Your appointment begins soon", "Your appointment begins in {minutes} minutes.", "Join"
)
"""The last reminder, at which people come in."""

JOIN_MINUTES = 10

THREAD = Wording("You have {messages}", "You have {messages}.", "Read and answer", Page.THREAD)
"""All of them are in one thread."""

ANSWER = "Accept or decline"
FOOTER = "This letter comes from the clinic's system. Please do not answer it."
EMERGENCY = "If this is an emergency, do not wait for us: call your local emergency number now."
