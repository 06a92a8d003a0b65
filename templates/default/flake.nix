{
  description = "Pipelines gated by Pipeward";

  inputs.pipeward.url = "github:example/pipeward";

  outputs =
    { self, pipeward }:
    {
      # `nix run .#check` is the gate, `nix run . -- emit` writes the workflows.
      inherit (pipeward) apps formatter;

      # `nix develop`: pipeward, nickel, and the language server, which finds the library.
      devShells = builtins.mapAttrs (_system: shells: { default = shells.author; }) pipeward.devShells;
    };
}
