"""The other side of the machine API: every answer must be what openapi.json promises."""

import re

from jsonschema import Draft202012Validator

from store.web.api.openapi import describe
from store.web.api.validation import formats


class Program:
    """Sends requests and checks status, kind and shape of what comes back."""

    def __init__(self, client, secret=None):
        self.client = client
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def get(self, path, **query):
        return self.ask("GET", path, query_string=query)

    def put(self, path, body, **options):
        return self.ask("PUT", path, json=body, **options)

    def post(self, path, body, **options):
        return self.ask("POST", path, json=body, **options)

    def ask(self, method, path, *, key=None, headers=(), **options):
        keys = {"Idempotency-Key": key} if key else {}
        sent = {**self.headers, **keys, **dict(headers)}
        answer = self.client.open("/api/v1" + path, method=method, headers=sent, **options)
        check(method, path, answer.status_code, answer.content_type, answer.get_json(silent=True))
        return answer


def check(method, path, status, content_type, body):
    """Fail unless the description knows this answer to this call."""
    operation = operation_of(method, path)
    if operation is None:
        assert status in (404, 405), f"{method} {path} is not described and answers {status}"
        schema = {"$ref": "#/components/schemas/Problem"}
        kind = "application/problem+json"
    else:
        promised = operation["responses"].get(str(status))
        assert promised, f"{method} {path} answers {status}, which is not described"
        ((kind, content),) = promised["content"].items()
        schema = content["schema"]
    assert content_type.split(";")[0] == kind
    whole = {**schema, "components": describe()["components"]}
    Draft202012Validator(whole, format_checker=formats).validate(body)


def operation_of(method, path):
    """Return the operation whose template fits the path, None when there is none."""
    for template, operations in describe()["paths"].items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if re.fullmatch(pattern, path.split("?")[0]) and method.lower() in operations:
            return operations[method.lower()]
    return None
