"""Letters in English."""

from actors.notify.messages import Topic
from actors.notify.wording.words import Clocks, Counted, Page, Wording, Words

PLANNED = "It was planned for"
UNTIL = "Please answer until"


def _to_patient(
    subject: str,
    text: str,
    link: str = "Open your appointment",
    when: str = "When",
    until: str = UNTIL,
) -> Wording:
    return Wording(subject, text, link, Page.APPOINTMENT, when, until)


def _to_doctor(subject: str, text: str, when: str = "When") -> Wording:
    return Wording(subject, text, "Open your inbox", Page.INBOX, when, UNTIL)


def _elsewhere(subject: str, text: str, link: str, page: Page, when: str = "When") -> Wording:
    return Wording(subject, text, link, page, when, UNTIL)


TOPICS = {
    Topic.RECEIVED: _to_patient(
        "Your request has arrived",
        "We have your request for an appointment and look for a doctor and a time.",
    ),
    Topic.OFFERED: _to_patient(
        "Please choose a time",
        "These times are held for you. Take the one that suits you, or ask for others.",
        "Choose a time",
        until="They are held until",
    ),
    Topic.EARLIER: _to_patient(
        "An earlier time is free",
        "You may come earlier than planned. If you do nothing, your appointment stays as it is.",
        "Take the earlier time",
        until="It is held until",
    ),
    Topic.CONFIRMED: _to_patient("Your appointment is confirmed", "Your appointment is confirmed."),
    Topic.MOVED: _to_patient(
        "Your appointment has moved", "Your appointment has a new time or another doctor."
    ),
    Topic.STAYED: _to_patient(
        "Your appointment stays as it is",
        "The change did not come about. Your appointment stays as it was.",
    ),
    Topic.RETURNED: _to_patient(
        "Your appointment needs a new time",
        "Your doctor can't keep the appointment. We look for another doctor or time for you.",
        when=PLANNED,
    ),
    Topic.CANCELLED: _to_patient(
        "Your appointment is cancelled", "Your appointment is cancelled.", when=PLANNED
    ),
    Topic.DECLINED: _to_patient(
        "About your request",
        "We can't offer you an appointment for this request. The page says what you can do now.",
    ),
    Topic.EXPIRED: _to_patient(
        "Your request has expired",
        "We found no appointment in the times that you asked for. You can ask again.",
    ),
    Topic.LAPSED: _to_patient(
        "The times are no longer held",
        "The times that were held for you are free again. We go on looking for one.",
    ),
    Topic.ASKED: _to_patient(
        "We have a question", "We have a question about your request.", "Answer the question"
    ),
    Topic.REMINDER: _to_patient(
        "Reminder: your appointment", "This is a reminder of your appointment."
    ),
    Topic.CLOCKS: _to_patient(
        "The clock time of your appointment has changed",
        "The rules of a time zone have changed, so clocks show another time for your appointment.",
    ),
    Topic.NOSHOW: _to_patient(
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
    Topic.ARRIVED: _elsewhere(
        "A patient is there", "A patient is there and waits for you.", "Open the visit", Page.VISIT
    ),
    Topic.TRIAGE: _elsewhere(
        "A request waits to be sent on",
        "A request has arrived and waits to be sent to a doctor.",
        "Open the board",
        Page.BOARD,
    ),
    Topic.CALLING: _elsewhere(
        "You are being called",
        "You are being called now. Open the page to answer.",
        "Answer",
        Page.CALL,
    ),
    Topic.MISSED_CALL: _elsewhere(
        "You missed a call", "Somebody tried to call you.", "Call back", Page.CALL, "They called"
    ),
    Topic.SUMMARY: _elsewhere(
        "The summary of your appointment",
        "The summary of your appointment is there for you to read.",
        "Read the summary",
        Page.SUMMARY,
    ),
    Topic.MESSAGES: _elsewhere(
        "You have {messages}", "You have {messages}.", "Read your messages", Page.MESSAGES
    ),
}

IN_ENGLISH = Words(
    topics=TOPICS,
    declined_visit=_to_patient(
        "Your appointment is cancelled",
        "The clinic can't keep your appointment. The page says why, and you can ask for another.",
        when=PLANNED,
    ),
    lapsed_stays=_to_patient(
        "The time is no longer held",
        "The time that was held for you is free again. Your appointment stays as it was.",
    ),
    join=_to_patient(
        "Your appointment begins soon", "Your appointment begins in {minutes}.", "Join"
    ),
    thread=_elsewhere(
        "You have {messages}", "You have {messages}.", "Read and answer", Page.THREAD
    ),
    messages=Counted("an unread message", "{count} unread messages"),
    minutes=Counted("a minute", "{count} minutes"),
    hello="Hello {name},",
    line="{label}: {value}",
    with_whom="With",
    time="Time",
    time_of_several="Time {number}",
    answer="Accept or decline",
    footer="This letter comes from the clinic's system. Please do not answer it.",
    emergency=(
        "If this is an emergency, do not wait for us: call your local emergency number now."
    ),
    clocks=Clocks(
        day="EEEE d MMMM y",
        day_at="{day} at {clock}",
        city="{city} time",
        vowel_city="{city} time",
        both="{here}, which is {there}",
    ),
)
