"""Files of a conversation: sent up by tus 1.0.0 (core, creation, termination), and read."""

from base64 import b64decode
from collections.abc import Mapping
from functools import wraps
from types import MappingProxyType

from aiohttp import web

from actors.files.messages import (
    MOST_BYTES,
    FileView,
    Stage,
    TakeBack,
    Why,
    address_of,
)
from actors.ids import ConversationId, FileId
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge.api.shape import PREFIX, View, api_route, json_response
from http_edge.ask import tell
from http_edge.downloads import send_file
from http_edge.limits import check_person
from http_edge.pages.thread_wording import file_trouble
from http_edge.policy import PATIENT_OR_DOCTOR, UNIDENTIFIED
from http_edge.problems import Problem, problem_of
from http_edge.routes import Handler
from http_edge.uploads import announce, file_view, pieces_of, send_parts

VERSION = "1.0.0"
RESUMABLE = "Tus-Resumable"
OFFSET, LENGTH, METADATA = "Upload-Offset", "Upload-Length", "Upload-Metadata"
PART = "application/offset+octet-stream"
MOST_DIGITS = 12

TUS: Mapping[str, str] = MappingProxyType({RESUMABLE: VERSION})
ABILITIES: Mapping[str, str] = MappingProxyType(
    {
        **TUS,
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,termination",
        "Tus-Max-Size": str(MOST_BYTES),
    }
)


class FileOut(View, frozen=True):
    """A file and how far it has come: *offset* of *size* bytes are here.

    It may be a part of a message once its stage is `ready`; `uploading` and `checking` will change.
    *sentence* says why it can't be posted (yet), and what to do.
    """

    id: str
    name: str
    stage: Stage
    size: int
    offset: int
    media_type: str
    width: int
    height: int
    has_thumbnail: bool
    why: Why | None
    sentence: str


def file_out(view: FileView) -> FileOut:
    """Return what is said of a file."""
    return FileOut(
        id=view.file,
        name=view.name,
        stage=view.stage,
        size=view.size,
        offset=view.offset,
        media_type=view.media_type,
        width=view.picture.width if view.picture else 0,
        height=view.picture.height if view.picture else 0,
        has_thumbnail=view.has_thumbnail,
        why=view.why,
        sentence=file_trouble(view),
    )


def _conversation(request: web.Request) -> ConversationId:
    return ConversationId(request.match_info["conversation"])


def _file(request: web.Request) -> FileId:
    return FileId(request.match_info["file"])


def resumable(handler: Handler) -> Handler:
    """Have *handler* speak tus: in one version, which every answer names."""

    @wraps(handler)
    async def speaking(request: web.Request) -> web.StreamResponse:
        try:
            _check_version(request)
            response = await handler(request)
        except (Refusal, DeliveryFailed) as error:
            raise _named(problem_of(error)) from error
        except Problem as problem:
            raise _named(problem) from problem
        response.headers.update(TUS)
        return response

    return speaking


def _named(problem: Problem) -> Problem:
    problem.headers.update(TUS)
    return problem


def _check_version(request: web.Request) -> None:
    if request.headers.get(RESUMABLE) != VERSION:
        sentence = f"Say {RESUMABLE}: {VERSION}."
        raise Problem(412, "tus_version", sentence, headers={"Tus-Version": VERSION})


def _number(request: web.Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise Problem(400, "tus_header", f"{header} must be a whole number of bytes.")
    return int(text)


def _name(request: web.Request) -> str:
    """Return the `filename` of the metadata, which is in base64."""
    pairs = (pair.split(" ") for pair in request.headers.get(METADATA, "").split(","))
    found = {pair[0]: pair[1] for pair in pairs if len(pair) > 1}
    try:
        name = b64decode(found.get("filename", ""), validate=True).decode()
    except ValueError as error:
        raise Problem(400, "tus_header", f"{METADATA}: filename is not base64.") from error
    if not name:
        raise Problem(400, "tus_header", f"{METADATA} must have a filename.")
    return name


async def say_tus(request: web.Request) -> web.Response:  # noqa: ARG001  the same for all
    """Say how files are sent up."""
    return web.Response(status=204, headers=ABILITIES)


@resumable
async def create_file(request: web.Request) -> web.Response:
    """Announce a file; its bytes follow by PATCH to the Location."""
    check_person(request, "upload")
    size, name = _number(request, LENGTH), _name(request)
    if size > MOST_BYTES:
        raise Problem(413, "too_large", f"At most {MOST_BYTES // (1024 * 1024)} MB are taken.")
    view = await announce(request, _conversation(request), name, size)
    location = f"{PREFIX}/conversations/{_conversation(request)}/files/{view.file}"
    headers = {"Location": location, OFFSET: str(view.offset)}
    return json_response(file_out(view), status=201, headers=headers)


async def get_file(request: web.Request) -> web.Response:
    """See how far a file has come; HEAD says from which byte on it is to go on."""
    view = await file_view(request, _conversation(request), _file(request))
    headers = {**TUS, OFFSET: str(view.offset), LENGTH: str(view.size)}
    return json_response(file_out(view), headers=headers)


@resumable
async def append_to_file(request: web.Request) -> web.Response:
    """Send bytes of a file, from where it is to go on."""
    if request.content_type != PART:
        raise Problem(415, "tus_type", f"Send the bytes as {PART}.")
    conversation, offset = _conversation(request), _number(request, OFFSET)
    view = await file_view(request, conversation, _file(request))
    if offset != view.offset:
        headers = {OFFSET: str(view.offset)}
        raise Problem(409, "wrong_offset", f"Go on at byte {view.offset}.", headers=headers)
    if (request.content_length or 0) > view.size - offset:
        raise Problem(413, "beyond_end", "That is more than was announced.")
    pieces = pieces_of(request.content)
    reached = await send_parts(request, conversation, view.file, offset, pieces)
    return web.Response(status=204, headers={OFFSET: str(reached)})


@resumable
async def remove_file(request: web.Request) -> web.Response:
    """Take back a file that is no part of a message."""
    await tell(request, address_of(_conversation(request)), TakeBack(_file(request)))
    return web.Response(status=204)


async def get_content(request: web.Request) -> web.StreamResponse:
    """Read a file (parts of it by Range)."""
    return await send_file(request, _conversation(request), _file(request))


async def get_thumbnail(request: web.Request) -> web.StreamResponse:
    """Read the small picture of a file."""
    conversation = _conversation(request)
    return await send_file(request, conversation, _file(request), thumbnail=True)


_FILES = "/conversations/{conversation}/files"
_ONE = f"{_FILES}/{{file}}"
_SAYS = {RESUMABLE: f"`{VERSION}`."}
_ANY = "application/octet-stream"

ROUTES = (
    api_route("OPTIONS", _FILES, say_tus, UNIDENTIFIED, status=204),
    api_route(
        "POST",
        _FILES,
        create_file,
        PATIENT_OR_DOCTOR,
        response=FileOut,
        status=201,
        headers={
            **_SAYS,
            LENGTH: "How many bytes it has.",
            METADATA: "`filename`, a blank, and the name in base64.",
        },
    ),
    api_route("GET", _ONE, get_file, PATIENT_OR_DOCTOR, response=FileOut),
    api_route(
        "PATCH",
        _ONE,
        append_to_file,
        PATIENT_OR_DOCTOR,
        status=204,
        headers={**_SAYS, OFFSET: "The byte from which on these are."},
        body_type=PART,
        body_limit=MOST_BYTES,
    ),
    api_route("DELETE", _ONE, remove_file, PATIENT_OR_DOCTOR, status=204, headers=_SAYS),
    api_route("GET", f"{_ONE}/content", get_content, PATIENT_OR_DOCTOR, answer_type=_ANY),
    api_route("GET", f"{_ONE}/thumbnail", get_thumbnail, PATIENT_OR_DOCTOR, answer_type="image/*"),
)
