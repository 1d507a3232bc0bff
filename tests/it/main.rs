mod support {
    pub mod cluster;
}
mod program;
mod processes;
mod command_line;
