# GITHUB_STEP_SUMMARY: what all steps wrote is kept.
pw_after="$pw_after pw_summary" pw_last="$pw_last pw_keep_summary"
pw_summary() { cat "$pw_step/summary" >> "$pw_dir/summary.md"; }
pw_keep_summary() { pw_keep summary.md; }
