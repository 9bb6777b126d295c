"""The words for each state, reason and code that staff read."""

from actors.admin_router.messages import (
    GroupMode,
    HopKind,
    MoveCause,
    Reason,
)
from actors.appointment import Status
from actors.doctor.messages import Closed, Every, OfferStatus
from actors.intake import AnswerKind
from actors.notify.messages import Topic
from actors.visit_type import Asking, Medium

STATUS = {
    Status.REQUESTED: ("In triage", "wait"),
    Status.ROUTED: ("Out for answer", "wait"),
    Status.OFFERED: ("Patient chooses a time", "wait"),
    Status.CONFIRMED: ("Confirmed", "ok"),
    Status.WAITING: ("In the waiting room", "warn"),
    Status.IN_CALL: ("In the visit", "ok"),
    Status.FULFILLED: ("Took place", ""),
    Status.NOSHOW: ("Did not come", "danger"),
    Status.CANCELLED: ("Cancelled", ""),
    Status.DECLINED: ("Declined", "danger"),
    Status.EXPIRED: ("Expired", "warn"),
}
"""The label and the tone of each state of an appointment."""

OFFER = {
    OfferStatus.OPEN: ("Waits for your answer", "wait"),
    OfferStatus.HELD: ("Being confirmed", "wait"),
    OfferStatus.PROPOSED: ("The patient chooses a time", "wait"),
    OfferStatus.CONFIRMED: ("Confirmed", "ok"),
    OfferStatus.WAITING: ("In the waiting room", "warn"),
    OfferStatus.IN_CALL: ("In the visit", "ok"),
    OfferStatus.FULFILLED: ("Took place", ""),
    OfferStatus.NOSHOW: ("Did not come", "danger"),
    OfferStatus.CLOSED: ("Closed", ""),
    OfferStatus.DECLINED: ("Declined by you", ""),
    OfferStatus.CANCELLED: ("Cancelled", ""),
}
"""The label and the tone of each state of an offer to a doctor."""

CLOSED = {
    Closed.TAKEN: "Taken by a colleague",
    Closed.WITHDRAWN: "Withdrawn by the patient",
    Closed.TOO_LATE: "The time to answer is over",
    Closed.PULLED_BACK: "Taken back by the clinic's team",
    Closed.EXPIRED: "The asked-for times are over",
    Closed.DECLINED: "Declined by the clinic",
    Closed.MOVED: "Moved to another time or doctor",
    Closed.REFUSED: "The patient took none of the times",
    Closed.LAPSED: "The patient did not choose in time",
}

ASKING = {
    Asking.REQUEST: ("Request only", "Patients name times that suit; no free times are shown."),
    Asking.TIMES: ("Show free times", "A time that is picked is held until the doctor answers."),
    Asking.DIRECT: ("Book directly", "A time that is picked is booked at once."),
}
MEDIUM = {Medium.VIDEO: "Video", Medium.AUDIO: "Audio"}
GROUP_MODE = {
    GroupMode.POOL: ("Pool", "All are asked; the first who accepts takes it."),
    GroupMode.BALANCED: (
        "Balanced",
        "One is asked at a time: by priority, then by load and weight, then who waited longest.",
    ),
}
ANSWER_KIND = {
    AnswerKind.TEXT: "Text",
    AnswerKind.CHOICE: "One of several answers",
    AnswerKind.YES_NO: "Yes or no",
}
EVERY = {Every.WEEK: ("week", "weeks"), Every.MONTH: ("month", "months")}

CAUSE = {
    MoveCause.PATIENT: "The patient moves it",
    MoveCause.REASSIGNED: "Reassigned",
    MoveCause.PROPOSED: "The doctor proposed other times",
    MoveCause.EARLIER: "An earlier time was offered",
}

REASON = {
    Reason.CHOSEN: "Chosen by an administrator",
    Reason.PICKED: "The patient picked this time",
    Reason.KEPT: "Has seen this patient before",
    Reason.RULE: "A rule of the category",
    Reason.CATEGORY: "The group of this category",
    Reason.ESCALATED: "Nobody answered before",
    Reason.BALANCED: "Least asked of the group this week",
}

CANCELLED_BY_CLINIC = "Cancelled by the clinic"
"""What is said in place of `declined` for a visit that stood."""

HOP = {
    HopKind.REQUESTED: ("Request arrived",) * 2,
    HopKind.DECLINED_BY_DOCTOR: ("{name} declined", "A doctor declined"),
    HopKind.URGENCY_SET: ("Urgency set",) * 2,
    HopKind.ASKED_PATIENT: ("The patient was asked",) * 2,
    HopKind.PATIENT_ANSWERED: ("The patient answered",) * 2,
    HopKind.TIMES_OFFERED: ("{name} offered other times", "Other times were offered"),
    HopKind.TIMES_REFUSED: ("The patient took none of the times",) * 2,
    HopKind.CLAIMED: ("{name} accepted", "A doctor accepted"),
    HopKind.CONFIRMED: ("Confirmed by {name}", "Confirmed"),
    HopKind.MOVE_STARTED: ("A move to {name} began", "A move began"),
    HopKind.MOVE_ENDED: ("The move ended, the visit stays",) * 2,
    HopKind.MOVED: ("Moved, with {name}", "Moved"),
    HopKind.WISHED: ("The patient would like another time",) * 2,
    HopKind.EARLIER_SET: ("The patient said whether earlier would suit",) * 2,
    HopKind.ARRIVED: ("The patient is there",) * 2,
    HopKind.PROGRESSED: ("The visit went on",) * 2,
    HopKind.CLOCKS_NOTIFIED: ("The patient was told of changed clocks",) * 2,
    HopKind.WITHDRAWN: ("Cancelled by the patient",) * 2,
    HopKind.DECLINED: ("Declined by the clinic",) * 2,
    HopKind.EXPIRED: ("Expired",) * 2,
}
"""Each step of a timeline, with the name of somebody and without; `routed` is said by its stage."""

WHY = {
    "first": "",
    "rule": "",
    "category": "",
    "chosen": "chosen by an administrator",
    "picked": "the patient picked the time",
    "booked": "booked directly",
    "kept": "saw the patient before",
    "deadline": "no answer in time",
    "declined": "the one asked before declined",
    "returned": "the doctor is not available any more",
    "pulled_back": "pulled back",
    "refused": "none of the times suited",
    "lapsed": "the patient did not choose in time",
    "freed": "a time was freed",
    "away": "the doctor is away",
    "escalated": "nobody answered before",
    "unavailable": "that time is not available",
    "time_gone": "the time that the patient picked was taken",
    "withdrawn": "the patient cancelled",
    "series": "one of a series",
    "time_taken": "that time was taken meanwhile",
    "patient": "the patient moves it",
    "reassigned": "reassigned",
    "proposed": "the doctor proposed other times",
    "earlier": "an earlier time was offered",
    "in_call": "the visit has begun",
    "fulfilled": "it took place",
    "noshow": "the patient did not come",
    "routine": "routine",
    "soon": "soon",
    "urgent": "urgent",
}
"""What a code on the timeline means; any other *why* is a sentence that somebody wrote."""

CLOCK_NOTE = {
    "skipped": "Clocks go forward: the hour that is missing is not offered.",
    "once": "Clocks go back: the hour that comes twice is offered once.",
}

FEED_TROUBLE = {
    "not_public": "The address does not lead to the public internet.",
    "status_401": "The other side refuses to show it.",
    "status_403": "The other side refuses to show it.",
    "status_404": "There is nothing at that address.",
    "status_410": "There is nothing at that address any more.",
    "too_big": "The calendar is too large to be read.",
    "too_slow": "The other side did not answer in time.",
    "unreadable": "What came back is not a calendar.",
    "unreachable": "The other side can't be reached.",
    "not_configured": "This clinic reads no other calendars.",
}
"""What is wrong with a doctor's other calendar, by the code that the fetch gave."""

LETTER_STATE = {
    "waiting": ("Waits to leave", "wait"),
    "carried": ("Sent", "ok"),
    "refused": ("Refused", "danger"),
    "in_doubt": ("In doubt", "warn"),
    "over": ("Not needed any more", "quiet"),
    "gave_up": ("Given up", "danger"),
}

TOPIC = {
    Topic.RECEIVED: "Request received",
    Topic.OFFERED: "Times to choose from",
    Topic.EARLIER: "An earlier time is free",
    Topic.CONFIRMED: "Visit confirmed",
    Topic.MOVED: "Visit moved",
    Topic.STAYED: "Visit stays where it was",
    Topic.RETURNED: "Another doctor is looked for",
    Topic.CANCELLED: "Visit cancelled",
    Topic.DECLINED: "Declined by the clinic",
    Topic.EXPIRED: "Request expired",
    Topic.LAPSED: "The time to choose is over",
    Topic.ASKED: "A question from the clinic",
    Topic.REMINDER: "Reminder",
    Topic.CLOCKS: "The clock time changed",
    Topic.NOSHOW: "Missed visit",
    Topic.REQUEST: "A request waits for an answer",
    Topic.VISIT: "A visit stands",
    Topic.VISIT_MOVED: "A visit moved",
    Topic.VISIT_CANCELLED: "A visit is cancelled",
    Topic.WISH: "A patient would like another time",
    Topic.ON_CALL: "A request needs whoever is on call",
    Topic.ARRIVED: "A patient has arrived",
    Topic.TRIAGE: "A request waits to be routed",
    Topic.MESSAGES: "Messages to be read",
    Topic.CALLING: "A call",
    Topic.MISSED_CALL: "A missed call",
    Topic.SUMMARY: "The summary of a visit",
}

SAID = {
    "proposed": "The times are held. The patient is asked to choose one.",
    "started": "The visit has begun.",
    "finished": "The visit is marked as held.",
    "no-show": "It is marked that the patient did not come.",
    "given-back": "The visit goes back to be routed, and the patient is told.",
    "series": "The further visits are booked.",
    "date": "The hours of that date are saved.",
    "date-removed": "That date is like the rest of the week again.",
    "absence": "Your absence is noted.",
    "absence-removed": "The absence is removed.",
    "duty": "You are on duty.",
    "duty-over": "You are not on duty any more.",
    "routing-profile": "Your specialties and languages are saved.",
    "calendar": "The calendar is saved. It is being read now.",
    "calendar-read": "The calendar is being read.",
    "calendar-removed": "The other calendar is not read any more.",
    "urgency": "The urgency is set.",
    "asked": "The patient is asked.",
    "reassigned": "The other doctor's diary is asked; the visit stays until it is sure.",
    "group-removed": "The group is removed.",
    "rule": "The rule is saved.",
    "rule-removed": "The rule is removed.",
    "rule-moved": "The order of the rules is saved.",
    "question": "The question is saved.",
    "question-removed": "The question is removed.",
    "question-moved": "The order of the questions is saved.",
    "visit-type": "The kind of visit is saved.",
    "visit-type-removed": "The kind of visit is removed. Visits that stand stay.",
    "policy": "The department's policy is saved.",
    "emergency": "The emergency wording is saved.",
    "phone": "The telephone number is saved.",
    "closure": "The closure is saved, and every doctor's diary knows of it.",
    "closure-removed": "The closure is removed.",
    "clocks": "The patients are told.",
    "resent": "The letter is on its way again.",
}
"""What a page says after a form was sent, by the code in its address."""
