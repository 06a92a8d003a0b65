"""Writes every shell script of a workflow to a file of its own: scripts.py WORKFLOW DIRECTORY

Prints the files' paths. A script starts as the runner would start it. A file of GitLab's gives what all jobs share, the script
of each job, and the commands of each step.
"""

import pathlib
import re
import sys
from zlib import crc32

import yaml

# What refers to another part of a file is judged there.
yaml.SafeLoader.add_constructor("!reference", lambda loader, node: loader.construct_sequence(node))

SHELLS = {None: "bash -e", "bash": "bash -eo pipefail", "sh": "sh -e"}


def shell_of(*scopes):
    """The shell of the nearest scope that names one."""
    for scope in scopes:
        shell = (scope or {}).get("shell")
        if shell:
            return shell
    return None


def defaults_of(scope):
    return ((scope.get("defaults") or {}).get("run")) or {}


def steps_of(steps):
    """Every step, those that run in parallel among them."""
    for step in steps or []:
        yield step
        yield from steps_of(step.get("parallel"))


def scripts(workflow):
    for job_id, job in (workflow.get("jobs") or {}).items():
        for number, step in enumerate(steps_of(job.get("steps")), start=1):
            shell = shell_of(step, defaults_of(job), defaults_of(workflow))
            if "run" in step and shell in SHELLS:
                yield f"{job_id}-{number}", SHELLS[shell], step["run"]


STEP = re.compile(r"^(?:if .*; then )?step (?P<call>(?:.|\n)*?) <<'(?P<end>END_*)'\n(?P<body>(?:.|\n)*?)\n(?P=end)\n", re.MULTILINE)


GIVEN = re.compile(r"^(?P<name>\w+)\(\) \{\n  cat << 'END'\n(?P<body>(?:.|\n)*?)\nEND\n\}\n", re.MULTILINE)


def jobs_of(pipeline):
    """The jobs of a file of GitLab's that have a script."""
    for name, job in pipeline.items():
        if isinstance(job, dict) and "script" in job:
            yield name.replace("/", "-"), job


def gitlab_scripts(pipeline):
    # A part of the root calls what stands there.
    if ".pipeward" in pipeline:
        shared = "".join(pipeline[".pipeward"]["before_script"])
        yield "shared", "sh", shared
        for found in GIVEN.finditer(shared):
            yield f"pipeward-{found['name']}", "bash -eo pipefail", found["body"]
    for name, job in jobs_of(pipeline):
        entries = [entry for entry in job["script"] if isinstance(entry, str)]
        yield name, "sh", "\n".join(entries)
        for number, entry in enumerate(entries, start=1):
            found = STEP.match(entry)
            if found and "--shell" not in found["call"]:
                yield f"{name}-{number}", "bash -eo pipefail", found["body"]


def main(path, directory):
    path, directory = pathlib.Path(path), pathlib.Path(directory)
    # What a file of GitLab's is given stands before it.
    *_, workflow = yaml.safe_load_all(path.read_text(encoding="utf-8"))
    found = scripts if "jobs" in workflow else gitlab_scripts
    for name, shell, text in found(workflow):
        # What many files share is judged once.
        file = directory / (f"{name}-{crc32(text.encode())}.sh" if name == "shared" else f"{path.stem.lstrip('.')}-{name}.sh")
        file.write_text(f"#!/usr/bin/env -S {shell}\n{text}\n", encoding="utf-8")
        print(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
