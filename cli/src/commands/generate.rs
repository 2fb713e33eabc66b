//! `wharf completions`, `wharf man`: what other programs want to know of this one.

use std::fs;
use std::io;

use anyhow::Context;
use clap::CommandFactory;
use clap_mangen::roff::{Roff, roman};

use crate::args::{Args, Completions, Man};
use crate::standard;

pub(crate) fn completions(args: &Completions) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "wharf", &mut script);
    let write = || io::Write::write_all(&mut standard::output()?, &script);
    write().context("cannot write to standard output")
}

/// One page for the command, and one for each subcommand.
pub(crate) fn man(args: &Man) -> anyhow::Result<()> {
    let cannot_write = || format!("cannot write manual pages into {}", args.out.display());
    fs::create_dir_all(&args.out).with_context(cannot_write)?;
    // Else there is a page for each subcommand of `help` too.
    let mut command = Args::command().disable_help_subcommand(true);
    command.build();
    for command in command.get_subcommands().chain([&command]) {
        let page = clap_mangen::Man::new(command.clone()).manual("Wharf").source(VERSION);
        let text = render(&page, command)?;
        fs::write(args.out.join(page.get_filename()), text).with_context(cannot_write)?;
    }
    Ok(())
}

const VERSION: &str = concat!("wharf ", env!("CARGO_PKG_VERSION"));

fn render(page: &clap_mangen::Man, command: &clap::Command) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    if command.has_subcommands() {
        page.render_subcommands_section(&mut text)?;
    }
    if let Some(help) = command.get_after_help() {
        examples(&help.to_string()).to_writer(&mut text)?;
    }
    Ok(text)
}

/// What stands below a command's options: examples, which stay as they are, and paragraphs.
fn examples(help: &str) -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["EXAMPLES"]);
    for line in help.lines().filter(|line| *line != "Examples:") {
        match line.strip_prefix("  ") {
            Some(example) => {
                page.control("nf", []).text([roman(example)]).control("fi", []);
            }
            None if line.is_empty() => {
                page.control("PP", []);
            }
            None => {
                page.text([roman(line)]);
            }
        }
    }
    page
}
