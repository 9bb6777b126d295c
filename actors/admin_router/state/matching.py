"""Which rule fits a request, and which doctors it leaves to ask.

What is not known never fits: a rule about age does not hold for a patient of unknown age, one
about languages not for a doctor who has not said any.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import msgspec

from actors.admin_router.messages import Because, Category, FindDoctors, Reason, Rule
from actors.admin_router.state.kept import Router
from actors.appointment import DoctorRef, Request
from actors.doctor.messages import DoctorFacts
from actors.ids import CategoryId, DoctorId, GroupId, QuestionId, VisitTypeId
from actors.intake import Answer
from actors.zones import ZONES


class Wanted(msgspec.Struct, frozen=True):
    """What rules may know of a patient and of what is asked for."""

    visit: VisitTypeId
    answers: dict[QuestionId, str]
    language: str
    age: int | None


class Candidates(msgspec.Struct, frozen=True):
    """Who may be asked, and why; nobody: it is for triage by hand."""

    doctors: tuple[DoctorRef, ...]
    group: GroupId | None
    because: Because


def wanted_of(request: Request, now: datetime) -> Wanted:
    """Return what rules may know of *request*."""
    patient = request.patient
    today = now.astimezone(ZONES.get(patient.zone, UTC)).date()
    age = age_on(today, patient.born_on) if patient.born_on else None
    return Wanted(request.visit.id, _answers(request.answers), patient.language, age)


def wanted_by(query: FindDoctors, now: datetime) -> Wanted:
    """Return what rules may know of one who looks for times."""
    age = age_on(now.date(), query.born_on) if query.born_on else None
    return Wanted(query.visit, _answers(query.answers), query.language, age)


def _answers(answers: tuple[Answer, ...]) -> dict[QuestionId, str]:
    return {each.question: each.value.strip().casefold() for each in answers}


def age_on(today: date, born_on: date) -> int:
    """Return the whole years from *born_on* to *today*."""
    had_birthday = (today.month, today.day) >= (born_on.month, born_on.day)
    return today.year - born_on.year - (not had_birthday)


def primary(language: str) -> str:
    """Return the language of a BCP 47 tag, whatever its region or script."""
    return language.strip().replace("_", "-").partition("-")[0].casefold()


def fits(rule: Rule, wanted: Wanted) -> bool:
    """Return whether all that *rule* says of the patient and the request holds."""
    if rule.languages and primary(wanted.language) not in {primary(e) for e in rule.languages}:
        return False
    if rule.visits and wanted.visit not in rule.visits:
        return False
    if not _is_of_age(rule, wanted.age):
        return False
    return all(
        wanted.answers.get(each.question) == each.value.strip().casefold() for each in rule.answers
    )


def _is_of_age(rule: Rule, age: int | None) -> bool:
    if rule.age_from is None and rule.age_to is None:
        return True
    if age is None:
        return False
    return (rule.age_from or 0) <= age and (rule.age_to is None or age <= rule.age_to)


def receives(state: Router, doctor: DoctorId) -> bool:
    """Return whether *doctor* can be asked, for all that is known here."""
    facts = state.doctors.get(doctor)
    return facts is None or facts.receives


def serves(state: Router, category: CategoryId, doctor: DoctorId) -> bool:
    """Return whether requests of *category* go to *doctor*: by its group or by one of its rules."""
    found = state.categories.get(category)
    if found is None:
        return False
    named = {rule.doctor.id for rule in found.rules if rule.doctor}
    return doctor in named or any(_is_in(state, group, doctor) for group in _groups(found))


def _groups(category: Category) -> Iterator[GroupId]:
    if category.group:
        yield category.group
    yield from (rule.group for rule in category.rules if rule.group)


def _is_in(state: Router, group: GroupId, doctor: DoctorId) -> bool:
    found = state.groups.get(group)
    return found is not None and any(each.id == doctor for each in found.members)


def by_rules(
    state: Router, category: Category, wanted: Wanted, without: frozenset[DoctorId] = frozenset()
) -> Candidates | None:
    """Return whom the first rule that fits leaves to ask, or None when no rule does."""
    for rule in category.rules:
        if fits(rule, wanted):
            found = of_rule(state, rule, wanted, without)
            if found:
                return found
    return None


def of_rule(
    state: Router, rule: Rule, wanted: Wanted, without: frozenset[DoctorId] = frozenset()
) -> Candidates | None:
    """Return whom *rule* leaves to ask; None when that is nobody."""
    if rule.doctor is None and rule.group is None:
        return Candidates((), None, Because(Reason.RULE, rule.name))
    group = state.groups.get(rule.group) if rule.group else None
    possible = (rule.doctor,) if rule.doctor else group.members if group else ()
    doctors = tuple(
        each
        for each in possible
        if each.id not in without
        and receives(state, each.id)
        and _is_such(rule, wanted, state.doctors.get(each.id))
    )
    if not doctors:
        return None
    return Candidates(doctors, rule.group, Because(Reason.RULE, rule.name, _matched(rule, wanted)))


def _is_such(rule: Rule, wanted: Wanted, facts: DoctorFacts | None) -> bool:
    if not (rule.specialty or rule.same_language or rule.on_duty):
        return True
    if facts is None or (rule.on_duty and not facts.on_duty):
        return False
    specialties = {each.casefold() for each in facts.specialties}
    if rule.specialty and rule.specialty.casefold() not in specialties:
        return False
    if not rule.same_language:
        return True
    return bool(wanted.language) and primary(wanted.language) in map(primary, facts.languages)


def _matched(rule: Rule, wanted: Wanted) -> tuple[str, ...]:
    words = (
        rule.specialty,
        primary(wanted.language) if rule.same_language else "",
        "on duty" if rule.on_duty else "",
    )
    return tuple(each for each in words if each)


def of_group(
    state: Router,
    group: GroupId | None,
    reason: Reason,
    without: frozenset[DoctorId] = frozenset(),
) -> Candidates | None:
    """Return those of *group* who can be asked; None when that is nobody."""
    found = state.groups.get(group) if group else None
    members = tuple(
        each
        for each in (found.members if found else ())
        if each.id not in without and receives(state, each.id)
    )
    return Candidates(members, group, Because(reason)) if members else None
