//! `corpus pack FOLDER FILE` puts the files of a folder into one; `corpus unpack FILE FOLDER` takes them out again.

use std::fs;
use std::path::Path;
use tieout_testkit::corpus;

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["pack", folder, file] => {
            let mut inputs = Vec::new();
            for entry in fs::read_dir(folder)? {
                inputs.push(fs::read(entry?.path())?);
            }
            fs::write(file, corpus::pack(inputs))
        }
        ["unpack", file, folder] => {
            fs::create_dir_all(folder)?;
            for (number, input) in corpus::unpack(&fs::read(file)?).into_iter().enumerate() {
                fs::write(Path::new(folder).join(format!("kept-{number:05}")), input)?;
            }
            Ok(())
        }
        _ => Err(std::io::Error::other(
            "usage: corpus pack FOLDER FILE | corpus unpack FILE FOLDER",
        )),
    }
}
