{
  description = "The CI of many repositories, audited by Pipeward";

  inputs.pipeward.url = "github:example/pipeward";

  outputs =
    { self, pipeward }:
    {
      # `nix run .#check` is the gate, `nix run . -- emit` writes the workflows.
      inherit (pipeward) apps formatter;

      # What the jobs run in: pipeward, and what they call beside it.
      devShells = builtins.mapAttrs (
        system: shells:
        let
          pkgs = pipeward.inputs.nixpkgs.legacyPackages.${system};
        in
        {
          default = pkgs.mkShell {
            inputsFrom = [ shells.author ];
            packages = [
              pipeward.packages.${system}.default
              pkgs.curl
              pkgs.gh
              pkgs.git
              pkgs.jq
            ];
          };
        }
      ) pipeward.devShells;
    };
}
