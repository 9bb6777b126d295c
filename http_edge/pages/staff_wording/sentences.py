"""What staff read that is put together: ages, reasons, steps, outcomes."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from actors.admin_router.messages import (
    Because,
    Hop,
    HopKind,
    KnownDoctor,
    Reason,
)
from actors.appointment import Stage, Urgency
from actors.caller import By, Role
from actors.doctor.messages import Closed, Offer, OfferStatus, SeriesPlan
from actors.intake import Answer
from http_edge.pages.languages import LANGUAGES, language
from http_edge.pages.staff_wording.tables import (
    CANCELLED_BY_CLINIC,
    CLOSED,
    FEED_TROUBLE,
    HOP,
    OFFER,
    REASON,
    SAID,
    WHY,
)


def spoken(tags: Iterable[str]) -> str:
    """Return languages as somebody would list them."""
    return ", ".join(language(tag) for tag in tags)


def age(born_on: date | None, today: date) -> str:
    """Return `34 y`, or `5 months` for a baby; nothing when the birthday is not known."""
    if born_on is None or born_on > today:
        return ""
    had_birthday = (today.month, today.day) >= (born_on.month, born_on.day)
    years = today.year - born_on.year - (not had_birthday)
    if years >= 2:  # noqa: PLR2004  below that, months say more
        return f"{years} y"
    months = (today.year - born_on.year) * 12 + today.month - born_on.month
    months -= today.day < born_on.day
    return f"{months} month" if months == 1 else f"{months} months"


def duration(since: datetime, now: datetime) -> str:
    """Return how long ago *since* is: `5 min`, `2 h 5 min`, `3 d 4 h`."""
    minutes = max(int((now - since).total_seconds() // 60), 0)
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def because(why: Because, group: str = "") -> str:
    """Return in words why it is with this doctor or group."""
    head = REASON[why.reason]
    if why.reason is Reason.RULE and why.rule:
        head = f"Rule “{why.rule}”"
    if why.reason is Reason.BALANCED:
        head = f"Least asked of {group or 'the group'} this week"
    if why.load is not None:
        head = f"{head} ({why.load})"
    return ", ".join((head, *(_matched(each) for each in why.matched)))


def _matched(what: str) -> str:
    """Return what spoke for a doctor in words; a bare tag is a language that they speak."""
    return f"speaks {LANGUAGES[what]}" if what in LANGUAGES else what


def why_me(offer: Offer, doctor: str) -> str:
    """Return why an offer is with *doctor*, in the words of the board."""
    if offer.because is not None:
        why = f"{because(offer.because)}."
    else:
        why = _why_by_request(offer, doctor)
    if offer.group is not None:
        return f"{why} All of {offer.group.name} are asked; the first who accepts takes it.".strip()
    return why or "The clinic asks you."


def _why_by_request(offer: Offer, doctor: str) -> str:
    """Return what the request itself says of why: for one that came before reasons were told."""
    request = offer.request
    if request is not None and request.picked and request.picked.doctor.id == doctor:
        return f"{REASON[Reason.PICKED]}."
    if request is not None and request.preferred and request.preferred.id == doctor:
        return f"{REASON[Reason.KEPT]}."
    return ""


def offer_outcome(offer: Offer) -> str:
    """Return how an offer ended for this doctor."""
    match offer.status:
        case OfferStatus.CLOSED if offer.why is Closed.TAKEN and offer.by_name:
            return f"Taken by {offer.by_name}"
        case OfferStatus.CLOSED if offer.why is not None:
            return CLOSED[offer.why]
        case OfferStatus.CANCELLED if offer.why is Closed.MOVED:
            return CLOSED[offer.why]
        case OfferStatus.CANCELLED if offer.why is Closed.DECLINED:
            return CANCELLED_BY_CLINIC
        case status:
            return OFFER[status][0]


def with_whom(stage: Stage, name: str) -> str:
    """Return where a request lies, as staff read it."""
    match stage:
        case Stage.DOCTOR:
            return name or "A doctor"
        case Stage.GROUP:
            return f"Group {name}" if name else "A group"
        case Stage.TRIAGE:
            return "Triage"
        case Stage.ON_CALL:
            return f"{name}, on call" if name else "Who is on call"
        case Stage.PATIENT:
            return f"The patient, times of {name}" if name else "The patient"


def hop(step: Hop) -> str:
    """Return one step of a request in words."""
    if step.kind is HopKind.ROUTED:
        return f"To: {with_whom(step.stage, step.name) if step.stage else step.name}"
    if step.kind is HopKind.DECLINED and step.start is not None:
        return CANCELLED_BY_CLINIC
    named, nameless = HOP[step.kind]
    return named.format(name=step.name) if step.name else nameless


def hop_why(step: Hop) -> str:
    """Return why that step happened, if there is something to say."""
    return WHY.get(step.why, step.why)


def who(by: By, names: Mapping[str, str]) -> str:
    """Return who did something: by name where it is known, else by role."""
    known = names.get(by.user, "")
    match by.role:
        case Role.ADMIN:
            return known or "An administrator"
        case Role.OPERATOR:
            return "The operator"
        case Role.DOCTOR:
            return known or "A doctor"
        case Role.PATIENT:
            return known or "The patient"
        case Role.GUEST:
            return "A guest"
        case Role.ACTOR | Role.NOBODY:
            return ""


def known_doctor(doctor: KnownDoctor) -> str:
    """Return what triage should know of a doctor before asking them, in one line."""
    facts = doctor.facts
    said = [
        "on duty" if facts.on_duty else "",
        ", ".join(facts.specialties),
        spoken(facts.languages),
        f"{doctor.today} today, {doctor.week} asked this week, {doctor.open} open",
        "" if facts.receives else "takes no requests now",
    ]
    return " · ".join(each for each in said if each)


def answer(given: Answer) -> str:
    """Return an answer as it reads."""
    return {"yes": "Yes", "no": "No"}.get(given.value, given.value)


def series(plan: SeriesPlan) -> str:
    """Return what a series would be, in one sentence."""
    free, clashes = len(plan.free), len(plan.clashes)
    if not clashes:
        return f"All {free} times are free."
    return f"{free} of {free + clashes} times are free; {clashes} can't be booked."


def urgency_name(level: Urgency) -> str:
    """Return an urgency as staff read it."""
    return level.value.capitalize()


def feed_trouble(code: str) -> str:
    """Return what is wrong with a doctor's other calendar."""
    return FEED_TROUBLE.get(code, f"It could not be read ({code}).")


def said(code: str) -> str:
    """Return the sentence for *code*, or nothing for a code that nobody gave."""
    return SAID.get(code, "")
