"""What proxies and supervisors ask: whether this edge lives, and whether people may come."""

import pytest

from http_edge import keys
from http_edge.health import LIVE, READY
from tests.edge import Edge, open_edge

STRANGER = {"Host": "10.1.2.3:8080"}


@pytest.mark.parametrize("path", [LIVE, READY])
async def test_it_is_well_by_whatever_name_it_is_asked(edge: Edge, path: str) -> None:
    answer = await edge.send("GET", path, headers=STRANGER)
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers


async def test_behind_a_proxy_it_is_asked_without_tls(edge: Edge) -> None:
    async with open_edge(
        edge.clinic, public_url="https://clinic.example", trusted_proxies=("192.0.2.7",)
    ) as behind:
        assert (await behind.send("GET", READY)).status == 200
        page = await behind.send("GET", "/sign-in", headers={"Host": "clinic.example"})
        assert page.status == 308  # where people are sent to TLS


async def test_cut_off_from_the_bus_it_lives_and_is_not_ready(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(edge.app[keys.TRANSPORT]), "connected", property(lambda _: False))
    answer = await edge.send("GET", READY)
    assert (answer.status, answer.code) == (503, "not_ready")
    assert (await edge.send("GET", LIVE)).status == 200


async def test_nothing_is_written_down_of_it(
    edge: Edge, capsys: pytest.CaptureFixture[str]
) -> None:
    await edge.send("GET", LIVE)
    await edge.send("GET", "/sign-in")
    lines = capsys.readouterr()
    assert "/sign-in" in lines.out + lines.err
    assert LIVE not in lines.out + lines.err
