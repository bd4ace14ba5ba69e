"""What a label says."""

from store.label_faces import Face
from store.web.labels import words


def face(**told):
    address = "HTTP://SHOP.EXAMPLE/P/BO-120-FL"
    return Face(
        sku="BO-120-FL", name="Bougie", price_minor=1290, currency="EUR", address=address, **told
    )


def test_a_size_that_is_the_content_is_said_once(app):
    with app.test_request_context():
        (said,) = words.texts([face(colour="figuier", size="120 g", content="120 g")])

    assert said.choice.replace("\u00a0", " ") == "figuier · 120 g"
    assert said.about.replace("\u00a0", " ") == "Réf. BO-120-FL · figuier · 120 g"


def test_colours_are_set_as_all_other_words_are(app):
    with app.test_request_context():
        (said,) = words.texts([face(colour="fleur d'oranger", size="120 g", content="240 g")])

    assert said.choice.replace("\u00a0", " ") == "fleur d’oranger · 120 g · 240 g"
