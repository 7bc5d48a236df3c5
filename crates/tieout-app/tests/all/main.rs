//! What the server does apart from answering.

mod chain_files;
mod jobs;
