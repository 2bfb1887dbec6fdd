"""The one route of the save protocol that only adaptive tests use: the next item, please."""

from __future__ import annotations

import json

from merit.assessment.domain.seb import HEADER
from merit.assessment.services.adaptive.delivery import next_turn
from merit.assessment.views.delivery_routes import Asked, Reply, address_of, lease_in
from merit.db import unit_of_work
from merit.errors import InvalidInputError

_SEB = "HTTP_" + HEADER.upper().replace("-", "_")


def next_item(asked: Asked) -> Reply:
    """Hand out the item to answer; what is chosen has been committed before it leaves."""
    secret, done = lease_in(asked, {"lease", "done"}), asked.body.get("done")
    if not isinstance(done, int) or isinstance(done, bool) or done < 0:
        raise InvalidInputError("request-malformed")
    environ = asked.environ
    with unit_of_work() as session:
        turn = next_turn(
            session, asked.token, secret, done=done, address=address_of(environ), seb_sent=environ.get(_SEB, "")
        )
    body = {"item": turn.item, "given": turn.given, "most": turn.most, "over": turn.is_over}
    return Reply(200, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
