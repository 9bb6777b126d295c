"""Signing up and in, sessions, tokens (SECURITY A05-A07, A09, A10, A16, A17, T06)."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from http_edge import keys
from tests.clinic import open_clinic
from tests.edge import PASSWORD, V1, ZONE, Answer, Edge, Person, Ward, open_edge

NEW = {"name": "New Person", "zone": ZONE, "password": PASSWORD}


def looks(answer: Answer) -> tuple[int, Any, dict[str, str]]:
    """Return all that tells two answers apart, without what is drawn anew for each."""
    body = dict(answer.json)
    body.pop("trace_id", None)
    headers = {name: re.sub(r"nonce-\w+", "nonce", value) for name, value in answer.headers.items()}
    headers.pop("Date")
    return answer.status, body, headers


async def sign_in(edge: Edge, email: str, password: str = PASSWORD, **headers: str) -> Answer:
    body = {"email": email, "password": password}
    return await edge.visitor.post("/sessions", body, **headers)


async def test_a05_unknown_wrong_and_disabled_look_the_same(edge: Edge, ward: Ward) -> None:
    known, disabled = await edge.patient(), await edge.patient()
    shut = await ward.admin.post(f"/admin/accounts/{disabled.user}/disable", {})
    assert shut.json["status"] == "disabled"
    unknown = looks(await sign_in(edge, "nobody-here@clinic.example"))
    assert unknown[:2][0] == 401
    assert unknown[1]["code"] == "sign_in_failed"
    assert looks(await sign_in(edge, known.email, "a wrong pass phrase here")) == unknown
    assert looks(await sign_in(edge, disabled.email)) == unknown
    assert looks(await sign_in(edge, "no address at all")) == unknown
    assert looks(await sign_in(edge, "a" * 500 + "@clinic.example")) == unknown


async def test_a06_signing_up_says_the_same_whether_or_not_there_is_an_account(
    edge: Edge,
) -> None:
    first = await edge.visitor.post("/accounts", {**NEW, "email": "twice@clinic.example"})
    again = await edge.visitor.post("/accounts", {**NEW, "email": "Twice@clinic.example"})
    assert looks(first) == looks(again)
    assert first.status == 202
    taken = await edge.visitor.post(
        "/accounts", {**NEW, "email": "twice@clinic.example", "password": "short"}
    )
    free = await edge.visitor.post(
        "/accounts", {**NEW, "email": "free@clinic.example", "password": "short"}
    )
    assert looks(taken) == looks(free)
    assert taken.json["errors"][0]["field"] == "password"


async def test_a07_each_sign_in_is_a_new_session(edge: Edge) -> None:
    person = await edge.patient()
    first = person.token
    await person.sign_in()
    assert person.token != first
    sessions = (await person.get("/sessions")).json["items"]
    assert len({session["id"] for session in sessions}) == 2
    assert [session["current"] for session in sessions] == [True, False]


async def test_a09_signing_out_ends_every_use_at_once(edge: Edge) -> None:
    person = await edge.patient()
    assert (await person.call("DELETE", "/sessions/current")).status == 204
    gone = await person.get("/me")
    assert (gone.status, gone.code) == (401, "not_signed_in")
    assert "Bearer" in gone.headers["WWW-Authenticate"]
    refreshed = await edge.visitor.post(
        "/sessions/refresh", {"refresh_token": person.refresh_token}
    )
    assert refreshed.status == 401


async def test_a09_a_cookie_that_signed_out_is_worth_nothing(edge: Edge) -> None:
    person = await edge.patient()
    own = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    form = f"email={person.email}&password={PASSWORD.replace(' ', '+')}"
    opened = await edge.send("POST", "/sign-in", form, own)
    cookie = {"Cookie": f"__Host-sid={opened.cookies['__Host-sid']}"}
    assert (await edge.send("GET", f"{V1}/me", None, cookie)).status == 200
    ended = await edge.send(
        "DELETE", f"{V1}/sessions/current", None, {**cookie, "Sec-Fetch-Site": "same-origin"}
    )
    assert ended.status == 204
    assert (await edge.send("GET", f"{V1}/me", None, cookie)).status == 401


async def test_a09_disabling_ends_every_use_at_once(edge: Edge, ward: Ward) -> None:
    person = await edge.patient()
    await ward.admin.post(f"/admin/accounts/{person.user}/disable", {})
    assert (await person.get("/me")).status == 401
    await edge.clinic.settled()
    enabled = await ward.admin.post(f"/admin/accounts/{person.user}/enable", {})
    assert enabled.json["status"] == "active"
    assert (await person.get("/me")).status == 401, "the old session stays over"
    await person.sign_in()
    assert (await person.get("/me")).status == 200


async def test_a09_a_new_password_ends_the_other_sessions(edge: Edge) -> None:
    person = await edge.patient()
    other = Person(edge, person.email)
    await other.sign_in()
    changed = await person.call(
        "PUT", "/me/password", {"old": PASSWORD, "new": "five other words for me"}
    )
    assert changed.status == 204, changed.text
    assert (await person.get("/me")).status == 200
    assert (await other.get("/me")).status == 401
    assert (await sign_in(edge, person.email)).status == 401


async def test_a10_a_refresh_token_is_used_up(edge: Edge) -> None:
    person = await edge.patient()
    used = person.refresh_token
    refreshed = await edge.visitor.post("/sessions/refresh", {"refresh_token": used})
    assert refreshed.status == 200, refreshed.text
    assert refreshed.json["refresh_token"] != used
    person.token = refreshed.json["access_token"]
    assert (await person.get("/me")).status == 200
    tab = await edge.visitor.post("/sessions/refresh", {"refresh_token": used})
    assert (tab.status, tab.code) == (429, "retry_later")
    assert tab.headers["Retry-After"] == "1"


async def test_a10_a_refresh_that_is_repeated_under_its_key_gets_its_answer_again(
    edge: Edge,
) -> None:
    person = await edge.patient()
    body = {"refresh_token": person.refresh_token}
    key = {"Idempotency-Key": "refresh-1"}
    answers = [await edge.visitor.post("/sessions/refresh", body, **key) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert len({answer.json["refresh_token"] for answer in answers}) == 1


@pytest.mark.parametrize("token", ["", "nothing", "a" * 64 + "." + "b" * 43, "a" * 5000])
async def test_a10_a_refresh_token_that_nobody_gave_out_is_refused(edge: Edge, token: str) -> None:
    answer = await edge.visitor.post("/sessions/refresh", {"refresh_token": token})
    assert answer.status == 401


async def test_a16_people_see_and_end_their_own_sessions(edge: Edge) -> None:
    person = await edge.patient()
    other = await Person(edge, person.email).sign_in()
    (current, old) = (await other.get("/sessions")).json["items"]
    assert current["client"] == "a test"
    assert (await other.call("DELETE", f"/sessions/{old['id']}")).status == 204
    assert (await person.get("/me")).status == 401
    third = await Person(edge, person.email).sign_in()
    assert (await third.call("DELETE", "/sessions/others")).status == 204
    assert (await other.get("/me")).status == 401
    assert (await third.get("/me")).status == 200


async def test_a17_a_fresh_clinic_lets_nobody_in_without_an_invitation(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    directory = tmp_path_factory.mktemp("fresh")
    async with open_clinic(directory) as clinic, open_edge(clinic) as fresh:
        for email in ("admin@clinic.example", "root@localhost"):
            for password in ("admin", "carewire", "password"):
                assert (await sign_in(fresh, email, password)).status == 401
        body = {**NEW, "email": "me@clinic.example", "role": "admin"}
        alone = await fresh.visitor.post("/accounts", body)
        assert (alone.status, alone.json["errors"][0]["field"]) == (422, "invitation")
        forged = await fresh.visitor.post("/accounts", {**body, "invitation": "x" * 43})
        assert forged.status == 202
        await clinic.settled()
        assert (await sign_in(fresh, "me@clinic.example")).status in {401, 403}
        invited = await fresh.admin()
        assert (await invited.get("/me")).json["role"] == "admin"


async def test_a17_an_invitation_is_good_once(edge: Edge, ward: Ward) -> None:
    given = (await ward.admin.post("/admin/invitations", {"role": "doctor"})).json
    assert given["link"].endswith("#" + given["token"]), "no token stands in an address"
    first = await edge.signed_up("doctor", "Dr First", invitation=given["token"])
    second = await edge.signed_up("doctor", "Dr Second", invitation=given["token"])
    await edge.clinic.settled()
    await first.sign_in()
    assert (await sign_in(edge, second.email)).status in {401, 403}


@pytest.mark.parametrize(("chosen", "minutes"), [({}, 30), ({"minutes": 10080}, 10080)])
async def test_an_invitation_is_good_for_half_an_hour_unless_told_otherwise(
    edge: Edge, ward: Ward, chosen: dict[str, int], minutes: int
) -> None:
    given = await ward.admin.post("/admin/invitations", {"role": "doctor", **chosen})
    left = datetime.fromisoformat(given.json["expires_at"]) - edge.clinic.clock.now()
    assert timedelta(minutes=minutes - 5) < left <= timedelta(minutes=minutes)
    for wrong in (0, 43_201):
        refused = await ward.admin.post("/admin/invitations", {"role": "doctor", "minutes": wrong})
        assert refused.status == 422


async def test_a_repeated_sign_in_gets_its_session_again_only_with_the_password(
    edge: Edge,
) -> None:
    person = await edge.patient()
    key = {"Idempotency-Key": "the-same-key"}
    first = await sign_in(edge, person.email, **key)
    again = await sign_in(edge, person.email, **key)
    assert first.json["session"] == again.json["session"]
    assert first.json["refresh_token"] == again.json["refresh_token"]
    edge.app[keys.FINGERPRINTS]._claims.clear()
    guessed = await sign_in(edge, person.email, "some other words here", **key)
    assert guessed.status == 401


async def test_t06_a_token_dies_with_its_session_whatever_its_text(edge: Edge) -> None:
    person = await edge.patient()
    await person.call("DELETE", "/sessions/current")
    for text in (person.token, person.token + "=", person.token + "=="):
        answer = await Person(edge, token=text).get("/me")
        assert answer.status == 401


async def test_tokens_are_checked_against_the_published_keys(edge: Edge) -> None:
    answer = await edge.send("GET", "/.well-known/jwks.json")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert {key["kty"] for key in answer.json["keys"]} == {"OKP"}
    assert all("d" not in key for key in answer.json["keys"])


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Basic eDp5", "Bearer a.b.c", "Bearer " + "a" * 8100, "x"]
)
async def test_a_forged_token_is_refused_and_nothing_is_asked(edge: Edge, header: str) -> None:
    answer = await edge.send("GET", f"{V1}/me", None, {"Authorization": header})
    assert (answer.status, answer.code) == (401, "token_invalid")
