//! A new contract of an author's own: a validator with examples, in the folder of what pipelines share.

use std::path::Path;

use super::{Draft, Kind, Name};
use crate::cli::Error;
use crate::cli::limits::Limits;
use crate::scaffold::New;

pub(super) const KIND: Kind = Kind { id: "contract", summary: "a contract for values of your own, under pipelines/lib/", write };

const TEXT: &str = r#"{
  <Name>
    | doc m%"
      Accepts a version of three numbers.

      # Examples

      ```nickel multiline
      "1.2.3" | <Name>
      # => "1.2.3"

      "1.2" | <Name>
      # => error: expected three numbers with dots between them, got "1.2"

      12 | <Name>
      # => error: expected three numbers with dots between them, got a Number
      ```
    "%
    =
      std.contract.from_validator (fun value =>
        let refuse = fun got =>
          'Error {
            message = "expected three numbers with dots between them, got %{got}",
            notes = ["write \"1.2.3\""],
          }
        in
        if !std.is_string value then
          refuse "a %{std.string.from (std.typeof value)}"
        else if !std.string.is_match "^[0-9]+[.][0-9]+[.][0-9]+$" value then
          refuse "\"%{value}\""
        else
          'Ok
      ),
}
"#;

fn write(name: &Name, _root: &Path, _limits: &Limits) -> Result<Draft, Error> {
    let (file, camel) = (name.snake(), name.camel());
    let files = vec![New { path: format!("pipelines/lib/{file}.ncl"), text: TEXT.replace("<Name>", &camel) }];
    let next = vec![format!("in a pipeline: let {{ {camel}, .. }} = import \"lib/{file}.ncl\" in … \"1.2.3\" | {camel}")];
    Ok(Draft { files, next })
}
