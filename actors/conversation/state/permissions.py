"""Who may say something to a conversation, and who may read it. Nobody else learns it exists."""

from actors.caller import Caller
from actors.conversation.messages import Member
from actors.conversation.state.kept import Thread
from actors.conversation.state.refusals import ThreadClosed
from actors.refusal import NotFound


def may_watch(state: Thread, caller: Caller) -> bool:
    """Return whether *caller* may read: a member, or of a closed thread the patient."""
    member = state.member(caller.user)
    return member is not None and member.role is caller.role and state.may_read(member)


def reader(state: Thread, caller: Caller) -> Member:
    """Return who *caller* is here, or raise `NotFound` when they may not read."""
    member = state.member(caller.user)
    if member is None or not may_watch(state, caller):
        raise NotFound
    return member


def writer(state: Thread, caller: Caller) -> Member:
    """Return who *caller* is here, or raise a `Refusal` when they may not write."""
    member = reader(state, caller)
    if state.closed:
        raise ThreadClosed
    return member
