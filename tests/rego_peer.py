"""Asks the policies with regopy, another Rego engine, for tests/integration/rego_peer.rs to compare.

usage: rego_peer.py POLICIES WORLD...

WORLD is what `exdrift policy input` prints. One JSON object a line: {"world", "package", "rule", "value"}, with
sets as arrays, or {"world", "package", "rule": "all", "error"}.
"""

import json
import os
import pathlib
import re
import sys

from regopy import Interpreter
from regopy.rego_shared import NodeKind

BACKSLASH = "\N{SET MINUS}"
RULES = ["violation", "not_applicable", "unknown", "subject"]


def modules(root):
    for path in sorted(pathlib.Path(root).rglob("*.rego")):
        if not path.name.endswith("_test.rego") and path.stem != "fixture":
            yield path, path.read_text(encoding="utf-8")


def package_of(text):
    return re.search(r"^package (\S+)", text, re.MULTILINE).group(1)


def needed(text, libraries):
    """The library modules that a text imports, with those that these import."""
    found, texts = {}, [text]
    while texts:
        for package in re.findall(r"^import data\.(lib\.\S+)", texts.pop(), re.MULTILINE):
            if package not in found and package in libraries:
                found[package] = libraries[package]
                texts.append(libraries[package][1])
    return found.values()


def plain(node):
    """A node as Python has it."""
    if node.kind in (NodeKind.Term, NodeKind.Scalar):
        return plain(node.at(0))
    if node.kind == NodeKind.Object:
        return {key.strip('"'): plain(child) for key, child in node._children.items()}
    if node.kind == NodeKind.Set:
        return [plain(child) for child in node._children.values()]
    if node.kind == NodeKind.Array:
        return [plain(node.at(index)) for index in range(len(node))]
    value = node.value
    if isinstance(value, str):
        # A text that stood in the policy keeps its quotes.
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        return value.replace(BACKSLASH, "\\")
    return value


def ask(world, asked, path, text, libraries):
    package = package_of(text)
    engine = Interpreter()
    engine.set_input(asked["input"])
    engine.add_data(asked["data"])
    rules = [rule for rule in RULES if re.search(rf"^{rule} (contains|:=)", text, re.MULTILINE)]
    said = {"world": world, "package": package}
    try:
        for library, library_text in needed(text, libraries):
            engine.add_module(str(library), library_text)
        engine.add_module(str(path), text)
        output = engine.query("; ".join(f"{rule}_ := data.{package}.{rule}" for rule in rules))
        for rule in rules:
            value = plain(output.binding(f"{rule}_"))
            print(json.dumps({**said, "rule": rule, "value": value}), flush=True)
    except Exception as error:  # whatever it is, it is the answer
        print(json.dumps({**said, "rule": "all", "error": str(error)[:500]}), flush=True)


def main(root, worlds):
    everything = list(modules(root))
    libraries = {package_of(text): (path, text) for path, text in everything if package_of(text).startswith("lib.")}
    for world in worlds:
        with open(world, encoding="utf-8") as file:
            # Its answers do not survive a backslash: another sign stands for it, there and back.
            asked = json.loads(file.read().replace("\\\\", BACKSLASH))
        for path, text in everything:
            package = package_of(text)
            if package.startswith("lib."):
                continue
            # Some modules end the engine and its process.
            sys.stdout.flush()
            child = os.fork()
            if child == 0:
                ask(world, asked, path, text, libraries)
                sys.stdout.flush()
                os._exit(0)
            if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
                print(json.dumps({"world": world, "package": package, "rule": "all", "error": "Syntax error: it ended"}))


main(sys.argv[1], sys.argv[2:])
