"""Writing into a thread by a form, with files or without; all that was typed is kept on refusal."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from actors.conversation.messages import MOST_FILES, MOST_TEXT, PostMessage
from actors.files.messages import FileView, Stage
from actors.ids import FileId
from actors.refusal import Refusal
from http_edge import keys
from http_edge.idempotency import message_id
from http_edge.limits import WRITING, check_person
from http_edge.multipart import Sent, is_multipart, read_form_with_files
from http_edge.pages import thread_wording as wording
from http_edge.pages.correspondents import conversation_of
from http_edge.pages.forms import ONCE, Form, posted, whole_number
from http_edge.pages.rendering import go_to
from http_edge.pages.thread import show
from http_edge.post_message import post_message
from http_edge.problems import Problem
from http_edge.uploads import announce, inspected, send_parts

ATTACHED = "attached"
"""Boxes called `attached-<file>` name files that are there already."""
FILES = "files"
"""The name under which the form says what is wrong with files."""
TOO_LARGE = 413
POSTABLE = frozenset({Stage.READY, Stage.CHECKING, Stage.QUARANTINED})


@dataclass(slots=True)
class Intake:
    """The files that came with a form: how many, and what is wrong with some."""

    count: int = 0
    wrong: list[str] = field(default_factory=list)


async def write(request: web.Request) -> web.Response:
    """Write into a thread."""
    form, intake = await _typed(request)
    check_person(request, WRITING)
    text = form.text("text", most=MOST_TEXT)
    attached = await _attached(request, form, intake)
    files = tuple(each.file for each in attached)
    reply_to = whole_number(form.typed.get("reply_to", ""), 0)
    if form.ok and await _post(request, form, PostMessage(text, "", reply_to, files)):
        return go_to(f"/messages/{conversation_of(request)}#write")
    return await show(request, form, attached)


async def _typed(request: web.Request) -> tuple[Form, Intake]:
    """Return the form; its files are with the files' actor then, and ticked as attached."""
    intake = Intake()
    if not is_multipart(request):
        return await posted(request), intake

    async def take(sent: Sent) -> None:
        await _take(request, intake, sent)

    try:
        typed = await read_form_with_files(request, take)
    except Problem as problem:
        if problem.status != TOO_LARGE:
            raise
        intake.wrong.append(wording.TOO_MUCH)
        typed = request[keys.FORM]
    return Form(typed), intake


async def _take(request: web.Request, intake: Intake, sent: Sent) -> None:
    """Hand a file on, or note why not."""
    intake.count += 1
    if intake.count > MOST_FILES:
        intake.wrong[MOST_FILES:] = [f"At most {MOST_FILES} files go with one message."]
    elif sent.too_large:
        intake.wrong.append(wording.too_large(sent.name))
    else:
        await _hand_on(request, intake, sent)


async def _hand_on(request: web.Request, intake: Intake, sent: Sent) -> None:
    conversation, typed = conversation_of(request), request[keys.FORM]
    try:
        check_person(request, "upload")
        once = _once(request, typed, f"-file-{intake.count}")
        file = await announce(request, conversation, sent.name, sent.size, once)
        if file.stage is Stage.UPLOADING:
            await send_parts(request, conversation, file.file, 0, sent.pieces())
    except Refusal as refusal:
        intake.wrong.append(wording.not_taken(sent.name, refusal.sentence))
    except Problem as problem:
        intake.wrong.append(wording.not_taken(sent.name, problem.detail))
    else:
        typed[f"{ATTACHED}-{file.file}"] = "yes"


async def _attached(request: web.Request, form: Form, intake: Intake) -> tuple[FileView, ...]:
    """Return the files that may be posted; in *form* stands what is wrong with the others."""
    wanted = [FileId(each) for each in form.chosen(ATTACHED)]
    found = await asyncio.gather(*(_looked_at(request, file) for file in wanted[:MOST_FILES]))
    troubles = [trouble for file in found if (trouble := wording.file_trouble(file))]
    if len(wanted) > MOST_FILES:
        troubles.append(f"At most {MOST_FILES} files go with one message.")
    if intake.wrong or troubles:
        form.wrong(FILES, " ".join((*intake.wrong, *troubles)))
    return tuple(file for file in found if file is not None and file.stage in POSTABLE)


async def _looked_at(request: web.Request, file: FileId) -> FileView | None:
    """Return the file once it is inspected; None when it is not there (any more)."""
    try:
        return await inspected(request, conversation_of(request), file)
    except Refusal:
        return None


async def _post(request: web.Request, form: Form, command: PostMessage) -> bool:
    request[keys.MESSAGE_ID] = _once(request, form.typed)
    try:
        await post_message(request, conversation_of(request), command)
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


def _once(request: web.Request, typed: dict[str, str], part: str = "") -> str:
    """Return the id of what a form tells: the same whenever that form is sent again."""
    once = typed.get(ONCE, "")
    return message_id(request, once + part, "") if once else request.app[keys.MINT].message_id()
