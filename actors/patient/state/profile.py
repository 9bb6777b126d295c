"""What a patient says of themselves."""

import re
from datetime import date

from msgspec.structs import replace

from actors.asked import Asked
from actors.patient.messages import ChangeProfile, Event, Facts, ProfileChanged
from actors.patient.state.kept import Patient
from actors.patient.state.reminders import rewritten
from actors.refusal import Invalid, required_text
from actors.zones import ZONES, is_zone

LONGEST_NAME = 200
LONGEST_TAG = 35
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.IGNORECASE)
FIRST_BIRTHDAY = date(1900, 1, 1)
MOST_OWN_REMINDERS = 5
NEAREST_REMINDER, FARTHEST_REMINDER = 5, 14 * 24 * 60
"""Minutes."""


def change_profile(state: Patient, command: ChangeProfile, asked: Asked) -> list[Event]:
    """Return the new profile, and the visits to come whose reminders are others by it."""
    name = required_text("name", command.name, LONGEST_NAME)
    if not is_zone(command.zone):
        raise Invalid(fields={"zone": "We do not know this time zone."})
    today = asked.at.astimezone(ZONES[command.zone]).date()
    facts = state.facts if command.facts is None else _checked(command.facts, today)
    if (name, command.zone, facts) == (state.name, state.zone, state.facts):
        return []
    said = None if facts == state.facts else facts
    changed = ProfileChanged(name, command.zone, asked.at, said)
    if facts.reminder_minutes == state.facts.reminder_minutes:
        return [changed]
    return [changed, *rewritten(state, facts, asked.at)]


def _checked(facts: Facts, today: date) -> Facts:
    trouble = {
        "language": _language_trouble(facts.language.strip()),
        "born_on": _birthday_trouble(facts.born_on, today),
        "reminder_minutes": _reminder_trouble(facts.reminder_minutes),
    }
    if any(trouble.values()):
        raise Invalid(fields={field: sentence for field, sentence in trouble.items() if sentence})
    return replace(
        facts,
        language=facts.language.strip(),
        reminder_minutes=_in_order(facts.reminder_minutes),
    )


def _in_order(minutes: tuple[int, ...] | None) -> tuple[int, ...] | None:
    return None if minutes is None else tuple(sorted(set(minutes), reverse=True))


def _language_trouble(tag: str) -> str:
    if not tag or (len(tag) <= LONGEST_TAG and LANGUAGE_TAG.fullmatch(tag)):
        return ""
    return "Give a language as a short tag, like `en` or `pt-BR`."


def _birthday_trouble(born_on: date | None, today: date) -> str:
    if born_on is None or FIRST_BIRTHDAY <= born_on <= today:
        return ""
    return "Give a day between 1900 and today."


def _reminder_trouble(minutes: tuple[int, ...] | None) -> str:
    if minutes is None:
        return ""
    if len(set(minutes)) > MOST_OWN_REMINDERS:
        return f"At most {MOST_OWN_REMINDERS} reminders, please."
    if all(NEAREST_REMINDER <= each <= FARTHEST_REMINDER for each in minutes):
        return ""
    return "A reminder comes from 5 minutes to 14 days before the visit."
