# The ways to all repositories, and the report of all parts: a page for people.
(split("\n") | map(select(. != "") | {key: ., value: true}) | from_entries) as $ways
| $fleet[0] as $all
# The repository that a finding is about: its identity begins with the way to it.
| def way: split("/") as $parts | first(range(1; $parts | length) as $upto | $parts[:$upto] | join("/") | select($ways[.])) // "";
  def count($severity): map(select(.mode == "enforce" and .severity == $severity)) | length;
  def rows: map("| " + (map(tostring) | join(" | ")) + " |")[];
"## \($ways | length) repositories, \($all.pipelines) files: \($all.counts.error) errors, \($all.counts.warning) warnings",
"",
($all.findings[] | select(.file == null and .kind == "refused") | "- not looked at: " + .message),
"",
"| repository | errors | warnings |",
"|---|---|---|",
($all.findings | group_by(.identity | way) | map([(.[0].identity | way), count("error"), count("warning")])
  | map(select(.[0] != "")) | sort_by([-.[1], -.[2], .[0]])[:100] | rows),
"",
"| rule | findings |",
"|---|---|",
($all.findings | group_by(.rule) | map([.[0].rule, length]) | sort_by([-.[1], .[0]])[:30] | rows)
