"""Forms with files that are broken, too long or too many: refused, and nothing half done."""

import pytest

from tests.edge import Edge, Ward
from tests.integration.pages_support import Tab
from tests.integration.threads_support import Pair, messages, pair_of, send_files


@pytest.fixture
async def pair(edge: Edge, ward: Ward) -> Pair:
    """Return two people who may write to one another."""
    return await pair_of(edge, ward)


@pytest.fixture
async def pat(pair: Pair) -> Tab:
    """Return the patient's browser."""
    return await pair.tab(pair.patient)


BROKEN = {
    "no boundary": (b"x", "multipart/form-data"),
    "a boundary that never comes": (b"x", "multipart/form-data; boundary=y"),
    "an end that never comes": (
        b'--y\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello',
        "multipart/form-data; boundary=y",
    ),
    "a form in a form": (
        b"--y\r\nContent-Type: multipart/mixed; boundary=z\r\n\r\n--z--\r\n--y--\r\n",
        "multipart/form-data; boundary=y",
    ),
    "no UTF-8": (
        b'--y\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--y--\r\n',
        "multipart/form-data; boundary=y",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_form_that_is_broken_is_refused(pair: Pair, pat: Tab, name: str) -> None:
    answer = await pat.send_body(pair.page, *BROKEN[name])
    assert answer.status == 400, answer.text
    assert await messages(pair) == []


async def test_a_form_of_too_many_or_too_long_fields_is_refused(pair: Pair, pat: Tab) -> None:
    many = {f"field{each}": "x" for each in range(200)}
    assert (await send_files(pat, pair.page, many)).status == 422
    assert (await send_files(pat, pair.page, {"text": "x" * 70_000})).status == 422
    assert await messages(pair) == []
