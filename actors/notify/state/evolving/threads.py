"""The threads and what is unread in them, after each event."""

from datetime import datetime
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.ids import ConversationId
from actors.notify.messages import (
    DigestDelayed,
    DigestWritten,
    MessageNoted,
    ReadNoted,
    ThreadNoted,
    WrittenNoted,
)
from actors.notify.state.kept import Box, Thread

OfThreads: TypeAlias = (
    ThreadNoted | MessageNoted | WrittenNoted | ReadNoted | DigestWritten | DigestDelayed
)


def evolve_threads(state: Box, event: OfThreads) -> Box:  # noqa: PLR0911 - one case per event
    """Return what *event* makes of the threads."""
    match event:
        case ThreadNoted(member=False):
            left = {key: each for key, each in state.threads.items() if key != event.thread.id}
            return replace(state, threads=left)
        case ThreadNoted(ref, at=at):
            known = state.threads.get(ref.id)
            thread = replace(known, ref=ref) if known else Thread(ref, at)
            return replace(state, threads=state.threads | {ref.id: thread})
        case MessageNoted():
            return _message(state, event)
        case WrittenNoted(thread, at):
            return _written_in(state, thread, at)
        case ReadNoted():
            return _read(state, event)
        case DigestWritten(not_before=not_before):
            threads = {key: replace(each, since=None) for key, each in state.threads.items()}
            before = max(not_before, state.no_digest_before or not_before)
            return replace(state, threads=threads, digest_at=None, no_digest_before=before)
        case DigestDelayed(due):
            return replace(state, digest_at=due)
        case _:
            assert_never(event)


def _message(state: Box, event: MessageNoted) -> Box:
    thread = state.threads[event.thread]
    noted = _written_in(
        state,
        event.thread,
        event.at,
        last=event.number,
        unread=thread.unread + 1,
        since=thread.since or event.at,
        push_at=event.push_at or thread.push_at,
    )
    return replace(noted, digest_at=event.digest_at or noted.digest_at)


def _read(state: Box, event: ReadNoted) -> Box:
    thread = state.threads[event.thread]
    read = in_thread(
        state,
        event.thread,
        unread=event.unread,
        since=thread.since if event.unread else None,
        push_at=None,
        pushed=False,
        read_at=event.at,
    )
    return replace(read, digest_at=None, read_at=event.at) if event.all_read else read


def _written_in(state: Box, name: ConversationId, at: datetime, **changes: object) -> Box:
    """Let this thread come last, and never be written in earlier than it was."""
    threads = dict(state.threads)
    thread = threads.pop(name)
    threads[name] = replace(thread, at=max(at, thread.at), **changes)
    return replace(state, threads=threads)


def in_thread(state: Box, name: ConversationId, **changes: object) -> Box:
    """Return *state* with these changes of thread *name*."""
    return replace(state, threads=state.threads | {name: replace(state.threads[name], **changes)})
