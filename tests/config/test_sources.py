"""Where settings come from, which source wins, and what a fault says."""

from pathlib import Path

import pytest

from config import places, sources
from config.sources import SettingsError


def test_a_server_needs_no_setting_to_start():
    settings = sources.load(environ={})

    assert settings.server.role == "store"
    assert settings.store.language == "fr"


def test_a_file_is_stronger_than_the_defaults(tmp_path: Path):
    file = tmp_path / "shop.toml"
    file.write_text('[server]\nport = 8443\n[https]\nnames = ["boutique.lan"]\n')

    settings = sources.load(file, {})

    assert settings.server.port == 8443
    assert settings.https.names == ("boutique.lan",)
    assert settings.server.threads == 4


def test_the_environment_is_stronger_than_a_file(tmp_path: Path):
    file = tmp_path / "shop.toml"
    file.write_text("[server]\nport = 8443\n")

    settings = sources.load(file, {"COMPTOIR_SERVER__PORT": "9000"})

    assert settings.server.port == 9000


def test_a_file_named_by_the_environment_is_the_strongest(tmp_path: Path):
    secret = tmp_path / "token"
    secret.write_text("from-the-file\n")

    settings = sources.load(
        environ={"COMPTOIR_SYNC__TOKEN": "plain", "COMPTOIR_SYNC__TOKEN_FILE": str(secret)}
    )

    assert settings.sync.token == "from-the-file"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Caisse: au fond , Vitrine", ("Caisse: au fond", "Vitrine")),
        ('["Caisse: au fond, à droite", "Vitrine"]', ("Caisse: au fond, à droite", "Vitrine")),
        ("", ()),
    ],
)
def test_a_list_is_written_with_commas_or_as_in_a_file(written: str, meant: tuple[str, ...]):
    settings = sources.load(environ={"COMPTOIR_PICKUPS__COUNTERS": written})

    assert settings.pickups.counters == meant


@pytest.mark.parametrize("written", ['["Caisse', "[1, 2]"])
def test_a_list_that_cannot_be_read_is_refused_by_name(written: str):
    with pytest.raises(SettingsError, match=r"pickups\.counters"):
        sources.load(environ={"COMPTOIR_PICKUPS__COUNTERS": written})


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("non", False), ("1", True)])
def test_yes_and_no_are_read_as_everywhere(written: str, meant: bool):
    settings = sources.load(environ={"COMPTOIR_DEMO__ON": written})

    assert settings.demo.on is meant


def test_what_is_neither_yes_nor_no_is_refused_by_name():
    with pytest.raises(SettingsError, match="COMPTOIR_DEMO__ON"):
        sources.load(environ={"COMPTOIR_DEMO__ON": "maybe"})


def test_the_three_settings_of_every_script_are_read(tmp_path: Path):
    settings = sources.load(
        environ={
            "COMPTOIR_DATA_DIR": str(tmp_path),
            "COMPTOIR_DATABASE__URL": "postgresql+psycopg://shop@localhost/shop",
            "COMPTOIR_SERVER__ROLE": "hub",
        }
    )

    assert settings.data_dir == tmp_path
    assert settings.database_url == "postgresql+psycopg://shop@localhost/shop"
    assert settings.server.role == "hub"


def test_the_database_is_a_file_of_the_data_folder_unless_told_otherwise(tmp_path: Path):
    settings = sources.load(environ={"COMPTOIR_DATA_DIR": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/comptoir.db"


def test_every_fault_is_told_at_once(tmp_path: Path):
    file = tmp_path / "shop.toml"
    file.write_text('[server]\nport = "eighty"\nprot = 1\n[nothing]\nkey = 1\n')

    with pytest.raises(SettingsError) as caught:
        sources.load(file, {"COMPTOIR_SERVER__ROLE": "shop", "COMPTOIR_SERVER__THREADS": "many"})

    told = "\n".join(caught.value.faults)
    assert len(caught.value.faults) == 5
    for name in ("server.port", "server.prot", "nothing.key", "server.role", "server.threads"):
        assert name in told


@pytest.mark.parametrize("value", ["Europe/Nowhere", "", "+01:00"])
def test_a_time_zone_that_nobody_knows_is_refused(value: str):
    with pytest.raises(SettingsError, match=r"store\.time_zone"):
        sources.load(environ={"COMPTOIR_STORE__TIME_ZONE": value})


@pytest.mark.parametrize(
    "value",
    [
        "localhost/comptoir",
        "mysql://shop:hush@host/shop",
        "hush://x",
        "postgresql+psycopg://shop:hush@host:54E2/shop",
    ],
)
def test_a_database_that_cannot_be_opened_is_refused_without_being_told(value: str):
    with pytest.raises(SettingsError, match=r"database\.url") as caught:
        sources.load(environ={"COMPTOIR_DATABASE__URL": value})

    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "value", ["https://maps.example/{city}", "https://maps.example/{", "{}", "{latitude[0]}"]
)
def test_a_way_to_the_shop_that_cannot_be_filled_in_is_refused(value: str):
    with pytest.raises(SettingsError, match="latitude, longitude"):
        sources.load(environ={"COMPTOIR_PICKUPS__ITINERARY": value})


def test_an_unknown_variable_is_a_fault():
    with pytest.raises(SettingsError, match="COMPTOIR_SERVER__PROT"):
        sources.load(environ={"COMPTOIR_SERVER__PROT": "8000"})


@pytest.mark.parametrize("value", ["0", "65536", "-1", "8000.5", "", "many"])
def test_a_port_that_cannot_be_is_refused(value: str):
    with pytest.raises(SettingsError, match=r"server\.port"):
        sources.load(environ={"COMPTOIR_SERVER__PORT": value})


def test_a_secret_in_a_toml_file_is_refused_without_being_told(tmp_path: Path):
    file = tmp_path / "shop.toml"
    file.write_text('[sync]\ntoken = "hush"\n')

    with pytest.raises(SettingsError, match="COMPTOIR_SYNC__TOKEN") as caught:
        sources.load(file, {})

    assert "hush" not in str(caught.value)


def test_a_missing_file_is_told_by_its_name(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml"):
        sources.load(tmp_path / "nowhere.toml", {})


def test_a_broken_file_is_told_with_its_line(tmp_path: Path):
    file = tmp_path / "shop.toml"
    file.write_bytes(b"[server\nport = 1")

    with pytest.raises(SettingsError, match="line 1"):
        sources.load(file, {})


def test_a_latin_1_file_is_refused_in_words(tmp_path: Path):
    file = tmp_path / "shop.toml"
    file.write_bytes('[store]\ncode = "Évreux"\n'.encode("latin-1"))

    with pytest.raises(SettingsError, match=r"shop\.toml"):
        sources.load(file, {})


def test_the_example_can_be_used_as_it_is():
    example = places.PACKAGE / "example.toml"

    assert sources.load(example, {}).https.mode == "own"


def test_settings_cannot_be_changed_afterwards():
    settings = sources.load(environ={})

    with pytest.raises(AttributeError):
        settings.server.port = 1
