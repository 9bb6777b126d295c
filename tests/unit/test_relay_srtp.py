"""Packets are protected and opened with the handshake's keys, and not a second time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.relay.srtp import BROKEN, MOST_SOURCES, PROFILES, WINDOW, Profile, Srtp, profile_of
from tests.relay_browser import receiver_report, rtp

MATERIAL = bytes(range(88))


def pair(profile: Profile = PROFILES[0]) -> tuple[Srtp, Srtp]:
    material = MATERIAL[: profile.material]
    return Srtp(profile, material), Srtp(profile, material, client=True)


@pytest.mark.parametrize("profile", PROFILES)
def test_both_sides_open_what_the_other_protects(profile: Profile) -> None:
    ours, theirs = pair(profile)
    packet, report = rtp(7, 1), receiver_report(7)
    assert theirs.open(ours.protect(packet)) == packet
    assert ours.open(theirs.protect(packet)) == packet
    assert theirs.open_rtcp(ours.protect_rtcp(report)) == report
    assert ours.open_rtcp(theirs.protect_rtcp(report)) == report
    assert profile_of(profile.name) is profile


def test_no_side_opens_what_it_protected_itself() -> None:
    ours, _ = pair()
    with pytest.raises(BROKEN):
        ours.open(ours.protect(rtp(7, 1)))


def test_m04_a_packet_is_opened_once() -> None:
    ours, theirs = pair()
    media, report = theirs.protect(rtp(7, 1)), theirs.protect_rtcp(receiver_report(7))
    ours.open(media)
    ours.open_rtcp(report)
    with pytest.raises(BROKEN):
        ours.open(media)
    with pytest.raises(BROKEN):
        ours.open_rtcp(report)


def test_packets_may_come_in_any_order_within_the_window() -> None:
    ours, theirs = pair()
    packets = [theirs.protect(rtp(7, number)) for number in range(1, WINDOW + 1)]
    assert len([ours.open(packet) for packet in reversed(packets)]) == WINDOW


def test_a_packet_from_before_the_window_is_too_old() -> None:
    ours, theirs = pair()
    old, *packets = [theirs.protect(rtp(7, number)) for number in range(1, WINDOW + 3)]
    for packet in packets:
        ours.open(packet)
    with pytest.raises(BROKEN):
        ours.open(old)


def test_a_lost_packet_may_be_sent_again_as_it_was() -> None:
    ours, _ = pair()
    assert ours.protect(rtp(7, 1)) == ours.protect(rtp(7, 1))


def test_m04_a_browser_has_so_many_sources_and_no_more() -> None:
    ours, theirs = pair()
    for source in range(1, MOST_SOURCES + 1):
        ours.open(theirs.protect(rtp(source, 1)))
    with pytest.raises(BROKEN):
        ours.open(theirs.protect(rtp(MOST_SOURCES + 1, 1)))
    assert ours.open(theirs.protect(rtp(1, 2)))


def test_m04_forged_packets_use_up_no_sources() -> None:
    ours, theirs = pair()
    for source in range(1, 2 * MOST_SOURCES):
        with pytest.raises(BROKEN):
            ours.open(rtp(source, 1, bytes(40)))
    assert ours.open(theirs.protect(rtp(9999, 1)))


def test_a_packet_that_no_network_carries_is_broken_too() -> None:
    ours, _ = pair()
    with pytest.raises(BROKEN):
        ours.protect(rtp(7, 1, bytes(1500)))
    with pytest.raises(BROKEN):
        ours.open(rtp(7, 1, bytes(1500)))


@given(st.binary(max_size=1600))
def test_m01_no_junk_is_opened(data: bytes) -> None:
    ours, _ = pair()
    for opened in (ours.open, ours.open_rtcp):
        with pytest.raises(BROKEN):
            opened(data)
