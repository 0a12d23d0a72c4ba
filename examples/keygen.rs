//! A CURVE key pair, in the two certificate files that czmq and pyzmq read as well.
//!
//! `cargo run --example keygen` makes one in a temporary folder and removes it; `cargo run --example keygen ~/.curve jane`
//! keeps it.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use zmq4::Certificate;

const USAGE: &str = "\
usage: keygen [FOLDER] [NAME]

Makes a CURVE key pair, and writes FOLDER/NAME.key for whoever is to know you, and
FOLDER/NAME.key_secret, which only you may read. Prints the public key.

FOLDER  where the files go (default: a temporary folder, removed at the end)
NAME    whose keys they are (default: mykey)";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    if args.len() > 2 || args.iter().any(|arg| arg.is_empty() || arg.starts_with('-')) {
        eprintln!("{USAGE}");
        return Ok(ExitCode::from(2));
    }

    let name = args.get(1).map_or("mykey", String::as_str);
    match args.first() {
        Some(folder) => keygen(Path::new(folder), name)?,
        None => {
            let folder = std::env::temp_dir().join(format!("keygen-{}", std::process::id()));
            std::fs::create_dir(&folder)?;
            let made = keygen(&folder, name);
            std::fs::remove_dir_all(&folder)?;
            made?;
            println!("removed again; name a FOLDER to keep them");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn keygen(folder: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    let public = folder.join(format!("{name}.key"));
    let secret = folder.join(format!("{name}.key_secret"));
    // Saving replaces what is there, and a secret key that is gone does not come back.
    for path in [&public, &secret] {
        if path.exists() {
            return Err(format!("{} is there already", path.display()).into());
        }
    }

    let mut certificate = Certificate::new()?;
    certificate.set_metadata("name", name)?;
    certificate.save(&public)?;
    println!("public key {}", certificate.public());
    println!("give away  {}", public.display());
    println!("keep       {}", secret.display());
    Ok(())
}
