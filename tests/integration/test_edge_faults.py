"""When the actors can't answer: the right status, when to come again, nothing said of insides."""

import pytest

from actors.runtime.errors import DeliveryFailed, Fault
from http_edge import keys
from http_edge.problems import problem_of
from tests.clinic import open_clinic
from tests.edge import Edge, open_edge

LATER = {
    Fault.BUSY,
    Fault.NOT_OWNER,
    Fault.STOPPING,
    Fault.LATE,
    Fault.UNAVAILABLE,
    Fault.STORE_DOWN,
    Fault.NO_SUCH_KIND,
    Fault.DISCONNECTED,
}
REACHING = [
    Fault.BUSY,
    Fault.STORE_DOWN,
    Fault.TIMED_OUT,
    Fault.CRASHED,
    Fault.TOO_LARGE,
    Fault.ANSWER_TOO_LARGE,
]
UNKNOWN = {Fault.TIMED_OUT, Fault.UNCERTAIN}


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_has_its_status_and_says_when_to_come_again(fault: Fault) -> None:
    problem = problem_of(DeliveryFailed(fault, "insides that nobody should read"))
    others = 504 if fault in UNKNOWN else 413 if fault is Fault.TOO_LARGE else 500
    expected = 503 if fault in LATER else others
    assert (problem.status, problem.code) == (expected, fault.value)
    assert ("Retry-After" in problem.headers) is (expected == 503)
    assert "insides" not in problem.detail
    if fault in UNKNOWN:
        assert "same Idempotency-Key" in problem.detail


def test_what_is_too_large_says_what_to_do() -> None:
    sent = problem_of(DeliveryFailed(Fault.TOO_LARGE))
    assert (sent.status, sent.code) == (413, "message_too_large")
    assert "less at a time" in sent.detail
    answered = problem_of(DeliveryFailed(Fault.ANSWER_TOO_LARGE))
    assert (answered.status, answered.code) == (500, "answer_too_large")
    assert "Ask for less" in answered.detail


@pytest.mark.parametrize("fault", REACHING)
async def test_a_fault_reaches_the_one_who_asks(
    edge: Edge, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    async def fail(*_args: object, **_more: object) -> None:
        raise DeliveryFailed(fault)

    pat = await edge.patient()
    monkeypatch.setattr(edge.app[keys.CLIENT], "ask", fail)
    answer = await pat.get("/me")
    assert (answer.status, answer.code) == (problem_of(DeliveryFailed(fault)).status, fault.value)


async def test_e08_a_handler_that_breaks_says_nothing_of_it(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("SELECT secret FROM insides")

    pat = await edge.patient()
    monkeypatch.setattr(edge.app[keys.CLIENT], "ask", fail)
    answer = await pat.get("/me")
    assert (answer.status, answer.code) == (500, "crashed")
    assert "insides" not in answer.text


async def test_without_the_bus_people_are_asked_to_come_again(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.mktemp("cut")
    async with open_clinic(directory) as clinic, open_edge(clinic, ask_seconds=0.5) as edge:
        pat = await edge.patient()
        await clinic.edge_transport.close()
        answer = await pat.get("/me")
        assert (answer.status, answer.code) == (503, "disconnected")
        assert int(answer.headers["Retry-After"]) > 0
        described = await edge.send("GET", "/api/v1/openapi.json")
        assert described.status == 200, "what needs no actor goes on"
