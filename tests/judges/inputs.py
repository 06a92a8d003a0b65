"""Prints what a file of GitLab's has to be given, as options of gitlab-ci-local, one to a line: inputs.py FILE"""

import sys

import yaml

yaml.SafeLoader.add_constructor("!reference", lambda loader, node: loader.construct_sequence(node))

SAMPLES = {"number": "1", "boolean": "true", "array": "[]"}


def main(path):
    with open(path, encoding="utf-8") as file:
        head = next(yaml.safe_load_all(file)) or {}
    for name, declared in ((head.get("spec") or {}).get("inputs") or {}).items():
        declared = declared or {}
        if "default" not in declared:
            options = declared.get("options") or [SAMPLES.get(declared.get("type"), "x")]
            print(f"--input={name}={options[0]}")


if __name__ == "__main__":
    main(sys.argv[1])
