"""Getting in and out through pages, one-time links, and who sees what."""

from datetime import timedelta
from pathlib import Path

import pytest

from actors.caller import NOBODY
from actors.directory.messages import ADDRESS, GetInvitation, House, Invitation
from actors.zones import ZONES
from http_edge.credentials import hash_of
from tests.clinic import open_clinic
from tests.edge import PASSWORD, Edge, Ward, open_edge, open_ward
from tests.integration.pages_support import Tab, once_of, place, tab_of, text_of

PATIENT_PAGES = ("/home", "/requests/new")
DOCTOR_PAGES = ("/inbox", "/week", "/hours", "/absences", "/practice")
ADMIN_PAGES = ("/board", "/day", "/accounts", "/departments", "/clinic")
SHARED_PAGES = ("/account", "/notices", "/notices/settings")
OPEN_PAGES = ("/", "/sign-up", "/sign-in", "/welcome", "/password")


def person(**more: str) -> dict[str, str]:
    return {"name": "Neo New", "password": PASSWORD, "zone": "Europe/Berlin", **more}


async def test_pages_are_small_and_well_formed(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic, open_edge(clinic) as edge:
        ward = await open_ward(edge)
        tabs = {
            Tab(edge): OPEN_PAGES,
            await tab_of(edge, await edge.patient()): (*PATIENT_PAGES, *SHARED_PAGES),
            await tab_of(edge, ward.doctors[0]): (*DOCTOR_PAGES, *SHARED_PAGES),
            await tab_of(edge, ward.admin): (*ADMIN_PAGES, f"/departments/{ward.department}"),
        }
        await look_at(tabs)


async def look_at(tabs: dict[Tab, tuple[str, ...]]) -> None:
    for tab, paths in tabs.items():
        for path in paths:
            page = await tab.open(path)
            assert page.status == 200, path
            assert len(page.text.encode()) < 60_000
            assert page.text.count("<h1") == 1
            for needed in ('<html lang="en">', 'href="#main"', '<main class="main" id="main"'):
                assert needed in page.text
            for banned in (" style=", " onclick=", "javascript:", "http://", "https://"):
                assert banned not in page.text, (path, banned)


async def test_every_page_is_for_its_role_alone(edge: Edge, ward: Ward) -> None:
    tabs = (
        (await tab_of(edge, await edge.patient()), PATIENT_PAGES),
        (await tab_of(edge, ward.doctors[0]), DOCTOR_PAGES),
        (await tab_of(edge, ward.admin), ADMIN_PAGES),
    )
    for tab, mine in tabs:
        for path in (*PATIENT_PAGES, *DOCTOR_PAGES, *ADMIN_PAGES):
            answer = await tab.open(path)
            assert answer.status == (200 if path in mine else 403)
            assert "<h1" in answer.text


async def test_a_start_page_leads_everybody_home(edge: Edge, ward: Ward) -> None:
    assert place(await (await tab_of(edge, await edge.patient())).open("/")) == "/home"
    assert place(await (await tab_of(edge, ward.doctors[0])).open("/")) == "/inbox"
    assert place(await (await tab_of(edge, ward.admin)).open("/")) == "/board"


async def test_whoever_has_not_signed_in_may_do_so_and_go_on(edge: Edge) -> None:
    someone, tab = await edge.patient(), Tab(edge)
    page = await tab.open("/requests/new")
    assert page.status == 401
    assert 'name="next" value="/requests/new"' in page.text
    entered = await tab.send(
        "/sign-in", email=someone.email, password=PASSWORD, next="/requests/new"
    )
    assert place(entered) == "/requests/new"


async def test_e21_signing_in_leads_to_our_own_pages_only(edge: Edge) -> None:
    someone = await edge.patient()
    for onward in ("//evil.example", "https://evil.example", "/\\evil.example", "home"):
        answer = await Tab(edge).send(
            "/sign-in", email=someone.email, password=PASSWORD, next=onward
        )
        assert place(answer) == "/home"


async def test_what_belongs_to_another_is_not_there(edge: Edge, ward: Ward) -> None:
    owner, other = await edge.patient(), await tab_of(edge, await edge.patient())
    asked = await owner.post("/appointments", ward.wish())
    theirs = await other.open(f"/appointments/{asked.json['id']}")
    nothing = await other.open("/appointments/nothing")
    assert theirs.status == nothing.status == 404
    assert text_of(theirs) == text_of(nothing)
    withdrawn = await other.send(f"/appointments/{asked.json['id']}/withdraw", once="x", reason="")
    assert withdrawn.status == 404


async def test_a06_signing_up_does_not_tell_who_has_an_account(edge: Edge) -> None:
    known = (await edge.patient()).email
    places = []
    for number, email in enumerate((known, "unheard-of@clinic.example")):
        answer = await Tab(edge).send(
            "/sign-up", **person(once=f"s{number}", email=email, role="patient")
        )
        places.append(place(answer))
    assert places[0] == places[1] == "/sign-in?said=signed-up"


async def test_signing_up_says_what_does_not_fit(edge: Edge) -> None:
    tab = Tab(edge)
    answer = await tab.send(
        "/sign-up", once="1", role="admin", email="no address", name="", zone=""
    )
    assert answer.status == 422
    for name in ("role", "email", "name", "zone", "password"):
        assert f'href="#f-{name}"' in answer.text
    weak = await tab.send(
        "/sign-up", **person(once="2", email="w@clinic.example", role="patient", password="short")
    )
    assert weak.status == 422
    assert 'id="f-password-wrong"' in weak.text
    assert 'value="w@clinic.example"' in weak.text


async def test_a_patient_cannot_become_staff_by_a_form(edge: Edge) -> None:
    answer = await Tab(edge).send(
        "/sign-up", **person(once="1", email="sly@clinic.example", role="operator")
    )
    assert answer.status == 422


async def test_an_invitation_is_shown_once_and_opens_one_account(edge: Edge, ward: Ward) -> None:
    admin = await tab_of(edge, ward.admin)
    once = once_of(await admin.open("/accounts"))
    pages = [await admin.send("/accounts/invite", once=once, role="doctor") for _ in range(2)]
    links = [page.text.split("/welcome#")[1].split("<")[0] for page in pages]
    assert links[0] == links[1]
    assert links[0] not in (await admin.open("/accounts")).text
    guest = Tab(edge)
    assert (await guest.send("/welcome/check", code="nonsense")).status == 422
    form = await guest.send("/welcome/check", code=links[0])
    assert "You are invited as" in form.text
    mine = person(once=once_of(form), code=links[0], email="invited@clinic.example")
    assert place(await guest.send("/welcome", **mine)) == "/sign-in?said=welcome"
    await edge.clinic.settled()
    entered = await guest.send("/sign-in", email="invited@clinic.example", password=PASSWORD)
    assert place(entered) == "/inbox"
    used = await Tab(edge).send("/welcome/check", code=links[0])
    assert "can&#39;t be used" in used.text


@pytest.mark.parametrize("path", ["/", "/nowhere", "/sign-in", "/requests/new"])
async def test_what_to_do_in_an_emergency_stands_on_every_page_once(edge: Edge, path: str) -> None:
    page = await (await tab_of(edge, await edge.patient())).open(path)
    if page.status == 303:
        page = await Tab(edge).open(path)
    assert page.text.count(House().emergency) == 1


@pytest.mark.parametrize(
    ("chosen", "minutes"), [({}, 30), ({"life": "1 day"}, 1440), ({"life": "7 days"}, 10080)]
)
async def test_an_invitation_is_good_for_as_long_as_was_chosen(
    edge: Edge, ward: Ward, chosen: dict[str, str], minutes: int
) -> None:
    admin = await tab_of(edge, ward.admin)
    once = once_of(await admin.open("/accounts"))
    page = await admin.send("/accounts/invite", once=once, role="doctor", **chosen)
    token = page.text.split("/welcome#")[1].split("<")[0]
    query = GetInvitation(hash_of(token))
    invitation = await edge.clinic.client.ask(ADDRESS, query, Invitation, NOBODY)
    left = invitation.expires_at - edge.clinic.clock.now()
    assert timedelta(minutes=minutes - 5) < left <= timedelta(minutes=minutes)


async def test_an_invitation_for_ever_is_refused(edge: Edge, ward: Ward) -> None:
    admin = await tab_of(edge, ward.admin)
    answer = await admin.send("/accounts/invite", role="doctor", life="for ever")
    assert answer.status == 422
    assert "Choose how long it is good." in answer.text


async def test_a_password_link_works_once(edge: Edge, ward: Ward) -> None:
    someone, admin = await edge.patient(), await tab_of(edge, ward.admin)
    page = await admin.send(f"/accounts/{someone.user}/link", once="link")
    code = page.text.split("/password#")[1].split("<")[0]
    fresh = "an entirely new sentence"
    kept = await Tab(edge).send("/password", once="1", code=code, new=fresh)
    assert place(kept) == "/sign-in?said=password-set"
    entered = await Tab(edge).send("/sign-in", email=someone.email, password=fresh)
    assert place(entered) == "/home"
    for number, bad in enumerate((code, "nonsense", "")):
        answer = await Tab(edge).send("/password", once=f"b{number}", code=bad, new=fresh)
        assert answer.status in {404, 422}
        assert 'id="f-code-wrong"' in answer.text


async def test_accounts_are_found_without_a_name_in_an_address(edge: Edge, ward: Ward) -> None:
    await edge.patient("Quirin Findme")
    admin = await tab_of(edge, ward.admin)
    await edge.clinic.settled()
    found = await admin.send("/accounts/search", text="findme", role="", status="")
    assert found.status == 200
    assert "Quirin Findme" in found.text
    assert "Ada Min" not in text_of(found).replace("Administrator", "")
    assert (await admin.open("/accounts?role=doctor")).text.count("Quirin Findme") == 0


async def test_accounts_are_approved_disabled_and_enabled(edge: Edge, ward: Ward) -> None:
    await edge.signed_up("doctor", "Dr Pen Ding")
    admin = await tab_of(edge, ward.admin)
    page = await admin.open("/accounts?status=pending")
    user = page.text.split("/approve")[0].rsplit("/accounts/", 1)[1]
    for verb, said in (("approve", "approved"), ("disable", "disabled"), ("enable", "enabled")):
        answer = await admin.send(f"/accounts/{user}/{verb}", once=verb)
        assert place(answer) == f"/accounts?said={said}"
        await edge.clinic.settled()


async def test_sessions_are_listed_and_ended(edge: Edge) -> None:
    someone = await edge.patient()
    one, two = await tab_of(edge, someone), await tab_of(edge, someone)
    page = await one.open("/account")
    assert page.text.count("This one") == 1
    session = page.text.split("/account/sessions/")[2].split("/end")[0]
    assert place(await one.send(f"/account/sessions/{session}/end", once="1")).endswith("session")
    assert place(await one.send("/account/sessions/end-others", once="2")).endswith("sessions")
    assert (await two.open("/home")).status == 401
    assert (await one.open("/home")).status == 200


async def test_a_password_is_changed_by_who_knows_it(edge: Edge) -> None:
    tab = await tab_of(edge, await edge.patient())
    wrong = await tab.send(
        "/account/password", once="1", old="not the one", new="some new sentence"
    )
    assert wrong.status == 422
    assert 'class="errors"' in wrong.text
    right = await tab.send("/account/password", once="2", old=PASSWORD, new="some new sentence")
    assert place(right) == "/account?said=password"


async def test_a09_signing_out_ends_the_cookie_and_clears_the_browser(edge: Edge) -> None:
    tab = await tab_of(edge, await edge.patient())
    answer = await tab.send("/sign-out")
    assert place(answer) == "/sign-in?said=signed-out"
    assert "cookies" in answer.headers["Clear-Site-Data"]
    assert (await tab.open("/home")).status == 401


async def test_a_form_of_another_site_changes_nothing(edge: Edge) -> None:
    tab = await tab_of(edge, await edge.patient())
    headers = {
        "Cookie": tab.cookie,
        "Origin": "http://evil.example",
        "Sec-Fetch-Site": "cross-site",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = await edge.send("POST", "/sign-out", "", headers)
    assert answer.status == 403
    assert (await tab.open("/home")).status == 200


async def test_our_own_files_are_kept_by_the_browser(edge: Edge) -> None:
    first = await edge.send("GET", "/static/css/tokens.css")
    tag = first.headers["ETag"]
    again = await edge.send("GET", "/static/css/tokens.css", headers={"If-None-Match": tag})
    assert (first.status, first.headers["Cache-Control"]) == (200, "no-cache")
    assert again.status == 304
    assert (await edge.send("GET", "/static/js/nothing.js")).status == 404


async def test_all_zones_that_are_offered_exist() -> None:
    assert {"Europe/Paris", "Asia/Tokyo", "UTC"} <= set(ZONES)
