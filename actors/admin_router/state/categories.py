"""What patients can ask a department for: categories with their rules and intake questions."""

from collections.abc import Iterable

from msgspec.structs import replace

from actors.admin_router.messages import (
    AnswerIs,
    Category,
    Event,
    Rule,
    SetCategory,
    fingerprint_of,
)
from actors.admin_router.state.kept import Router
from actors.admin_router.state.visit_types import changed
from actors.asked import Asked
from actors.ids import CategoryId, DoctorId
from actors.intake import NO, YES, AnswerKind, Question
from actors.refusal import Invalid, NotFound, Refusal, optional_text, required_text

LONGEST_NAME = 100
LONGEST_ID = 64
LONGEST_TEXT = 300
MOST_CATEGORIES = 200
MOST_RULES = 50
MOST_CONDITIONS = 20
MOST_QUESTIONS = 30
FEWEST_CHOICES, MOST_CHOICES = 2, 30
OLDEST = 130


class ChangedMeanwhile(Refusal):
    """Somebody else has changed this category meanwhile. Look again before you save."""

    code = "changed_meanwhile"


def set_category(state: Router, command: SetCategory, asked: Asked) -> list[Event]:
    """Return that the category is new or is so now, or say what does not fit."""
    category, before = command.category, state.categories.get(command.category.id)
    if command.seen and (before is None or fingerprint_of(before) != command.seen):
        raise ChangedMeanwhile
    category = replace(category, name=required_text("name", category.name, LONGEST_NAME))
    required_text("id", category.id, LONGEST_ID)
    if category.group is not None and category.group not in state.groups:
        raise Invalid(fields={"group": "There is no such group in this department."})
    if not set(category.visits) <= set(state.visits):
        raise Invalid(fields={"visits": "There is no such kind of visit in this department."})
    if len({*state.categories, category.id}) > MOST_CATEGORIES:
        raise Invalid(fields={"id": f"At most {MOST_CATEGORIES} categories, please."})
    category = replace(category, questions=_checked_questions(category.questions))
    category = replace(category, rules=_checked_rules(state, category))
    if before == category:
        return []
    return [changed(state, asked, categories={**state.categories, category.id: category})]


def remove_category(state: Router, category: CategoryId, asked: Asked) -> list[Event]:
    """Return that nobody can ask for *category* any more."""
    if category not in state.categories:
        raise NotFound
    left = {key: each for key, each in state.categories.items() if key != category}
    return [changed(state, asked, categories=left)]


# --- questions ---------------------------------------------------------------------------------


def _checked_questions(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    if len(questions) > MOST_QUESTIONS:
        raise Invalid(fields={"questions": f"At most {MOST_QUESTIONS} questions, please."})
    if len({each.id for each in questions}) != len(questions):
        raise Invalid(fields={"questions": "Two questions have the same id."})
    return tuple(_checked_question(number, each) for number, each in enumerate(questions))


def _checked_question(number: int, question: Question) -> Question:
    at = f"questions.{number}"
    required_text(f"{at}.id", question.id, LONGEST_ID)
    text = required_text(f"{at}.text", question.text, LONGEST_TEXT)
    choices = tuple(required_text(f"{at}.choices", each, LONGEST_TEXT) for each in question.choices)
    if question.kind is AnswerKind.CHOICE:
        _check_choices(at, choices)
    elif choices:
        raise Invalid(fields={f"{at}.choices": "Only a choice has answers to choose from."})
    if not set(question.red) <= set(_possible(question.kind, choices)):
        raise Invalid(fields={f"{at}.red": "A red flag must be one of the possible answers."})
    return replace(question, text=text, choices=choices)


def _check_choices(at: str, choices: tuple[str, ...]) -> None:
    if not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
        said = f"Between {FEWEST_CHOICES} and {MOST_CHOICES} answers, please."
        raise Invalid(fields={f"{at}.choices": said})
    if len(set(choices)) != len(choices):
        raise Invalid(fields={f"{at}.choices": "An answer is there twice."})


def _possible(kind: AnswerKind, choices: tuple[str, ...]) -> tuple[str, ...]:
    return (YES, NO) if kind is AnswerKind.YES_NO else choices


# --- rules -------------------------------------------------------------------------------------


def _checked_rules(state: Router, category: Category) -> tuple[Rule, ...]:
    if len(category.rules) > MOST_RULES:
        raise Invalid(fields={"rules": f"At most {MOST_RULES} rules, please."})
    return tuple(
        _checked_rule(state, category, f"rules.{number}", rule)
        for number, rule in enumerate(category.rules)
    )


def _checked_rule(state: Router, category: Category, at: str, rule: Rule) -> Rule:
    name = required_text(f"{at}.name", rule.name, LONGEST_NAME)
    specialty = optional_text(f"{at}.specialty", rule.specialty, LONGEST_NAME)
    for language in rule.languages:
        required_text(f"{at}.languages", language, LONGEST_ID)
    _check_ages(at, rule)
    _check_conditions(state, category, at, rule)
    _check_target(state, at, rule)
    return replace(rule, name=name, specialty=specialty)


def _check_ages(at: str, rule: Rule) -> None:
    ages = {"age_from": rule.age_from, "age_to": rule.age_to}
    fields = {
        f"{at}.{field}": f"Between 0 and {OLDEST}, please."
        for field, age in ages.items()
        if age is not None and not 0 <= age <= OLDEST
    }
    if fields:
        raise Invalid(fields=fields)
    if rule.age_from is not None and rule.age_to is not None and rule.age_to < rule.age_from:
        raise Invalid(fields={f"{at}.age_to": "This is younger than the lowest age."})


def _check_conditions(state: Router, category: Category, at: str, rule: Rule) -> None:
    if max(len(rule.languages), len(rule.answers), len(rule.visits)) > MOST_CONDITIONS:
        raise Invalid(fields={at: f"At most {MOST_CONDITIONS} of each, please."})
    if not set(rule.visits) <= set(state.visits):
        raise Invalid(fields={f"{at}.visits": "There is no such kind of visit."})
    questions = {each.id: each for each in category.questions}
    for answer in rule.answers:
        if answer.question not in questions:
            raise Invalid(fields={f"{at}.answers": "There is no such question."})
        if not _can_be(questions[answer.question], answer):
            raise Invalid(fields={f"{at}.answers": "This question can't be answered like that."})


def _can_be(question: Question, answer: AnswerIs) -> bool:
    if question.kind is AnswerKind.TEXT:
        return 0 < len(answer.value.strip()) <= LONGEST_TEXT
    possible = _possible(question.kind, question.choices)
    return answer.value.strip().casefold() in {each.casefold() for each in possible}


def _check_target(state: Router, at: str, rule: Rule) -> None:
    if rule.doctor and rule.group:
        raise Invalid(fields={f"{at}.group": "A rule names a doctor or a group, not both."})
    if rule.doctor and rule.doctor.id not in set(_members(state)):
        raise Invalid(fields={f"{at}.doctor": "There is no such doctor in this department."})
    if rule.group is not None and rule.group not in state.groups:
        raise Invalid(fields={f"{at}.group": "There is no such group in this department."})
    picks_doctors = rule.specialty or rule.same_language or rule.on_duty
    if picks_doctors and not (rule.doctor or rule.group):
        raise Invalid(fields={f"{at}.group": "Say of which group these doctors are."})


def _members(state: Router) -> Iterable[DoctorId]:
    return (member.id for group in state.groups.values() for member in group.members)
