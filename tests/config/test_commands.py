"""The command line as an operator meets it: what it prints, and how it ends."""

import io
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from config import cli, folder
from config.cli import doctor, printers
from store import codes, migrations
from store.database import make_engine
from store.secrets import hashed

COMPTOIR = Path(sys.executable).with_name("comptoir")


@dataclass
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> Run:
    """Run `comptoir`, within this process, on a data folder of its own."""

    def run(*arguments: str, **environ: str) -> Done:
        environ = {"COMPTOIR_DATA_DIR": str(tmp_path / "data"), **environ}
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["comptoir", *arguments])
            patch.setenv("LANGUAGE", "")  # the command sets it: put back afterwards
            for name, value in environ.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                cli.main()
        said = capsys.readouterr()
        return Done(ended.value.code or 0, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def initialised_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as `comptoir init` leaves it, made by the installed command."""
    folder = tmp_path_factory.mktemp("initialised")
    subprocess.run(
        [COMPTOIR, "init", "--store", "LIL", "--pin", "2580"],
        env={"COMPTOIR_DATA_DIR": str(folder)}, check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return folder


@pytest.fixture
def initialised(run: Run, initialised_folder: Path, tmp_path: Path) -> Run:
    shutil.copytree(initialised_folder, tmp_path / "data")
    return run


def test_init_never_overwrites(initialised: Run):
    again = initialised("init", "--store", "LIL", "--pin", "1111", "--manager", "thief")

    people = json.loads(initialised("staff", "list", "--json").stdout)
    assert again.returncode == 0
    assert [person["code"] for person in people] == ["responsable"]


def test_a_command_before_init_says_what_to_do(run: Run):
    done = run("staff", "list")

    assert done.returncode == 1
    assert "comptoir init" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("noun", ["device", "token", "printer", "outbox"])
def test_an_empty_list_is_said_to_be_one(initialised: Run, noun: str):
    done = initialised(noun, "list")

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.count("\n") == 1


def test_a_wrong_call_is_said_in_the_same_language(run: Run):
    french = run("staff", "lits")
    english = run("staff", "lits", COMPTOIR_LANGUAGE="en")

    assert (french.returncode, english.returncode) == (2, 2)
    assert "La commande 'lits' n'existe pas. Est-ce 'list' ?" in french.stderr
    assert "No such command 'lits'." in english.stderr


@pytest.mark.parametrize(
    ("environ", "words"),
    [({}, "Faites d'abord"), ({"LANG": "en_GB.UTF-8"}, "Run this first"),
     ({"LANG": "en_GB.UTF-8", "COMPTOIR_LANGUAGE": "fr"}, "Faites d'abord")],
    ids=["by default", "by LANG", "by our own variable"],
)  # fmt: skip
def test_the_language_is_chosen(tmp_path: Path, environ: dict[str, str], words: str):
    environ = {"COMPTOIR_DATA_DIR": str(tmp_path), **environ}

    done = subprocess.run(
        [COMPTOIR, "staff", "list"], env=environ, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 1
    assert words in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["staff"], ["staff", "nonsense"], ["staff", "add"], ["token", "create"],
     ["outbox", "retry"], ["serve", "--port", "99999"], ["--nonsense"]],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_call_ends_with_2(run: Run, arguments: list[str]):
    assert run(*arguments).returncode == 2


def test_every_command_explains_itself(run: Run):
    done = run("--help")

    assert done.returncode == 0, done.stderr
    for noun in ("serve", "init", "token", "staff", "device", "outbox", "sync", "backup", "doctor"):
        assert f"\n  {noun} " in done.stdout


def test_wrong_settings_are_all_told(run: Run):
    done = run("doctor", COMPTOIR_SERVER__PORT="many", COMPTOIR_SERVER__ROLE="shop")

    assert done.returncode == 1
    assert "server.port" in done.stderr
    assert "server.role" in done.stderr


def test_staff_can_be_added_and_disabled(initialised: Run):
    initialised("staff", "add", "lea", "--name", "Léa", "--pin", "4321")
    initialised("staff", "disable", "lea")

    people = json.loads(initialised("staff", "list", "--json").stdout)
    assert {person["code"]: person["active"] for person in people} == {
        "lea": False,
        "responsable": True,
    }


def test_a_badge_is_shown_once_and_only_its_hash_is_kept(initialised: Run, tmp_path: Path):
    shown = initialised("staff", "badge", "responsable").stdout.strip()
    told = json.loads(initialised("staff", "badge", "responsable", "--json").stdout)

    assert codes.kind_of(codes.normalise(shown)) is codes.Kind.BADGE
    assert told["badge"] != codes.normalise(shown)
    with sqlite3.connect(tmp_path / "data" / "comptoir.db") as database:
        (kept,) = database.execute("SELECT badge_hash FROM staff").fetchone()
    database.close()
    assert kept == hashed(told["badge"])


def test_somebody_who_is_there_already_is_refused_before_a_pin_is_asked_for(initialised: Run):
    initialised("staff", "add", "ines", "--pin", "1234")

    again = initialised("staff", "add", "ines")

    assert again.returncode == 1
    assert "Ce nom court est déjà pris" in again.stderr and "PIN" not in again.stdout


def test_states_and_roles_are_listed_in_words(initialised: Run):
    initialised("device", "enrol", "kiosk", "Borne 1")
    nameless = initialised("device", "enrol", "kiosk", " ")

    assert "borne\tBorne 1\tLIL\tattend son code" in initialised("device", "list").stdout
    assert "\tresponsable\t" in initialised("staff", "list").stdout
    assert (nameless.returncode, "name est vide" in nameless.stderr) == (1, True)


def test_a_badge_of_nobody_is_refused_in_words(initialised: Run):
    done = initialised("staff", "badge", "nobody")

    assert done.returncode == 1
    assert "nobody" in done.stderr


@pytest.mark.parametrize("pin", ["12", "abcd", "123456789", "１２３４"])
def test_a_pin_that_will_not_do_is_refused_in_words(initialised: Run, pin: str):
    done = initialised("staff", "add", "lea", "--pin", pin)

    assert done.returncode == 1
    assert "PIN" in done.stderr
    assert "8" in done.stderr


def test_a_token_is_shown_once_and_kept_hashed(initialised: Run, tmp_path: Path):
    done = initialised("token", "create", "--name", "till", "--scope", "metrics", "--json")

    secret = json.loads(done.stdout)["token"]
    database = (tmp_path / "data" / "comptoir.db").read_bytes()
    wal = tmp_path / "data" / "comptoir.db-wal"
    assert len(secret) >= 40
    assert secret.encode() not in database + (wal.read_bytes() if wal.exists() else b"")


def test_a_revoked_token_is_listed_as_such(initialised: Run):
    initialised("token", "create", "--name", "till", "--scope", "metrics")
    initialised("token", "revoke", "--name", "till")

    (token,) = json.loads(initialised("token", "list", "--json").stdout)
    assert token == {"name": "till", "scopes": ["metrics"], "revoked": True}


def test_a_device_is_given_a_code_to_type(initialised: Run):
    done = initialised("device", "enrol", "tablet", "Tablette 1", "--json")

    (device,) = json.loads(initialised("device", "list", "--json").stdout)
    assert len(json.loads(done.stdout)["code"]) >= 8
    assert device["state"] == "waiting"


def test_revoking_an_unknown_device_says_so(initialised: Run):
    done = initialised("device", "revoke", "nobody")

    assert done.returncode == 1
    assert "nobody" in done.stderr


@pytest.mark.parametrize(("options", "status"), [((), 0), (("--strict",), 1)])
def test_a_strict_import_fails_at_any_refusal_and_takes_the_rest_in(
    initialised: Run, tmp_path, options, status
):
    file = tmp_path / "products.csv"
    file.write_text("sku,name,price,ean\nA1,Bol,3,4006381333932\nA2,Pot,4,\n", encoding="utf-8")

    done = initialised("import", "products", str(file), "--json", *options)

    told = json.loads(done.stdout)
    assert done.returncode == status
    assert (told["records"], told["refused"]) == (1, 1)


@pytest.mark.parametrize(("store", "said"), [("LILLE", "« LILLE »"), ("", "store.code")])
def test_which_store_is_meant_is_asked_for(initialised: Run, tmp_path, store, said):
    more = tmp_path / "more.csv"
    more.write_text("code;name\nROU;Roubaix\n")
    initialised("import", "stores", str(more))

    done = initialised("printer", "list", COMPTOIR_STORE__CODE=store)

    assert done.returncode == 1
    assert said in done.stderr
    assert "list" not in done.stderr


def test_a_kiosk_is_set_and_a_wrong_value_is_said(initialised: Run):
    initialised("device", "enrol", "kiosk", "Borne 1")
    (device,) = json.loads(initialised("device", "list", "--json").stdout)

    done = initialised("device", "set", device["id"], "countdown_seconds=30", "closed=yes")
    refused = initialised("device", "set", device["id"], "countdown_seconds=5")
    odd = initialised("device", "set", device["id"], "closed=maybe")
    french = initialised("device", "set", device["id"], "closed=non")

    assert done.stdout.splitlines() == ["Borne 1\tcountdown_seconds\t30", "Borne 1\tclosed\tyes"]
    assert refused.returncode == 1
    assert "countdown_seconds : de 20 à " in refused.stderr
    assert "« maybe »" in odd.stderr
    assert french.returncode == 0


def test_the_doctor_finds_a_fresh_server_healthy(initialised: Run):
    done = initialised("doctor", "--json")

    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["state"] == "ok"
    assert {each["name"] for each in report["findings"]} >= {"disk", "clock", "database", "outbox"}


def test_the_doctor_names_all_that_it_looked_at(initialised: Run):
    names = [
        each["name"] for each in json.loads(initialised("doctor", "--json").stdout)["findings"]
    ]

    lines = initialised("doctor").stdout.splitlines()

    assert {*names, "https"} == set(doctor.LABELS)
    assert "✓ boîte d'envoi : 0 envoi attend" in lines


def test_the_doctor_finds_a_clock_that_went_back(initialised: Run, tmp_path: Path):
    with sqlite3.connect(tmp_path / "data" / "comptoir.db") as database:
        database.execute(
            "INSERT INTO change (kind, key, at) VALUES ('stock', 'X', '2099-01-01 00:00:00.000000')"
        )
    database.close()

    done = initialised("doctor", "--json")

    clock = next(each for each in json.loads(done.stdout)["findings"] if each["name"] == "clock")
    assert done.returncode == 1
    assert clock["state"] == "fault"
    assert "NTP" in clock["advice"]


def test_a_backup_is_put_back(initialised: Run, tmp_path: Path):
    backup = tmp_path / "backup.db"
    assert initialised("backup", str(backup)).returncode == 0
    initialised("staff", "add", "lea", "--pin", "4321")

    done = initialised("restore", str(backup), "--yes")

    people = json.loads(initialised("staff", "list", "--json").stdout)
    assert done.returncode == 0, done.stderr
    assert [person["code"] for person in people] == ["responsable"]
    assert (tmp_path / "data" / "comptoir.db.before-restore").exists()


def test_a_restore_is_undone_by_putting_back_what_it_kept(initialised: Run, tmp_path: Path):
    backup = tmp_path / "backup.db"
    initialised("backup", str(backup))
    initialised("staff", "add", "lea", "--pin", "4321")
    initialised("restore", str(backup), "--yes")

    done = initialised("restore", str(tmp_path / "data/comptoir.db.before-restore"), "--yes")

    people = json.loads(initialised("staff", "list", "--json").stdout)
    assert done.returncode == 0, done.stderr
    assert [person["code"] for person in people] == ["lea", "responsable"]


@pytest.mark.parametrize(
    ("typed", "language", "status"),
    [
        ("o\n", "fr", 0),
        ("y\n", "fr", 0),
        ("OUI\n", "en", 0),
        ("hm\nyes\n", "en", 0),
        ("\n", "fr", 1),
        ("non\n", "fr", 1),
        ("n\n", "en", 1),
    ],
)
def test_a_restore_asks_and_takes_the_answer_in_both_languages(
    initialised: Run, tmp_path: Path, monkeypatch, typed, language, status
):
    backup = tmp_path / "backup.db"
    initialised("backup", str(backup))
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))

    done = initialised("restore", str(backup), COMPTOIR_LANGUAGE=language)

    assert done.returncode == status
    assert "[o/N]" in done.stdout
    assert (tmp_path / "data" / "comptoir.db.before-restore").exists() == (status == 0)


def test_a_backup_of_a_newer_version_changes_nothing(initialised: Run, tmp_path: Path):
    backup = tmp_path / "backup.db"
    initialised("backup", str(backup))
    with sqlite3.connect(backup) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    initialised("staff", "add", "lea", "--pin", "4321")

    done = initialised("restore", str(backup), "--yes")

    assert done.returncode == 1
    assert "9999" in done.stderr
    assert len(json.loads(initialised("staff", "list", "--json").stdout)) == 2


def test_a_backup_from_before_an_upgrade_says_that_it_was_put_back(
    initialised: Run, tmp_path: Path
):
    older = tmp_path / "older.db"
    engine = make_engine(f"sqlite:///{older}")
    migrations.upgrade(engine, "0013")
    engine.dispose()

    done = initialised("restore", str(older), "--yes")

    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "data" / "comptoir.db") as database:
        (count,) = database.execute("SELECT count(*) FROM restoration").fetchone()
    database.close()
    assert count == 1


def test_the_key_of_the_orders_is_in_a_backup(initialised: Run, tmp_path: Path):
    data, backup = tmp_path / "data", tmp_path / "backup.db"
    seeds = folder.ticket_seeds(data)
    initialised("backup", str(backup))
    (data / "tickets.key").unlink()
    made_since = folder.ticket_seeds(data)

    done = initialised("restore", str(backup), "--yes")

    assert done.returncode == 0, done.stderr
    assert folder.ticket_seeds(data) == [*made_since, *seeds]
    for path in (data / "tickets.key", backup):
        assert path.stat().st_mode & 0o077 == 0
    with sqlite3.connect(data / "comptoir.db") as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE name = 'key_file'")
        assert tables.fetchall() == []
    database.close()


def test_a_file_that_is_no_backup_changes_nothing(initialised: Run, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("nothing here")

    done = initialised("restore", str(tmp_path / "notes.txt"), "--yes")

    assert done.returncode == 1
    assert "notes.txt" in done.stderr
    assert json.loads(initialised("staff", "list", "--json").stdout)


def test_a_certificate_is_made_and_renewed(run: Run):
    first = run("certificate", "boutique.lan")
    second = run("certificate", "boutique.lan")

    assert first.returncode == second.returncode == 0
    prints = [line for line in first.stdout.splitlines() if "SHA-256" in line]
    assert prints == [line for line in second.stdout.splitlines() if "SHA-256" in line]


def test_a_name_outside_the_authority_says_what_to_do(run: Run):
    run("certificate", "boutique.lan")

    done = run("certificate", "elsewhere.example")

    assert done.returncode == 1
    assert "--new-authority" in done.stderr


def test_a_sync_without_a_hub_says_what_to_set(initialised: Run):
    done = initialised("sync", "run", "--once")

    assert done.returncode == 1
    assert "COMPTOIR_SYNC__HUB_URL" in done.stderr


def test_the_state_of_each_flow_is_told(initialised: Run):
    status = json.loads(initialised("sync", "status", "--json").stdout)

    assert {flow["flow"]: flow["state"] for flow in status["flows"]} == {
        "push": "never",
        "pull": "never",
    }
    assert status["waiting"] == status["set_aside"] == 0


def test_search_rebuild_says_how_many_articles_it_read(initialised: Run):
    assert initialised("search", "rebuild").stdout == "Articles relus : 0\n"
    assert json.loads(initialised("search", "rebuild", "--json").stdout) == {"products": 0}


@pytest.mark.parametrize(("language", "state"), [("fr", "injoignable"), ("en", "not reached")])
def test_a_printer_is_said_to_be_as_on_the_tablet(initialised: Run, monkeypatch, language, state):
    monkeypatch.setattr(printers, "language", lambda: language)
    initialised("printer", "add", "Caisse", "127.0.0.1:1")

    done = initialised("printer", "test")

    assert done.returncode == 1
    assert done.stdout == f"Caisse : {state}, rien n'est sorti\n"
