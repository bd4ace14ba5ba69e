"""What the tests of the acts begin with: a shop that has a central system above it."""

import dataclasses

from store.models import SyncState


def with_central(app):
    """Give the shop a hub, so that it can ask other shops and carriers."""
    settings = app.config["COMPTOIR"]
    sync = dataclasses.replace(settings.sync, hub_url="http://hub.invalid")
    app.config["COMPTOIR"] = dataclasses.replace(settings, sync=sync)


def heard_lately(session, now):
    """Note that the hub was heard just now, so that the figures of other shops are fresh."""
    session.merge(SyncState(flow="pull", last_success_at=now))
    session.commit()
