"""Every wording that is made from a state, a step or a code: said here, once."""

from actors.appointment import Stage, Status, Urgency
from actors.caller import Role
from actors.directory.messages import AccountStatus
from actors.doctor.messages import Closed, Offer, OfferStatus
from actors.patient.messages import AppointmentView, Notice, Step, TimelineEntry

EMERGENCY = "If this is an emergency, do not wait for us: call your local emergency number now."

URGENCY = {
    Urgency.ROUTINE: ("Routine", "It can wait a few days."),
    Urgency.SOON: ("Soon", "I should be seen in the next days."),
    Urgency.URGENT: ("Urgent", "I should be seen today."),
}

STATUS_TONE = {
    Status.REQUESTED: "wait",
    Status.ROUTED: "wait",
    Status.CONFIRMED: "ok",
    Status.CANCELLED: "",
    Status.DECLINED: "danger",
    Status.EXPIRED: "warn",
}

STATUS_BADGE = {
    Status.REQUESTED: "Request sent",
    Status.ROUTED: "Waiting for an answer",
    Status.CONFIRMED: "Confirmed",
    Status.CANCELLED: "Cancelled",
    Status.DECLINED: "Declined",
    Status.EXPIRED: "Expired",
}

ROLE = {
    Role.PATIENT: "Patient",
    Role.DOCTOR: "Doctor",
    Role.ADMIN: "Administrator",
    Role.OPERATOR: "Operator",
    Role.ACTOR: "Clinic",
    Role.NOBODY: "Visitor",
}

ACCOUNT_STATUS = {
    AccountStatus.PENDING: ("Waiting for approval", "warn"),
    AccountStatus.ACTIVE: ("Active", "ok"),
    AccountStatus.DISABLED: ("Disabled", "danger"),
}

WHY_ROUTED = {
    "first": "",
    "chosen": "chosen by the clinic's team",
    "deadline": "the one asked before did not answer in time",
    "declined": "the one asked before can't take it",
    "returned": "the doctor is no longer available",
    "pulled_back": "the clinic's team takes another look",
}

CLOSED = {
    Closed.TAKEN: "Taken by a colleague",
    Closed.WITHDRAWN: "Withdrawn by the patient",
    Closed.TOO_LATE: "The time to answer is over",
    Closed.PULLED_BACK: "Taken back by the clinic's team",
    Closed.EXPIRED: "The asked-for times are over",
    Closed.DECLINED: "Declined by the clinic",
}

SAID = {
    "sent": "Request sent. We tell you here as soon as somebody answers.",
    "withdrawn": "The appointment is cancelled.",
    "read": "All notices are marked as read.",
    "accepted": "Accepted. The visit is being confirmed.",
    "declined": "Declined. The request goes back to be routed.",
    "hours": "Your hours are saved.",
    "profile": "Your profile is saved.",
    "password": "Your password is changed. All your other sessions are ended.",
    "password-set": "Your new password is set. You can sign in with it now.",
    "session": "The session is ended.",
    "sessions": "All your other sessions are ended.",
    "signed-up": "Thank you. If this address was new, your account is ready: sign in.",
    "signed-up-doctor": (
        "Thank you. If this address was new, your account now waits for an administrator's"
        " approval; sign in once it is given."
    ),
    "signed-out": "You are signed out.",
    "welcome": "Your account is ready. Sign in to begin.",
    "routed": "The request is on its way.",
    "pulled-back": "The request is back in triage.",
    "clinic-declined": "The request is declined, and the patient is told.",
    "approved": "The account is approved.",
    "disabled": "The account is disabled and all its sessions are ended.",
    "enabled": "The account is active again.",
    "department": "The department is open. Add what patients can ask it for.",
    "renamed": "The name is saved.",
    "category": "The category is saved.",
    "category-removed": "The category is removed.",
    "group": "The group is saved.",
    "deadlines": "The deadlines are saved.",
}
"""What a page says after a form was sent, by the code in its address."""


def said(code: str) -> str:
    """Return the sentence for *code*, or nothing for a code that nobody gave."""
    return SAID.get(code, "")


def with_whom(stage: Stage | None, name: str) -> str:
    """Return where a request lies, as its patient reads it."""
    match stage:
        case Stage.GROUP:
            return f"With the {name} group" if name else "With a group of doctors"
        case Stage.DOCTOR:
            return f"With {name}" if name else "With a doctor"
        case Stage.TRIAGE:
            return "With the clinic's team"
        case None:
            return "Request sent"


def headline(view: AppointmentView) -> str:
    """Return the state of an appointment in its patient's words, without the time."""
    match view.status:
        case Status.REQUESTED:
            return "Request sent"
        case Status.ROUTED:
            return with_whom(view.stage, view.with_name)
        case Status.CONFIRMED:
            return "Confirmed"
        case Status.CANCELLED:
            return "Cancelled"
        case Status.DECLINED:
            return "The clinic can't take this request"
        case Status.EXPIRED:
            return "Nobody could see you at the times asked for"


def step_title(entry: TimelineEntry) -> str:
    """Return one step of a timeline in words."""
    match entry.step:
        case Step.REQUESTED:
            return "Request sent"
        case Step.ROUTED:
            return with_whom(entry.stage, entry.who)
        case Step.CONFIRMED:
            return f"Confirmed by {entry.who}" if entry.who else "Confirmed"
        case Step.CANCELLED:
            return "Cancelled by you"
        case Step.DECLINED:
            return "Declined by the clinic"
        case Step.EXPIRED:
            return "Expired: the times asked for are over"


def step_reason(entry: TimelineEntry) -> str:
    """Return why that step happened, if there is something to say."""
    if entry.step is Step.ROUTED:
        return WHY_ROUTED.get(entry.why, entry.why)
    return entry.why


def notice_title(notice: Notice) -> str:
    """Return a notice in words, without the time."""
    match notice.step:
        case Step.REQUESTED:
            return "Your request is sent"
        case Step.ROUTED:
            whom = f" with {notice.who}" if notice.who else ""
            return f"Your request is now{whom or ' with the clinic'}"
        case Step.CONFIRMED:
            return f"{notice.who or 'A doctor'} confirmed your visit"
        case Step.CANCELLED:
            return "Your appointment is cancelled"
        case Step.DECLINED:
            return "The clinic can't take your request"
        case Step.EXPIRED:
            return "Your request has expired"


def offer_outcome(offer: Offer) -> str:
    """Return how an offer ended for this doctor."""
    match offer.status:
        case OfferStatus.CLOSED if offer.why is Closed.TAKEN and offer.by_name:
            return f"Taken by {offer.by_name}"
        case OfferStatus.CLOSED if offer.why is not None:
            return CLOSED[offer.why]
        case OfferStatus.DECLINED:
            return "Declined by you"
        case OfferStatus.CANCELLED:
            return "Cancelled by the patient"
        case _:
            return "Closed"


def plural(number: int, one: str, many: str = "") -> str:
    """Return `1 request`, `2 requests`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


ERROR = {
    400: ("That could not be read", "Go back, look at what you entered, and send it again."),
    401: (
        "Please sign in",
        "Your session is over. Sign in in another window, then send this again.",
    ),
    403: (
        "You can't do that",
        "Your role does not allow it, or the form did not come from this site.",
    ),
    404: (
        "There is nothing here",
        "It may have been removed, or it belongs to somebody else. Look for it on your start page.",
    ),
    405: ("That does not work here", "Go to your start page and take it from there."),
    409: (
        "Things have changed meanwhile",
        "Look at the latest state, then decide again.",
    ),
    413: ("That was too much at once", "Shorten what you entered and send it again."),
    415: ("That format is not understood", "Use the form on the page."),
    421: ("Wrong address", "Open the clinic under the address that it gave you."),
    422: ("Something in it does not fit", "Go back, correct it, and send it again."),
    429: ("That was too often", "Wait a moment, then try again."),
    503: (
        "The clinic can't answer at the moment",
        "Nothing that was confirmed is lost. Wait a moment, then try again.",
    ),
}
"""Title and advice by status; any other is a fault of ours."""

FAULT = (
    "Something went wrong on our side",
    "It is recorded, and nothing that was confirmed is lost. Try again in a moment.",
)


def error_words(status: int) -> tuple[str, str]:
    """Return title and advice for an error page."""
    return ERROR.get(status, FAULT)
