"""The search at the kiosk."""

from urllib.parse import quote

import pytest
from sqlalchemy import event, select

from store import products, search_index
from store.models import AssistanceCall, UnmetDemand
from store.records import ProductRecord, VariantRecord
from store.web.extensions import db
from tests.shop import cushions


@pytest.fixture
def kiosk(kiosk, session, shop):
    """A kiosk whose catalogue has its search words."""
    for variant in (shop.cup, shop.cake_stand):
        search_index.write(session, variant.product)
    session.commit()
    return kiosk


def test_search_without_a_word_shows_the_departments(kiosk):
    page = kiosk.get("/kiosk/search")

    assert "Que cherchez-vous" in page.text
    assert page.soup.select_one('.k-cat[href="/kiosk/search?category=kitchen"]')


def test_search_shows_name_price_and_stock_here(kiosk):
    page = kiosk.get("/kiosk/search?q=tasses")

    tile = page.soup.select_one(".k-tile").get_text(" ", strip=True)
    assert "Tasse et soucoupe" in tile
    assert "2,95" in tile
    assert "6 en stock" in tile


def test_a_tile_leads_to_the_variant_whose_stock_it_shows(kiosk, session):
    few, many = cushions(session, 12, 32)

    tile = kiosk.get("/kiosk/search?q=coussin").soup.select_one(".k-tile")

    assert "32 en stock" in tile.get_text(" ", strip=True)
    assert tile.a["href"] == f"/kiosk/products/{many}"
    narrowed = kiosk.get("/kiosk/search?q=coussin&colour=ivoire").soup.select_one(".k-tile")
    assert "12 en stock" in narrowed.get_text(" ", strip=True)
    assert narrowed.a["href"] == f"/kiosk/products/{few}"


def test_a_page_that_is_there_no_more_leads_to_the_last_one(kiosk, session, now):
    for number in range(9):
        bag = VariantRecord(sku=f"BAG-{number}", price_minor=500)
        record = ProductRecord(reference=f"BAG-{number}", name="Sac", variants=(bag,))
        search_index.write(session, products.upsert(session, record, now=now))
    session.commit()

    low = kiosk.send(kiosk.get("/kiosk/"), "/kiosk/settings", reach="low")
    assert len(kiosk.get("/kiosk/search?q=sac&page=3").soup.select(".k-tile")) == 1
    kiosk.send(low, "/kiosk/settings", reach="")
    after = kiosk.get("/kiosk/search?q=sac&page=3")

    assert len(after.soup.select(".k-tile")) == 1
    assert "2 / 2" in after.text
    assert "Aucun article trouvé" not in after.text


def test_search_answers_htmx_with_the_results_alone(kiosk):
    block = kiosk.block("/kiosk/search?q=tasses")

    assert "Tasse et soucoupe" in block.text
    assert block.soup.find("nav", class_="k-base") is None


def test_search_without_result_offers_an_assistant(kiosk):
    page = kiosk.get("/kiosk/search?q=hippopotame")

    assert "Aucun article trouvé" in page.text
    assert page.soup.select_one('form[action="/kiosk/search/ask"] button')
    assert page.soup.select_one('form[data-wish][action="/kiosk/search/unmet"]')


def test_search_says_that_only_some_words_were_found(kiosk):
    page = kiosk.get("/kiosk/search?q=tasse+hippopotame")

    assert "Rien ne porte tous ces mots" in page.text
    assert "Tasse et soucoupe" in page.text


def test_search_finishes_the_word(kiosk):
    chips = kiosk.get("/kiosk/search?q=souc").soup.select(".k-find__chips .chip")

    assert [chip.get_text(strip=True) for chip in chips] == ["soucoupe"]


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 10_000,
        "q=%F0%9F%99%82&page=99999999",
        "q=%D9%85%D8%B5%D8%A8%D8%A7%D8%AD",
        "page=-4",
        "page=x",
        "q=%00",
        "q=<script>alert(1)</script>",
        "category=" + "b" * 500,
    ],
)
def test_search_bears_any_text(kiosk, query):
    page = kiosk.get(f"/kiosk/search?{query}")

    assert "<script>alert" not in page.answer.text


def wishes(session):
    session.expire_all()
    return [(one.text, one.kind) for one in session.scalars(select(UnmetDemand))]


def test_a_search_that_is_only_read_writes_nothing(kiosk, session):
    kiosk.get("/kiosk/search?q=hippopotame")

    assert wishes(session) == []


def test_what_was_not_found_is_noted_once(kiosk, session):
    page = kiosk.get("/kiosk/search?q=hippopotame")

    for _again in range(2):
        answer = kiosk.post("/kiosk/search/unmet", page.form("/kiosk/search/unmet"))
        assert answer.status == 204
    session.rollback()

    assert wishes(session) == [("hippopotame", "search_without_result")]


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("hippopotame 🦛", ["hippopotame 🦛"]),
        ("\u202eהיפופוטם\u202c", ["היפופוטם"]),
        ("🦛🦛", []),
        ("٠٦١٢٣٤٥٦٧٨", []),
    ],
)
def test_emoji_and_right_to_left_texts_are_noted_as_they_read(kiosk, session, typed, noted):
    page = kiosk.get(f"/kiosk/search?q={quote(typed)}")

    kiosk.post("/kiosk/search/unmet", page.form("/kiosk/search/unmet"))
    session.rollback()

    assert [text for text, _kind in wishes(session)] == noted


def test_what_is_found_is_no_wish_whatever_a_form_says(kiosk, session):
    page = kiosk.get("/kiosk/search?q=hippopotame")

    kiosk.post("/kiosk/search/unmet", page.form("/kiosk/search/unmet") | {"q": "tasse"})
    session.rollback()

    assert wishes(session) == []


def test_asking_for_help_notes_the_wish_and_rings(kiosk, session):
    page = kiosk.get("/kiosk/search?q=hippopotame")

    answer = kiosk.post("/kiosk/search/ask", page.form("/kiosk/search/ask"))
    session.rollback()

    assert answer.status == 303
    assert wishes(session) == [("hippopotame", "search_without_result")]
    assert session.scalars(select(AssistanceCall)).one().about == "search"


def test_a_misread_barcode_is_said_and_finds_its_article(kiosk, shop):
    gtin = shop.cup.gtin
    wrong = gtin[1:-1] + str((int(gtin[-1]) + 1) % 10)

    page = kiosk.get(f"/kiosk/search?q={wrong}")

    assert "est faux" in page.text
    assert "Tasse et soucoupe" in page.text
    assert page.soup.select_one("form[data-wish]") is None


@pytest.mark.parametrize("address", ["https://autre.example/p/1", "HTTP://X.EXAMPLE", "www.x.fr"])
def test_the_address_of_another_shop_is_said_and_never_opened(kiosk, address):
    page = kiosk.get(f"/kiosk/search?q={address}")

    assert page.soup.select_one("h1").get_text(strip=True) != "Aucun article trouvé"
    assert not page.soup.select(f'a[href^="{address}"]')
    assert page.soup.select_one("form[data-wish]") is None


def test_a_digital_link_of_anybody_leads_to_the_article(kiosk, shop):
    page = kiosk.get(f"/kiosk/search?q=https://autre.example/01/{shop.cup.gtin}")

    assert "Tasse et soucoupe" in page.text


def test_filters_are_links_that_keep_the_text(kiosk):
    page = kiosk.get("/kiosk/search/filters?q=regency")

    assert "Voir 2 articles" in page.text
    chosen = page.soup.select_one('.chip[aria-current="true"]')
    assert chosen is None or chosen.get_text(strip=True).startswith("Tous")
    here = kiosk.get(page.soup.select_one(".k-sheet__kinds > .chip")["href"])
    assert here.soup.select_one('.k-sheet__kinds > .chip[aria-current="true"]')


def test_filters_of_nothing_found_lead_back_to_the_search(kiosk):
    page = kiosk.get("/kiosk/search/filters?q=zzzzqq")

    back = page.soup.select_one(".k-sheet__acts .btn--primary")
    assert back.get_text() == "Revenir à la recherche"
    assert not page.soup.select(".k-sheet__kinds .seg")


def test_a_price_narrows_and_is_taken_off_again(kiosk):
    page = kiosk.get("/kiosk/search?q=regency&price=0-300")

    names = [tile.get_text(strip=True) for tile in page.soup.select(".k-tile__name")]
    assert len(names) == 1
    assert "Tasse et soucoupe" in names[0]
    chip = page.soup.select_one('.chip[aria-current="true"]')
    assert len(kiosk.get(chip["href"]).soup.select(".k-tile")) == 2


def test_every_department_is_on_a_page_of_its_own(kiosk):
    page = kiosk.get("/kiosk/categories")

    assert page.soup.select_one('.k-cat[href="/kiosk/search?category=kitchen"]')
    assert "3 articles" in page.text


def test_the_keys_need_no_long_press_for_an_accent(kiosk):
    board = kiosk.get("/kiosk/search").soup.select_one("[data-keyboard]")

    accents = board.select('[data-layer="accents"] [data-type]')
    assert {"é", "ç", "œ"} <= {key["data-type"] for key in accents}
    assert board.select_one('[data-layer-to="accents"]')
    assert {one["data-layer"] for one in board.select("[data-layer]")} == {
        "azerty", "qwerty", "digits", "accents"
    }  # fmt: skip


def test_english_names_are_shown_and_finished_in_english(kiosk, session, shop):
    shop.cup.product.name_en = "Regency teacup and saucer"
    search_index.write(session, shop.cup.product)
    session.commit()
    page = kiosk.get("/kiosk/search")
    kiosk.post("/kiosk/settings", page.form("/kiosk/settings") | {"language": "en"})

    found = kiosk.get("/kiosk/search?q=teac")

    assert "Regency teacup and saucer" in found.text
    assert [chip.get_text(strip=True) for chip in found.soup.select(".chip--try")] == ["teacup"]


@pytest.mark.parametrize(("typed", "offered"), [("tesse", ["tasse"]), ("tesse hippopotame", [])])
def test_a_word_is_put_right_only_where_all_are_then_found(kiosk, typed, offered):
    page = kiosk.get(f"/kiosk/search?q={typed}")

    assert page.soup.select(".k-tile")
    assert [chip.get_text(strip=True) for chip in page.soup.select(".chip--try")] == offered


def test_search_reads_the_database_a_constant_number_of_times(kiosk, app):
    one, two = (
        count_queries(app, kiosk, f"/kiosk/search?q={text}") for text in ("tasse", "regency")
    )

    assert one == two <= 9


def count_queries(app, kiosk, path):
    kiosk.get(path)
    seen = []

    def listener(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listener)
    kiosk.get(path)
    event.remove(engine, "before_cursor_execute", listener)
    return len([one for one in seen if one.lstrip().startswith("SELECT")])


# --- figures that add up ----------------------------------------------------------------------


def options(page):
    chips = page.soup.select(".k-sheet__group .chip")
    told = {" ".join(chip.stripped_strings): chip["href"] for chip in chips}
    return {text: href for text, href in told.items() if not text.startswith("Tou")}


def found(page):
    return page.soup.select_one(".k-sheet__acts .btn--primary").get_text(strip=True)


def test_each_choice_leaves_as_many_articles_as_it_says(kiosk, session, now):
    add_pullovers(session, now)

    sheet = kiosk.get("/kiosk/search/filters?q=pull&colour=rouge&by=size")

    assert set(options(sheet)) == {"M 2", "S 1"}
    for text, href in options(sheet).items():
        assert found(kiosk.get(href)).startswith(f"Voir {text.split()[-1]} article")


def test_a_choice_among_departments_counts_what_the_other_filters_leave(kiosk, session, now):
    add_pullovers(session, now)

    sheet = kiosk.get("/kiosk/search/filters?q=pull&size=M&category=Mode&by=category")

    assert set(options(sheet)) == {"Mode 2", "Enfants 1"}


def test_a_department_alone_can_be_narrowed(kiosk, session, now):
    add_pullovers(session, now)

    sheet = kiosk.get("/kiosk/search/filters?category=Mode&by=colour")

    assert set(options(sheet)) == {"rouge 2", "bleu 1"}


def test_the_departments_of_the_results_make_up_the_total(kiosk, session, now):
    add_pullovers(session, now)

    two = kiosk.get("/kiosk/search?q=pull").soup.select(".k-find__chips .num")
    add_pullover(session, "5", "Bureau", ("L", "vert"), now=now)
    three = kiosk.get("/kiosk/search?q=pull").soup.select(".k-find__chips .chip")

    assert [chip.get_text() for chip in two] == ["2", "1"]
    assert [" ".join(chip.stripped_strings) for chip in three] == ["Mode 2", "Autres rayons 2"]
    assert set(options(kiosk.get(three[1]["href"]))) == {"Mode 2", "Bureau 1", "Enfants 1"}


def test_the_other_departments_count_nothing_that_stands_in_none(kiosk, session, now):
    add_pullovers(session, now)
    add_pullover(session, "4", "", ("L", "gris"), now=now)

    chips = kiosk.get("/kiosk/search?q=pull").soup.select(".k-find__chips .chip")

    assert [" ".join(chip.stripped_strings) for chip in chips] == ["Mode 2", "Enfants 1"]


def test_the_kind_that_is_chosen_stays_marked(kiosk, session, now):
    add_pullovers(session, now)

    sheet = kiosk.get("/kiosk/search/filters?q=pull&colour=bleu&by=colour")

    assert set(options(sheet)) == {"rouge 2", "bleu 1", "vert 1"}
    marked = sheet.soup.select_one('.seg__i[aria-current="true"]')
    assert marked.find(string=True, recursive=False) == "Couleur"


def test_the_sheet_of_filters_searches_again_only_for_what_is_chosen(kiosk, app, session, now):
    add_pullovers(session, now)
    address = "/kiosk/search/filters?q=pull&by=size"

    plain, chosen = (count_queries(app, kiosk, address + size) for size in ("", "&size=M"))

    assert plain <= 10
    assert chosen - plain <= 5  # one more search, and the sizes that it leaves


def add_pullovers(session, now):
    add_pullover(session, "1", "Mode", ("S", "rouge"), ("M", "bleu"), ("M", "rouge"), now=now)
    add_pullover(session, "2", "Mode", ("M", "rouge"), now=now)
    add_pullover(session, "3", "Enfants", ("M", "vert"), now=now)


def add_pullover(session, number, category, *variants, now):
    told = tuple(
        VariantRecord(sku=f"P{number}-{at}", price_minor=1000, size=size, colour=colour)
        for at, (size, colour) in enumerate(variants)
    )
    record = ProductRecord(
        reference=f"P{number}", name=f"Pull {number}", category=category, variants=told
    )
    products.upsert(session, record, now=now)
    session.commit()
