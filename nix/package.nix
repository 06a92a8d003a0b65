{ lib, rustPlatform }:

let
  manifest = (builtins.fromTOML (builtins.readFile ../Cargo.toml)).package;
in
rustPlatform.buildRustPackage {
  pname = manifest.name;
  inherit (manifest) version;

  # Only what cargo and the tests of the library read: an edit to another document
  # does not rebuild the crate.
  # The benches and the test of the rules are named in Cargo.toml, and cargo wants
  # to see them.
  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../Cargo.lock
      ../Cargo.toml
      ../build.rs
      (lib.fileset.maybeMissing ../benches)
      ../src
      ../templates/default
      ../tests/agreement
      ../tests/rules.rs
    ];
  };

  cargoLock.lockFile = ../Cargo.lock;

  strictDeps = true;

  # The other tests look at the whole repository: `./test` runs them.
  cargoTestFlags = [
    "--lib"
    "--bins"
  ];

  # A builder has no git: `./test` runs the test that makes repositories.
  checkFlags = [ "--skip=another_revision_is_fetched_and_no_credential_stays" ];

  # No test finds anything of the builder's own.
  preCheck = ''
    export HOME=$TMPDIR
  '';

  # For plain nickel and for the language server, by NICKEL_IMPORT_PATH.
  postInstall = ''
    mkdir -p "$out/share/pipeward"
    cp -r src/contracts "$out/share/pipeward/contracts"
  '';

  meta = {
    inherit (manifest) description;
    license = with lib.licenses; [
      asl20
      mit
    ];
    mainProgram = manifest.name;
  };
}
