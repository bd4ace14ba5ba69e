"""What must be found, over the catalogue that ships: a table of queries as customers type them."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from store import search
from store.database import make_engine, writing
from store.imports import many_goods
from store.sample import catalogue, files
from store.search import Results
from tests.conftest import NOW


@pytest.fixture(scope="module")
def engine(lasting_database_url):
    engine = make_engine(lasting_database_url)
    goods = catalogue.products(files.sales(), files.names())
    with writing(engine) as session:
        for start in range(0, len(goods), 500):
            many_goods.write(session, goods[start : start + 500], now=NOW)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        yield session


@dataclass(frozen=True)
class Wish:
    """A text, and what must come of it: references or beginnings of names."""

    text: str
    first: str = ""
    among: tuple[str, ...] = ()  # all of them among the first `k`
    k: int = 4
    never: tuple[str, ...] = ()  # not on the first page of eight
    nearest: bool = False  # nothing has all the words
    none: bool = False  # nothing is near either


def wish(text, first="", *among, **rest):
    return Wish(text, first, among, **rest)


TABLE = [
    # a thing by its French name: accents, case
    wish("photophore", "Photophore"),
    wish("PHOTOPHORE", "Photophore"),
    wish("bouillotte", "Bouillotte", never=("Bouilloire",)),
    wish("presentoir a gateaux", "22423", "21843", "22776", "22890", k=5),
    wish("Présentoir à gâteaux", "22423"),
    wish("cœur en osier", "22469", "23321", "23332", "22855"),
    wish("coeur en osier", "22469"),
    wish("etoile", "", "Photophore étoile", k=8),
    wish("étiquettes cadeau", "Étiquettes cadeau"),
    wish("oeuf", "", "22957", "84050", k=4),
    # plurals and singulars
    wish("photophores", "Photophore"),
    wish("guirlandes de fanion", "47566", "23298"),
    wish("oiseaux décoratifs", "84879"),
    wish("boite a gouter", "Boîte à goûter"),
    wish("boîtes à goûter", "Boîte à goûter"),
    wish("chauffes mains", "22633"),
    wish("plaques en metal", "Plaque"),
    wish("bijou", "", "21232", "20972", k=8),
    wish("jeux de cartes", "Jeu de cartes"),
    # the English names, by singular and plural
    wish("cake stand", "", "21843", "22890", k=4),
    wish("cakestands", "22423"),
    wish("lunch bag", "Sac à déjeuner"),
    wish("lunch bags", "Sac à déjeuner"),
    wish("hot water bottle", "Bouillotte"),
    wish("hand warmers", "22633"),
    wish("alarm clock", "22727"),
    wish("metal sign", "", "82580", k=2),
    wish("tea towels", "Torchons"),
    wish("rabbit night light", "23084"),
    wish("party bunting", "47566"),
    wish("door knob", "", "22771", k=3, nearest=True),
    wish("drawer knobs", "22771"),
    # any order
    wish("lapin veilleuse", "23084"),
    wish("gateaux regency boites", "23245"),
    wish("osier blanc coeur", "23321"),
    wish("bag jumbo alphabet", "23201"),
    wish("towels tea london", "22900"),
    # beginnings, on the way to a word
    wish("p", "P"),
    wish("ph", "Photophore"),
    wish("pho", "Photophore"),
    wish("veill", "Veilleuse"),
    wish("presen gat", "22423"),
    wish("guirl fan", "47566"),
    wish("boug", "Boug", never=("rouge",)),
    wish("reveil bak", "22727"),
    wish("sac dej suk", "22383"),
    # one typing error in a word: wrong, missing, added, swapped
    wish("photphore", "Photophore"),
    wish("photopohre", "Photophore"),
    wish("bouilotte", "Bouillotte"),
    wish("bouillote", "Bouillotte"),
    wish("presentior gateaux", "22423"),
    wish("presentoir gateux", "22423"),
    wish("veileuse laipn", "23084"),
    wish("guirlende fanoins", "47566"),
    wish("ardoize naturelle", "22457"),
    wish("cakestnad regency", "22423"),
    wish("lumch bag", "Sac à déjeuner"),
    wish("rabit nigth light", "23084"),
    wish("torchonz", "Torchons"),
    wish("horlgoe murale", "22193"),
    # colours and other words of variants
    wish("photophore coeur rouge", "85123A"),
    wish("reveil chocolat", "22727"),
    wish("cabas retrospot rose", "85099B"),
    wish("paillasson trois chats", "48187"),
    wish("sac a dejeuner tete de mort", "20727"),
    wish("bouillotte grise", "", "21484", "22113", k=2),
    wish("tasse et soucoupe verte", "22699"),
    # colours by their name in the other language
    wish("white photophore", "85123A"),
    wish("red photophore heart", "85123A"),
    wish("green réveil", "22727"),
    wish("clock rouge", "22727"),
    wish("ivory alarm clock", "22727"),
    wish("black sac à déjeuner", "20727"),
    wish("tasse pink", "22699"),
    wish("red mug", "21868", nearest=True),
    # SKU and GTIN; spaces, case, one wrong digit
    wish("22423", "22423"),
    wish("85099b", "85099B"),
    wish(" 85123a ", "85123A"),
    wish("22386", "85099B"),
    wish("8509", "", "85099B", "85099C", "85099F", k=3),
    # words that say little
    wish("des boîtes à gâteaux", "Boîte", "22720", "23245", k=3),
    wish("un sac à déjeuner Suki", "22383"),
    wish("l'ardoise", "22457"),
    wish("the lunch bag with skull", "20727"),
    # not here: the nearest, or nothing
    wish("photophore hippopotame", "Photophore", nearest=True),
    wish("aspirateur sans fil", nearest=True),
    wish("xyzzyxyz", none=True),
    # many words, right and wrong
    wish("grand sac de rangement suki jumbo storage bag 21931", "21931"),
    wish("presentoir gateux regancy 3 etages cakestand teir regency presentoir", "22423"),
    wish("un deux trois quatre cinq six sept huit neuf photophore dix", "", nearest=True),
    # what is no word at all
    wish("🙂🙂", none=True),
    wish("🕯️ photophore", "Photophore"),
    wish("مصباح", none=True),
    wish("\u202ephotophore\u202c", "Photophore"),
    wish("מנורה photophore", "Photophore", nearest=True),
    wish("%", none=True),
    wish("_", none=True),
    wish("100%", none=True),
    wish("'; DROP TABLE product; --", nearest=True),
    wish("photophore " * 1000, "Photophore"),
    wish("\x00photophore", "Photophore"),
]  # fmt: skip


def find(session: Session, text: str, limit: int = 8) -> Results:
    return search.products(session, text, store_id=1, limit=limit)


def is_meant(hit: search.Hit, wanted: str) -> bool:
    return hit.reference == wanted or hit.name.startswith(wanted)


@pytest.mark.parametrize("wish", TABLE, ids=lambda one: one.text.strip()[:30] or "blank")
def test_the_table_of_queries_holds(session, wish):
    found = find(session, wish.text)
    told = [f"{hit.reference} {hit.name}" for hit in found.hits]

    assert found.nearest == (wish.nearest or wish.none), told
    assert bool(found.hits) != wish.none or wish.nearest, told
    if wish.first:
        assert is_meant(found.hits[0], wish.first), told
    for wanted in wish.among:
        assert any(is_meant(hit, wanted) for hit in found.hits[: wish.k]), (wanted, told)
    for unwanted in wish.never:
        assert not any(unwanted in hit.name.lower() for hit in found.hits), told


def test_the_table_holds_more_than_sixty_queries():
    assert len({one.text for one in TABLE}) >= 80


def test_every_article_is_first_by_its_sku_and_its_gtin(session):
    for record in catalogue.products(files.sales(), files.names())[:40]:
        for variant in record.variants[:2]:
            for code in (variant.sku, variant.gtin or "", f" {variant.sku.lower()}"):
                assert find(session, code).hits[0].reference == record.reference


def test_a_misread_gtin_finds_what_it_may_have_been(session):
    cake_stand = next(
        one for one in catalogue.products(files.sales(), files.names()) if one.reference == "22423"
    )
    gtin = cake_stand.variants[0].gtin or ""
    swapped = gtin[:-3] + gtin[-2] + gtin[-3] + gtin[-1]
    wrong = gtin[:-1] + str((int(gtin[-1]) + 1) % 10)

    for misread in {swapped, wrong} - {gtin}:
        assert search.is_misread_gtin(misread)
        assert "22423" in [hit.reference for hit in find(session, misread).hits]
    assert not search.is_misread_gtin(gtin)
    assert not search.is_misread_gtin("presentoir")


def test_an_empty_text_is_everything_by_shelf(session):
    found = find(session, "   ")

    assert found.total == 433
    assert not found.nearest
