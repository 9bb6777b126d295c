"""Writing, changing and deleting messages."""

from actors.asked import Asked
from actors.conversation.messages import (
    EDIT_WITHIN,
    MOST_TEXT,
    DeleteKnown,
    EditKnown,
    Event,
    Member,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PostMessage,
    PostQuoting,
    Quote,
)
from actors.conversation.state.answering import asks_hours
from actors.conversation.state.kept import Thread
from actors.conversation.state.offers import attachments
from actors.conversation.state.permissions import writer
from actors.conversation.state.refusals import MessageGone, TooLateToEdit
from actors.passages import excerpt
from actors.refusal import NotAllowed, NotFound, optional_text, required_text

LONGEST_KEY = 64
LONGEST_QUOTE = 140


def post(state: Thread, command: PostMessage, asked: Asked) -> list[Event]:
    """Return that the caller wrote something that answers no other message."""
    if command.reply_to:
        raise TypeError("A PostMessage that answers another must be prepared.")
    return post_quoting(state, PostQuoting(command, None), asked)


def post_quoting(state: Thread, command: PostQuoting, asked: Asked) -> list[Event]:
    """Return that the caller wrote, with the beginning of the message that it answers."""
    author = writer(state, asked.caller)
    wanted = command.post
    files = attachments(state, author.user, wanted.files)
    return [
        MessagePosted(
            number=state.last + 1,
            author=author.user,
            role=author.role,
            text=_text(wanted.text, may_be_empty=bool(files)),
            at=asked.at,
            to=tuple(each.user for each in state.members if each.user != author.user),
            key=optional_text("key", wanted.key, LONGEST_KEY),
            quote=_quote(state, command) if wanted.reply_to else None,
            files=files,
            ask_hours=asks_hours(state, author, asked.at),
        )
    ]


def _text(text: str, *, may_be_empty: bool) -> str:
    return (optional_text if may_be_empty else required_text)("text", text, MOST_TEXT)


def _quote(state: Thread, command: PostQuoting) -> Quote:
    original, latest = command.original, command.latest
    if original is None or original.number in state.deleted:
        raise MessageGone(fields={"reply_to": "It is not there any more."})
    text = latest.text if latest else original.text
    if not text and original.files:
        text = original.files[0].name
    return Quote(original.number, original.author, excerpt(text, [], LONGEST_QUOTE))


def edit(state: Thread, command: EditKnown, asked: Asked) -> list[Event]:
    """Return how the caller's message reads now, if that is another text."""
    author = writer(state, asked.caller)
    original, latest = _own(author, command.original), command.latest
    if original.number in state.deleted or asked.at - original.at >= EDIT_WITHIN:
        raise TooLateToEdit
    text = _text(command.edit.text, may_be_empty=bool(original.files))
    known = latest.number if latest else 0
    is_newest = known == state.edits.get(original.number, 0)
    if is_newest and text == (latest.text if latest else original.text):
        return []
    return [MessageEdited(state.last + 1, original.number, author.user, text, asked.at)]


def delete(state: Thread, command: DeleteKnown, asked: Asked) -> list[Event]:
    """Return that the caller's message is not shown any more; again changes nothing."""
    author = writer(state, asked.caller)
    original = _own(author, command.original)
    if original.number in state.deleted:
        return []
    files = tuple(each.file for each in original.files)
    return [MessageDeleted(state.last + 1, original.number, author.user, asked.at, files)]


def _own(author: Member, original: MessagePosted | None) -> MessagePosted:
    if original is None:
        raise NotFound
    if original.author != author.user:
        raise NotAllowed("Only who wrote a message can change or delete it.")
    return original
