"""Threads in words: steps of visits, how far a message came, files, and what is missing."""

from actors.call_session.messages import of_thread
from actors.caller import Role
from actors.conversation.messages import (
    MOST_TEXT,
    AutomaticItem,
    CallItem,
    Item,
    Mark,
    MessageItem,
    ThreadView,
    VisitItem,
    VisitStep,
    between,
)
from actors.files.messages import MOST_BYTES, FileView, Stage, Why
from actors.ids import ConversationId, DoctorId, PatientId, UserId
from actors.passages import excerpt as part_of
from http_edge.pages.wording import plural

MB = 1024 * 1024
KB = 1024
MOST_MB = MOST_BYTES // MB
TEXT_MOST = MOST_TEXT
EXCERPT = 110
MINUTE = 60

ACCEPTED = ".jpg,.jpeg,.png,.webp,.heic,.heif,.pdf"
"""What a browser offers to choose from; what is taken is decided by the content."""

VISIT = {
    VisitStep.REQUESTED: "Visit requested",
    VisitStep.CONFIRMED: "Visit confirmed",
    VisitStep.MOVED: "Visit moved",
    VisitStep.REASSIGNED: "Another doctor has the visit now",
    VisitStep.RETURNED: "The visit goes to somebody else",
    VisitStep.STARTED: "Visit started",
    VisitStep.FULFILLED: "Visit took place",
    VisitStep.NOSHOW: "Visit missed",
    VisitStep.CANCELLED: "Visit cancelled by the patient",
    VisitStep.DECLINED: "Visit cancelled by the clinic",
    VisitStep.EXPIRED: "The request has expired",
    VisitStep.TAKEN: "A doctor has taken the request",
}
"""A step of a visit, without its time."""

WITH_TIME = frozenset({VisitStep.CONFIRMED, VisitStep.MOVED})
"""Steps that are told with the time of the visit."""

CALL = {"missed": "Missed call", "unanswered": "Nobody answered your call", "taken": "Call"}
"""What came of a call, for its reader."""

CALL_AGAIN = {"missed": "Call back", "unanswered": "Call again"}

MARK = {"sent": "Sent", "delivered": "Delivered", "read": "Read"}
"""How far a message of one's own has come."""

DELETED = "This message was deleted."
AUTOMATIC = "Automatic reply"
NOT_NOW = "Messages are not shown just now; open the thread to see them."
TOO_MUCH = "That was too much at once. Send the files in several messages."
CLOSED = "You can read here, but nothing can be written any more."

_REFUSED = {
    Why.TYPE: "it is no picture and no PDF, or not what its name says. Choose another file.",
    Why.BROKEN: "it can't be opened. Save it anew, or take the picture again.",
    Why.PIXELS: "the picture has too many pixels. Make it smaller, then choose it again.",
    Why.INFECTED: "something harmful was found in it. It has been removed.",
}
_STAGE = {
    Stage.UPLOADING: "is not here as a whole. Choose it again.",
    Stage.CHECKING: "is still being checked. Send again in a moment; the file is kept.",
    Stage.QUARANTINED: (
        "can't be checked just now. Send again later (the file is kept for a day), or without it."
    ),
    Stage.WITHDRAWN: "is not here any more. Choose it again.",
}


def page_of(patient: PatientId, doctor: DoctorId) -> str:
    """Return the page on which these two write to one another, at its form."""
    return f"/messages/{between(patient, doctor)}#write"


def call_page(conversation: ConversationId) -> str:
    """Return the page on which the people of a thread call one another."""
    return f"/calls/{of_thread(conversation)}"


def call_kind(item: CallItem, me: str) -> str:
    """Return which of `CALL` the reader *me* is told of *item*."""
    if item.seconds:
        return "taken"
    return "unanswered" if item.by == me else "missed"


def call_length(seconds: int) -> str:
    """Return how long a call was: `40 s`, `12 min`, `1 h 5 min`. `chat/clocks.js` says the same."""
    if seconds < MINUTE:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // MINUTE, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def call_line(item: CallItem, me: str) -> str:
    """Return a call in one line: `Missed call`, `Call, 12 min`."""
    words = CALL[call_kind(item, me)]
    return f"{words}, {call_length(item.seconds)}" if item.seconds else words


def size(count: int) -> str:
    """Return a number of bytes in words: `340 KB`, `2.5 MB`."""
    if count < MB:
        return f"{max(1, round(count / KB))} KB"
    return f"{count / MB:.1f} MB"


def too_large(name: str) -> str:
    """Return what is said of a file that is more than is taken."""
    return f"“{name}” is larger than {MOST_MB} MB. Send a smaller one."


def not_taken(name: str, sentence: str) -> str:
    """Return what is said of a file that was not taken, because *sentence*."""
    return f"“{name}”: {sentence}"


def refused(why: Why | None) -> str:
    """Return why a file was refused, and what to do."""
    return _REFUSED[why] if why else "it can't be taken. Choose another file."


def file_trouble(file: FileView | None) -> str:
    """Return why a file can't be posted now; nothing when it can."""
    if file is None:
        return "A file is not here any more. Choose it again."
    if file.stage is Stage.REFUSED:
        return f"“{file.name}” is not taken: {refused(file.why)}"
    return f"“{file.name}” {_STAGE[file.stage]}" if file.stage in _STAGE else ""


def names_time(item: VisitItem) -> bool:
    """Return whether the step is told with the time of the visit."""
    return item.step in WITH_TIME and item.start is not None


def author(thread: ThreadView, user: UserId, me: str) -> str:
    """Return who wrote: `You`, a member's name, or what is left of one who is no member now."""
    if user == me:
        return "You"
    return next((each.name for each in thread.members if each.user == user), "Somebody before")


def reached(thread: ThreadView, role: Role) -> Mark:
    """Return how far messages of the side of *role* have come with the other side.

    Whoever of the other side is furthest counts: a patient's message is read when any doctor of
    the thread has read it, a doctor's when the patient has. Colleagues who read along do not
    count, nor does who takes part no more. The script reckons the same (`chat/people.js`).
    """
    ours = role is Role.PATIENT
    others = (each.user for each in thread.members if (each.role is Role.PATIENT) is not ours)
    marks = [thread.marks[user] for user in others if user in thread.marks]
    delivered = max((mark.delivered for mark in marks), default=0)
    return Mark(delivered, max((mark.read for mark in marks), default=0))


def mark_of(number: int, mark: Mark) -> str:
    """Return which of `MARK` message *number* has when its side has `reached` *mark*."""
    if number <= mark.read:
        return "read"
    return "delivered" if number <= mark.delivered else "sent"


def excerpt(item: Item, me: str = "") -> str:
    """Return an item in one line, as the list of threads shows it."""
    match item:
        case MessageItem():
            return ("You: " if item.author == me else "") + _message_line(item)
        case VisitItem():
            return VISIT[item.step]
        case CallItem():
            return call_line(item, me)
        case AutomaticItem():
            return f"{AUTOMATIC}: {part_of(item.text, [], EXCERPT)}"


def _message_line(item: MessageItem) -> str:
    if item.deleted_at:
        return DELETED
    if item.text:
        return part_of(item.text, [], EXCERPT)
    if len(item.files) == 1:
        return item.files[0].name
    return plural(len(item.files), "file")
