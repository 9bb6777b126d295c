"""Files in threads, by forms: they come whole, are looked at, and leave with no rights of ours."""

import re
from urllib.parse import unquote

import pytest

from actors.conversation.messages import MOST_FILES, MOST_TEXT
from actors.files.messages import MOST_BYTES, PART_BYTES
from http_edge import keys
from http_edge.multipart import FORMS_EACH
from tests.edge import Edge, Ward
from tests.integration.pages_support import Tab, once_of, place, text_of
from tests.integration.threads_support import Pair, messages, pair_of, send_files
from tests.unit.sample_files import SECRET, jpeg, pdf, png

LARGE = pdf(b"%" + b"x" * (2 * PART_BYTES + 1000) + b"\n")
"""It takes several parts."""


@pytest.fixture
async def pair(edge: Edge, ward: Ward) -> Pair:
    """Return two people who may write to one another."""
    return await pair_of(edge, ward)


@pytest.fixture
async def pat(pair: Pair) -> Tab:
    """Return the patient's browser."""
    return await pair.tab(pair.patient)


async def sent(pair: Pair, pat: Tab, *files: tuple[str, bytes]) -> list[str]:
    """Let the patient post *files*; return where they are opened."""
    answer = await send_files(pat, pair.page, {"once": "files", "text": "Look"}, *files)
    assert answer.status == 303, text_of(answer)
    return [f"{pair.page}/files/{each['file']}" for each in (await messages(pair))[-1]["files"]]


async def test_a_form_brings_files_that_the_other_opens(pair: Pair, pat: Tab) -> None:
    mia = await pair.tab(pair.doctor)
    fields = {"once": once_of(await pat.open(pair.page)), "text": "My rash"}
    done = await send_files(pat, pair.page, fields, ("rash.jpg", jpeg()), ("letter.pdf", LARGE))
    assert place(done) == f"{pair.page}#write"
    (message,) = await messages(pair)
    assert message["text"] == "My rash"
    picture, paper = (f"{pair.page}/files/{each['file']}" for each in message["files"])
    page = await mia.open(pair.page)
    assert picture in page.text
    assert paper in page.text
    assert (await mia.open(paper)).body == LARGE
    for path in (picture, f"{picture}/small"):
        shown = await mia.open(path)
        assert shown.body.startswith(b"\xff\xd8")
        assert SECRET.encode() not in shown.body


async def test_files_alone_are_a_message(pair: Pair, pat: Tab) -> None:
    done = await send_files(pat, pair.page, {"once": "1", "text": ""}, ("a.png", png()))
    assert done.status == 303
    (message,) = await messages(pair)
    assert (message["text"], message["files"][0]["name"]) == ("", "a.png")


async def test_a_form_with_files_sent_twice_is_one_message(pair: Pair, pat: Tab) -> None:
    fields = {"once": once_of(await pat.open(pair.page)), "text": "twice"}
    for _ in range(2):
        assert (await send_files(pat, pair.page, fields, ("a.pdf", LARGE))).status == 303
    (message,) = await messages(pair)
    assert len(message["files"]) == 1


async def test_a_form_without_a_chosen_file_is_a_message(pair: Pair, pat: Tab) -> None:
    assert (await send_files(pat, pair.page, {"once": "1", "text": "Hi"}, ("", b""))).status == 303
    (message,) = await messages(pair)
    assert (message["text"], message["files"]) == ("Hi", [])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<script>alert(1)</script>", "Send a photo"),
        ("page.pdf", b"<script>alert(1)</script>", "no picture and no PDF"),
        ("empty.pdf", b"", "empty"),
    ],
)
async def test_f01_what_is_no_picture_and_no_pdf_is_refused(
    pair: Pair, pat: Tab, name: str, content: bytes, said: str
) -> None:
    refused = await send_files(
        pat, pair.page, {"once": "1", "text": "canary text"}, (name, content), ("good.pdf", pdf())
    )
    assert refused.status == 422
    assert f"“{name}”" in text_of(refused)
    assert said in text_of(refused)
    assert "canary text" in refused.text
    assert await messages(pair) == []
    (kept,) = re.findall(r'name="(attached-[\w-]+)"', refused.text)
    fields = {"once": once_of(refused), "text": "canary text", kept: "on"}
    assert place(await pat.send_fields(pair.page, fields))
    (message,) = await messages(pair)
    assert [each["name"] for each in message["files"]] == ["good.pdf"]


async def test_f01_a_file_that_is_too_large_is_refused_and_the_rest_kept(
    pair: Pair, pat: Tab
) -> None:
    large = ("large.pdf", pdf() + b"\0" * MOST_BYTES)
    refused = await send_files(
        pat, pair.page, {"once": "1", "text": "canary text"}, large, ("good.pdf", pdf())
    )
    assert refused.status == 422
    assert "“large.pdf” is larger than 25 MB" in text_of(refused)
    assert "canary text" in refused.text
    assert len(re.findall(r'name="attached-', refused.text)) == 1


async def test_f01_so_many_files_go_with_one_message(pair: Pair, pat: Tab) -> None:
    files = tuple((f"{each}.pdf", pdf()) for each in range(MOST_FILES + 2))
    refused = await send_files(pat, pair.page, {"once": "1", "text": "canary text"}, *files)
    assert refused.status == 422
    assert text_of(refused).count(f"At most {MOST_FILES} files go with one message.") == 2
    assert len(re.findall(r'name="attached-', refused.text)) == MOST_FILES


async def test_files_wait_when_the_text_is_refused(pair: Pair, pat: Tab) -> None:
    text = "x" * (MOST_TEXT + 1)
    refused = await send_files(pat, pair.page, {"once": "1", "text": text}, ("a.pdf", pdf()))
    assert refused.status == 422
    (kept,) = re.findall(r'name="(attached-[\w-]+)"', refused.text)
    assert text in refused.text
    mended = {"once": once_of(refused), "text": "short", kept: "on"}
    assert place(await pat.send_fields(pair.page, mended))
    (message,) = await messages(pair)
    assert len(message["files"]) == 1


async def test_a_file_that_is_not_there_can_not_be_attached(pair: Pair, pat: Tab) -> None:
    fields = {"once": "1", "text": "canary text", "attached-nothing": "on"}
    refused = await pat.send_fields(pair.page, fields)
    assert refused.status == 422
    assert "A file is not here any more. Choose it again." in text_of(refused)
    assert "canary text" in refused.text


async def test_who_sends_too_many_at_a_time_is_asked_to_wait(
    edge: Edge, pair: Pair, pat: Tab
) -> None:
    senders = edge.app[keys.SENDERS]
    fields = {"once": "1", "text": "canary text"}
    with senders.place(pair.patient.user), senders.place(pair.patient.user):
        assert FORMS_EACH == 3
        with senders.place(pair.patient.user):
            slowed = await send_files(pat, pair.page, fields, ("a.pdf", pdf()))
        assert slowed.status == 429
        assert "Wait until they are through" in text_of(slowed)
        assert "canary text" in slowed.text
        assert (await send_files(pat, pair.page, fields, ("a.pdf", pdf()))).status == 303


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", 'a";\r\nX: y.pdf', "Übersicht 5 €.pdf"])
async def test_f02_a_name_stands_in_its_header_encoded(pair: Pair, pat: Tab, name: str) -> None:
    (path,) = await sent(pair, pat, (name.replace("\r\n", "\\r\\n"), pdf()))
    (message,) = await messages(pair)
    answer = await pat.open(f"{path}?save")
    disposition = answer.headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9%_.~-]+", disposition)
    assert unquote(disposition.split("''", 1)[1]) == message["files"][0]["name"]
    assert "X" not in answer.headers


async def test_f03_a_file_has_no_rights_of_our_site(pair: Pair, pat: Tab) -> None:
    paper, picture = await sent(pair, pat, ("a.pdf", pdf()), ("b.jpg", jpeg()))
    for path, kind in ((paper, "application/pdf"), (picture, "image/jpeg")):
        for query, disposition in (("", "inline"), ("?save", "attachment")):
            answer = await pat.open(path + query)
            assert answer.headers["Content-Type"] == kind
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Disposition"].startswith(disposition)
            assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_f06_every_download_is_authorised(edge: Edge, ward: Ward, pair: Pair) -> None:
    pat, mia = await pair.tab(pair.patient), await pair.tab(pair.doctor)
    (path,) = await sent(pair, pat, ("a.jpg", jpeg()))
    tag = (await mia.open(path)).headers["ETag"]
    others = (await pair.tab(await edge.patient()), await pair.tab(ward.doctors[1]))
    for tab in others:
        for rest in ("", "/small", "?save"):
            assert (await tab.open(path + rest)).status == 404
    assert (await Tab(edge).open(path)).status == 401
    again = await edge.send("GET", path, None, {"Cookie": mia.cookie, "If-None-Match": tag})
    assert (again.status, again.body) == (304, b"")
    stranger = {"Cookie": others[0].cookie, "If-None-Match": tag}
    assert (await edge.send("GET", path, None, stranger)).status == 404


async def test_f06_what_is_deleted_or_not_posted_opens_for_nobody(
    edge: Edge, pair: Pair, pat: Tab
) -> None:
    mia = await pair.tab(pair.doctor)
    (path,) = await sent(pair, pat, ("a.pdf", pdf()))
    number = (await messages(pair))[-1]["number"]
    assert place(await pat.send(f"{pair.page}/{number}/delete", once="gone"))
    await edge.clinic.settled()
    for tab in (pat, mia):
        assert (await tab.open(path)).status == 404
    refused = await send_files(pat, pair.page, {"text": "x" * 5000}, ("b.pdf", pdf()))
    (waiting,) = re.findall(r'name="attached-([\w-]+)"', refused.text)
    assert (await pat.open(f"{pair.page}/files/{waiting}")).status == 200
    assert (await Tab(edge).open(f"{pair.page}/files/{waiting}")).status == 401


async def test_a_part_of_a_file_is_sent_by_range(edge: Edge, pair: Pair, pat: Tab) -> None:
    (path,) = await sent(pair, pat, ("a.pdf", LARGE))
    size = len(LARGE)
    ranges = {
        "bytes=0-9": (0, 10),
        f"bytes={PART_BYTES - 5}-{PART_BYTES + 4}": (PART_BYTES - 5, PART_BYTES + 5),
        f"bytes={size - 7}-": (size - 7, size),
        f"bytes=5-{size + 100}": (5, size),
    }
    for asked, (start, end) in ranges.items():
        answer = await edge.send("GET", path, None, {"Cookie": pat.cookie, "Range": asked})
        assert answer.status == 206
        assert answer.body == LARGE[start:end]
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}"
    beyond = {"Cookie": pat.cookie, "Range": f"bytes={size}-"}
    assert (await edge.send("GET", path, None, beyond)).status == 416
    whole = {"Cookie": pat.cookie, "Range": "bytes=0-1,5-6"}
    assert (await edge.send("GET", path, None, whole)).body == LARGE
    head = await edge.send("HEAD", path, None, {"Cookie": pat.cookie})
    assert (head.status, head.headers["Content-Length"], head.body) == (200, str(size), b"")
