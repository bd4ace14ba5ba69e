"""What a tablet does by itself: it keeps an account that cannot leave, and locks when it lies."""

import re

import pytest
from playwright.sync_api import expect

BACK = 60_000  # ms: a busy machine asks for the server less often


@pytest.fixture
def visit(shop):
    """A tablet with the account of a visit without a card on its screen."""
    tablet = shop.tablet("fr")
    tablet.page.get_by_role("button", name="Visite sans carte").click()
    tablet.page.wait_for_url(re.compile("/tablet/visits/"))
    return tablet


def stored(page) -> str:
    return page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")


def test_account_stays_when_the_server_is_lost_and_leaves_once_it_is_back(visit):
    page, uid = visit.page, visit.page.url.rpartition("/")[2]
    page.locator("#note").fill("Cherche une lanterne.")
    page.get_by_text("Réflexion", exact=True).click()
    page.context.set_offline(True)

    visit.touch("save")

    expect(page.locator("[data-draft-offline]")).to_be_visible()
    expect(page.locator("#note")).to_have_value("Cherche une lanterne.")
    assert "lanterne" not in stored(page)
    page.context.set_offline(False)
    page.wait_for_url(re.compile(f"closed={uid}"), timeout=BACK)
    expect(page.locator("#closed")).to_contain_text("Visite enregistrée.")


def test_account_that_must_be_mended_is_shown_with_what_was_typed(visit):
    page = visit.page
    page.locator("#note").fill("Semble pressée.")
    visit.touch("save")
    expect(page.locator("#e-outcome")).to_contain_text("Dites comment la visite s’est terminée.")
    expect(page.locator("#note")).to_have_value("Semble pressée.")
    page.get_by_text("Réflexion", exact=True).click()
    page.locator("#note").fill("Semble malade.")

    visit.touch("save")

    expect(page.locator("#e-note")).to_contain_text("« malade »")
    expect(page.locator("#note")).to_have_value("Semble malade.")
    page.get_by_label("Oui, c’est utile pour mieux servir").check()
    visit.touch("save")
    expect(page.locator("#closed")).to_be_visible()


def test_asking_for_an_article_keeps_what_was_typed(visit):
    page = visit.page
    page.locator("#note").fill("Pour un cadeau.")
    page.locator("#note").blur()

    page.get_by_role("button", name="Ajouter un article").click()

    page.wait_for_url(re.compile("/products$"))
    page.get_by_role("link", name="Retour au compte rendu").click()
    expect(page.locator("#note")).to_have_value("Pour un cadeau.")


def test_tablet_that_lies_locks_and_the_draft_is_found_again(visit, demo):
    page, path = visit.page, visit.page.url
    page.clock.install()
    page.reload()
    page.locator("#note").fill("Revient samedi.")

    page.clock.fast_forward("05:00")

    page.wait_for_url(re.compile("/tablet/sign-in"))
    sign_in_again(page, demo.pins["ines"])
    page.wait_for_url(path)
    expect(page.locator("#note")).to_have_value("Revient samedi.")


def sign_in_again(page, pin: str) -> None:
    page.get_by_role("link", name=re.compile("Inès")).click()
    for digit in pin:
        page.locator(f'[data-key="{digit}"]').click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def test_account_outlives_a_lock_in_another_tab(visit, demo):
    page, uid = visit.page, visit.page.url.rpartition("/")[2]
    page.locator("#note").fill("Cherche une lanterne.")
    page.get_by_text("Réflexion", exact=True).click()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[data-lock]").evaluate("form => form.submit()")
    other.wait_for_url(re.compile("/tablet/sign-in"))

    visit.touch("save")

    expect(page.get_by_text("Ce compte rendu n’est pas enregistré.")).to_be_visible()
    expect(page.locator("#note")).to_have_value("Cherche une lanterne.")
    sign_in_again(other, demo.pins["ines"])
    page.wait_for_url(re.compile(f"closed={uid}"), timeout=BACK)


def test_tablet_that_is_used_does_not_lock(shop):
    page = shop.tablet("fr").page
    page.clock.install()
    page.reload()

    for _ in range(5):
        page.clock.fast_forward("01:00")
        page.mouse.click(5, 5)

    expect(page.get_by_role("heading", level=1)).to_contain_text("qui accueillez-vous")
