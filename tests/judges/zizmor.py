"""Compares what zizmor found in one file with what is allowed there: zizmor.py ALLOWED FILE < findings.json

Prints what was found and is not allowed, and what is allowed and was not found; fails on either.
"""

import csv
import json
import sys


def job_of(finding):
    """The job a finding stands at, or `-`."""
    for location in finding["locations"]:
        route = [part.get("Key") for part in location["symbolic"]["route"]["route"]]
        if route[:1] == ["jobs"] and len(route) > 1:
            return route[1]
    return "-"


def allowed_at(path, file):
    with open(path, encoding="utf-8", newline="") as rows:
        lines = (line for line in rows if not line.startswith("#"))
        table = csv.DictReader(lines, delimiter="\t")
        return {(row["rule"], row["job"]) for row in table if row["file"] == file}


def main(allowed, file):
    found = {(finding["ident"], job_of(finding)) for finding in json.load(sys.stdin)}
    allowed = allowed_at(allowed, file)
    for rule, job in sorted(found - allowed):
        print(f"{file}: {job}: {rule}")
    for rule, job in sorted(allowed - found):
        print(f"{file}: {job}: {rule} is allowed and no longer found: remove its line")
    return found != allowed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
