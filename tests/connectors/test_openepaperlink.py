"""The access point of electronic labels: what it is sent, and what its answers mean."""

import threading
from io import BytesIO

import pytest
from PIL import Image
from werkzeug import Response

from store.connectors.openepaperlink import AccessPoint
from store.errors import ConnectorError, LinkDown, NoAnswer
from tests.access_point import Double

MAC = "00000197E5CB3B38"


@pytest.fixture
def point(httpserver):
    return Double().serve(httpserver)


@pytest.fixture
def door(point):
    door = AccessPoint(point.url, connect_timeout_seconds=30, read_timeout_seconds=30)
    yield door
    door.close()


@pytest.fixture(scope="module")
def jpeg():
    buffer = BytesIO()
    Image.new("RGB", (296, 128), "white").save(buffer, "JPEG")
    return buffer.getvalue()


def refusal(door, jpeg, mac=MAC):
    with pytest.raises(ConnectorError) as refused:
        door.upload(mac, jpeg)
    return refused.value


def test_a_picture_is_taken_undithered_and_for_its_label_alone(point, door, jpeg):
    point.add(MAC)
    point.add("00000197E5CB3B39")

    door.upload(MAC, jpeg)

    assert point.uploads == [{"mac": MAC, "dither": "0", "filename": f"{MAC}.jpg"}]
    assert point.tags[MAC].pending == 1
    assert point.tags["00000197E5CB3B39"].waiting is None


def test_an_unknown_label_is_refused(point, door, jpeg):
    assert refusal(door, jpeg).reason == "unknown_mac"


def test_a_busy_one_says_so(point, door, jpeg):
    point.add(MAC)
    point.is_running = False

    assert refusal(door, jpeg).reason == "busy"


def test_a_good_status_without_its_word_is_no_success(point, door, jpeg):
    assert refusal(door, jpeg, mac="no mac").reason == "not_taken"


def test_a_failure_of_its_own_is_told_in_its_words(point, door, jpeg):
    point.faults.append(Response("out of memory", 500))

    assert refusal(door, jpeg).reason == "500 out of memory"


def test_one_that_is_not_there_is_told_apart(jpeg, httpserver):
    url = httpserver.url_for("")
    httpserver.stop()

    assert isinstance(refusal(AccessPoint(url), jpeg), LinkDown)

    httpserver.start()


def test_one_that_drips_is_given_up(httpserver, jpeg):
    is_over = threading.Event()

    def drops():
        while not is_over.wait(0.1):
            yield b"."

    httpserver.expect_request("/imgupload").respond_with_response(Response(drops(), 200))
    door = AccessPoint(httpserver.url_for(""), read_timeout_seconds=0.5)

    assert isinstance(refusal(door, jpeg), NoAnswer)

    is_over.set()
    door.close()


def test_the_list_of_labels_is_read_to_its_end(point, door):
    for number in range(30):
        point.add(f"{number + 1:016X}", seen=1_700_000_000, battery_mv=2300 + number)

    told = door.told()

    assert [one.mac for one in told] == list(point.tags)
    assert told[0].battery_mv == 2300
    assert told[0].seen_at.year == 2023


def test_a_list_of_more_than_a_byte_counts_does_not_begin_again(point, door):
    for number in range(300):
        point.add(f"{number + 1:016X}")

    told = door.told()

    assert len(told) == len({one.mac for one in told}) >= 250


@pytest.mark.parametrize("told", ["<html>", "[]"])
def test_what_is_no_list_is_refused(httpserver, told):
    httpserver.expect_request("/get_db").respond_with_data(told)
    door = AccessPoint(httpserver.url_for(""))

    with pytest.raises(ConnectorError) as refused:
        door.told()

    assert refused.value.reason == "200 not its list of labels"
    door.close()


def test_a_row_that_cannot_be_read_is_left_out(httpserver):
    rows = '{"tags": [{"mac": "1", "batteryMv": "x"}, {}, {"mac": "2"}]}'
    httpserver.expect_request("/get_db").respond_with_data(rows)
    door = AccessPoint(httpserver.url_for(""))

    assert [one.mac for one in door.told()] == ["0000000000000002"]

    door.close()


def test_a_label_without_a_clock_or_battery_says_nothing_of_them(point, door):
    point.add(MAC, seen=0, battery_mv=1337)

    (told,) = door.told()

    assert (told.seen_at, told.battery_mv) == (None, None)
