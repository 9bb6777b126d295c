"""Every wording that is made from a state, a step or a code: said here, once."""

from actors.appointment import Stage, Status, Urgency
from actors.caller import Role
from actors.directory.messages import AccountStatus

URGENCY = {
    Urgency.ROUTINE: ("Routine", "It can wait a few days."),
    Urgency.SOON: ("Soon", "I should be seen in the next days."),
    Urgency.URGENT: ("Urgent", "I should be seen today."),
}

STATUS_TONE = {
    Status.REQUESTED: "wait",
    Status.ROUTED: "wait",
    Status.OFFERED: "warn",
    Status.CONFIRMED: "ok",
    Status.WAITING: "ok",
    Status.IN_CALL: "ok",
    Status.FULFILLED: "",
    Status.NOSHOW: "warn",
    Status.CANCELLED: "",
    Status.DECLINED: "danger",
    Status.EXPIRED: "warn",
}

STATUS_BADGE = {
    Status.REQUESTED: "Request sent",
    Status.ROUTED: "Waiting for an answer",
    Status.OFFERED: "Choose a time",
    Status.CONFIRMED: "Confirmed",
    Status.WAITING: "In the waiting room",
    Status.IN_CALL: "In your visit",
    Status.FULFILLED: "Took place",
    Status.NOSHOW: "Missed",
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
    Role.GUEST: "Guest",
    Role.NOBODY: "Visitor",
}

ACCOUNT_STATUS = {
    AccountStatus.PENDING: ("Waiting for approval", "warn"),
    AccountStatus.ACTIVE: ("Active", "ok"),
    AccountStatus.DISABLED: ("Disabled", "danger"),
}

SAID = {
    "sent": "Request sent. We tell you here as soon as somebody answers.",
    "withdrawn": "The appointment is cancelled.",
    "taken": "You took this time. It is being confirmed.",
    "refused": "We look for other times.",
    "kept": "You keep your time.",
    "moving": "Your visit is being moved. It stays where it is until the new time is sure.",
    "wished": "The doctor is asked for other times. Your visit stays as it is until you take one.",
    "earlier": "We offer you an earlier time when one becomes free.",
    "not-earlier": "No earlier times are offered to you any more.",
    "checked-in": "The doctor is told that you are there.",
    "answered": "Your answer is sent.",
    "feed-ended": "Your calendar feed has ended; its address shows nothing any more.",
    "read": "All notices are marked as read.",
    "hushed": "Pages do not ring for that any more. It still waits for you.",
    "choices": "Saved. You are told like this from now on.",
    "browser": "This browser gets no more notices.",
    "accepted": "Accepted. The visit is being confirmed.",
    "declined": "Declined. The request goes back to be routed.",
    "hours": "Your hours are saved.",
    "answering": "The answering hours are saved.",
    "reply": "The reply is saved.",
    "reply-removed": "The reply is removed.",
    "profile": "Your profile is saved.",
    "reminders": "Your reminders are saved.",
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
    "clinic-cancelled": "The visit is cancelled, and the patient is told.",
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
        case Stage.ON_CALL:
            return f"With {name}, who is on call" if name else "With the doctor on call"
        case Stage.PATIENT:
            return "Choose a time"
        case None:
            return "Request sent"


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
