//! `insecure-commands`: the switch goes, and with it an environment that holds nothing else.

use super::{Example, Fixer, Mend, Site, Which};
use crate::source::Field;

pub(super) static FIXER: Fixer = Fixer {
    rule: "insecure-commands",
    title: "remove the variable",
    mend,
    examples: &[
        Example {
            which: Which::Safe,
            before: "on: push\nenv:\n  A: b\n  ACTIONS_ALLOW_UNSECURE_COMMANDS: true # once\n  C: d\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            after: Some(
                "on: push\nenv:\n  A: b\n  C: d\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n      env: { ACTIONS_ALLOW_UNSECURE_COMMANDS: 'true' }\n    - run: make test\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n    - run: make test\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\nenv:\n  ACTIONS_ALLOW_UNSECURE_COMMANDS: true\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: ./tool --print '::set-env name=A::b'\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let at = site.at()?;
    let around = [site.step(), site.job().map(|job| &job.node), Some(site.root)];
    let holds = |field: &&Field| field.node.origin == at;
    let (env, field) = around.into_iter().flatten().find_map(|holder| {
        let env = holder.field("env")?;
        Some((env, env.node.fields()?.iter().find(holds)?))
    })?;
    let alone = env.node.fields().is_some_and(|fields| fields.len() == 1);
    let edit = site.remove(if alone { env } else { field })?;
    // What is printed for the runner to obey would not be obeyed any more.
    let used = site.text.contains("::set-env") || site.text.contains("::add-path");
    Some(if used { Mend::unsafely(vec![edit]) } else { Mend::safe(vec![edit]) })
}
