{
  description = "Pipeward: CI pipelines as typed Nickel, judged against policies, emitted as the workflows that run";

  # One input. nixos-26.05 ships rustc 1.95.0, the toolchain this crate is built with.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;

      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];

      # nixpkgs with this flake's own overlay: pkgs.pipeward, defined once.
      forAllSystems =
        f: lib.genAttrs systems (system: f (nixpkgs.legacyPackages.${system}.extend self.overlays.default));

      # What the gate runs, the same words locally and in CI.
      gateFor =
        pkgs:
        pkgs.writeShellApplication {
          name = "pipeward-gate";
          runtimeInputs = [ pkgs.pipeward ];
          text = ''
            exec pipeward check "$@"
          '';
        };

      formatterFor =
        pkgs:
        pkgs.writeShellApplication {
          name = "pipeward-fmt";
          runtimeInputs = [
            pkgs.git
            pkgs.nickel
            pkgs.nixfmt
            pkgs.rustfmt
          ];
          text = builtins.readFile ./nix/fmt.sh;
        };
    in
    {
      overlays.default = final: _prev: { pipeward = final.callPackage ./nix/package.nix { }; };

      packages = forAllSystems (pkgs: {
        inherit (pkgs) pipeward;
        default = pkgs.pipeward;
      });

      apps = forAllSystems (
        pkgs:
        let
          app = program: description: {
            type = "app";
            inherit program;
            meta.description = description;
          };
        in
        rec {
          default = pipeward;
          pipeward = app (lib.getExe pkgs.pipeward) "The pipeward command";
          check = app (lib.getExe (gateFor pkgs)) "The policy gate on this tree's pipelines";
        }
      );

      checks = forAllSystems (
        pkgs:
        let
          # A variant of the package that runs one cargo command and installs nothing.
          cargoCheck =
            name: tools: command:
            pkgs.pipeward.overrideAttrs (old: {
              pname = "${old.pname}-${name}";
              nativeBuildInputs = (old.nativeBuildInputs or [ ]) ++ tools;
              buildPhase = ''
                runHook preBuild
                ${command}
                runHook postBuild
              '';
              doCheck = false;
              installPhase = "touch $out";
              # installPhase leaves a plain file: nothing to strip or patch.
              dontFixup = true;
            });

          # A script on a copy of this tree, with these tools and no others.
          onTree =
            name: tools: script:
            pkgs.runCommand "pipeward-${name}" { nativeBuildInputs = tools; } ''
              export HOME=$TMPDIR
              cp -r ${self} tree && chmod -R u+w tree && cd tree
              ${script}
              touch $out
            '';
          gate = name: directory: onTree name [ pkgs.pipeward ] "pipeward -C ${directory} check";
        in
        {
          package = pkgs.pipeward;

          # rustup (rust-toolchain.toml) and nixpkgs (flake.lock) must mean one compiler.
          toolchain =
            let
              wanted = (builtins.fromTOML (builtins.readFile ./rust-toolchain.toml)).toolchain.channel;
              locked = pkgs.rustc.version;
            in
            if wanted == locked then
              pkgs.runCommand "pipeward-toolchain" { } "touch $out"
            else
              throw "rust-toolchain.toml says ${wanted}, the locked nixpkgs has rustc ${locked}";

          clippy = cargoCheck "clippy" [
            pkgs.clippy
          ] "cargo clippy --offline --all-targets -- --deny warnings";
          format = onTree "format" [ (formatterFor pkgs) ] "pipeward-fmt --check";

          # What git tracks passes the gate, and so do the examples and the template.
          gate = gate "gate" ".";
          example = gate "example" "examples/k2";
          fleet = gate "fleet" "examples/fleet";
          template = gate "template" "templates/default";

          # Emitting changes nothing: neither a file's text nor which files there are.
          emitted = onTree "emitted" [ pkgs.pipeward ] ''
            pipeward emit
            pipeward -C examples/k2 emit
            pipeward -C examples/fleet emit
            diff -r ${self} .
          '';
        }
      );

      devShells = forAllSystems (
        pkgs:
        let
          # For who writes pipelines and policies.
          author = [
            pkgs.git
            pkgs.nickel
            pkgs.nls
          ];
        in
        {
          # For who works on Pipeward: the compiler, and the Nickel library as it is here.
          default = pkgs.mkShell {
            inputsFrom = [ pkgs.pipeward ];
            packages = author ++ [
              pkgs.clippy
              pkgs.nixfmt
              pkgs.rust-analyzer
              pkgs.rustfmt
            ];
            env.NICKEL_IMPORT_PATH = "${self}/src/contracts";
            env.RUST_BACKTRACE = "1";
          };
          # For who uses Pipeward: the command, and the library it was built with.
          author = pkgs.mkShell {
            packages = author ++ [ pkgs.pipeward ];
            env.NICKEL_IMPORT_PATH = "${pkgs.pipeward}/share/pipeward/contracts";
          };
        }
      );

      formatter = forAllSystems formatterFor;

      templates.default = {
        path = ./templates/default;
        description = "Pipelines and a policy in Nickel, gated by Pipeward";
        welcomeText = ''
          Stage it (`git add -A`), then check it: `nix run .#check`.
          Edit `pipelines/ci.ncl`, then write its workflow: `nix run . -- emit`.
        '';
      };
    };
}
