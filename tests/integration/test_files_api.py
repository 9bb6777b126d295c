"""Files over the API, as tus 1.0.0 says: they go on where they broke, and end good or refused."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import anyio
import pytest

from actors.files.messages import MOST_BYTES, PART_BYTES
from tests.edge import Answer, Edge, Person, Ward
from tests.integration.pages_support import text_of
from tests.integration.threads_support import Pair, pair_of, send_files, use_up
from tests.unit.sample_files import jpeg, pdf

TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}
LARGE = pdf(b"%" + b"x" * (2 * PART_BYTES + 1000) + b"\n")
"""It takes several parts."""


@pytest.fixture
async def pair(edge: Edge, ward: Ward) -> Pair:
    """Return two people who may write to one another."""
    return await pair_of(edge, ward)


@dataclass
class Uploader:
    """A tus client of one person."""

    pair: Pair
    person: Person

    async def announce(self, name: str, size: object, **more: str) -> Answer:
        """Announce a file."""
        named = {"Upload-Metadata": f"filename {b64encode(name.encode()).decode()},filetype eA=="}
        headers = {**TUS, **named, "Upload-Length": str(size), **more}
        return await self.person.call("POST", f"{self.pair.api}/files", headers=headers)

    async def append(self, path: str, offset: object, data: bytes, **more: str) -> Answer:
        """Send bytes."""
        headers = {**PART, "Upload-Offset": str(offset), **more}
        return await self.person.call("PATCH", path, headers=headers, data=data)

    async def sent(self, name: str, content: bytes) -> str:
        """Send a whole file; return its path."""
        announced = await self.announce(name, len(content))
        assert announced.status == 201, announced.text
        path = announced.headers["Location"]
        assert (await self.append(path, 0, content)).status == 204
        return path

    async def final(self, path: str) -> dict[str, Any]:
        """Return the file's state once it is inspected."""
        with anyio.fail_after(20):
            while (state := (await self.person.get(path)).json)["stage"] == "checking":
                await anyio.lowlevel.checkpoint()
        return dict(state)


@pytest.fixture
async def pat(pair: Pair) -> Uploader:
    """Return the patient, who sends files."""
    return Uploader(pair, pair.patient)


async def test_a_file_comes_in_pieces_and_is_posted(pair: Pair, pat: Uploader) -> None:
    announced = await pat.announce("letter.pdf", len(LARGE))
    assert announced.status == 201
    assert announced.headers["Tus-Resumable"] == "1.0.0"
    path = announced.headers["Location"]
    assert path == f"/api/v1{pair.api}/files/{announced.json['id']}"
    first = await pat.append(path, 0, LARGE[:1000])
    assert (first.status, first.headers["Upload-Offset"]) == (204, "1000")
    head = await pat.person.call("HEAD", path, headers=TUS)
    assert head.status == 200
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (
        "1000",
        str(len(LARGE)),
    )
    assert head.headers["Cache-Control"] == "no-store"
    rest = await pat.append(path, 1000, LARGE[1000:])
    assert (rest.status, rest.headers["Upload-Offset"]) == (204, str(len(LARGE)))
    state = await pat.final(path)
    assert (state["stage"], state["name"], state["media_type"]) == (
        "ready",
        "letter.pdf",
        "application/pdf",
    )
    body = {"text": "", "files": [state["id"]]}
    posted = await pair.patient.post(f"{pair.api}/messages", body)
    assert posted.status == 201, posted.text
    content = await pair.doctor.get(f"{path}/content")
    assert content.body == LARGE
    assert content.headers["Content-Disposition"].startswith("attachment;")


async def test_a_picture_is_written_anew_and_has_a_small_one(pair: Pair, pat: Uploader) -> None:
    path = await pat.sent("rash.jpg", jpeg())
    state = await pat.final(path)
    assert (state["width"], state["height"], state["has_thumbnail"]) == (64, 48, True)
    assert state["sentence"] == ""
    small = await pair.patient.get(f"{path}/thumbnail")
    assert (small.status, small.headers["Content-Type"]) == (200, "image/jpeg")
    head = await pat.person.call("HEAD", path, headers=TUS)
    assert head.headers["Upload-Offset"] == head.headers["Upload-Length"]


async def test_f01_a_file_that_is_not_what_it_says_is_refused_in_words(pat: Uploader) -> None:
    path = await pat.sent("letter.pdf", b"MZ this is a program")
    state = await pat.final(path)
    assert (state["stage"], state["why"]) == ("refused", "type")
    assert "no picture and no PDF" in state["sentence"]
    assert (await pat.person.get(f"{path}/content")).status == 404
    assert (await pat.announce("program.exe", 10)).code == "type_not_taken"


async def test_an_upload_goes_on_only_where_it_is(pat: Uploader) -> None:
    path = (await pat.announce("a.pdf", len(LARGE))).headers["Location"]
    await pat.append(path, 0, LARGE[:500])
    for offset in (0, 499, 501, len(LARGE)):
        wrong = await pat.append(path, offset, b"x")
        assert (wrong.status, wrong.headers["Upload-Offset"]) == (409, "500"), offset
    beyond = await pat.append(path, 500, LARGE)
    assert (beyond.status, beyond.code) == (413, "beyond_end")
    again = await pat.append(path, 500, LARGE[500:])
    assert again.status == 204


async def test_an_announcement_sent_again_under_its_key_is_one_file(pat: Uploader) -> None:
    key = {"Idempotency-Key": "file-1"}
    first, again = [await pat.announce("a.pdf", 10, **key) for _ in range(2)]
    assert first.headers["Location"] == again.headers["Location"]


async def test_a_broken_line_loses_nothing_that_came(edge: Edge, pat: Uploader) -> None:
    path = (await pat.announce("a.pdf", len(LARGE))).headers["Location"]
    stream = await anyio.connect_tcp("localhost", edge.settings.port)
    head = (
        f"PATCH {path} HTTP/1.1\r\nHost: localhost:{edge.settings.port}\r\n"
        f"Authorization: Bearer {pat.person.token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        f"Content-Type: application/offset+octet-stream\r\nContent-Length: {len(LARGE)}\r\n\r\n"
    )
    await stream.send(head.encode() + LARGE[: PART_BYTES + 10])
    with anyio.fail_after(20):
        while (await pat.person.get(path)).json["offset"] < PART_BYTES:
            await anyio.lowlevel.checkpoint()
        await stream.aclose()
        while (offset := (await pat.person.get(path)).json["offset"]) < PART_BYTES + 10:
            await anyio.lowlevel.checkpoint()
    assert (await pat.append(path, offset, LARGE[offset:])).status == 204
    assert (await pat.final(path))["stage"] == "ready"


async def test_a_file_is_taken_back(pat: Uploader) -> None:
    path = await pat.sent("a.pdf", pdf())
    await pat.final(path)
    assert (await pat.person.call("DELETE", path, headers=TUS)).status == 204
    assert (await pat.person.get(path)).json["stage"] == "withdrawn"
    assert (await pat.person.get(f"{path}/content")).status == 404
    assert (await pat.append(path, 0, b"x")).status in {404, 409}


async def test_another_version_or_none_is_refused(pat: Uploader) -> None:
    path = (await pat.announce("a.pdf", 10)).headers["Location"]
    for version in ("0.2.2", ""):
        for method in ("PATCH", "DELETE"):
            headers = {**PART, "Upload-Offset": "0", "Tus-Resumable": version}
            refused = await pat.person.call(method, path, headers=headers)
            assert (refused.status, refused.headers["Tus-Version"]) == (412, "1.0.0")
            assert refused.headers["Tus-Resumable"] == "1.0.0"
    assert (await pat.announce("a.pdf", 10, **{"Tus-Resumable": "2.0"})).status == 412


async def test_headers_that_do_not_fit_are_refused(pat: Uploader) -> None:
    for size in ("", "x", "-1", "1e3", "9" * 20):
        assert (await pat.announce("a.pdf", size)).status == 400
    assert (await pat.announce("a.pdf", MOST_BYTES + 1)).status == 413
    assert (await pat.announce("a.pdf", 0)).status == 422
    for metadata in ("", "filename", "filename !!!", "filetype eA==", "filename /w=="):
        answer = await pat.announce("a.pdf", 10, **{"Upload-Metadata": metadata})
        assert (answer.status, answer.code) == (400, "tus_header"), metadata
    path = (await pat.announce("a.pdf", 10)).headers["Location"]
    for offset in ("", "x", "-1"):
        assert (await pat.append(path, offset, b"x")).status == 400
    wrong = await pat.append(path, 0, b"x", **{"Content-Type": "application/json"})
    assert (wrong.status, wrong.code) == (415, "tus_type")


async def test_the_abilities_are_told(edge: Edge, pair: Pair) -> None:
    told = await edge.send("OPTIONS", f"/api/v1{pair.api}/files")
    assert told.status == 204
    assert told.headers["Tus-Version"] == "1.0.0"
    assert told.headers["Tus-Extension"] == "creation,termination"
    assert told.headers["Tus-Max-Size"] == str(MOST_BYTES)


async def test_f06_the_files_of_others_answer_like_none(
    edge: Edge, ward: Ward, pair: Pair, pat: Uploader
) -> None:
    path = await pat.sent("a.pdf", pdf())
    await pat.final(path)
    none = f"{path.rsplit('/', 1)[0]}/no-such-file"
    for person in (pair.doctor, await edge.patient(), ward.doctors[1]):
        other = Uploader(pair, person)
        for at in (path, none):
            assert (await other.append(at, len(pdf()), b"x")).status in {404, 413}
            assert (await person.call("DELETE", at, headers=TUS)).status == 404
    for person in (await edge.patient(), ward.doctors[1]):
        for at in (path, none):
            for rest in ("", "/content", "/thumbnail"):
                assert (await person.get(at + rest)).status == 404
        assert (await Uploader(pair, person).announce("b.pdf", 10)).status == 404
    assert (await edge.send("GET", f"{path}/content")).status == 401
    assert (await pat.person.get(path)).json["stage"] == "ready"


async def test_one_person_sends_files_so_often(edge: Edge, pair: Pair, pat: Uploader) -> None:
    assert (await pat.announce("a.pdf", 10)).status == 201
    use_up(edge, "upload", pair.patient)
    slowed = await pat.announce("a.pdf", 10)
    assert (slowed.status, slowed.code) == (429, "too_many_attempts")
    assert slowed.headers["Tus-Resumable"] == "1.0.0"
    tab = await pair.tab(pair.patient)
    fields = {"once": "1", "text": "canary typed"}
    refused = await send_files(tab, pair.page, fields, ("a.pdf", pdf()))
    assert refused.status == 422
    assert "“a.pdf”: Too many attempts" in text_of(refused)
    assert "canary typed" in refused.text
