"""Settings: one documented type, read from a file and the environment."""

import tomllib
from pathlib import Path

import msgspec
import pytest

from config.settings import Settings, SettingsError, load

EXAMPLE = Path(__file__).parents[2] / "config" / "example.toml"


def file_with(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    path = tmp_path / "carewire.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def names(tables: dict[str, dict[str, object]]) -> set[tuple[str, str]]:
    return {(part, key) for part, table in tables.items() for key in table}


def test_the_example_names_every_setting_with_its_default() -> None:
    tables = tomllib.loads(EXAMPLE.read_text())
    assert msgspec.convert(tables, Settings) == Settings()
    assert names(tables) == names(msgspec.to_builtins(Settings()))


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    settings = load(file_with(tmp_path, "[edge]\nport = 9000\n"), {})
    assert settings.edge.port == 9000
    assert settings.edge.host == "127.0.0.1"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = file_with(tmp_path, '[edge]\nport = 9000\nhost = "::1"\n')
    settings = load(file, {"CAREWIRE_EDGE_PORT": "9001", "PATH": "/bin"})
    assert (settings.edge.port, settings.edge.host) == (9001, "::1")


def test_a_list_in_the_environment_is_parted_by_commas() -> None:
    settings = load(None, {"CAREWIRE_EDGE_ALLOWED_HOSTS": "a.example, b.example"})
    assert settings.edge.allowed_hosts == ("a.example", "b.example")


def test_the_environment_names_the_file(tmp_path: Path) -> None:
    file = file_with(tmp_path, "[node]\nmailbox = 7\n")
    assert load(None, {"CAREWIRE_CONFIG": str(file)}).node.mailbox == 7


def test_a_file_in_the_working_directory_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_with(tmp_path, "[node]\nmailbox = 8\n")
    monkeypatch.chdir(tmp_path)
    assert load(None, {}).node.mailbox == 8


def test_people_reach_the_pages_at_the_port_unless_told_otherwise() -> None:
    assert load(None, {"CAREWIRE_EDGE_PORT": "81"}).edge.public_url == "http://localhost:81"
    url = {"CAREWIRE_EDGE_PUBLIC_URL": "https://care.example/"}
    assert load(None, url).edge.public_url == "https://care.example"


def test_e24_with_a_certificate_people_reach_the_pages_over_tls() -> None:
    files = {"CAREWIRE_EDGE_TLS_CERTIFICATE": "a.pem", "CAREWIRE_EDGE_TLS_KEY": "a.key"}
    assert load(None, files).edge.public_url == "https://localhost:8080"


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("fcm.googleapis.com", True),
        ("FCM.googleapis.com", True),
        ("updates.push.services.mozilla.com", True),
        ("web.push.apple.com", True),
        ("wns2-par02p.notify.windows.com", True),
        ("push.apple.com", False),
        ("evilnotify.windows.com", False),
        ("fcm.googleapis.com.evil.example", False),
        ("", False),
    ],
)
def test_ssrf_push_goes_to_the_hosts_that_are_named(host: str, served: bool) -> None:
    assert Settings().push.serves(host) is served


def test_a_clinic_of_one_machine_has_a_bus_and_a_store_of_its_own() -> None:
    settings = load(None, {})
    assert not settings.store.many
    assert not settings.nats.clustered
    many = {
        "STORE_URL": "postgresql://a@b/c",
        "NATS_KEYS": "keys",
        "NATS_SERVERS": "tls://a:1, tls://b:2",
    }
    settings = load(None, {f"CAREWIRE_{key}": value for key, value in many.items()})
    assert settings.store.many
    assert settings.nats.clustered
    assert settings.nats.servers == ("tls://a:1", "tls://b:2")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_mail_server_on_loopback_may_go_without_tls(host: str) -> None:
    settings = load(None, {"CAREWIRE_MAIL_HOST": host, "CAREWIRE_MAIL_SECURITY": "none"})
    assert settings.mail.sender_address == "no-reply@localhost"


@pytest.mark.parametrize("url", ["https://s3.example:9000", "http://127.0.0.1:9000"])
def test_files_may_be_in_a_store_that_nobody_can_listen_to(url: str) -> None:
    part = {"STORE": "s3", "S3_ENDPOINT": url, "S3_BUCKET": "b", "S3_KEYS_FILE": "keys"}
    settings = load(None, {f"CAREWIRE_FILES_{key}": value for key, value in part.items()})
    assert (settings.files.store, settings.files.s3_endpoint) == ("s3", url)


def test_a_scanner_s_command_is_a_program_and_its_arguments() -> None:
    part = {"SCANNER": "command", "SCANNER_COMMAND": "clamscan, --no-summary, -"}
    settings = load(None, {f"CAREWIRE_FILES_{key}": value for key, value in part.items()})
    assert settings.files.scanner_command == ("clamscan", "--no-summary", "-")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[edge]\nprt = 1\n", "unknown field `prt`"),
        ('[edge]\nport = "80"\n', "Expected `int`, got `str` - at `$.edge.port`"),
        ("[edge]\nport = 70000\n", "65535"),
        ('[edge]\npublic_url = "ftp://x"\n', "http:// or https://"),
        ('[edge]\ntls_key = "a.key"\n', "only good together"),
        (
            '[edge]\ntls_key = "a"\ntls_certificate = "b"\npublic_url = "http://x"\n',
            "must begin with https://",
        ),
        ('[node]\nrole = "media"\n', "Invalid enum value 'media'"),
        ("[node]\nlease_seconds = 0.5\n", ">= 1"),
        ('[store]\nurl = "mysql://a@b/c"\n', "must be like postgresql://"),
        ('[store]\nurl = "postgresql://a@b"\n', "must be like postgresql://"),
        ('[store]\nurl = "postgresql://a:secret@b/c"\n', "must hold no password"),
        ('[store]\npassword_file = "x"\n', "belong to a `url`"),
        ("[store]\nconnections = 1\n", ">= 2"),
        ('[nats]\nrun = "servers/a"\n', "only good with `keys`"),
        ('[nats]\nservers = ["tls://a:4222"]\n', "only good with `keys`"),
        ('[nats]\nkeys = "k"\nservers = ["nats://a:4222"]\n', "must begin with tls://"),
        ('[files]\nstore = "s3"\nfolder = "x"\n', "for the store `folder` alone"),
        ('[mail]\ncarrier = "smtp"\n', "needs a `host`"),
        ('[mail]\nhost = "mx.example"\nsecurity = "none"\n', "on loopback alone"),
        ('[mail]\nuser = "clinic"\n', "only good together"),
        ('[mail]\nsender = "the clinic"\n', "must be an address"),
        ('[mail]\nsender = "A\\nBcc: b@c.d <a@b.c>"\n', "must be an address"),
        ('[push]\ncontact = "it@clinic.example"\n', "mailto: or https://"),
        ('[push]\nhosts = ["*"]\n', "names in small letters"),
        ('[push]\nhosts = ["*.com/x"]\n', "names in small letters"),
        ('[webhook]\nurl = "https://sms.example/"\n', "only good together"),
        ('[webhook]\nurl = "ftp://x"\nsecret_file = "s"\n', "http:// or https://"),
        ('[webhook]\nurl = "https://a:b@x/"\nsecret_file = "s"\n', "without a password"),
        ('[files]\nstore = "s3"\ns3_bucket = "b"\n', "needs an `s3_bucket` and an `s3_keys_file`"),
        ('[files]\ns3_endpoint = "http://s3.example"\n', "or http:// on loopback"),
        ('[files]\ns3_endpoint = "https://a:b@s3.example"\n', "must begin with https://"),
        ('[files]\ns3_endpoint = "http://[::1"\n', "must begin with https://"),
        ('[files]\nscanner = "command"\n', "needs a `scanner_command`"),
        ('[files]\nscanner = "clamd"\n', "needs a `clamd_host`"),
        ('[node]\nname = "a b"\n', "$.node.name"),
        ("[nonsense]\n", "unknown field `nonsense`"),
        ("[edge\n", "is not TOML"),
    ],
)
def test_what_does_not_fit_is_said_in_plain_words(tmp_path: Path, text: str, said: str) -> None:
    file = file_with(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        load(file, {})
    assert said in str(refused.value)
    assert str(file) in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("CAREWIRE_EDGE_PRT", "1"),
        ("CAREWIRE_EDGE", "1"),
        ("CAREWIRE_NOWHERE_PORT", "1"),
        ("CAREWIRE_EDGE_PORT", "many"),
        ("CAREWIRE_LOG_LEVEL", "loud"),
    ],
)
def test_a_variable_that_does_not_fit_is_named(variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        load(None, {variable: text})


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be read: No such file"):
        load(tmp_path / "none.toml", {})


@pytest.mark.parametrize("mode", [0o644, 0o620, 0o604])
def test_c04_a_settings_file_that_others_reach_is_refused(tmp_path: Path, mode: int) -> None:
    file = file_with(tmp_path, "", mode)
    with pytest.raises(SettingsError, match="chmod 600"):
        load(file, {})
