"""Who is in a call, read from a view of its session."""

from typing import NamedTuple

from scripts.robots.line import Seen


class Plan(NamedTuple):
    """How to be connected: with another *key* it is another connection."""

    key: str
    mode: str
    epoch: int
    others: tuple[Seen, ...]
    newer: bool
    """Whether we came later than the one other: who did makes the first offer."""


def legs_of(view: Seen) -> list[Seen]:
    """Return all legs."""
    return [leg for person in view.get("people", []) for leg in person["legs"]]


def is_there(leg: Seen) -> bool:
    """Return whether a leg is in the call; while its line is broken, media go on."""
    return "in_call" in {leg["state"], leg["was"] if leg["state"] == "returning" else ""}


def plan_of(view: Seen, me: str) -> Plan | None:
    """Return how the view wants leg *me* to be connected; None: not at all."""
    there = [leg for leg in legs_of(view) if is_there(leg)]
    mine = [leg for leg in there if leg["id"] == me]
    others = tuple(leg for leg in there if leg["id"] != me)
    if not mine or not others:
        return None
    mode, epoch = view["mode"], view["epoch"]
    if mode == "relay":
        return Plan(f"relay {epoch}", mode, epoch, others, newer=False)
    if len(others) > 1:
        return None
    newer = (mine[0]["since"], me) > (others[0]["since"], others[0]["id"])
    return Plan(f"direct {epoch} {others[0]['id']}", mode, epoch, others, newer)
