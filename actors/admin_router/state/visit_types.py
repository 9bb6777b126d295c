"""The kinds of visit that a department offers."""

from msgspec.structs import replace

from actors.admin_router.messages import CategoriesChanged, Category, Event, Rule
from actors.admin_router.state.kept import Router
from actors.asked import Asked
from actors.ids import CategoryId, VisitTypeId
from actors.refusal import Invalid, NotFound, required_text
from actors.visit_type import STANDARD, VisitType

LONGEST_NAME = 100
LONGEST_ID = 64
MOST_VISIT_TYPES = 50

LIMITS = {
    "minutes": (5, 480),
    "buffer_before_minutes": (0, 240),
    "buffer_after_minutes": (0, 240),
    "notice_minutes": (0, 60 * 24 * 60),
    "window_days": (1, 366),
    "capacity": (1, 50),
    "cutoff_minutes": (0, 30 * 24 * 60),
    "most_per_day": (1, 50),
    "hold_minutes": (1, 60),
}
"""The smallest and the largest of each number."""


def offered(state: Router, category: Category) -> tuple[VisitType, ...]:
    """Return the kinds of visit to choose from in *category*; there is at least one."""
    return offered_of(tuple(state.visits.values()), category)


def offered_of(visits: tuple[VisitType, ...], category: Category) -> tuple[VisitType, ...]:
    """Return which of *visits* are offered in *category*: its own, else all, else a standard."""
    own = tuple(each for each in visits if each.id in category.visits)
    return own or visits or (STANDARD,)


def changed(
    state: Router,
    asked: Asked,
    *,
    categories: dict[CategoryId, Category] | None = None,
    visits: dict[VisitTypeId, VisitType] | None = None,
) -> CategoriesChanged:
    """Return that these are the categories and the kinds of visit now."""
    return CategoriesChanged(
        state.id,
        state.name,
        tuple((state.categories if categories is None else categories).values()),
        asked.at,
        tuple((state.visits if visits is None else visits).values()),
    )


def set_visit_type(state: Router, visit: VisitType, asked: Asked) -> list[Event]:
    """Return that this kind of visit is new or is so now, or say what does not fit."""
    name = required_text("name", visit.name, LONGEST_NAME)
    required_text("id", visit.id, LONGEST_ID)
    fields = {
        field: f"Between {least} and {most}, please."
        for field, (least, most) in LIMITS.items()
        if not _is_within(getattr(visit, field), least, most)
    }
    if len({*state.visits, visit.id}) > MOST_VISIT_TYPES:
        fields["id"] = f"At most {MOST_VISIT_TYPES} kinds of visit, please."
    if fields:
        raise Invalid(fields=fields)
    named = replace(visit, name=name)
    if state.visits.get(visit.id) == named:
        return []
    return [changed(state, asked, visits={**state.visits, visit.id: named})]


def _is_within(value: int | None, least: int, most: int) -> bool:
    return value is None or least <= value <= most


def remove_visit_type(state: Router, visit: VisitTypeId, asked: Asked) -> list[Event]:
    """Return that nobody can ask for such a visit; categories and rules forget it."""
    if visit not in state.visits:
        raise NotFound
    visits = {key: each for key, each in state.visits.items() if key != visit}
    categories = {key: _without(each, visit) for key, each in state.categories.items()}
    return [changed(state, asked, categories=categories, visits=visits)]


def _without(category: Category, visit: VisitTypeId) -> Category:
    """Return *category* without *visit*; a rule for such visits alone goes with it."""
    left = tuple(each for each in category.visits if each != visit)
    rules = tuple(_narrowed(each, visit) for each in category.rules if each.visits != (visit,))
    return replace(category, visits=left, rules=rules)


def _narrowed(rule: Rule, visit: VisitTypeId) -> Rule:
    return replace(rule, visits=tuple(each for each in rule.visits if each != visit))
