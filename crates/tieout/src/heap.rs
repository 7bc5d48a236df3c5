//! How much memory the C library keeps of what was freed.
//!
//! Once a large block was freed, glibc takes blocks of up to 32 MiB from its heap, where whatever small is kept between them
//! holds the whole of it: of a million entries a fifth of the peak was nothing but that. A fixed size above which blocks are
//! given back turns it off. It can be set from within by unsafe calls only, which are forbidden here, or by the environment
//! that a process begins with; so a run of large files begins once more, as the same process, with that variable. Where
//! that cannot be done the run goes on and takes the memory.

use std::path::Path;

/// Files of which a run begins with the size set, all together: below it, what is kept is little.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE_BYTES: u64 = 24 << 20;

/// Blocks above this size are given back when they are freed (mallopt(3), `MALLOC_MMAP_THRESHOLD_`).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SIZE: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "1048576");

/// Set in a process that has begun again: the C library of a program with privileges takes the other one away.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const BEGAN_AGAIN: &str = "TIEOUT_BEGAN_AGAIN";

/// Begins again with a heap for large files if these are; whoever has set up the heap himself is left alone.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn begin<'a>(files: impl Iterator<Item = &'a Path>) {
    use std::os::unix::process::CommandExt;
    let bytes = files.filter_map(|file| file.metadata().ok()).map(|file| file.len());
    let is_set = |name: &str| std::env::var_os(name).is_some();
    let is_set_up = [SIZE.0, BEGAN_AGAIN, "GLIBC_TUNABLES"].into_iter().any(is_set);
    if is_set_up || bytes.fold(0, u64::saturating_add) < LARGE_BYTES {
        return;
    }
    let mut arguments = std::env::args_os();
    let (Some(name), Ok(own)) = (arguments.next(), std::env::current_exe()) else {
        return;
    };
    // A program may be run by a loader that is named, or be replaced while it runs.
    if own.file_name() != Path::new(&name).file_name() || !own.is_file() {
        return;
    }
    let mut again = std::process::Command::new(own);
    again.env(SIZE.0, SIZE.1).env(BEGAN_AGAIN, "1").arg0(name);
    // It only comes back if it could not begin.
    drop(again.args(arguments).exec());
}

/// Other systems give back what is freed.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn begin<'a>(_files: impl Iterator<Item = &'a Path>) {}
