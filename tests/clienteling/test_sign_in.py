"""Who takes the tablet: told apart, and told what is wrong with a PIN."""

import pytest

from store.models import Staff


def called(page):
    """Return what the people of the page are called, without their roles."""
    return [str(one.contents[0]) for one in page.soup.select("a.staff__i > span:not(.avatar)")]


@pytest.fixture
def door(pages, shop):
    """A tablet on which nobody is signed in."""
    return pages.become(shop.tablet_secret, "tablet")


def join(session, shop, *names):
    """Let more people work here."""
    known = session.get_one(Staff, shop.ines.id).pin_hash
    for code, name in enumerate(names):
        person = Staff(code=str(code), name=name, role="assistant", pin_hash=known)
        person.store_id = shop.lille.id
        session.add(person)
    session.commit()


def test_people_are_called_by_their_first_names(door):
    assert called(door.get("/tablet/sign-in")) == ["Inès", "Malik"]


def test_namesakes_are_told_apart_as_far_as_it_takes(door, session, shop):
    join(session, shop, "Inès Arnaud", "Malik Hugo")

    page = door.get(f"/tablet/sign-in?who={shop.ines.uid}")

    assert called(page) == ["Inès A.", "Inès B.", "Malik Haddad", "Malik Hugo"]
    assert page.soup.h2.get_text() == "Code d’Inès B."


def test_a_person_has_one_colour(door, session, shop):
    asked = door.get("/tablet/sign-in").soup.select_one(".staff__i .avatar")

    door.seat(shop.ines.uid)

    assert door.get("/tablet/scan").soup.select_one(".rail .avatar")["class"] == asked["class"]


def test_a_wrong_pin_is_told_with_the_tries_that_are_left(door, shop):
    page = door.get(f"/tablet/sign-in?who={shop.ines.uid}")
    said = []
    for _time in range(4):
        page = door.send(page, "/tablet/sign-in", pin="0000")
        said.append(page.soup.select_one("#pin-fault").get_text())

    assert page.status == 422
    assert said[0] == "Ce code n’est pas le bon. Encore 4 essais avant le verrou."
    assert said[3] == "Ce code n’est pas le bon. Encore 1 essai avant le verrou."
