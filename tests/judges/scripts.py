"""Writes every shell script of a workflow to a file of its own: scripts.py WORKFLOW DIRECTORY

Prints the files' paths. A script starts as the runner would start it.
"""

import pathlib
import sys

import yaml

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


def main(path, directory):
    path, directory = pathlib.Path(path), pathlib.Path(directory)
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, shell, text in scripts(workflow):
        file = directory / f"{path.stem}-{name}.sh"
        file.write_text(f"#!/usr/bin/env -S {shell}\n{text}\n", encoding="utf-8")
        print(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
