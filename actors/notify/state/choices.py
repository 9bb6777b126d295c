"""How the person wants to be reached, and on which browsers."""

import re

from actors.notify.messages import (
    LANGUAGES,
    Choices,
    ChoicesSet,
    Group,
    Quiet,
    SetChoices,
    Subscribe,
    Subscribed,
    Subscription,
    Unsubscribe,
    Unsubscribed,
)
from actors.notify.state.kept import MOST_SUBSCRIPTIONS
from actors.notify.state.turn import Turn
from actors.refusal import Ground, Invalid, Refusal, required_text

DIGEST_MINUTES = range(5, 1441)
ALERT_PUSH_SECONDS = range(3601)
ALERT_MAIL_MINUTES = range(1, 1441)

LONGEST_ENDPOINT = 2000
LONGEST_DEVICE = 100

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ENDPOINT = re.compile(r"https?://[!-~]+")
_POINT = re.compile(r"[A-Za-z0-9_-]{87}=?")
"""base64url of 65 bytes: a point on P-256, uncompressed (RFC 8291)."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}(==)?")
"""base64url of 16 bytes."""


class TooManySubscriptions(Refusal):
    """You are notified on ten browsers already. Please remove one of them first."""

    code = "too_many_subscriptions"
    ground = Ground.TOO_MANY


def set_choices(turn: Turn, command: SetChoices) -> None:
    """Reach the person so from now on."""
    turn.only_by_the_person()
    wrong = dict(_wrong(command.choices))
    if wrong:
        raise Invalid(fields=wrong)
    if command.choices != turn.state.choices:
        turn.add(ChoicesSet(command.choices, turn.at, frozenset(Group)))


def _wrong(choices: Choices) -> list[tuple[str, str]]:
    """Return the fields that do not fit, and what would."""
    bounds = (
        ("digest_minutes", choices.digest_minutes, DIGEST_MINUTES),
        ("alert_push_seconds", choices.alert_push_seconds, ALERT_PUSH_SECONDS),
        ("alert_mail_minutes", choices.alert_mail_minutes, ALERT_MAIL_MINUTES),
    )
    wrong = [
        (field, f"From {allowed[0]} to {allowed[-1]}, please.")
        for field, value, allowed in bounds
        if value not in allowed
    ]
    return [*wrong, *_wrong_quiet(choices.quiet), *_wrong_language(choices.language)]


def _wrong_language(tag: str) -> list[tuple[str, str]]:
    if not tag or tag in LANGUAGES:
        return []
    return [("language", f"One of {', '.join(LANGUAGES)}, please, or none.")]


def _wrong_quiet(quiet: Quiet | None) -> list[tuple[str, str]]:
    if quiet is None:
        return []
    if quiet.start == quiet.end:
        return [("quiet", "Please let it end at another time than it starts.")]
    ends = (quiet.start, quiet.end)
    whole = not any(each.second or each.microsecond or each.tzinfo for each in ends)
    return [] if whole else [("quiet", "Whole minutes of the clock, please.")]


def subscribe(turn: Turn, command: Subscribe) -> None:
    """Let this browser be pushed to; who has it already takes the place of what was."""
    turn.only_by_the_person()
    new = command.subscription
    known = turn.state.subscriptions
    _check(new)
    others = [
        each for each in known.values() if each.id != new.id and each.endpoint != new.endpoint
    ]
    if len(others) >= MOST_SUBSCRIPTIONS:
        raise TooManySubscriptions
    if known.get(new.id) != new:
        turn.add(Subscribed(new, turn.at))


def _check(new: Subscription) -> None:
    """Raise `Invalid` for what no browser says; whether the endpoint may be asked is not ours."""
    shapes = {"id": _ID, "endpoint": _ENDPOINT, "p256dh": _POINT, "auth": _SECRET}
    wrong = [name for name, shape in shapes.items() if not shape.fullmatch(getattr(new, name))]
    if wrong or len(new.endpoint) > LONGEST_ENDPOINT:
        fields = wrong or ["endpoint"]
        raise Invalid(fields=dict.fromkeys(fields, "This is not what a browser subscribes with."))
    required_text("device", new.device, LONGEST_DEVICE)


def unsubscribe(turn: Turn, command: Unsubscribe) -> None:
    """Push to this browser no more."""
    turn.only_by_the_person()
    if command.subscription in turn.state.subscriptions:
        turn.add(Unsubscribed(command.subscription, "asked", turn.at))
