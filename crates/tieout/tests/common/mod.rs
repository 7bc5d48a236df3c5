//! Runs the program as a user would: files in a folder of their own, exit code, standard output and error.

// Each test file compiles this module for itself and uses a part of it.
#![allow(dead_code, unreachable_pub)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder for one test.
pub struct Desk {
    folder: PathBuf,
}

/// How a command ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    /// An empty folder; the name is the test's.
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// Puts a file on the desk.
    pub fn put(&self, name: &str, content: &str) -> &Self {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// The path of a file on the desk.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The content of a file on the desk.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs `tieout` with these words, on the desk, at a fixed time.
    pub fn tieout(&self, words: &str) -> Ended {
        self.tieout_with(&words.split_whitespace().collect::<Vec<_>>(), &[])
    }

    /// The same with arguments that hold blanks, and environment variables.
    pub fn tieout_with(&self, args: &[&str], environment: &[(&str, &str)]) -> Ended {
        let output = Command::new(env!("CARGO_BIN_EXE_tieout"))
            .args(args)
            .current_dir(&self.folder)
            .env_remove("NO_COLOR")
            .env("SOURCE_DATE_EPOCH", "1790000000")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
