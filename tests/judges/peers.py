"""Which defects of the example other linters tell, against the column `also` of its table.

    peers.py DEFECTS ACTIONLINT ZIZMOR      what `actionlint -oneline` and `zizmor --format json` have said, in two files
"""

import json
import re
import sys

# A form of words that is asked for at every use of an action of the repository, whatever is wrong there.
EVERYWHERE = {"self-repository"}
# Some point at the key, others at the value below it.
NEAR = 1


def actionlint(path):
    for line in open(path, encoding="utf-8"):
        found = re.match(r"(.+?):(\d+):\d+: .*\[([a-z-]+)\]$", line.rstrip())
        if found:
            yield found[1], int(found[2]), found[3]


def zizmor(path):
    for finding in json.load(open(path, encoding="utf-8")):
        for location in finding["locations"]:
            if location["symbolic"]["kind"] == "Primary":
                key = location["symbolic"]["key"]["Local"]
                line = location["concrete"]["location"]["start_point"]["row"] + 1
                yield key["verbatim_path"].removeprefix("./"), line, finding["ident"]


def main(table, *said):
    judges = {name: list(read(path)) for (name, read), path in zip((("actionlint", actionlint), ("zizmor", zizmor)), said)}
    wrong = 0
    if not all(judges.values()):
        sys.exit("a judge has said nothing at all")
    for row in open(table, encoding="utf-8").read().splitlines()[1:]:
        number, _, place, _, _, also, _ = row.split("\t")
        file, line = place.split(":")
        tell = [
            name
            for name, found in judges.items()
            if any(f == file and abs(at - int(line)) <= NEAR and kind not in EVERYWHERE for f, at, kind in found)
        ]
        if (" ".join(tell) or "none") != also:
            print(f"defect {number}: {' '.join(tell) or 'none'} tells it, the table says {also}")
            wrong += 1
    sys.exit(wrong > 0)


main(*sys.argv[1:])
