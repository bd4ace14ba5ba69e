"""The kiosk in each of its modes: nothing hidden, nothing too small, no finger needed."""

import pytest
from playwright.sync_api import expect

from tests.journeys import axe, kiosk_shop, people

PAGES = (
    "/kiosk/", "/kiosk/search", "/kiosk/search?q=tasse", "/kiosk/search?q=zzzzqq",
    "/kiosk/products/22423", "/kiosk/scan", "/kiosk/pickup", "/kiosk/card", "/kiosk/settings",
)  # fmt: skip
LANDSCAPE = {"width": 1920, "height": 1080}
# modes are attributes of the page: each is set as a customer who chose it would have it
MODES = {
    "plain": {},
    "low reach, large text": {"data-reach": "low", "data-text": "large"},
    "double text, high contrast": {"data-text": "double", "data-contrast": "more"},
    "dark, high contrast": {"data-theme": "dark", "data-contrast": "more"},
}
LEAST_TARGET = 64  # px, on a kiosk: docs/accessibility.md
WIDER = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
TARGETS = """(controls) => [...document.querySelectorAll(controls)]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !one.closest('[hidden], .sr-only, .skip') && !one.matches('.sr-only, .skip'))
  .map((one) => {
    const target = one.closest('label') ?? one;
    const { x, y, width, height } = target.getBoundingClientRect();
    return { name: one.outerHTML.slice(0, 90), x, y, width, height };
  }).filter(({ width, height }) => width > 1 && height > 1)"""
# what stands on the wall and covers its words, and what lies where no scrolling leads
COVERED = """() => {
  const words = document.querySelector('.k-hero__title').getBoundingClientRect();
  const over = [...document.querySelectorAll('.k-hero .k-still svg, .k-notice')].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.height && box.top < words.bottom - 1 && box.left < words.right;
  });
  return over.map((one) => one.outerHTML.slice(0, 90));
}"""
END = "document.scrollingElement.scrollHeight"
ROWS = """() => [...new Set([...document.querySelectorAll('.k-base .btn')]
  .map((one) => Math.round(one.getBoundingClientRect().top)))]"""
MORE_DEPARTMENTS = """(most) => {
  const shown = document.querySelector('.k-cats');
  while (shown.children.length < most) shown.append(shown.children[0].cloneNode(true));
}"""
STOP = """() => {
  const one = document.activeElement;
  const around = [one, one.parentElement, one.parentElement?.parentElement].filter(Boolean);
  const look = () => around.map((each) => getComputedStyle(each))
    .map((style) => [style.outlineStyle, style.boxShadow, style.borderColor].join());
  const focused = look();
  one.blur();
  const shows = look().join() !== focused.join();
  one.focus({ focusVisible: true });
  return { name: one.outerHTML.slice(0, 90), shows };
}"""

HIGHEST_REACH = 940  # px from the top: 1.23 m on the panel of the design
LEAST_FIELD = 200  # px: a word of eight letters
# the focus where nothing but the doors of the base can be seen; none where no element has it
BEHIND = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const base = document.querySelector('.k-base');
  const { top, bottom } = (one.closest('label') ?? one).getBoundingClientRect();
  const hides = !base.contains(one) && (bottom < 0 || top >= base.getBoundingClientRect().top - 1);
  return hides ? [one.outerHTML.slice(0, 90)] : [];
}"""


@pytest.fixture(scope="module")
def window(chromium, own_shop):
    """The one window of the kiosk."""
    context = kiosk_shop.context(chromium, own_shop, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture
def kiosk(window, own_shop):
    """The home of the kiosk before somebody new, portrait."""
    kiosk_shop.forget(window.context, own_shop)
    window.set_viewport_size(kiosk_shop.PORTRAIT)
    window.goto(f"{own_shop.server.url}/kiosk/")
    return window


def in_language(page, language):
    with page.expect_navigation():  # a page that is in the language already comes anew as well
        page.get_by_role("button", name={"fr": "Français", "en": "English"}[language]).first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def put_in(page, mode):
    page.evaluate(
        """(mode) => {
          const root = document.documentElement;
          for (const name of ['data-reach', 'data-text', 'data-contrast', 'data-theme']) {
            root.removeAttribute(name);
          }
          for (const [name, value] of Object.entries(mode)) root.setAttribute(name, value);
        }""",
        mode,
    )


def walked(page, own_shop, look):
    """Return what `look` finds on each page in each mode, where it finds anything."""
    found = {}
    for path in PAGES:
        page.goto(own_shop.server.url + path)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        for name, mode in MODES.items():
            put_in(page, mode)
            if faults := look(page):
                found[f"{path}, {name}"] = faults
    return found


def test_no_mode_has_a_barrier_that_axe_sees(kiosk, own_shop, language):
    def barriers(page):
        is_dark = page.locator("html[data-theme=dark]").count() > 0
        return axe.faults_of(page, in_colours_alone=is_dark)

    in_language(kiosk, language)

    assert walked(kiosk, own_shop, barriers) == {}


def test_no_mode_hides_why_there_is_no_camera(kiosk, own_shop):
    kiosk.goto(f"{own_shop.server.url}/kiosk/pickup")
    words = kiosk.locator(".scan-fault:not([hidden])")
    expect(words).to_be_visible()

    for mode in MODES.values():
        put_in(kiosk, mode)
        said, frame = words.bounding_box(), kiosk.locator(".finder").bounding_box()
        assert said["height"] <= frame["height"], mode


@pytest.mark.parametrize("size", [kiosk_shop.PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_no_mode_is_wider_than_the_screen(kiosk, own_shop, size):
    kiosk.set_viewport_size(size)

    assert walked(kiosk, own_shop, lambda page: max(0, page.evaluate(WIDER))) == {}


def test_no_mode_makes_the_keys_of_a_form_wider_than_the_screen(kiosk, own_shop):
    kiosk.goto(f"{own_shop.server.url}/kiosk/products/22423/reserve")
    expect(kiosk.locator(".k-keys")).to_be_visible()

    for name, mode in MODES.items():
        put_in(kiosk, mode)
        assert kiosk.evaluate(WIDER) <= 0, name


def test_no_control_is_smaller_than_a_gloved_finger(kiosk, own_shop):
    def too_small(page):
        targets = page.evaluate(TARGETS, CONTROLS)
        assert targets
        return [one for one in targets if min(one["width"], one["height"]) < LEAST_TARGET - 0.5]

    assert walked(kiosk, own_shop, too_small) == {}


def test_low_reach_brings_every_control_of_the_home_into_the_lower_half(kiosk):
    kiosk.get_by_role("button", name="Commandes en bas").click()
    expect(kiosk.locator("html")).to_have_attribute("data-reach", "low")

    tops = [one["y"] for one in kiosk.evaluate(TARGETS, CONTROLS)]

    assert tops
    assert min(tops) >= kiosk_shop.PORTRAIT["height"] / 2


def test_low_reach_lets_nothing_of_an_article_be_touched_above_half_the_height(kiosk, own_shop):
    kiosk_shop.count(own_shop, "22699", 0)
    for path in ("/kiosk/products/22423", "/kiosk/products/22699/reserve"):
        kiosk.goto(own_shop.server.url + path)
        put_in(kiosk, {"data-reach": "low"})
        for longest in kiosk.locator(".k-stock").all():
            longest.evaluate("one => { one.style.minBlockSize = '34rem'; }")

        controls = [f"main {one}" for one in CONTROLS.split(", ")]
        targets = kiosk.evaluate(TARGETS, ", ".join(controls))
        middles = [one["y"] + one["height"] / 2 for one in targets]

        assert middles
        assert min(middles) >= HIGHEST_REACH, path
    kiosk_shop.count(own_shop, "22699", 5)


def test_low_reach_lays_the_departments_above_the_field_of_a_lying_screen(kiosk, own_shop):
    kiosk.set_viewport_size(LANDSCAPE)
    kiosk.goto(f"{own_shop.server.url}/kiosk/search")
    put_in(kiosk, {"data-reach": "low"})

    departments = kiosk.locator(".k-cats")
    field = kiosk.locator(".k-find__form").bounding_box()
    lowest = kiosk.locator(".k-find__row").bounding_box()
    expect(departments.locator(".ph").first).to_be_visible()
    assert departments.bounding_box()["y"] > field["y"] / 3
    assert 0 <= field["y"] - lowest["y"] - lowest["height"] < 40


@pytest.mark.parametrize("size", [kiosk_shop.PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_what_is_announced_covers_no_word_and_pushes_no_control_away(kiosk, own_shop, size):
    kiosk.set_viewport_size(size)
    found = {}
    with kiosk_shop.announced(own_shop, "Nocturne ce soir", "Solde des mugs"):
        expect(kiosk.locator("#notices .k-notice")).to_have_count(2)
        kiosk.evaluate(MORE_DEPARTMENTS, 8)  # as many as a home shows
        for name, mode in (MODES | {"large text": {"data-text": "large"}}).items():
            put_in(kiosk, mode)
            ends = [one["y"] + one["height"] for one in kiosk.evaluate(TARGETS, CONTROLS)]
            found[name] = (kiosk.evaluate(COVERED), max(ends) <= kiosk.evaluate(END))
        kiosk.goto("about:blank")  # the end of the messages is news to a home, which reads again

    del found["low reach, large text"]  # the server puts fewer departments on that home
    assert set(map(str, found.values())) == {"([], True)"}, found


def test_no_mode_lays_the_buttons_of_the_list_over_its_articles(kiosk, own_shop):
    kiosk.goto(f"{own_shop.server.url}/kiosk/products/22423")
    with kiosk.expect_navigation():
        kiosk.locator("form[action='/kiosk/list'] button").click()
    kiosk.goto(f"{own_shop.server.url}/kiosk/list")

    for name, mode in MODES.items():
        put_in(kiosk, mode)
        article = kiosk.locator(".k-row .art").bounding_box()
        count = kiosk.locator(".k-row .k-count").bounding_box()
        is_beside = article["x"] + article["width"] <= count["x"]
        assert is_beside or article["y"] + article["height"] <= count["y"], name
        words = kiosk.locator(".k-row .art__txt")
        assert words.evaluate("(one) => one.scrollWidth <= one.clientWidth"), name


def test_a_lying_screen_leaves_room_above_what_it_says_of_an_unknown_article(kiosk, own_shop):
    kiosk.set_viewport_size(LANDSCAPE)
    kiosk.goto(f"{own_shop.server.url}/kiosk/products/NOTHING-9")

    assert kiosk.get_by_role("heading", level=1).bounding_box()["y"] > 40


@pytest.mark.parametrize(
    ("size", "most"), [(kiosk_shop.PORTRAIT, 2), (LANDSCAPE, 1)], ids=["portrait", "landscape"]
)
def test_double_text_leaves_most_of_the_screen_to_the_page(kiosk, own_shop, size, most):
    kiosk.set_viewport_size(size)
    kiosk.goto(f"{own_shop.server.url}/kiosk/products/22423")
    with kiosk.expect_navigation():
        kiosk.locator("form[action='/kiosk/list'] button").click()  # counted in the bar as well

    def too_many_rows(page):
        tops = page.evaluate(ROWS)
        return tops if len(tops) > most else []

    assert walked(kiosk, own_shop, too_many_rows) == {}


@pytest.mark.parametrize("text", ["large", "double"])
@pytest.mark.parametrize("sku", ["22423", "22699"])
def test_larger_text_leaves_the_acts_of_an_article_in_sight_on_a_lying_screen(
    kiosk, own_shop, text, sku
):
    kiosk.set_viewport_size(LANDSCAPE)
    kiosk.goto(f"{own_shop.server.url}/kiosk/products/{sku}")
    put_in(kiosk, {"data-text": text})
    kiosk.locator(".k-stock").evaluate(
        "one => { one.style.minBlockSize = '60rem'; }"
    )  # at its longest

    base = kiosk.locator(".k-base").bounding_box()["y"]
    acts = [one.bounding_box() for one in kiosk.locator(".k-counter__acts .btn").all()]
    heading = kiosk.get_by_role("heading", level=1)

    assert len(acts) == 2
    assert max(act["y"] + act["height"] for act in acts) <= base + 1
    assert heading.evaluate("one => getComputedStyle(one).overflow") == "visible"  # never cut


def test_double_text_lays_the_edge_of_the_wall_below_it(kiosk, own_shop):
    kiosk.set_viewport_size(LANDSCAPE)
    kiosk.goto(f"{own_shop.server.url}/kiosk/search?q=tasse")
    put_in(kiosk, {"data-text": "double"})

    wall = kiosk.locator(".k-find__wall").evaluate(
        "(one) => [one.getBoundingClientRect().width, one.clientWidth]"
    )

    assert wall[0] == pytest.approx(wall[1], abs=1)


@pytest.mark.parametrize("text", ["large", "double"])
@pytest.mark.parametrize("size", [kiosk_shop.PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_larger_text_hides_no_focus_behind_the_doors_of_the_base(kiosk, own_shop, size, text):
    kiosk.set_viewport_size(size)
    hidden = []
    for path in ("/kiosk/search?q=tasse", "/kiosk/products/22423/reserve", "/kiosk/settings"):
        kiosk.goto(own_shop.server.url + path)
        put_in(kiosk, {"data-text": text})
        for _ in range(60):
            kiosk.keyboard.press("Tab")
            if (behind := kiosk.evaluate(BEHIND)) is None:
                break
            hidden += behind

    assert hidden == []


@pytest.mark.parametrize("size", [kiosk_shop.PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_what_is_typed_is_seen_with_the_letters_in_every_mode(kiosk, own_shop, size):
    kiosk.set_viewport_size(size)
    for name, mode in (MODES | {"large text": {"data-text": "large"}}).items():
        kiosk.goto(f"{own_shop.server.url}/kiosk/search")
        put_in(kiosk, mode)
        kiosk.locator("#s-q").click()
        for letter in "tas":
            kiosk.locator(f'[data-type="{letter}"]:visible').click()
        expect(kiosk.locator(".k-find__said")).to_contain_text("tas")
        field = kiosk.locator("#s-q").bounding_box()
        letters = kiosk.locator('[data-type="n"]:visible').bounding_box()
        base = kiosk.locator(".k-base").bounding_box()["y"]

        assert field["width"] >= LEAST_FIELD, name
        assert field["y"] >= 0 and letters["y"] + letters["height"] <= base + 1, name


def test_double_text_breaks_no_word_of_the_staff_s_door_on_a_lying_screen(kiosk, own_shop):
    kiosk.set_viewport_size(LANDSCAPE)
    kiosk.goto(f"{own_shop.server.url}/kiosk/staff")
    with kiosk.expect_navigation():
        kiosk.locator(".k-door__who a").first.click()
    put_in(kiosk, {"data-text": "double"})

    title = kiosk.get_by_role("heading", level=1).bounding_box()
    assert title["width"] >= LANDSCAPE["width"] / 2
    assert kiosk.evaluate(WIDER) <= 0


@pytest.mark.parametrize("path", ["/kiosk/search", "/kiosk/categories"])
def test_large_text_cuts_nothing_that_stands_on_a_lying_screen_s_wall(kiosk, own_shop, path):
    kiosk.set_viewport_size(LANDSCAPE)
    kiosk.goto(own_shop.server.url + path)
    put_in(kiosk, {"data-text": "large"})

    wall = kiosk.locator(".k-find__wall").bounding_box()
    doll = kiosk.locator(".k-find__wall .k-still .s5").bounding_box()

    assert doll["x"] + doll["width"] <= wall["x"] + wall["width"]


def test_what_is_offered_instead_pushes_nothing_off_the_screen(kiosk, own_shop):
    kiosk.goto(f"{own_shop.server.url}/kiosk/search?q=zzzzqq")
    kiosk.locator(".k-find__chips").evaluate(
        """(chips) => {
          const offered = document.createElement('a');
          offered.className = 'chip chip--try';
          offered.append(document.createElement('span'));
          offered.firstChild.textContent = 'grand sac rouge '.repeat(9);
          chips.replaceChildren(offered);
        }"""
    )

    for one in (".chip--try", ".k-cats li:last-child", ".k-find__row"):
        box = kiosk.locator(one).bounding_box()
        assert box["x"] + box["width"] <= kiosk_shop.PORTRAIT["width"], one


def test_an_article_of_the_list_opens_wherever_it_is_touched(kiosk, own_shop):
    kiosk.goto(f"{own_shop.server.url}/kiosk/products/22423")
    with kiosk.expect_navigation():
        kiosk.locator("form[action='/kiosk/list'] button").click()
    kiosk.goto(f"{own_shop.server.url}/kiosk/list")

    with kiosk.expect_navigation(url="**/kiosk/products/22423"):
        kiosk.locator(".k-row .art .ph").click(force=True)


def test_double_text_lays_the_keys_below_their_field_on_a_lying_screen(kiosk, own_shop):
    kiosk.set_viewport_size(LANDSCAPE)
    kiosk.goto(f"{own_shop.server.url}/kiosk/products/22423/reserve")
    put_in(kiosk, {"data-text": "double"})

    field = kiosk.locator("main .field input").bounding_box()
    keys = kiosk.locator(".k-keys").bounding_box()

    assert field["y"] + field["height"] <= keys["y"]


@pytest.mark.parametrize("path", PAGES)
def test_the_tab_key_goes_round_the_page_and_every_stop_is_seen(kiosk, own_shop, path):
    kiosk.goto(own_shop.server.url + path)
    stops = []
    for _ in range(120):
        kiosk.keyboard.press("Tab")
        stop = kiosk.evaluate(STOP)
        if stop["name"].startswith("<body") or (stops and stop["name"] == stops[0]["name"]):
            break
        stops.append(stop)
    else:
        raise AssertionError(f"the focus never comes back: {stops[-3:]}")

    assert [stop for stop in stops if not stop["shows"]] == []
    assert len(stops) >= 4


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/kiosk/"])
def test_another_language_keeps_the_page(kiosk, own_shop, path):
    kiosk.goto(own_shop.server.url + path)

    kiosk.get_by_role("button", name="English").first.click()

    expect(kiosk.locator("html")).to_have_attribute("lang", "en")
    assert kiosk.url.startswith(own_shop.server.url + path)


def test_another_language_keeps_what_was_typed_and_leaves_no_trace_of_it(kiosk, own_shop):
    kiosk.goto(f"{own_shop.server.url}/kiosk/products/22423/reserve")
    kiosk.locator("#f-name").press_sequentially("Anaïs")

    in_language(kiosk, "en")
    expect(kiosk.locator("#f-name")).to_have_value("Anaïs")
    assert kiosk.evaluate("sessionStorage.length + localStorage.length") == 0

    kiosk.reload()
    expect(kiosk.locator("#f-name")).to_have_value("")


def test_a_phone_in_another_language_keeps_what_was_typed(chromium, own_shop):
    context = chromium.new_context(viewport=people.PHONE, locale="fr-FR")
    phone = context.new_page()
    phone.goto(f"{own_shop.server.url}/p/22423/reserve")
    phone.get_by_label("Votre prénom").fill("Anaïs")

    in_language(phone, "en")

    expect(phone.get_by_label("Your first name")).to_have_value("Anaïs")
    context.close()
