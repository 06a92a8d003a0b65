"""Compares how gitlab-ci-local reads a file of GitLab's with what is written there: preview.py FILE < preview

Jobs, what each of them is part of, waits for and is given: all that decides what runs, and with what. Prints what differs.
"""

import pathlib
import sys

import yaml


class Loader(yaml.SafeLoader):
    """Reads `!reference [job, key]` too."""


class Reference(list):
    """Where something else of the file stands."""


Loader.add_constructor("!reference", lambda loader, node: Reference(loader.construct_sequence(node)))

KEYS = ["stage", "needs", "rules", "variables", "image", "tags", "timeout", "parallel", "allow_failure", "resource_group", "script"]
NO_JOBS = {"stages", "workflow", "variables", "default", "include", "spec", "pages"}


def jobs_of(document):
    named = ((name, job) for name, job in document.items() if name not in NO_JOBS and not name.startswith("."))
    return {name: job for name, job in named if isinstance(job, dict)}


def plain(key, value):
    """A value as both write it: an image with a name, a need without what is true anyway, a text without the ends of its lines."""
    if key == "image" and isinstance(value, str):
        return {"name": value}
    if key == "needs":
        return [(need["job"], need.get("optional", False)) for need in value or []]
    if key == "variables":
        return {name: str(given) for name, given in (value or {}).items()}
    if key == "parallel" and isinstance(value, dict):
        legs = value.get("matrix", [])
        return [{name: given if isinstance(given, list) else [given] for name, given in leg.items()} for leg in legs]
    if key == "script":
        return [str(entry).strip() for entry in value or [] if not isinstance(entry, Reference)]
    return value


def documents(path):
    with open(path, encoding="utf-8") as file:
        *head, written = yaml.load_all(file, Loader)
    return head, written


def parts_of(path, written):
    """What the file includes of its own project, in its order."""
    included = written.get("include", [])
    for part in included if isinstance(included, list) else []:
        local = pathlib.Path(path).parent / part.get("local", "") if isinstance(part, dict) else None
        if local and local.is_file():
            yield documents(local)[1]


def main(path):
    head, root = documents(path)
    written = {name: value for part in [*parts_of(path, root), root] for name, value in part.items()}
    read = yaml.safe_load(sys.stdin)
    wanted, found = jobs_of(written), jobs_of(read)
    differences = [] if list(wanted) == list(found) else [f"jobs: read {list(found)}, written {list(wanted)}"]
    for name in wanted.keys() & found.keys():
        for key in KEYS:
            there, here = (plain(key, jobs[name].get(key)) for jobs in (found, wanted))
            # Inputs stand in variables alone, where the reader has put their values.
            if there != here and not (head and key == "variables"):
                differences.append(f"{name}.{key}: read {there!r}, written {here!r}")
    stages = [stage for stage in read.get("stages", []) if stage not in {".pre", ".post"}]
    if "stages" in written and stages != written["stages"]:
        differences.append(f"stages: read {stages}, written {written['stages']}")
    if read.get("workflow", {}).get("rules") != written.get("workflow", {}).get("rules"):
        differences.append("workflow: other rules are read than written")
    print("\n".join(f"{path}: {difference}" for difference in sorted(differences)))
    return bool(differences)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
