"""The shop's own certificates: what they vouch for, and what a renewal leaves alone."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from config import certificate
from config.tls import NameNotAllowed

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NAMES = ("boutique.lan", "192.168.1.20")
NETWORKS = ("192.168.0.0/16",)


@pytest.fixture
def files(tmp_path: Path) -> certificate.Files:
    return certificate.make(tmp_path, names=NAMES, networks=NETWORKS, now=NOW)


def test_the_certificate_names_the_server_and_this_machine(files: certificate.Files):
    names = certificate.names_of(files.server)

    assert names == ["boutique.lan", "192.168.1.20", "localhost", "127.0.0.1"]


def test_the_certificate_lives_no_longer_than_browsers_accept(files: certificate.Files):
    made = certificate.read(files.server)

    assert made.not_valid_after_utc - made.not_valid_before_utc == timedelta(days=397)


def test_the_authority_signed_the_certificate(files: certificate.Files):
    authority, server = certificate.read(files.authority), certificate.read(files.server)

    server.verify_directly_issued_by(authority)
    ssl.create_default_context(cafile=files.authority)


def test_the_authority_may_vouch_for_nothing_but_the_shop(files: certificate.Files):
    authority = certificate.read(files.authority)
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)

    allowed = {str(each.value) for each in limits.value.permitted_subtrees}

    assert limits.critical
    assert allowed == {
        "boutique.lan",
        "localhost",
        "192.168.1.20/32",
        "127.0.0.1/32",
        "192.168.0.0/16",
        "127.0.0.0/8",
    }


@pytest.mark.parametrize("name", ["kiosk.boutique.lan", "192.168.7.9"])
def test_a_name_of_the_shop_can_be_added_later(files: certificate.Files, tmp_path: Path, name: str):
    certificate.make(tmp_path, names=(*NAMES, name), networks=NETWORKS, now=NOW)

    assert name in certificate.names_of(files.server)


@pytest.mark.parametrize("name", ["bank.example", "evilboutique.lan", "203.0.113.5"])
def test_a_name_outside_the_shop_is_refused(tmp_path: Path, files: certificate.Files, name: str):
    before = files.server.read_bytes()

    with pytest.raises(NameNotAllowed):
        certificate.make(tmp_path, names=(name,), networks=NETWORKS, now=NOW)

    assert files.server.read_bytes() == before


def test_a_renewal_leaves_the_authority_as_the_devices_know_it(
    tmp_path: Path, files: certificate.Files
):
    authority, server = files.authority.read_bytes(), files.server.read_bytes()

    certificate.make(tmp_path, names=NAMES, networks=NETWORKS, now=NOW + timedelta(days=300))

    assert files.authority.read_bytes() == authority
    assert files.server.read_bytes() != server
    assert certificate.days_left(files.server, now=NOW + timedelta(days=300)) >= 395


def test_keys_are_read_by_their_owner_only(files: certificate.Files):
    for key in (files.authority_key, files.server_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
