"""What each event makes of a letter box."""

from typing import assert_never

from msgspec.structs import replace

from actors.notify.messages import (
    AlertHushed,
    AlertRaised,
    AlertSettled,
    AlertStepped,
    Choices,
    ChoicesSet,
    DigestDelayed,
    DigestWritten,
    Event,
    Group,
    LetterCarried,
    LetterDelayed,
    LetterGivenUp,
    LetterQueued,
    MessageNoted,
    Noticed,
    NoticesSeen,
    ReadNoted,
    RecipientSet,
    Subscribed,
    Subscription,
    ThreadNoted,
    Unsubscribed,
    WrittenNoted,
)
from actors.notify.state.evolving.bell import evolve_alerts, evolve_notices, told_of
from actors.notify.state.evolving.letters import BETWEEN_DIGESTS, RESENT, evolve_letters
from actors.notify.state.evolving.threads import evolve_threads
from actors.notify.state.kept import Box, Recipient

__all__ = ["BETWEEN_DIGESTS", "RESENT", "evolve", "told_of"]


def evolve(state: Box, event: Event) -> Box:  # noqa: PLR0911 - one case per event
    """Return what *event* makes of the letter box."""
    match event:
        case RecipientSet(user, email, name, role, zone, _, language):
            return replace(state, recipient=Recipient(user, email, name, role, zone, language))
        case Noticed() | NoticesSeen():
            return evolve_notices(state, event)
        case LetterQueued() | LetterCarried() | LetterDelayed() | LetterGivenUp():
            return evolve_letters(state, event)
        case AlertRaised() | AlertStepped() | AlertHushed() | AlertSettled():
            return evolve_alerts(state, event)
        case (
            ThreadNoted()
            | MessageNoted()
            | WrittenNoted()
            | ReadNoted()
            | DigestWritten()
            | DigestDelayed()
        ):
            return evolve_threads(state, event)
        case ChoicesSet():
            return replace(state, choices=_chosen(event))
        case Subscribed(subscription):
            return _subscribed(state, subscription)
        case Unsubscribed(subscription):
            left = {key: each for key, each in state.subscriptions.items() if key != subscription}
            return replace(state, subscriptions=left)
        case _:
            assert_never(event)


def _chosen(event: ChoicesSet) -> Choices:
    """Return what was chosen, and by default what there was not to be chosen of at that time."""
    new, choices = frozenset(Group) - event.of, event.choices
    return replace(
        choices,
        email=choices.email | new,
        push=choices.push | new,
        webhook=choices.webhook | new,
    )


def _subscribed(state: Box, new: Subscription) -> Box:
    others = {
        key: each
        for key, each in state.subscriptions.items()
        if key != new.id and each.endpoint != new.endpoint
    }
    return replace(state, subscriptions=others | {new.id: new})
