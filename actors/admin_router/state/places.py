"""Where a request goes: to a doctor, a group, triage, or who is on call; and where it climbs to.

Nobody answered: doctor, the category's group, triage, who is on call, triage again, and so on.
A group that shares its work evenly asks one member at a time.
"""

from datetime import datetime

from msgspec.structs import replace

from actors.admin_router.messages import Because, Category, GroupMode, Reason, Rule
from actors.admin_router.state import matching
from actors.admin_router.state.balance import in_words, load, whose_turn
from actors.admin_router.state.kept import Place, Router, Routing
from actors.admin_router.state.matching import Candidates
from actors.appointment import DoctorRef, GroupRef, Request, Stage
from actors.ids import DoctorId, GroupId
from actors.visit_type import Asking


def triage(state: Router, because: Because | None = None) -> Place:
    """Return the department's administrators."""
    return Place(Stage.TRIAGE, state.name or state.id, because=because)


def to_doctor(doctor: DoctorRef, because: Because | None = None) -> Place:
    """Return *doctor* alone."""
    return Place(Stage.DOCTOR, doctor.name, (doctor,), because=because)


def first_place(state: Router, request: Request, now: datetime) -> Place:
    """Return who is asked first: whom the patient picked, or saw before, else the category's."""
    picked, preferred = request.picked, request.preferred
    if picked:
        place = to_doctor(picked.doctor, Because(Reason.PICKED))
        direct = request.visit.asking is Asking.DIRECT
        return replace(place, book=picked.start) if direct else place
    if preferred and matching.receives(state, preferred.id):
        return to_doctor(preferred, Because(Reason.KEPT))
    return _by_category(state, request, now, frozenset())


def _by_category(
    state: Router, request: Request, now: datetime, without: frozenset[DoctorId]
) -> Place:
    """Return where the rules of its category send it, else the group of it, else triage."""
    category = state.categories.get(request.category)
    if category is None:
        return triage(state)
    wanted = matching.wanted_of(request, now)
    found = matching.by_rules(state, category, wanted, without) or matching.of_group(
        state, category.group, Reason.CATEGORY, without
    )
    return _at(state, found, now) if found else triage(state)


def _at(state: Router, found: Candidates, now: datetime) -> Place:
    group = state.groups.get(found.group) if found.group else None
    if not found.doctors:
        return triage(state, found.because)
    if group is None:
        return to_doctor(found.doctors[0], found.because)
    named = GroupRef(group.id, group.name)
    if group.mode is GroupMode.POOL:
        return Place(Stage.GROUP, group.name, found.doctors, named, found.because)
    turn = whose_turn(state, group, found.doctors, now)
    because = replace(
        found.because,
        reason=Reason.BALANCED,
        matched=(*found.because.matched, in_words(state, turn.id, now)),
        load=load(state, turn.id, now),
    )
    return Place(Stage.DOCTOR, turn.name, (turn,), named, because)


def to_group(
    state: Router,
    group: GroupId | None,
    now: datetime,
    *,
    reason: Reason,
    without: frozenset[DoctorId] = frozenset(),
) -> Place | None:
    """Return *group* in its mode, or None when there is nobody (left) to ask."""
    found = matching.of_group(state, group, reason, without)
    return _at(state, found, now) if found else None


def chosen_group(state: Router, routing: Routing, group: GroupId, now: datetime) -> Place | None:
    """Return the group that an administrator chose; a member's turn passes one who declined."""
    gone = _declined(routing) if _is_balanced(state, group) else frozenset[DoctorId]()
    left = to_group(state, group, now, reason=Reason.CHOSEN, without=gone)
    return left or to_group(state, group, now, reason=Reason.CHOSEN)


def without_doctor(state: Router, routing: Routing, doctor: DoctorId, now: datetime) -> Place:
    """Return the category's group but for *doctor*, who fell away; else triage."""
    gone, group = frozenset({doctor}), category_group(state, routing.request)
    place = to_group(state, group, now, reason=Reason.CATEGORY, without=gone)
    return place or triage(state)


def category_group(state: Router, request: Request) -> GroupId | None:
    """Return the group to which the requests of its category go, if there is one."""
    category = state.categories.get(request.category)
    return category.group if category else None


# --- climbing ----------------------------------------------------------------------------------


def next_place(state: Router, routing: Routing, now: datetime) -> Place:
    """Return whom a request climbs to when nobody answered."""
    match routing.stage:
        case Stage.DOCTOR:
            return _after_doctor(state, routing, now)
        case Stage.TRIAGE:
            return _on_call(state) or triage(state)
        case Stage.GROUP | Stage.ON_CALL | Stage.PATIENT:
            return triage(state)


def after_decline(state: Router, routing: Routing, now: datetime) -> Place:
    """Return who is asked when all who were asked can't: what an administrator chose comes back."""
    reason = routing.because.reason if routing.because else Reason.CHOSEN
    if routing.stage is not Stage.DOCTOR or reason is Reason.CHOSEN:
        return triage(state)
    return _after_doctor(state, routing, now)


def _after_doctor(state: Router, routing: Routing, now: datetime) -> Place:
    reason = routing.because.reason if routing.because else Reason.CHOSEN
    gone = _declined(routing) | {*routing.tried, *routing.asked_ids}
    if reason in {Reason.PICKED, Reason.KEPT}:
        return _by_category(state, routing.request, now, gone)
    if reason is Reason.BALANCED:
        place = _next_turn(state, routing, gone, now)
        if place:
            return place
    group = category_group(state, routing.request)
    if group is None or group in routing.groups:
        return triage(state)
    if not _is_balanced(state, group):
        gone = _declined(routing)
    return to_group(state, group, now, reason=Reason.ESCALATED, without=gone) or triage(state)


def _next_turn(
    state: Router, routing: Routing, gone: frozenset[DoctorId], now: datetime
) -> Place | None:
    """Return the next member of the group whose turn it was, of those whom its rule leaves."""
    category, name = state.categories.get(routing.request.category), _rule_name(routing)
    rule = _rule(category, name) if category and name else None
    if rule is None:
        return to_group(state, routing.groups[-1], now, reason=Reason.BALANCED, without=gone)
    found = matching.of_rule(state, rule, matching.wanted_of(routing.request, now), gone)
    return _at(state, found, now) if found else None


def _rule_name(routing: Routing) -> str:
    return routing.because.rule if routing.because else ""


def _rule(category: Category, name: str) -> Rule | None:
    return next((each for each in category.rules if each.name == name and each.group), None)


def _on_call(state: Router) -> Place | None:
    doctor = state.policy.on_call
    if doctor is None or not matching.receives(state, doctor.id):
        return None
    return Place(Stage.ON_CALL, doctor.name, (doctor,), because=Because(Reason.ESCALATED))


def _is_balanced(state: Router, group: GroupId) -> bool:
    found = state.groups.get(group)
    return found is not None and found.mode is GroupMode.BALANCED


def _declined(routing: Routing) -> frozenset[DoctorId]:
    return frozenset(each.doctor.id for each in routing.declined)
