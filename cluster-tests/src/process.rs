//! A process on a host, and what can be done to it.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};

/// A process on a host. Dropped, it is killed.
#[derive(Debug)]
pub struct Process {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let stdout = child.stdout.take().map(BufReader::new);
        Ok(Self { child, stdout })
    }

    /// Its id, which is the same on every host.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Says a line to it, which it reads from its standard input.
    ///
    /// # Errors
    ///
    /// If it is gone.
    pub fn tell(&mut self, line: &str) -> anyhow::Result<()> {
        let stdin = self.child.stdin.as_mut().context("it cannot be told anything")?;
        Ok(stdin.write_all(format!("{line}\n").as_bytes())?)
    }

    /// The next line that it prints, without its end.
    ///
    /// # Errors
    ///
    /// If it prints no more.
    pub fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        let stdout = self.stdout.as_mut().context("its output was read already")?;
        if stdout.read_line(&mut line)? == 0 {
            bail!("it ended, having said: {}", self.complaints());
        }
        Ok(line.trim_end().to_owned())
    }

    /// The next line that it prints, if it prints one in time.
    ///
    /// # Errors
    ///
    /// If it does not, or prints no more.
    pub fn line_within(&mut self, patience: Duration) -> anyhow::Result<String> {
        let stdout = self.stdout.as_ref().context("its output was read already")?;
        if stdout.buffer().is_empty() {
            let timeout = Timespec::try_from(patience)?;
            let mut ready = [PollFd::new(stdout.get_ref(), PollFlags::IN)];
            ensure!(poll(&mut ready, Some(&timeout))? > 0, "it said nothing for {patience:?}");
        }
        self.line()
    }

    /// Kills it, at whatever it is doing.
    ///
    /// # Errors
    ///
    /// If it cannot be.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Stops it: it is there, and does nothing.
    ///
    /// # Errors
    ///
    /// If it is gone.
    pub fn stop(&self) -> anyhow::Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    ///
    /// If it is gone.
    pub fn go_on(&self) -> anyhow::Result<()> {
        self.signal(Signal::CONT)
    }

    /// Sends it a signal.
    ///
    /// # Errors
    ///
    /// If it is gone.
    pub fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let pid = Pid::from_raw(self.id() as i32).context("no process")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Waits until it ends.
    ///
    /// # Errors
    ///
    /// If it has not by then; it goes on.
    pub fn wait(&mut self, patience: Duration) -> anyhow::Result<ExitStatus> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if begun.elapsed() > patience {
                bail!("process {} had not ended after {patience:?}", self.id());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// What is left of its output, once it has ended, and how it ended.
    ///
    /// # Errors
    ///
    /// If it has not ended by then.
    pub fn finish(&mut self, patience: Duration) -> anyhow::Result<Finished> {
        let mut stdout = String::new();
        // First: who waits for room in a pipe does not end.
        let reader = self.stdout.take();
        let read = std::thread::spawn(move || {
            reader.map(|mut reader| reader.read_to_string(&mut stdout)).transpose()?;
            anyhow::Ok(stdout)
        });
        let status = self.wait(patience)?;
        let stdout = match read.join() {
            Ok(stdout) => stdout?,
            Err(_) => bail!("its output could not be read"),
        };
        Ok(Finished { status, stdout, stderr: self.complaints() })
    }

    fn complaints(&mut self) -> String {
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            // What is no text is as good as nothing.
            let _ = stderr.read_to_string(&mut said);
        }
        said.trim().to_owned()
    }
}

/// How a process ended, and what it said.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed, but for the lines that were read before.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
