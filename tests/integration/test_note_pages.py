"""The note of a visit by plain forms: drafted, in conflict, signed, amended, read by patients."""

import pytest

from tests.edge import Edge
from tests.integration.calls_support import Visit, visit_of
from tests.integration.pages_support import Tab, once_of, place, tab_of, text_of

DRAFT = {
    "subjective": "Dizzy <since> Monday",
    "objective": "Pulse 96",
    "assessment": "Probably tablets",
    "plan": "Half the dose",
    "summary": "Take half a tablet each morning.",
    "come_back": "2031-04-01",
}


@pytest.fixture
async def visit(edge: Edge) -> Visit:
    """Return a visit of two people."""
    return await visit_of(edge)


def page_of(visit: Visit) -> str:
    """Return the page of the note."""
    return f"/visits/{visit.id}/note"


async def drafted(visit: Visit, **more: str) -> Tab:
    """Let the doctor write the note."""
    tab = await tab_of(visit.edge, visit.doctor)
    once = once_of(await tab.open(page_of(visit)))
    saved = await tab.send_fields(page_of(visit), {"once": once, "version": "0", **DRAFT, **more})
    assert place(saved) == f"{page_of(visit)}?said=note"
    return tab


async def signed(visit: Visit, **more: str) -> Tab:
    """Let the doctor write and sign the note."""
    tab = await drafted(visit, **more)
    done = await tab.send(f"{page_of(visit)}/sign", once="sign", version="1")
    assert place(done) == f"{page_of(visit)}?said=signed"
    await visit.edge.clinic.settled()
    return tab


async def test_what_is_saved_is_there_again(visit: Visit) -> None:
    tab = await drafted(visit)
    page = await tab.open(page_of(visit))
    assert 'data-version="1"' in page.text
    assert "Dizzy &lt;since&gt; Monday" in page.text
    assert 'value="2031-04-01"' in page.text
    assert "Sign the note" in text_of(page)


async def test_who_saves_upon_an_older_version_loses_nothing(visit: Visit) -> None:
    tab = await drafted(visit)
    mine = {**DRAFT, "plan": "Stop the tablets"}
    refused = await tab.send_fields(page_of(visit), {"once": "two", "version": "0", **mine})
    assert refused.status == 409
    assert "Somebody else has saved this note meanwhile" in text_of(refused)
    assert "Stop the tablets" in refused.text
    assert '<p class="prose" data-saved="plan">Half the dose</p>' in refused.text
    kept = await tab.send_fields(page_of(visit), {"once": "three", "version": "1", **mine})
    assert place(kept)
    assert "Stop the tablets" in (await tab.open(page_of(visit))).text


async def test_a_signed_note_can_only_be_amended(visit: Visit) -> None:
    tab = await signed(visit)
    page = await tab.open(page_of(visit))
    assert "Signed" in text_of(page)
    assert '<textarea id="draft-plan"' not in page.text
    refused = await tab.send_fields(page_of(visit), {"once": "x", "version": "1", **DRAFT})
    assert refused.status == 409
    empty = await tab.send(f"{page_of(visit)}/amendments", once="e", text=" ")
    assert empty.status == 422
    done = await tab.send(f"{page_of(visit)}/amendments", once="a", text="Called again: better.")
    assert place(done) == f"{page_of(visit)}?said=amended"
    assert "Called again: better." in text_of(await tab.open(page_of(visit)))


async def test_the_patient_reads_the_summary_once_it_is_signed(visit: Visit) -> None:
    pat = await tab_of(visit.edge, visit.patient)
    path = f"/appointments/{visit.id}/summary"
    await drafted(visit)
    early = await pat.open(path)
    assert early.status == 404
    assert "No summary yet" in text_of(early)
    doc = await tab_of(visit.edge, visit.doctor)
    assert place(await doc.send(f"{page_of(visit)}/sign", once="sign", version="1"))
    page = await pat.open(path)
    assert "Take half a tablet each morning." in text_of(page)
    assert "Tuesday 1 April 2031" in text_of(page)
    assert "Probably tablets" not in page.text
    pdf = await pat.open(f"{path}.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.body.startswith(b"%PDF-")
    assert "visit-summary.pdf" in pdf.headers["Content-Disposition"]


async def test_nobody_else_reads_a_note(edge: Edge, visit: Visit) -> None:
    await signed(visit)
    other = await tab_of(edge, await edge.patient("Some Body"))
    pat, ben = await tab_of(edge, visit.patient), await tab_of(edge, visit.colleague)
    summary = f"/appointments/{visit.id}/summary"
    assert (await pat.open(page_of(visit))).status == 403
    assert (await ben.open(page_of(visit))).status in {403, 404}
    for path in (summary, f"{summary}.pdf"):
        assert (await other.open(path)).status in {403, 404}
        assert (await ben.open(path)).status in {403, 404}


async def test_what_does_not_fit_is_said_beside_its_field(visit: Visit) -> None:
    tab = await tab_of(visit.edge, visit.doctor)
    wrong = {**DRAFT, "come_back": "soon", "plan": "x" * 8001}
    refused = await tab.send_fields(page_of(visit), {"once": "w", "version": "0", **wrong})
    assert refused.status == 422
    assert "Enter a date, like" in text_of(refused)
    assert "at most 8000 characters" in text_of(refused)
    assert "Pulse 96" in refused.text
