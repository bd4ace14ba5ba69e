"""The words in which the shapes of the machine API are written: JSON Schema, kept short."""

from typing import Any

Schema = dict[str, Any]

# PostgreSQL keeps no NUL in a text
NO_NUL = "^[^\\u0000]*$"


def text(length: int = 200, *, least: int = 0, **more: Any) -> Schema:
    """Describe a text of `least` to `length` characters."""
    least_length = {"minLength": least} if least else {}
    return {"type": "string", "maxLength": length, "pattern": NO_NUL, **least_length, **more}


def whole(low: int, high: int, **more: Any) -> Schema:
    """Describe a whole number between `low` and `high`, both allowed."""
    return {"type": "integer", "minimum": low, "maximum": high, **more}


def one_of(*words: str, **more: Any) -> Schema:
    """Describe one word of several."""
    return {"type": "string", "enum": list(words), **more}


def maybe(schema: Schema) -> Schema:
    """Describe something that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    """Point at a shape by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(schema: Schema, *, least: int = 0, most: int) -> Schema:
    """Describe a list."""
    return {"type": "array", "items": schema, "minItems": least, "maxItems": most}


def thing(properties: Schema, *required: str, **more: Any) -> Schema:
    """Describe an object; what is not named is ignored."""
    return {"type": "object", "properties": properties, "required": list(required), **more}


def page(name: str, **more: Schema) -> Schema:
    """Describe one page of a list; `next` is the cursor of the following one."""
    items = {"type": "array", "items": ref(name)}
    return thing({"items": items, "next": maybe(text(500)), **more}, "items", "next")


def answer(properties: Schema, **more: Any) -> Schema:
    """Describe an object of ours, in which every property is always there."""
    return thing(properties, *properties, **more)


NAME = text(200, least=1)
TIME = text(64, format="date-time", description="RFC 3339, with its zone")
DAY = text(10, format="date")
UID = text(36, format="uuid")
SKU = text(64, least=1)
STORE = text(64, least=1, description="code of the store")
SOURCE = text(100, least=1, description="the system that says so")
CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217"}
