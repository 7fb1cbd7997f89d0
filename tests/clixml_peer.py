"""Reads CLIXML with psrpcore and prints what it found, for tests/integration/clixml.rs to compare.

usage: clixml_peer.py FILE...    or --time FILE, which prints the best of three times in seconds

One JSON object a line and file: {"file", "objects", "references", "serialization_data", "rows"} with
rows of [path, text], or {"file", "error"} where psrpcore gives up. psrpcore's own classes for known
.NET types are switched off: they would keep what they know and drop the rest.
"""

import base64
import json
import sys
import time
from xml.etree import ElementTree

from psrpcore.types import _primitive as scalar
from psrpcore.types import _serializer as serializer
from psrpcore.types._base import PSObject, TypeRegistry
from psrpcore.types._collection import PSDictBase, PSIEnumerable, PSListBase, PSQueueBase, PSStackBase
from psrpcore.types._complex import ProgressRecord

sys.setrecursionlimit(10_000)
TypeRegistry().type_registry.clear()

COLLECTIONS = [(PSIEnumerable, "IE"), (PSStackBase, "STK"), (PSListBase, "LST")]
wrapped = {}  # id of a value that came from <Obj> -> (the value, its element)
plain_deserialize = serializer._Serializer.deserialize


def deserialize(self, element):
    value = plain_deserialize(self, element)
    if element.tag == "Obj" and isinstance(value, PSObject):
        wrapped[id(value)] = (value, element)
    return value


serializer._Serializer.deserialize = deserialize


def text_of(path):
    with open(path, "rb") as file:
        data = file.read()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")


def units(text):
    """Half a surrogate pair cannot be UTF-8: U+FFFD, as the Rust reader has it."""
    return "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)


def canonical(value):
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return f"bool {str(value).lower()}"
    if isinstance(value, scalar.PSChar):
        return f"char {int(value)}"
    if isinstance(value, scalar.PSIntegerBase):
        return f"int {int(value)}"
    if isinstance(value, (scalar.PSSingle, scalar.PSDouble)):
        return f"number {float(value)!r}"
    if isinstance(value, scalar.PSDecimal):
        return f"number {value}"
    if isinstance(value, scalar.PSDateTime):
        second = value.strftime("%Y-%m-%dT%H:%M:%S").zfill(19)
        offset = value.strftime("%z")
        return f"date {second}.{value.microsecond * 1000 + value.nanosecond:09}{offset}"
    if isinstance(value, scalar.PSDuration):
        whole = (value.days * 86400 + value.seconds) * 10**9 + value.microseconds * 1000
        return f"span {whole + value.nanoseconds}"
    if isinstance(value, scalar.PSByteArray):
        return f"bytes {base64.b64encode(bytes(value)).decode()}"
    if isinstance(value, scalar.PSGuid):
        return f"guid {value}"
    if isinstance(value, scalar.PSVersion):
        return f"version {value}"
    if isinstance(value, scalar.PSSecureString):
        return "secure"
    if isinstance(value, ProgressRecord):
        return "progress"
    for kind, word in [
        (scalar.PSUri, "uri"),
        (scalar.PSXml, "xml"),
        (scalar.PSScriptBlock, "script"),
        (scalar.PSString, "text"),
    ]:
        if isinstance(value, kind):
            return f"{word} {units(str.__str__(value))}"
    return None


class Walk:
    """Depth first, each object once; a second visit is its number."""

    def __init__(self):
        self.rows = []
        self.numbers = {}
        self.serialization_data = 0

    def value(self, path, value):
        text = canonical(value)
        if text is not None:
            self.rows.append([path, text])
            if isinstance(value, PSObject) and id(value) in wrapped:
                self.members(path, value)
            return
        if id(value) in self.numbers:
            self.rows.append([path, f"object {self.numbers[id(value)]}"])
            return
        self.numbers[id(value)] = len(self.numbers)
        if isinstance(value, PSDictBase):
            self.rows.append([path, f"DCT {len(value)}"])
            items = list(dict.items(value))
        elif isinstance(value, PSQueueBase):
            items = list(value.queue)
            self.rows.append([path, f"QUE {len(items)}"])
        else:
            kind = next((word for cls, word in COLLECTIONS if isinstance(value, cls)), None)
            items = list(list.__iter__(value)) if kind else []
            self.rows.append([path, f"{kind} {len(items)}" if kind else "plain"])
        for i, item in enumerate(items):
            if isinstance(value, PSDictBase):
                self.value(f"{path}/{i}.key", item[0])
                self.value(f"{path}/{i}.value", item[1])
            else:
                self.value(f"{path}/{i}", item)
        self.members(path, value)

    def members(self, path, value):
        _, element = wrapped[id(value)]
        meta = value.PSObject
        if element.find("TN") is not None or element.find("TNRef") is not None:
            # psrpcore puts one prefix before every name, be there one already or not, and leaves
            # _xHHHH_ in type names as it is (GetWindowsFeature.xml has ServerComponent_x005F_XPS_Viewer).
            names = [n.removeprefix("Deserialized.") for n in meta.type_names]
            names = [serializer._deserialize_string(n) for n in names]
            self.rows.append([path + "/types", "|".join(names)])
        if element.find("ToString") is not None:
            self.rows.append([path + "/ToString", units(meta._to_string)])
        for section, properties in [("Props", meta.adapted_properties), ("MS", meta.extended_properties)]:
            if element.find(section) is None:
                continue
            for item in properties:
                if item.name == "SerializationData":
                    self.serialization_data += 1
                    continue
                self.value(f"{path}/{section}.{units(item.name)}", item._value)


def look(path):
    wrapped.clear()
    text = text_of(path)
    roots = serializer.deserialize_clixml(text, None)
    walk = Walk()
    for i, root in enumerate(roots):
        walk.value(str(i), root)
    tree = ElementTree.fromstring(text[text.index("<Objs") :])
    count = lambda tag: sum(1 for e in tree.iter() if e.tag.rpartition("}")[2] == tag)
    return {
        "objects": count("Obj"),
        "references": count("Ref"),
        "serialization_data": walk.serialization_data,
        "rows": walk.rows,
    }


def main():
    if sys.argv[1] == "--time":
        text = text_of(sys.argv[2])
        serializer._Serializer.deserialize = plain_deserialize
        times = []
        for _ in range(3):
            start = time.perf_counter()
            serializer.deserialize_clixml(text, None)
            times.append(time.perf_counter() - start)
        print(min(times))
        return
    for path in sys.argv[1:]:
        try:
            found = look(path)
        except Exception as error:  # whatever psrpcore stumbles over is a line of the comparison
            found = {"error": f"{type(error).__name__}: {error}"[:200]}
        print(json.dumps({"file": path, **found}, ensure_ascii=False))


if __name__ == "__main__":
    main()
