//! What scripts of PowerShell fetch and run, statement by statement, wherever they stand: in a step of that shell or in the words
//! another hands to it.

/// What fetches.
const FETCHERS: &[&str] = &["downloadstring", "invoke-restmethod", "invoke-webrequest", "irm", "iwr"];
/// What runs a text.
const RUNNERS: &[&str] = &["iex", "invoke-expression"];
/// What only prints what it is told.
const PRINTERS: &[&str] = &["echo", "write-host", "write-output"];
/// What tells one file from another.
const CHECKS: &[&str] = &["get-filehash", "get-authenticodesignature"];

/// The addresses of what is fetched and run.
pub(crate) fn unseen(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    if !FETCHERS.iter().any(|fetcher| lower.contains(fetcher)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut held: Vec<(String, String)> = Vec::new();
    let mut kept: Vec<(String, String)> = Vec::new();
    // A statement goes on after a pipe and after a backtick.
    let joined = text.replace("`\r\n", " ").replace("`\n", " ").replace("|\n", "| ");
    for statement in joined.split(['\n', ';']).map(str::trim) {
        let words: Vec<String> = words(statement).map(str::to_ascii_lowercase).collect();
        let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        if statement.starts_with('#') || words.first().is_some_and(|word| PRINTERS.contains(&word.as_str())) {
            continue;
        }
        if has(CHECKS) {
            kept.clear();
        }
        if has(FETCHERS) {
            let Some(address) = address(statement) else { continue };
            if has(RUNNERS) {
                found.push(address);
            } else if let Some(at) = words.iter().position(|word| word == "-outfile") {
                kept.extend(words.get(at + 1).map(|file| (bare(file).to_owned(), address)));
            } else if let Some(name) = statement.strip_prefix('$').and_then(|rest| rest.split(['=', ' ']).next()) {
                held.push((format!("${}", name.to_ascii_lowercase()), address));
            }
            continue;
        }
        if has(RUNNERS) {
            found.extend(held.iter().filter(|(name, _)| words.contains(name)).map(|(_, address)| address.clone()));
        }
        let called = words.iter().find(|word| !matches!(word.as_str(), "&" | "." | "pwsh" | "powershell" | "-file"));
        found.extend(
            kept.iter().filter(|(file, _)| called.is_some_and(|called| bare(called) == file)).map(|(_, address)| address.clone()),
        );
    }
    found
}

/// The words of a statement, without its quotes and brackets.
fn words(statement: &str) -> impl Iterator<Item = &str> {
    let end = |c: char| c.is_whitespace() || "|(){}'\"".contains(c);
    statement.split(end).map(|word| word.trim_start_matches('.')).filter(|word| !word.is_empty())
}

/// A file without what says that it is here.
fn bare(file: &str) -> &str {
    file.trim_start_matches(['/', '\\'])
}

/// The first address in a statement, or the variable that holds it.
fn address(statement: &str) -> Option<String> {
    let end = |c: char| c.is_whitespace() || "|(){}'\",".contains(c);
    let mut all = statement.split(end);
    all.find(|word| word.contains("://")).or_else(|| statement.split(end).find(|word| word.starts_with('$'))).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fetched_and_run_is_found() {
        for text in [
            "irm https://a.b/c | iex",
            "Invoke-Expression (Invoke-WebRequest -UseBasicParsing https://a.b/c).Content",
            "iex \"& { $(irm https://a.b/c) } -Quiet\"",
            "$s = irm https://a.b/c\n$s | iex",
            "$s = (New-Object Net.WebClient).DownloadString('https://a.b/c'); iex $s",
            "iwr https://a.b/c -OutFile c.ps1; ./c.ps1",
            "iwr https://a.b/c -OutFile .\\c.ps1\n& .\\c.ps1 -Yes",
            "irm https://a.b/c |\n iex",
        ] {
            assert_eq!(unseen(text), ["https://a.b/c"], "{text}");
        }
        for text in [
            "irm https://a.b/c | ConvertTo-Json",
            "# irm https://a.b/c | iex",
            "echo 'irm https://a.b/c | iex'",
            "iex $x\n$s = irm https://a.b/c",
            "iwr https://a.b/c -OutFile c.ps1; if ((Get-FileHash c.ps1).Hash -ne $h) { exit 1 }; ./c.ps1",
            "iwr https://a.b/c -OutFile c.zip; Expand-Archive c.zip",
            "affirm https://a.b | iex",
        ] {
            assert_eq!(unseen(text), Vec::<String>::new(), "{text}");
        }
    }
}
