"""How an administrator sets a department up: its name, groups, deadlines and what it does.

`categories` checks what patients can ask for, `visit_types` the kinds of visit.
"""

from typing import TypeAlias, assert_never

from msgspec.structs import asdict, replace

from actors.admin_router.messages import (
    Deadlines,
    DeadlinesSet,
    DepartmentOpened,
    DoctorNoted,
    Event,
    Group,
    GroupRemoved,
    GroupSet,
    NoteDoctor,
    OpenDepartment,
    Policy,
    PolicySet,
    RemoveCategory,
    RemoveGroup,
    RemoveVisitType,
    SetCategory,
    SetDeadlines,
    SetGroup,
    SetPolicy,
    SetVisitType,
    Share,
)
from actors.admin_router.state.categories import remove_category, set_category
from actors.admin_router.state.kept import Router
from actors.admin_router.state.visit_types import remove_visit_type, set_visit_type
from actors.asked import Asked
from actors.doctor.messages import DoctorFacts
from actors.ids import DoctorId, GroupId
from actors.refusal import Invalid, NotFound, Refusal, required_text

LONGEST_NAME = 100
LONGEST_ID = 64
MOST_MEMBERS = 100
MOST_GROUPS = 200
LONGEST_DEADLINE = 30 * 24 * 60
LARGEST_WEIGHT = 100
HIGHEST_PRIORITY = 9
MOST_REMINDERS = 5
FORTNIGHT = 14 * 24 * 60
DAY = 24 * 60
SHORTEST_OFFER = 5

ByStaff: TypeAlias = (
    OpenDepartment
    | SetCategory
    | RemoveCategory
    | SetGroup
    | RemoveGroup
    | SetVisitType
    | RemoveVisitType
    | SetDeadlines
    | SetPolicy
)


class DepartmentNotOpen(Refusal):
    """There is no such department yet. Open it first."""

    code = "department_not_open"


class GroupInUse(Refusal):
    """A category or one of its rules still sends requests to this group. Change that first."""

    code = "group_in_use"


def set_up(  # noqa: C901, PLR0911 - one case per command
    state: Router, command: ByStaff, asked: Asked
) -> list[Event]:
    """Return what *command* changes in the department, or say what does not fit."""
    if isinstance(command, OpenDepartment):
        return _open(state, command, asked)
    if not state.name:
        raise DepartmentNotOpen
    match command:
        case SetCategory():
            return set_category(state, command, asked)
        case RemoveCategory(category):
            return remove_category(state, category, asked)
        case SetVisitType(visit):
            return set_visit_type(state, visit, asked)
        case RemoveVisitType(visit):
            return remove_visit_type(state, visit, asked)
        case SetGroup(group):
            return _set_group(state, group, asked)
        case RemoveGroup(group):
            return _remove_group(state, group, asked)
        case SetDeadlines(deadlines):
            _check_deadlines(deadlines)
            return [DeadlinesSet(deadlines, asked.at)] if deadlines != state.deadlines else []
        case SetPolicy(policy):
            return _set_policy(state, policy, asked)
        case _:
            assert_never(command)


def note_doctor(state: Router, command: NoteDoctor, asked: Asked) -> list[Event]:
    """Return that the department knows this of a doctor, who belongs to one of its groups."""
    facts = command.facts
    if facts.doctor.id not in _members(state.groups) or state.doctors.get(_id(facts)) == facts:
        return []
    return [DoctorNoted(facts, asked.at)]


def _id(facts: DoctorFacts) -> DoctorId:
    return facts.doctor.id


def _open(state: Router, command: OpenDepartment, asked: Asked) -> list[Event]:
    name = required_text("name", command.name, LONGEST_NAME)
    if name == state.name:
        return []
    categories, visits = tuple(state.categories.values()), tuple(state.visits.values())
    return [DepartmentOpened(state.id, name, categories, asked.at, visits)]


# --- groups ------------------------------------------------------------------------------------


def _members(groups: dict[GroupId, Group]) -> set[DoctorId]:
    return {member.id for group in groups.values() for member in group.members}


def _set_group(state: Router, group: Group, asked: Asked) -> list[Event]:
    """Return that the group is so now; members of whom nothing is known yet are told as well."""
    changed = replace(group, name=required_text("name", group.name, LONGEST_NAME))
    required_text("id", group.id, LONGEST_ID)
    _check_members(group)
    for share in group.shares:
        _check_share(group, share)
    if len({*state.groups, group.id}) > MOST_GROUPS:
        raise Invalid(fields={"id": f"At most {MOST_GROUPS} groups, please."})
    if state.groups.get(group.id) == changed:
        return []
    before, after = _members(state.groups), _members({**state.groups, group.id: changed})
    silent = {each.id for each in changed.members} - set(state.doctors)
    joined, left = tuple(sorted((after - before) | silent)), tuple(sorted(before - after))
    return [GroupSet(changed, asked.at, state.id, joined, left)]


def _check_members(group: Group) -> None:
    if len(group.members) > MOST_MEMBERS:
        raise Invalid(fields={"members": f"At most {MOST_MEMBERS} doctors, please."})
    if len({each.id for each in group.members}) != len(group.members):
        raise Invalid(fields={"members": "A doctor is named twice."})
    if len({each.doctor for each in group.shares}) != len(group.shares):
        raise Invalid(fields={"shares": "A doctor is named twice."})


def _check_share(group: Group, share: Share) -> None:
    if share.doctor not in {each.id for each in group.members}:
        raise Invalid(fields={"shares": "Only members of the group have a share of its work."})
    if not 1 <= share.weight <= LARGEST_WEIGHT:
        raise Invalid(fields={"shares": f"A weight is between 1 and {LARGEST_WEIGHT}."})
    if not 0 <= share.priority <= HIGHEST_PRIORITY:
        raise Invalid(fields={"shares": f"A priority is between 0 and {HIGHEST_PRIORITY}."})


def _remove_group(state: Router, group: GroupId, asked: Asked) -> list[Event]:
    if group not in state.groups:
        raise NotFound
    for category in state.categories.values():
        if group in {category.group, *(rule.group for rule in category.rules)}:
            raise GroupInUse
    rest = {key: each for key, each in state.groups.items() if key != group}
    left = tuple(sorted(_members(state.groups) - _members(rest)))
    return [GroupRemoved(group, state.id, left, asked.at)]


# --- deadlines and policy ------------------------------------------------------------------------


def _check_deadlines(deadlines: Deadlines) -> None:
    fields = {
        f"{urgency}.{stage}": f"Between 1 and {LONGEST_DEADLINE} minutes, please."
        for urgency, answer in asdict(deadlines).items()
        for stage, minutes in asdict(answer).items()
        if not 1 <= minutes <= LONGEST_DEADLINE
    }
    if fields:
        raise Invalid(fields=fields)


def _set_policy(state: Router, policy: Policy, asked: Asked) -> list[Event]:
    fields = _policy_trouble(policy)
    if fields:
        raise Invalid(fields=fields)
    if policy.on_call:
        required_text("on_call", policy.on_call.id, LONGEST_ID)
        required_text("on_call", policy.on_call.name, LONGEST_NAME)
    longest_first = tuple(sorted(policy.reminder_minutes, reverse=True))
    changed = replace(policy, reminder_minutes=longest_first)
    return [PolicySet(changed, asked.at)] if changed != state.policy else []


def _policy_trouble(policy: Policy) -> dict[str, str]:
    fields: dict[str, str] = {}
    reminders = policy.reminder_minutes
    if any(not 0 <= each <= FORTNIGHT for each in reminders):
        fields["reminder_minutes"] = "At most 14 days before the visit, please."
    if len(reminders) > MOST_REMINDERS or len(set(reminders)) != len(reminders):
        fields["reminder_minutes"] = f"At most {MOST_REMINDERS}, each only once, please."
    if not SHORTEST_OFFER <= policy.proposal_minutes <= FORTNIGHT:
        fields["proposal_minutes"] = "Between 5 minutes and 14 days, please."
    if not SHORTEST_OFFER <= policy.earlier_minutes <= DAY:
        fields["earlier_minutes"] = "Between 5 minutes and 24 hours, please."
    return fields
