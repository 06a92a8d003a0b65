# The base layer: final: prev: { ... }
{ lib, system }:
final: _prev:
let
  host = import ./host.nix;

  # One derivation, its PATH made of declared tools alone.
  raw =
    {
      name,
      script,
      env ? { },
    }:
    derivation (
      {
        inherit name system;
        builder = host.bash;
        args = [
          "-euo"
          "pipefail"
          "-c"
          script
        ];
      }
      // env
    );

  # $out/bin/NAME hands over to this machine's NAME; one it lacks says so when run.
  hostTools =
    pname: version: bins: extra:
    raw {
      name = "${pname}-${version}";
      script = ''
        ${host.coreutils}/mkdir -p "$out/bin"
        ${lib.concatMapStringsSep "\n" (bin: ''
          printf '%s\n' ${lib.escapeShellArg (launcher bin)} > "$out/bin/${bin}"
          ${host.coreutils}/chmod +x "$out/bin/${bin}"
        '') bins}
      '';
    }
    // {
      inherit pname version;
      meta.mainProgram = builtins.head bins;
    }
    // extra;

  launcher =
    bin:
    let
      path = host.tools.${bin} or null;
    in
    if path == null then
      ''
        #!${host.bash}
        echo "stand-in: this machine has no ${bin}" >&2
        exit 127''
    else
      ''
        #!${host.bash}
        ${if bin == "cargo" then host.rustEnv else ""}
        exec ${path} "$@"'';

  tool = name: hostTools name "host" [ name ] { };

  # What nixpkgs' stdenv puts on PATH before anything is declared.
  initialPath = hostTools "stdenv-initial-path" "host" host.initial { };

  setup = builtins.toFile "setup.sh" (builtins.readFile ./setup.sh);

  stdenvDrv = raw {
    name = "stdenv-stand-in";
    script = ''
      ${host.coreutils}/mkdir -p "$out"
      printf 'initialPath=%s\nSHELL=%s\n' ${initialPath} ${host.bash} > "$out/setup"
      ${host.coreutils}/cat ${setup} >> "$out/setup"
    '';
  };

  # The arguments that shape the package and are not variables of its build.
  notEnv = [
    "meta"
    "passthru"
    "cargoLock"
    "env"
  ];

  mkDerivation =
    attrs:
    let
      name = attrs.name or "${attrs.pname}-${attrs.version}";
      plain = removeAttrs attrs (notEnv ++ [ "name" ]);
    in
    derivation (
      plain
      // (attrs.env or { })
      // {
        inherit name system;
        stdenv = stdenvDrv;
        # What `nix develop` writes the shell's variables to.
        outputs = [ "out" ];
        builder = host.bash;
        args = [
          "-c"
          "source $stdenv/setup; genericBuild"
        ];
      }
    )
    // {
      inherit (attrs) meta;
      overrideAttrs = f: mkDerivation (attrs // (if lib.isFunction f then f attrs else f));
    }
    // (if attrs ? pname then { inherit (attrs) pname version; } else { })
    // (attrs.passthru or { });

  lockedPackages = lockFile: (builtins.fromTOML (builtins.readFile lockFile)).package;

  buildRustPackage =
    {
      cargoLock ? null,
      cargoHash ? null,
      nativeBuildInputs ? [ ],
      cargoBuildFlags ? [ ],
      cargoTestFlags ? [ ],
      checkFlags ? [ ],
      meta ? { },
      ...
    }@args:
    let
      # What importCargoLock would refuse: a git dependency without outputHashes.
      git = builtins.filter (p: lib.hasPrefix "git+" (p.source or "")) (
        lockedPackages cargoLock.lockFile
      );
      unhashed = builtins.filter (p: !((cargoLock.outputHashes or { }) ? "${p.name}-${p.version}")) git;
    in
    if cargoLock == null && cargoHash == null then
      throw "buildRustPackage: neither cargoLock nor cargoHash"
    else if cargoLock != null && unhashed != [ ] && !(cargoLock.allowBuiltinFetchGit or false) then
      throw "buildRustPackage: no outputHashes for ${toString (map (p: p.name) unhashed)}"
    else
      mkDerivation (
        {
          buildPhase = ''
            runHook preBuild
            cargo build --offline --locked ${toString cargoBuildFlags}
            runHook postBuild
          '';
          checkPhase = ''
            runHook preCheck
            cargo test --offline --locked ${toString cargoTestFlags} -- ${toString checkFlags}
            runHook postCheck
          '';
          installPhase = ''
            runHook preInstall
            mkdir -p "$out/bin"
            find "$CARGO_TARGET_DIR/debug" -maxdepth 1 -type f -perm -u+x -name '${
              (args.meta or { }).mainProgram or args.pname
            }' -exec cp -t "$out/bin" {} +
            runHook postInstall
          '';
          doCheck = true;
        }
        // args
        // {
          inherit meta;
          nativeBuildInputs = [
            final.cargo
            final.rustc
          ]
          ++ nativeBuildInputs;
          CARGO_HOME = host.cargoHome;
          CARGO_TARGET_DIR = host.targetDir;
          CARGO_NET_OFFLINE = "true";
        }
      );

  mkShell =
    {
      name ? "nix-shell",
      packages ? [ ],
      inputsFrom ? [ ],
      nativeBuildInputs ? [ ],
      buildInputs ? [ ],
      shellHook ? "",
      env ? { },
      ...
    }@args:
    mkDerivation (
      removeAttrs args [
        "packages"
        "inputsFrom"
      ]
      // {
        inherit name shellHook env;
        meta = { };
        nativeBuildInputs =
          packages
          ++ nativeBuildInputs
          ++ buildInputs
          ++ builtins.concatMap (p: p.nativeBuildInputs or [ ]) inputsFrom;
        phases = "buildPhase";
        buildPhase = "export > $out";
      }
    );

  runCommand =
    name: env: script:
    mkDerivation (
      env
      // {
        inherit name;
        meta = env.meta or { };
        phases = "buildPhase";
        buildPhase = script;
      }
    );

  writeShellApplication =
    {
      name,
      text,
      runtimeInputs ? [ ],
      runtimeEnv ? { },
      meta ? { },
    }:
    raw {
      inherit name;
      env.text = ''
        #!${host.bash}
        set -o errexit
        set -o nounset
        set -o pipefail

        ${lib.concatMapStringsSep "\n" (n: "export ${n}=${lib.escapeShellArg runtimeEnv.${n}}") (
          lib.attrNames runtimeEnv
        )}
        export PATH="${lib.makeBinPath runtimeInputs}:$PATH"

        ${text}
      '';
      # nixpkgs runs shellcheck here too; bash -n is what every machine has.
      script = ''
        ${host.coreutils}/mkdir -p "$out/bin"
        printf '%s\n' "$text" > "$out/bin/${name}"
        ${host.coreutils}/chmod +x "$out/bin/${name}"
        ${host.bash} -n "$out/bin/${name}"
        ${if host.tools ? shellcheck then ''${host.tools.shellcheck} "$out/bin/${name}"'' else ""}
      '';
    }
    // {
      meta = {
        mainProgram = name;
      }
      // meta;
    };
in
{
  inherit
    lib
    mkShell
    runCommand
    writeShellApplication
    ;
  mkShellNoCC = mkShell;
  callPackage = lib.callPackageWith final;

  stdenv = stdenvDrv // {
    inherit mkDerivation;
    hostPlatform = {
      inherit system;
      isLinux = builtins.match ".*-linux" system != null;
      isDarwin = builtins.match ".*-darwin" system != null;
    };
  };

  cargo = hostTools "cargo" host.rustVersion [ "cargo" ] { };
  rustc = hostTools "rustc" host.rustVersion [ "rustc" "rustdoc" ] { };
  clippy = hostTools "clippy" host.rustVersion [ "cargo-clippy" "clippy-driver" ] { };
  rustfmt = hostTools "rustfmt" host.rustVersion [ "rustfmt" "cargo-fmt" ] { };
  rustPlatform = {
    inherit buildRustPackage;
  };

  bashInteractive = hostTools "bash-interactive" "host" [ "bash" ] { };
}
// lib.genAttrs [
  "git"
  "jq"
  "nickel"
  "nixfmt"
  "nls"
  "rust-analyzer"
] tool
