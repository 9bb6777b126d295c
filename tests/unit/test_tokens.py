"""Access tokens: only ours, of the right kind, in time (SECURITY T01-T08, C04)."""

import base64
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt  # noqa: TID251  forging needs the tool
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from actors.ids import AccountKey, SessionId, UserId
from actors.runtime.mint import SeededMint
from config.private import TooOpen
from http_edge.signing_keys import thumbprint_of
from http_edge.tokens import (
    ACTIVE_SECONDS,
    LEEWAY,
    LINK_SECONDS,
    TokenRefused,
    Tokens,
)

ISSUER = "https://clinic.example"
TTL = 600
START = 1_800_000_000


class HandClock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.seconds = START

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(self.seconds, UTC)

    def unix_ms(self) -> int:
        """Return the time in milliseconds."""
        return self.seconds * 1000

    def monotonic(self) -> float:
        """Return the time in seconds."""
        return float(self.seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def open_tokens(file: Path, clock: HandClock, *, own: bool = True) -> Tokens:
    return Tokens.open(file, clock, SeededMint(1), issuer=ISSUER, seconds=TTL, own=own)


@pytest.fixture
def tokens(tmp_path: Path, clock: HandClock) -> Tokens:
    return open_tokens(tmp_path / "tokens.json", clock)


def issue(tokens: Tokens) -> str:
    return tokens.issue(SessionId("s1"), UserId("u1"), AccountKey("a" * 64)).token


def key_of(tokens: Tokens, stage: str = "active") -> tuple[str, Ed25519PrivateKey]:
    (record,) = (key for key in tokens._kept.keys if key.stage.value == stage)
    seed = base64.urlsafe_b64decode(record.seed + "=")
    return record.kid, Ed25519PrivateKey.from_private_bytes(seed)


CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "api",
    "sub": "u1",
    "sid": "s1",
    "acc": "a" * 64,
    "jti": "j1",
    "iat": START,
    "exp": START + TTL,
}


def forge(
    tokens: Tokens, claims: dict[str, Any] | None = None, headers: dict[str, Any] | None = None
) -> str:
    """Sign with the right key what differs from a good token in *claims* and *headers*."""
    kid, private = key_of(tokens)
    said = {name: value for name, value in {**CLAIMS, **(claims or {})}.items() if value != "-"}
    head = {"kid": kid, "typ": "at+jwt", **(headers or {})}
    return jwt.encode(said, private, algorithm="EdDSA", headers=head)


def test_what_was_issued_can_be_read(tokens: Tokens) -> None:
    claims = tokens.read(issue(tokens))
    assert (claims.sub, claims.sid, claims.acc) == ("u1", "s1", "a" * 64)
    assert tokens.read(forge(tokens)) == tokens.read(forge(tokens))


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unsigned(tokens: Tokens, alg: str) -> str:
    head = {"alg": alg, "kid": key_of(tokens)[0], "typ": "at+jwt"}
    parts = (json.dumps(head).encode(), json.dumps(CLAIMS).encode(), b"")
    return ".".join(b64(part) for part in parts)


def signed_with_public_key(tokens: Tokens) -> str:
    kid, private = key_of(tokens)
    secret = private.public_key().public_bytes_raw()
    head = {"kid": kid, "typ": "at+jwt"}
    return jwt.encode(CLAIMS, secret, algorithm="HS256", headers=head)


def signed_by_stranger(tokens: Tokens) -> str:
    head = {"kid": key_of(tokens)[0], "typ": "at+jwt"}
    return jwt.encode(CLAIMS, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers=head)


def nested(_tokens: Tokens) -> str:
    return f"{b64(b'[' * 3000)}.{b64(b'{}')}.{b64(b'x')}"


FORGED: dict[str, Callable[[Tokens], str]] = {
    "T01 no algorithm": lambda tokens: unsigned(tokens, "none"),
    "T01 empty signature": lambda tokens: unsigned(tokens, "EdDSA"),
    "T01 public key as HMAC secret": signed_with_public_key,
    "T01 another's key": signed_by_stranger,
    "T01 last byte changed": lambda tokens: issue(tokens)[:-3] + "AAA",
    "T02 refresh type": lambda tokens: forge(tokens, headers={"typ": "rt+jwt"}),
    "T02 plain type": lambda tokens: forge(tokens, headers={"typ": "JWT"}),
    "T02 type in other case": lambda tokens: forge(tokens, headers={"typ": "AT+JWT"}),
    "T02 other audience": lambda tokens: forge(tokens, {"aud": "svc"}),
    "T02 many audiences": lambda tokens: forge(tokens, {"aud": ["api", "svc"]}),
    "T02 other issuer": lambda tokens: forge(tokens, {"iss": "https://clinic.example.evil"}),
    "T02 half issuer": lambda tokens: forge(tokens, {"iss": "clinic.example"}),
    **{
        f"T02 no {name}": (lambda tokens, name=name: forge(tokens, {name: "-"}))  # type: ignore[misc]
        for name in CLAIMS
    },
    "T02 subject is a number": lambda tokens: forge(tokens, {"sid": 7}),
    "T03 for ever": lambda tokens: forge(tokens, {"exp": 10**20}),
    "T03 for ever, as a fraction": lambda tokens: forge(tokens, {"exp": 1e20}),
    "T03 a second too long": lambda tokens: forge(tokens, {"exp": START + TTL + 1}),
    "T03 over before it begins": lambda tokens: forge(tokens, {"exp": START - 1}),
    "T04 unknown key": lambda tokens: forge(tokens, headers={"kid": "unknown"}),
    "T04 no key": lambda tokens: jwt.encode(CLAIMS, key_of(tokens)[1], algorithm="EdDSA"),
    "T04 key from elsewhere": lambda tokens: forge(
        tokens, headers={"kid": "x", "jku": "https://evil.example/jwks.json"}
    ),
    "T07 from the future": lambda tokens: forge(
        tokens, {"iat": START + LEEWAY + 1, "exp": START + TTL}
    ),
    "T08 too long": lambda tokens: forge(tokens, {"jti": "j" * 9000}),
    "T08 nested": nested,
    "T08 not a token": lambda _tokens: "not.a.token",
    "T08 empty": lambda _tokens: "",
}


@pytest.mark.parametrize("name", FORGED)
def test_t01_t02_t03_t04_t07_t08_a_forged_token_is_refused(name: str, tokens: Tokens) -> None:
    with pytest.raises(TokenRefused):
        tokens.read(FORGED[name](tokens))


def test_t04_a_key_inside_the_token_is_ignored(tokens: Tokens) -> None:
    stranger = Ed25519PrivateKey.generate()
    kid = key_of(tokens)[0]
    own = {"kty": "OKP", "crv": "Ed25519", "x": b64(stranger.public_key().public_bytes_raw())}
    head = {"kid": kid, "typ": "at+jwt", "jwk": own}
    with pytest.raises(TokenRefused):
        tokens.read(jwt.encode(CLAIMS, stranger, algorithm="EdDSA", headers=head))


def test_t07_a_token_ends_on_time_by_our_own_clock(tokens: Tokens, clock: HandClock) -> None:
    token = issue(tokens)
    clock.seconds += TTL + LEEWAY - 1
    tokens.read(token)
    clock.seconds += 1
    with pytest.raises(TokenRefused) as refused:
        tokens.read(token)
    assert refused.value.expired


def test_t05_tokens_live_through_a_rotation_until_they_end(
    tokens: Tokens, clock: HandClock
) -> None:
    token = issue(tokens)
    published = {key.kid for key in tokens.jwks().keys}
    assert not tokens.rotation_due()
    clock.seconds += ACTIVE_SECONDS
    assert tokens.rotation_due()
    clock.seconds = START + 1
    tokens.rotate()
    fresh = issue(tokens)
    assert jwt.get_unverified_header(fresh)["kid"] in published, "it was published before its use"
    assert jwt.get_unverified_header(fresh)["kid"] != jwt.get_unverified_header(token)["kid"]
    tokens.read(token)
    tokens.read(fresh)


def test_t05_a_retired_key_is_forgotten_when_its_last_token_is_over(
    tokens: Tokens, clock: HandClock
) -> None:
    old = key_of(tokens)[0]
    tokens.rotate()
    assert old in {key.kid for key in tokens.jwks().keys}
    clock.seconds += LINK_SECONDS + LEEWAY + 1
    tokens.rotate()
    assert old not in {key.kid for key in tokens.jwks().keys}


def test_t05_the_keys_are_the_same_after_a_restart(tmp_path: Path, clock: HandClock) -> None:
    token = issue(open_tokens(tmp_path / "tokens.json", clock))
    again = open_tokens(tmp_path / "tokens.json", clock)
    again.read(token)
    again.rotate()
    open_tokens(tmp_path / "tokens.json", clock).read(token)


def test_t05_another_edge_reads_what_is_signed_before_and_after_a_rotation(
    tmp_path: Path, clock: HandClock
) -> None:
    file = tmp_path / "tokens.json"
    one = open_tokens(file, clock)
    other = open_tokens(file, clock, own=False)
    assert other.again("feed", "m") == one.again("feed", "m")
    clock.seconds += ACTIVE_SECONDS
    one.keep_up()
    other.read(issue(one))
    one.read(issue(other))  # which has not looked yet: its key is retired now
    other.keep_up()
    assert other.jwks() == one.jwks()
    one.read(issue(other))


def test_t05_keys_that_are_another_processes_are_never_changed(
    tmp_path: Path, clock: HandClock
) -> None:
    file = tmp_path / "tokens.json"
    with pytest.raises(FileNotFoundError):
        open_tokens(file, clock, own=False)
    open_tokens(file, clock)
    kept = file.read_bytes()
    clock.seconds += ACTIVE_SECONDS
    open_tokens(file, clock, own=False).keep_up()
    assert file.read_bytes() == kept


def test_t05_of_those_who_share_a_file_whoever_is_in_charge_changes_it(
    tmp_path: Path, clock: HandClock
) -> None:
    file = tmp_path / "tokens.json"
    one, two, three = (open_tokens(file, clock) for _ in range(3))
    first = key_of(one)[0]
    clock.seconds += ACTIVE_SECONDS
    for tokens, in_charge in ((two, False), (one, True), (three, True), (two, True)):
        tokens.keep_up(in_charge=in_charge)
    assert key_of(one, "retired")[0] == first, "it has moved on once"
    assert one.jwks() == two.jwks() == three.jwks()
    clock.seconds += ACTIVE_SECONDS
    two.keep_up(in_charge=True)  # one is gone
    three.keep_up(in_charge=False)
    assert two.jwks() == three.jwks() != one.jwks()
    three.read(issue(two))


def test_t05_a_token_that_was_read_before_dies_with_its_key(
    tokens: Tokens,
) -> None:
    token = issue(tokens)
    kid, _ = key_of(tokens)
    tokens.read(token)
    tokens._keep(
        msgspec.structs.replace(
            tokens._kept, keys=tuple(key for key in tokens._kept.keys if key.kid != kid)
        )
    )
    with pytest.raises(TokenRefused):
        tokens.read(token)


def test_t07_a_token_that_was_read_before_ends_on_time(tokens: Tokens, clock: HandClock) -> None:
    token = issue(tokens)
    tokens.read(token)
    clock.seconds += TTL + LEEWAY
    with pytest.raises(TokenRefused):
        tokens.read(token)


def test_t02_a_link_is_good_for_its_own_use_alone(tokens: Tokens) -> None:
    link = tokens.link("answer", START + 60, sub="d1")
    assert tokens.read_link("answer", link)["sub"] == "d1"
    for refused in (lambda: tokens.read_link("other", link), lambda: tokens.read(link)):
        with pytest.raises(TokenRefused):
            refused()
    for text in (issue(tokens), "", "a.b.c", link[:-3] + "AAA", link + "x" * 9000):
        with pytest.raises(TokenRefused):
            tokens.read_link("answer", text)


def test_t03_a_link_ends_on_time_and_never_lasts_too_long(tokens: Tokens, clock: HandClock) -> None:
    link = tokens.link("answer", START + 10**9)
    clock.seconds += LINK_SECONDS
    tokens.read_link("answer", link)
    clock.seconds += LEEWAY
    with pytest.raises(TokenRefused) as refused:
        tokens.read_link("answer", link)
    assert refused.value.expired


def test_t05_a_link_outlives_a_rotation(tokens: Tokens, clock: HandClock) -> None:
    link = tokens.link("answer", START + LINK_SECONDS)
    tokens.rotate()
    clock.seconds += TTL + LEEWAY + 1
    tokens.rotate()
    tokens.read_link("answer", link)


def test_t06_the_same_token_in_another_text_is_of_the_same_session(tokens: Tokens) -> None:
    token = issue(tokens)
    try:
        assert tokens.read(token + "=").sid == tokens.read(token).sid
    except TokenRefused:
        return


def test_c04_the_keys_lie_in_a_file_that_only_its_owner_reads(
    tmp_path: Path, clock: HandClock
) -> None:
    file = tmp_path / "tokens.json"
    open_tokens(file, clock)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    with pytest.raises(TooOpen):
        open_tokens(file, clock)


def test_the_published_keys_hold_no_secret(tokens: Tokens) -> None:
    (first, second) = tokens.jwks().keys
    assert {first.kty, second.kty} == {"OKP"}
    assert {first.x, second.x}.isdisjoint(key.seed for key in tokens._kept.keys)


def test_a_kid_is_the_thumbprint_of_rfc_8037() -> None:
    """The key of RFC 8037, appendix A.3."""
    public = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    assert thumbprint_of(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_secrets_are_made_again_from_the_same_message_alone(tokens: Tokens) -> None:
    assert tokens.again("session", "m1") == tokens.again("session", "m1")
    assert len({tokens.again(*said) for said in (("a", "m"), ("b", "m"), ("a", "n"))}) == 3
