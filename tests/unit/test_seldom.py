"""Warnings that somebody else can cause are written once in a while."""

import logging
import time

import pytest

from actors.runtime.seldom import SeldomLog


def test_a_flood_of_one_kind_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    seldom = SeldomLog(logging.getLogger("flood"))
    for number in range(100):
        seldom.warning("Refused:", number)
    seldom.warning("Another kind.")
    assert [record.getMessage() for record in caplog.records] == ["Refused: 0", "Another kind. "]


def test_what_was_not_said_is_counted(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seldom = SeldomLog(logging.getLogger("flood"))
    for number in range(3):
        seldom.warning("Refused:", number)
    monkeypatch.setattr(time, "monotonic", lambda: float("inf"))
    seldom.warning("Refused:", 3)
    assert caplog.records[-1].getMessage() == "Refused: 3 (and 2 more before)"
