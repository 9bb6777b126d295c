"""Whose free times are shown to one who asks for a category and a kind of visit."""

from datetime import datetime

from actors.admin_router.messages import Because, Bookable, Category, FindDoctors, Reason
from actors.admin_router.state import matching
from actors.admin_router.state.kept import Router
from actors.admin_router.state.matching import Candidates
from actors.admin_router.state.visit_types import offered
from actors.appointment import DoctorRef
from actors.ids import DoctorId
from actors.refusal import NotFound, Refusal
from actors.visit_type import Asking, VisitType


class TimesNotShown(Refusal):
    """For this kind of visit you say when you could come, and the clinic proposes a time."""

    code = "times_not_shown"


def find_doctors(state: Router, query: FindDoctors, now: datetime) -> Bookable:
    """Return whose times to show: of the doctor of before, else of whom the category goes to."""
    category = state.categories.get(query.category)
    if category is None:
        raise NotFound
    visit = _visit(state, category, query)
    if visit.asking is Asking.REQUEST:
        raise TimesNotShown
    kept = _doctor(state, query.preferred) if query.preferred else None
    if kept and matching.receives(state, kept.id):
        return Bookable((kept,), visit, Because(Reason.KEPT))
    found = _candidates(state, category, query, now)
    return Bookable(found.doctors, visit, found.because) if found else Bookable((), visit)


def _visit(state: Router, category: Category, query: FindDoctors) -> VisitType:
    for visit in offered(state, category):
        if visit.id == query.visit:
            return visit
    raise NotFound


def _candidates(
    state: Router, category: Category, query: FindDoctors, now: datetime
) -> Candidates | None:
    by_rules = matching.by_rules(state, category, matching.wanted_by(query, now))
    return by_rules or matching.of_group(state, category.group, Reason.CATEGORY)


def _doctor(state: Router, doctor: DoctorId) -> DoctorRef | None:
    members = (member for group in state.groups.values() for member in group.members)
    return next((each for each in members if each.id == doctor), None)
