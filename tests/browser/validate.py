#!/usr/bin/env python3
"""Checks JSON documents against JSON Schemas with the reference-quality `jsonschema` package.

    validate.py SCHEMA.json DOCUMENT.json [--invalid]

Exit 0: valid (with --invalid: refused, as it should be). Exit 1: not so. Exit 77: no `jsonschema` here.
"""

import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)

schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
document = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
Draft202012Validator.check_schema(schema)
errors = [f"{error.json_path}: {error.message[:300]}" for error in Draft202012Validator(schema).iter_errors(document)]
if "--invalid" in sys.argv:
    sys.exit(0 if errors else "the document should be refused and is not")
print("\n".join(errors[:20]))
sys.exit(1 if errors else 0)
