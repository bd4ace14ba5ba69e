"""What customers agree to, told by other programs."""

from store import as_records, consents
from store.json_records import Json, read_consent, write_consent
from store.web.api.calls import writes
from store.web.api.passing_on import passes_on
from store.web.clock import now
from store.web.extensions import db


@writes(
    "POST",
    "/consents",
    scope="customers:write",
    body="ConsentBody",
    answers={200: "Consent", 201: "Consent"},
)
def post_consent(body: Json) -> tuple[int, Json]:
    """Add one dated statement; told again by (source, source_id) it is the same one."""
    statement = read_consent(body)
    consent, is_new = consents.state(db.session(), statement, now=now(), tells=passes_on())
    told = write_consent(as_records.of_consent(consent, consent.customer))
    return (201 if is_new else 200), told
