"""The practice itself: whether it is open, its hours, profile and duty, and what others note.

`away` is about days off, `busy` about the other calendar; whoever has to know what changed is told
(`facts`).
"""

import re
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.admin_router.messages import address_of as router_of
from actors.asked import Asked
from actors.caller import is_actor
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import Closure
from actors.doctor.messages import (
    AddAbsence,
    ClosuresNoted,
    DutyEnded,
    DutyOver,
    DutyStarted,
    Event,
    GoOffDuty,
    GoOnDuty,
    HoursSet,
    MembershipNoted,
    NoteClosures,
    NoteMembership,
    OpenPractice,
    PracticeCommand,
    PracticeEvent,
    PracticeOpened,
    PracticeResumed,
    PracticeSuspended,
    Prepared,
    Profile,
    ProfileSet,
    RecordBusy,
    RefreshBusy,
    RemoveAbsence,
    ResumePractice,
    Returned,
    SetBusyFeed,
    SetHours,
    SetProfile,
    SuspendPractice,
    address_of,
)
from actors.doctor.state import away, busy
from actors.doctor.state.endings import returns_of
from actors.doctor.state.facts import with_facts
from actors.doctor.state.kept import Doctor
from actors.doctor.state.permissions import check_account, is_owner_or_staff
from actors.doctor.state.schedule import check_hours
from actors.refusal import Invalid, NotAllowed, NotFound

FARTHEST = timedelta(days=366)
CLOSURES_FARTHEST = timedelta(days=5 * 366)
MOST_WORDS = 20
LONGEST_WORD = 80
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

ByAccount: TypeAlias = OpenPractice | SuspendPractice | ResumePractice
ByActor: TypeAlias = NoteClosures | NoteMembership | DutyOver
ByDoctor: TypeAlias = SetHours | SetProfile | GoOnDuty | GoOffDuty | AddAbsence | RemoveAbsence
ForCalendar: TypeAlias = SetBusyFeed | RefreshBusy | RecordBusy


def decide_practice(
    state: Doctor, command: PracticeCommand | Prepared, asked: Asked
) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case OpenPractice() | SuspendPractice() | ResumePractice():
            events = _by_account(state, command, asked)
        case NoteClosures() | NoteMembership() | DutyOver():
            events = _by_actor(state, command, asked)
        case SetBusyFeed() | RefreshBusy() | RecordBusy():
            events = _for_calendar(state, command, asked)
        case _:
            events = _by_doctor(state, command, asked)
    return with_facts(state, events, asked.at)


# --- from the account ----------------------------------------------------------------------------


def _by_account(state: Doctor, command: ByAccount, asked: Asked) -> list[PracticeEvent]:
    check_account(asked)
    match command:
        case OpenPractice(name, zone):
            known = state.hours is not None and state.name == name
            return [] if known else [PracticeOpened(name, zone, asked.at)]
        case SuspendPractice():
            if not state.receives:
                return []
            return [PracticeSuspended(_returned(state, asked), asked.at)]
        case ResumePractice():
            return [PracticeResumed(asked.at)] if state.suspended else []
        case _:
            assert_never(command)


def _returned(state: Doctor, asked: Asked) -> tuple[Returned, ...]:
    """Return all that is not kept: offers, held times and the visits that have not begun."""
    return tuple(
        returned for live in state.live.values() for returned in returns_of(live, asked.at)
    )


# --- from other actors ---------------------------------------------------------------------------


def _by_actor(state: Doctor, command: ByActor, asked: Asked) -> list[PracticeEvent]:
    match command:
        case NoteClosures(closures):
            _check_actor(is_actor(asked.caller, DIRECTORY))
            near = tuple(_clipped(each, asked.at) for each in closures)
            kept = tuple(each for each in near if each.first <= each.last)
            return [] if kept == state.closures else [ClosuresNoted(kept, asked.at)]
        case NoteMembership(department, member):
            _check_actor(is_actor(asked.caller, router_of(department)))
            if (department in state.departments) is member:
                return []
            others = tuple(each for each in state.departments if each != department)
            departments = (*others, department) if member else others
            return [MembershipNoted(departments, asked.at)]
        case DutyOver(until):
            _check_actor(is_actor(asked.caller, address_of(state.id)))
            is_over = state.on_duty and state.duty_until == until
            return [DutyEnded(asked.at)] if is_over else []
        case _:
            assert_never(command)


def _check_actor(is_the_one: bool) -> None:
    if not is_the_one:
        raise NotAllowed


def _clipped(closure: Closure, now: datetime) -> Closure:
    """Return *closure* without what lies so far away that no calendar can count it."""
    today = now.date()
    first, last = today - CLOSURES_FARTHEST, today + CLOSURES_FARTHEST
    return replace(closure, first=max(closure.first, first), last=min(closure.last, last))


# --- by the doctor -------------------------------------------------------------------------------


def _by_doctor(state: Doctor, command: ByDoctor, asked: Asked) -> list[PracticeEvent]:
    hours = state.hours
    if hours is None or not is_owner_or_staff(state, asked):
        raise NotFound
    match command:
        case SetHours():
            check_hours(command.hours)
            return [] if command.hours == hours else [HoursSet(command.hours, asked.at)]
        case SetProfile():
            profile = _checked(command.profile)
            return [] if profile == state.profile else [ProfileSet(profile, asked.at)]
        case GoOnDuty(until):
            return _on_duty(state, until, asked)
        case GoOffDuty():
            return [DutyEnded(asked.at)] if state.on_duty else []
        case AddAbsence():
            return away.add(state, hours, command, asked)
        case RemoveAbsence():
            return away.remove(state, command, asked)
        case _:
            assert_never(command)


def _on_duty(state: Doctor, until: datetime | None, asked: Asked) -> list[PracticeEvent]:
    if until is not None:
        if until.tzinfo is None:
            raise Invalid(fields={"until": "A time needs to say its time zone."})
        if not asked.at < until <= asked.at + FARTHEST:
            raise Invalid(fields={"until": "Pick a time in the future, within a year."})
        until = until.astimezone(UTC)
    same = state.on_duty and state.duty_until == until
    return [] if same else [DutyStarted(until, asked.at)]


def _checked(profile: Profile) -> Profile:
    """Return *profile* without what is empty or said twice, or raise `Invalid`."""
    specialties, languages = _words(profile.specialties), _words(profile.languages)
    trouble = {"specialties": _trouble_with(specialties), "languages": _trouble_with(languages)}
    if not all(map(LANGUAGE.fullmatch, languages)):
        trouble["languages"] = "A language reads like de or pt-BR."
    fields = {field: sentence for field, sentence in trouble.items() if sentence}
    if fields:
        raise Invalid(fields=fields)
    return Profile(specialties, languages)


def _words(words: tuple[str, ...]) -> tuple[str, ...]:
    stripped = (" ".join(each.split()) for each in words)
    first = {word.casefold(): word for word in reversed([*stripped]) if word}
    return tuple(reversed(first.values()))


def _trouble_with(words: tuple[str, ...]) -> str:
    if len(words) > MOST_WORDS:
        return f"At most {MOST_WORDS}, please."
    if any(len(each) > LONGEST_WORD or not each.isprintable() for each in words):
        return f"At most {LONGEST_WORD} characters each, please."
    return ""


# --- the other calendar --------------------------------------------------------------------------


def _for_calendar(state: Doctor, command: ForCalendar, asked: Asked) -> list[PracticeEvent]:
    match command:
        case SetBusyFeed():
            return busy.set_feed(state, command, asked)
        case RecordBusy():
            return busy.record(state, command, asked)
        case RefreshBusy():  # prepared: never decided as it is
            raise NotAllowed
        case _:
            assert_never(command)
