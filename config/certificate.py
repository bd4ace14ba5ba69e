"""The shop's own certificate authority, for HTTPS on a network without public names.

The authority may vouch only for the shop's names and private networks (name constraints, RFC 5280
§ 4.2.1.10), so that its key, if stolen, cannot open anything else.
"""

import ipaddress
import socket
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.folder import write_private
from config.tls import Files, NameNotAllowed, in_folder

SERVER_LIFETIME = timedelta(days=397)  # the longest that browsers accept
AUTHORITY_LIFETIME = timedelta(days=3650)
CLOCK_MARGIN = timedelta(days=1)
HERE = ("localhost", "127.0.0.1")
ALLOWED_ALWAYS = ("127.0.0.0/8",)


def make(
    data_dir: Path, *, names: tuple[str, ...], networks: tuple[str, ...], now: datetime
) -> Files:
    """Make the authority when there is none, and a new certificate for the server.

    The authority stays as it is, so the devices that trust it have nothing to do at a renewal.
    Raises NameNotAllowed when the authority, made earlier, may not vouch for one of `names`.
    """
    files = in_folder(data_dir)
    files.folder.mkdir(parents=True, exist_ok=True)
    wanted = tuple(dict.fromkeys((*names, *HERE)))
    if not files.authority.exists():
        make_authority(files, names=wanted, networks=(*networks, *ALLOWED_ALWAYS), now=now)
    authority = read(files.authority)
    for name in wanted:
        check_allowed(authority, name)
    make_server(files, authority, names=wanted, now=now)
    return files


def own_names() -> tuple[str, ...]:
    """Return the name of this machine and its address on the network."""
    name = socket.gethostname()
    return (name, f"{name}.local", *own_addresses())


def own_addresses() -> tuple[str, ...]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing, only picks the way out
        except OSError:
            return ()
        return (str(probe.getsockname()[0]),)


def make_authority(
    files: Files, *, names: tuple[str, ...], networks: tuple[str, ...], now: datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    title = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Comptoir ({names[0]})")])
    limits = x509.NameConstraints([allowed_tree(each) for each in (*names, *networks)], None)
    certificate = (
        builder(title, title, key.public_key(), now=now, lifetime=AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(limits, critical=True)
        .add_extension(key_usage(certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(files.authority_key, private_pem(key))
    files.authority.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def make_server(
    files: Files, authority: x509.Certificate, *, names: tuple[str, ...], now: datetime
) -> None:
    key, issuer_key = ec.generate_private_key(ec.SECP256R1()), read_key(files.authority_key)
    title = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        builder(title, authority.subject, key.public_key(), now=now, lifetime=SERVER_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([general(n) for n in names]), critical=False)
        .add_extension(usage, critical=False)
        .add_extension(key_usage(certificates=False), critical=True)
        .add_extension(issuer_of(issuer_key), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    write_private(files.server_key, private_pem(key))
    files.server.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    *,
    now: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    start = now - CLOCK_MARGIN
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def key_usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def issuer_of(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())


def general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def allowed_tree(name: str) -> x509.GeneralName:
    """Return what the authority may vouch for: a name and those under it, or a network."""
    try:
        return x509.IPAddress(ipaddress.ip_network(name, strict=False))
    except ValueError:
        return x509.DNSName(name)


def check_allowed(authority: x509.Certificate, name: str) -> None:
    """Raise NameNotAllowed when the authority may not vouch for `name`."""
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    if not any(covers(tree.value, name) for tree in limits.permitted_subtrees or ()):
        raise NameNotAllowed(name)


def covers(tree: str | IPv4Network | IPv6Network, name: str) -> bool:
    if isinstance(tree, str):
        return name == tree or name.endswith("." + tree)
    try:
        return ipaddress.ip_address(name) in tree
    except ValueError:
        return False


def read(path: Path) -> x509.Certificate:
    """Return the first certificate of a PEM file."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def read_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} is not an elliptic curve key")
    return key


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,  # the only form that granian reads
        serialization.NoEncryption(),
    )


def days_left(path: Path, *, now: datetime) -> int:
    """Return for how many whole days the certificate is still valid; negative when it is not."""
    return (read(path).not_valid_after_utc - now).days


def names_of(path: Path) -> list[str]:
    """Return the names and addresses that a certificate vouches for."""
    names = read(path).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a certificate as devices show it."""
    return read(path).fingerprint(hashes.SHA256()).hex(":").upper()
