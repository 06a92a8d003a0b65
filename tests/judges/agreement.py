"""Compares what linters say of the same workflows, rule by rule: agreement.py WORK FOLDER [--write], agreement.py --page [--write],
or agreement.py --complete ZIZMOR KINDS for whether the table has all their rules

WORK has what was said as JSON and the tree that it was said of. Findings are the same if they stand in the same step, job or
file, as agreement.tsv says for each rule; so a rule that speaks twice at one step counts once.
"""

import bisect
import collections
import csv
import fnmatch
import json
import os
import re
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "agreement.md"
GOAL = 98

Said = collections.namedtuple("Said", "rule file place text line")


def table(name):
    with open(HERE / name, encoding="utf-8", newline="") as rows:
        lines = (line for line in rows if not line.startswith("#"))
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{**row, "number": number} for number, row in enumerate(rows)]


class Places:
    """In which job and step each line of a file lies."""

    def __init__(self, path):
        self.starts, self.lines = [((0, 0), "-")], []
        # What is said of a whole repository is said at its folder.
        text = "" if path.is_dir() else path.read_text(encoding="utf-8", errors="replace")
        self.lines = text.splitlines()
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
            self.of_root(root)
        except yaml.YAMLError:
            self.of_lines(text)
        self.starts.sort()
        self.keys = [start for start, _ in self.starts]

    def add(self, mark, place):
        self.starts.append(((mark.line, mark.column), place))

    def of_root(self, root):
        for key, value in entries(root):
            self.add(key.start_mark, "-")
            if key.value == "jobs":
                for job, body in entries(value):
                    self.add(job.start_mark, job.value)
                    self.of_job(job.value, body)
            if key.value == "runs":
                self.of_job("-", value)

    def of_job(self, job, body):
        for key, value in entries(body):
            self.add(key.start_mark, job)
            if key.value == "steps" and isinstance(value, yaml.SequenceNode):
                self.of_steps(job, value, [])

    def of_steps(self, job, steps, above):
        for number, step in enumerate(steps.value):
            route = [*above, str(number)]
            place = f"{job}/{'.'.join(route)}"
            column = step.start_mark.column if steps.flow_style else steps.start_mark.column
            # A step that an alias stands for is where its anchor is.
            if step.start_mark.line >= steps.start_mark.line:
                self.starts.append(((step.start_mark.line, column), place))
            for key, value in entries(step):
                if key.value == "parallel" and isinstance(value, yaml.SequenceNode):
                    self.of_steps(job, value, route)

    def of_lines(self, text):
        """What can be told of a file that is no YAML: its jobs, by how they are indented."""
        job, within, indent = "-", False, None
        for number, line in enumerate(text.splitlines()):
            key = re.match(r"( *)([^\s#:-][^:]*):", line)
            if not key:
                continue
            depth = len(key[1])
            if depth == 0:
                job, within, indent = "-", key[2] == "jobs", None
            elif within and (indent is None or depth == indent):
                job, indent = key[2], depth
            self.starts.append(((number, 0), job))

    def text(self, place, part):
        """The text of the step, the job or the file that a place lies in."""
        place = widened(place, part)
        if place == "-":
            return "\n".join(self.lines)
        of_place = lambda one: one == place or one.startswith(f"{place}/")
        within = [at for at, (_, one) in enumerate(self.starts) if of_place(one)]
        if not within:
            return ""
        end = within[-1] + 1
        # A place on one line ends where the next begins.
        last = (len(self.lines), 0) if end == len(self.starts) else self.starts[end][0]
        first = self.starts[within[0]][0]
        lines = self.lines[first[0] : last[0] + 1]
        if last[0] < len(self.lines) and lines:
            lines[-1] = lines[-1][: last[1]]
        lines[:1] = [line[first[1] :] for line in lines[:1]]
        return "\n".join(lines)

    def at(self, line, column):
        return self.starts[bisect.bisect_right(self.keys, (line, column)) - 1][1]


def entries(node):
    return node.value if isinstance(node, yaml.MappingNode) else []


def widened(place, at):
    """The step, job or file that a place lies in."""
    if at == "file":
        return "-"
    return place.split("/")[0] if at == "job" else place


class Tree:
    """The files that were judged."""

    def __init__(self, root):
        self.root, self.places = root, {}

    def said(self, rule, file, line, column, text):
        file = os.path.normpath(os.path.relpath(file, self.root) if os.path.isabs(file) else file)
        if file not in self.places:
            self.places[file] = Places(self.root / file)
        return Said(rule, file, self.places[file].at(line, column), " ".join(text.replace(f"{self.root}/", "").split()), line)


def of_zizmor(tree, findings):
    for finding in findings:
        places = [place for place in finding["locations"] if place["symbolic"]["kind"] == "Primary"]
        all_said = []
        for place in places:
            start = place["concrete"]["location"]["start_point"]
            file = next(iter(place["symbolic"]["key"].values()))["verbatim_path"]
            text = f"{finding['desc']}: {place['symbolic']['annotation']}"
            all_said.append(tree.said(finding["ident"], file, start["row"], start["column"], text))
        # It may point at several lines of the same.
        yield from (said for said in all_said if (said.file, said.place) == (all_said[0].file, all_said[0].place))


def of_actionlint(tree, findings):
    for finding in findings:
        yield tree.said(finding["kind"], finding["filepath"], finding["line"] - 1, finding["column"] - 1, finding["message"])


def of_pipeward(tree, report):
    for finding in report["findings"]:
        if finding["line"] is not None:
            line, column = finding["line"] - 1, finding["column"] - 1
            yield tree.said(finding["rule"], finding["file"], line, column, finding["message"])


def load(work, name):
    return json.loads((work / f"{name}.json").read_text(encoding="utf-8"))


def lists(work, name):
    """All items of the lists that a file holds one behind the other."""
    text, items, reader = (work / f"{name}.json").read_text(encoding="utf-8").strip(), [], json.JSONDecoder()
    while text:
        some, end = reader.raw_decode(text)
        items += some
        text = text[end:].lstrip()
    return items


def placed(said, rules, at):
    """What was said under these rules, by place."""
    found = collections.defaultdict(list)
    for one in said:
        if one.rule in rules:
            found[one.file, widened(one.place, at)].append(one)
    return found


class Reasons:
    """Why differences stay."""

    def __init__(self, tree, judge, unread):
        self.tree, self.unread = tree, unread if judge == "zizmor" else set()
        self.rows = [row for row in table("differences.tsv") if row["judge"] == judge]

    def row(self, theirs, which, file, place, said):
        """The first row that fits a difference."""
        for row in self.rows:
            if (
                row["theirs"] in (theirs, "*")
                and row["which"] == which
                and fnmatch.fnmatchcase(file, row["files"])
                and fnmatch.fnmatchcase(place, row["place"])
                and all(re.search(row["said"], one.text) and self.stands(row, one) for one in said)
            ):
                return row
        return None

    def stands(self, row, one):
        """Whether what a row looks for stands in the line, step, job or file: `step:expression`."""
        part, _, pattern = row["text"].partition(":")
        if not pattern:
            return True
        places = self.tree.places[one.file]
        text = places.lines[one.line] if part == "line" else places.text(one.place, part)
        return re.search(pattern, text) is not None

    def why(self, theirs, which, file, place, said):
        if which == "extra" and file in self.unread:
            return "it cannot read the file", None
        row = self.row(theirs, which, file, place, said)
        return (row["why"], row["number"]) if row else (None, None)


class Used:
    """Which rows of differences.tsv excuse something, and which would excuse what is no difference."""

    def __init__(self):
        self.numbers, self.broad = set(), set()

    def lines(self):
        rows = {row["number"]: row for row in table("differences.tsv")}
        named = lambda number: " ".join(rows[number][key] for key in ("judge", "theirs", "which", "why"))
        yield from (f"! a reason that excuses nothing: {named(number)}" for number in rows if number not in self.numbers)
        yield from (f"! a reason that excuses what is given as well: {named(number)}" for number in sorted(self.broad))


def compare(reasons, theirs, ours, rows, used):
    """The lines of one comparison, and whether it reaches the goal."""
    lines, reached = [], True
    excusing, given_too = set(), set()
    numbers = [f"{'':32} theirs  given  reasons  open  share   ours  theirs-too"]
    for row in rows:
        rules = set(row["ours"].split())
        their, our = placed(theirs, {row["theirs"]}, row["at"]), placed(ours, rules, row["at"])
        missed = [("missed", key, sorted(their[key])) for key in sorted(their.keys() - our.keys())]
        extra = [("extra", key, sorted(our[key])) for key in sorted(our.keys() - their.keys())]
        for file, place in their.keys() & our.keys():
            given_too.add(reasons.why(row["theirs"], "missed", file, place, their[file, place])[1])
        told = []
        for which, (file, place), said in missed + extra:
            why, number = reasons.why(row["theirs"], which, file, place, said)
            excusing.add(number)
            told.append((which, why))
            sign = "-" if which == "missed" else "+"
            name = row["theirs"] if which == "missed" else said[0].rule
            lines.append(f"{sign} {row['theirs']}: {file}: {place}: {name}: {said[0].text[:160]}{f' ({why})' if why else ''}")
        if not their and not our:
            continue
        excused = sum(1 for which, why in told if which == "missed" and why)
        left, given = len(missed) - excused, len(their) - len(missed)
        counted = len(their) - excused
        share = 100 * given / counted if counted else 100
        reached = reached and share >= GOAL
        numbers.append(
            f"{row['theirs']:32} {len(their):6} {given:6} {excused:8} {left:5} {share:5.0f} %{len(our):6} {len(our) - len(extra):11}"
        )
    used.numbers |= excusing
    used.broad |= (excusing & given_too) - {None}
    return numbers, lines, reached


def unmapped(judge, said, rows):
    known = {row["theirs"] for row in rows if row["judge"] == judge}
    return sorted({one.rule for one in said} - known)


def report(work, folder):
    tree, rows = Tree(work / "tree"), table("agreement.tsv")
    ours = {level: list(of_pipeward(tree, load(work, level))) for level in ("default", "strict")}
    theirs = {
        "regular": list(of_zizmor(tree, lists(work, "zizmor-regular"))),
        "auditor": list(of_zizmor(tree, lists(work, "zizmor-auditor"))),
        "actionlint": list(of_actionlint(tree, load(work, "actionlint"))),
    }
    unread = set((work / "unread").read_text(encoding="utf-8").split("\n"))
    out, reached, used = [], True, Used()
    for judge, name, level in (
        ("zizmor", "auditor", "strict"),
        ("zizmor", "regular", "default"),
        ("actionlint", "actionlint", "strict"),
        ("actionlint", "actionlint", "default"),
    ):
        mapped = [row for row in rows if row["judge"] == judge and row["ours"] != "-"]
        if level == "default":
            mapped = [row for row in mapped if row["default"] == "yes"]
        title = judge if judge == name else f"{judge} ({name})"
        numbers, lines, good = compare(Reasons(tree, judge, unread), theirs[name], ours[level], mapped, used)
        for rule in unmapped(judge, theirs[name], rows):
            lines.append(f"! {rule}: not in agreement.tsv")
            good = False
        out += [f"== {title} and pipeward audit{' --strict' if level == 'strict' else ''}", *numbers]
        out += lines if level == "strict" else [line for line in lines if line.startswith("-")]
        out.append("")
        reached = reached and good
    return out, reached, list(used.lines())


def judge(work, folder, write):
    out, reached, reasons = report(Path(work), folder)
    print("\n".join(out))
    expected, text = Path(folder) / "expected.txt", "\n".join(out)
    good = reached
    if write:
        expected.write_text(text, encoding="utf-8")
        good = True
    elif expected.exists():
        # What is written down was looked at, each line of it.
        good = told_apart(expected.read_text(encoding="utf-8").split("\n"), out, expected)
    if expected.exists():
        # Each reason is about something there, and about nothing else.
        print("".join(f"{line}\n" for line in reasons), end="")
        good = good and not reasons
    print(f"{int(good)} passed, {int(not good)} failed")
    return not good


def told_apart(before, now, expected):
    for sign, lines in (("no longer", before), ("new", now)):
        other = now if lines is before else before
        for line in lines:
            if line not in other:
                print(f"{sign}: {line}")
    if before != now:
        print(f"differs from {expected}: look at each line, then run it again with --write")
    return before == now


def page(write):
    """docs/agreement.md: both tables, for people."""
    rows, reasons = table("agreement.tsv"), table("differences.tsv")
    out = [
        "# Agreement with other linters",
        "",
        "<!-- Generated from tests/judges/agreement.tsv and tests/judges/differences.tsv by tests/judges/agreement; do not edit. -->",
        "",
        "`tests/judges/agreement FOLDER` holds what `pipeward audit` says of any workflows against what zizmor and actionlint say of them: where",
        "both speak at the same step, job or file, they agree. The goal is 98 of 100 findings of each of their rules, those aside that are listed here",
        "with a reason. Of the workflows of `tests/agreement` every difference is written down in `tests/agreement/expected.txt`, and `./test` holds the",
        "audit to it. zizmor's `auditor` persona and actionlint are held against `--strict`, zizmor's `regular` persona against an audit without it.",
    ]
    for judge in ("zizmor", "actionlint"):
        out += ["", f"## Rules of {judge}", "", "| there | here |", "|---|---|"]
        for row in rows:
            if row["judge"] == judge:
                ours = ", ".join(f"`{rule}`" for rule in row["ours"].split()) if row["ours"] != "-" else f"none: {row['why']}"
                out.append(f"| `{row['theirs']}` | {ours} |")
        for which, title in (("missed", f"What {judge} says and Pipeward does not"), ("extra", f"What Pipeward says and {judge} does not")):
            out += ["", f"### {title}", ""]
            seen = dict.fromkeys((row["theirs"], row["why"]) for row in reasons if (row["judge"], row["which"]) == (judge, which))
            out += [f"- `{theirs}`: {why}." for theirs, why in seen] or ["Nothing."]
    text = "\n".join(out) + "\n"
    if write:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE} is not what the tables say: run tests/judges/agreement --page --write")
        return True
    return False


def complete(zizmor, kinds):
    """Whether agreement.tsv has all that the installed linters can say: zizmor's program names a page for each of its audits."""
    rows = table("agreement.tsv")
    known = {judge: {row["theirs"] for row in rows if row["judge"] == judge} for judge in ("zizmor", "actionlint")}
    # What follows a name in the program is the next text of it.
    pages = {page.decode() for page in re.findall(rb"docs\.zizmor\.sh/audits/#([a-z-]+)", Path(zizmor).read_bytes())}
    audits = {max((name for name in known["zizmor"] if page.startswith(name)), key=len, default=page) for page in pages}
    said = {"zizmor": audits, "actionlint": set(Path(kinds).read_text(encoding="utf-8").split())}
    # These speak only where a configuration asks for them.
    asked = {"pyflakes", "require-commit-hash", "require-job-timeout", "require-permissions", "required-actions"}
    missing = [f"{judge}: {name}" for judge in said for name in sorted(said[judge] - known[judge])]
    gone = [f"{judge}: {name}" for judge in said for name in sorted(known[judge] - said[judge] - asked)]
    empty = [f"{judge}: nothing is told" for judge in said if not said[judge]]
    for text, names in (("not in agreement.tsv", missing), ("no rule there any more", gone), ("the list", empty)):
        for name in names:
            print(f"{text}: {name}")
    return bool(missing or gone or empty)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--complete"]:
        sys.exit(complete(*sys.argv[2:]))
    write = "--write" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--write"]
    sys.exit(page(write) if arguments == ["--page"] else judge(*arguments, write))
