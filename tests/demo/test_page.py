"""The demo's page says what is sample data, opens the screens and cuts the link."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from config import sources
from config.app import create_app
from store.connectors.letters import Letter, Sender
from store.connectors.mail_folder import MailFolder
from store.sample import files, making
from tests.conftest import NOW
from tests.page_client import PageClient


def application(sample_file: Path, folder: Path, role: str) -> Flask:
    shutil.copy(sample_file, folder / "comptoir.db")
    settings = sources.load(
        environ={
            "COMPTOIR_DATA_DIR": str(folder),
            "COMPTOIR_SERVER__ROLE": role,
            "COMPTOIR_STORE__CODE": files.home_store() if role == "store" else "",
            "COMPTOIR_DEMO__ON": "true",
            "COMPTOIR_MESSAGES__FOLDER": str(folder / "mails") if role == "store" else "",
            "COMPTOIR_DEMO__LINK_FILE": str(folder / "link") if role == "store" else "",
            "COMPTOIR_DEMO__OTHER_URL": "http://127.0.0.1:8001",
        }
    )
    app = create_app(settings)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def store(sample_file: Path, tmp_path: Path) -> PageClient:
    return PageClient(application(sample_file, tmp_path, "store"))


@pytest.fixture
def hub(sample_file: Path, tmp_path: Path) -> PageClient:
    return PageClient(application(sample_file, tmp_path, "hub"))


def test_the_page_says_what_is_sample_data_and_whose(store: PageClient) -> None:
    words = store.get("/demo").text

    assert "Ce sont des données d’exemple" in words
    for credit in ("Chen, D. (2015) Online Retail", "CC BY 4.0", "Ville de Paris", "ODbL"):
        assert credit in words


def test_the_page_shows_pins_cards_and_orders(store: PageClient) -> None:
    page = store.get("/demo")

    assert all(one.pin in page.text for one in making.COLLEAGUES if one.is_at_home)
    assert "Camille Roussel" in page.text
    assert page.soup.find("svg", attrs={"aria-label": "QR de la carte"})
    assert "dans un autre magasin" in page.text


def test_the_page_is_in_english_too(store: PageClient) -> None:
    store.send(store.get("/demo"), "/language", language="en")

    words = store.get("/demo").text

    assert "This is sample data" in words
    assert "Ouvrir" not in words


def test_the_page_is_in_the_language_of_the_browser_and_the_tablet_too(store: PageClient) -> None:
    store.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB,en;q=0.9,fr;q=0.5"
    page = store.get("/demo")

    tablet = store.send(page, "/demo/screens/tablet")

    assert "This is sample data" in page.text
    assert "Who is taking the tablet?" in tablet.text


def test_the_switch_cuts_and_restores_the_link(store: PageClient, tmp_path: Path) -> None:
    page = store.send(store.get("/demo"), "/demo/link")
    assert (tmp_path / "link").read_text() == "cut"
    assert "Le lien est coupé" in page.text

    page = store.send(page, "/demo/link")
    assert (tmp_path / "link").read_text() == "open"
    assert "Le lien est ouvert" in page.text


def test_the_switch_knows_two_words_only(store: PageClient, tmp_path: Path) -> None:
    fields = store.get("/demo").form("/demo/link")

    assert store.post("/demo/link", fields | {"state": "burnt"}).status == 400
    assert not (tmp_path / "link").exists()


def test_the_link_is_read_again_as_a_block(store: PageClient) -> None:
    block = store.block("/demo")

    assert block.soup.find(id="link")
    assert block.soup.find(attrs={"data-waiting": True}).get_text() == "0"
    assert not block.soup.find("h1")


@pytest.mark.parametrize(("kind", "path"), [("kiosk", "/kiosk/"), ("tablet", "/tablet/sign-in")])
def test_a_button_makes_this_browser_a_device(store: PageClient, kind: str, path: str) -> None:
    page = store.send(store.get("/demo"), f"/demo/screens/{kind}")

    assert page.status == 200
    assert page.answer.request.path == path


def test_there_are_two_kinds_of_screens(store: PageClient) -> None:
    fields = store.get("/demo").form("/demo/link")

    assert store.post("/demo/screens/printer", fields).status == 404


def test_the_hub_has_a_page_of_its_own(hub: PageClient) -> None:
    page = hub.get("/demo")

    assert "9630" in page.text and "2580" not in page.text
    assert not page.soup.find(id="link")


def test_the_bare_address_of_each_server_leads_there(store: PageClient, hub: PageClient) -> None:
    for server in (store, hub):
        assert server.client.get("/").location == "/demo"


def test_a_real_server_has_no_such_page(pages: PageClient) -> None:
    pages.get("/demo", status=404)


def test_the_messages_that_a_shop_would_send_can_be_read(store: PageClient, tmp_path: Path) -> None:
    assert "Pas encore de message" in store.get("/demo/messages").text
    uid = "6f0f5c0e-0d0a-4f5e-9a43-8b7f9d2f6c11"
    letter = Letter(
        uid=uid,
        channel="email",
        to="camille@example.org",
        subject="Votre commande est prête",
        text="Elle vous attend.",
        html="<style>p { color: red; }</style><p>Elle vous attend.</p><img src='cid:qr' alt=''>",
        language="fr",
        at=NOW,
        pictures={"qr": b"PNG"},
    )
    MailFolder(tmp_path / "mails", Sender(address="magasin@example.org")).send(letter)

    page = store.get("/demo/messages")
    mail = store.client.get(f"/demo/messages/{uid}")
    text = store.client.get(f"/demo/messages/{uid}/text")

    assert "Votre commande est prête" in page.text
    assert "data:image/png;base64,UE5H" in mail.text
    policy = mail.headers["Content-Security-Policy"]
    assert "'sha256-" in policy
    assert "unsafe" not in policy
    assert "To: camille@example.org" in text.text
    assert (
        store.client.get("/demo/messages/6f0f5c0e-0d0a-4f5e-9a43-000000000000").status_code == 404
    )
