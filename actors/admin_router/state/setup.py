"""How an administrator sets a department up: its name, categories, groups and deadlines."""

from typing import TypeAlias, assert_never

from msgspec.structs import asdict

from actors.admin_router.messages import (
    CategoriesChanged,
    Category,
    Deadlines,
    DeadlinesSet,
    DepartmentOpened,
    Event,
    Group,
    GroupSet,
    OpenDepartment,
    RemoveCategory,
    SetCategory,
    SetDeadlines,
    SetGroup,
)
from actors.admin_router.state.kept import Router
from actors.asked import Asked
from actors.ids import CategoryId
from actors.refusal import Invalid, NotFound, Refusal, required_text

LONGEST_NAME = 100
LONGEST_ID = 64
MOST_MEMBERS = 100
MOST_CATEGORIES = 200
LONGEST_DEADLINE = 30 * 24 * 60

Setup: TypeAlias = OpenDepartment | SetCategory | RemoveCategory | SetGroup | SetDeadlines


class DepartmentNotOpen(Refusal):
    """There is no such department yet. Open it first."""

    code = "department_not_open"


def set_up(state: Router, command: Setup, asked: Asked) -> list[Event]:
    """Return what *command* changes in the department, or say what does not fit."""
    if isinstance(command, OpenDepartment):
        return _open(state, command, asked)
    if not state.name:
        raise DepartmentNotOpen
    match command:
        case SetCategory(category):
            return _set_category(state, category, asked)
        case RemoveCategory(category):
            if category not in state.categories:
                raise NotFound
            left = {key: each for key, each in state.categories.items() if key != category}
            return [_categories_changed(state, left, asked)]
        case SetGroup(group):
            return _set_group(state, group, asked)
        case SetDeadlines(deadlines):
            _check_deadlines(deadlines)
            return [DeadlinesSet(deadlines, asked.at)] if deadlines != state.deadlines else []
        case _:
            assert_never(command)


def _open(state: Router, command: OpenDepartment, asked: Asked) -> list[Event]:
    name = required_text("name", command.name, LONGEST_NAME)
    if name == state.name:
        return []
    return [DepartmentOpened(state.id, name, tuple(state.categories.values()), asked.at)]


def _set_category(state: Router, category: Category, asked: Asked) -> list[Event]:
    name = required_text("name", category.name, LONGEST_NAME)
    required_text("id", category.id, LONGEST_ID)
    if category.group is not None and category.group not in state.groups:
        raise Invalid(fields={"group": "There is no such group in this department."})
    if len({*state.categories, category.id}) > MOST_CATEGORIES:
        raise Invalid(fields={"id": f"At most {MOST_CATEGORIES} categories, please."})
    changed = Category(category.id, name, category.group)
    if state.categories.get(category.id) == changed:
        return []
    return [_categories_changed(state, {**state.categories, category.id: changed}, asked)]


def _categories_changed(
    state: Router, categories: dict[CategoryId, Category], asked: Asked
) -> CategoriesChanged:
    return CategoriesChanged(state.id, state.name, tuple(categories.values()), asked.at)


def _set_group(state: Router, group: Group, asked: Asked) -> list[Event]:
    name = required_text("name", group.name, LONGEST_NAME)
    required_text("id", group.id, LONGEST_ID)
    if len(group.members) > MOST_MEMBERS:
        raise Invalid(fields={"members": f"At most {MOST_MEMBERS} doctors, please."})
    if len({each.id for each in group.members}) != len(group.members):
        raise Invalid(fields={"members": "A doctor is named twice."})
    changed = Group(group.id, name, group.members)
    return [] if state.groups.get(group.id) == changed else [GroupSet(changed, asked.at)]


def _check_deadlines(deadlines: Deadlines) -> None:
    fields = {
        f"{urgency}.{stage}": f"Between 1 and {LONGEST_DEADLINE} minutes, please."
        for urgency, answer in asdict(deadlines).items()
        for stage, minutes in asdict(answer).items()
        if not 1 <= minutes <= LONGEST_DEADLINE
    }
    if fields:
        raise Invalid(fields=fields)
