//! `gray-scott frames`: V as a picture, one pixel for each cell.
//!
//! A frame is a PNG with a palette: a byte for each cell, from 0 to [`SCALE`], and the colours beside.
//! So it is small, quick to write, and can be read back as what it shows.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::args::FollowerArgs;
use crate::follow::follow;

pub(crate) fn frames(out: &Path, args: &FollowerArgs) -> Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    follow(args, |step, fields| {
        let (_, v) = fields.split_at(fields.len() / 2);
        Frame::of(v).write(out, step.step)?;
        Ok(None)
    })
}

/// V in 256 shades.
#[derive(Debug, PartialEq)]
pub(crate) struct Frame {
    /// Cells along each side.
    pub(crate) n: usize,
    pub(crate) shades: Vec<u8>,
}

impl Frame {
    fn of(v: &[f64]) -> Self {
        // A cast from floating point saturates, so that what is off the scale has its last shade.
        let shades = v.iter().map(|v| (v / SCALE * 255.0).round() as u8).collect();
        Self { n: v.len().isqrt(), shades }
    }

    /// Writes the frame, all of it or nothing: a name that can be seen is that of a whole picture.
    fn write(&self, folder: &Path, step: u64) -> Result<()> {
        let unfinished = folder.join(UNFINISHED);
        self.encode(&unfinished)
            .and_then(|()| Ok(std::fs::rename(&unfinished, folder.join(name(step)))?))
            .with_context(|| format!("cannot draw into {}", folder.display()))
    }

    fn encode(&self, path: &Path) -> Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(&mut file, self.n as u32, self.n as u32);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(
            (0..=255).flat_map(|shade| colour(f64::from(shade) / 255.0)).collect::<Vec<_>>(),
        );
        encoder.set_compression(png::Compression::Fast);
        encoder.write_header()?.write_image_data(&self.shades)?;
        Ok(file.flush()?)
    }

    /// Reads a frame back.
    pub(crate) fn read(folder: &Path, step: u64) -> Result<Self> {
        let path = folder.join(name(step));
        let reading = || format!("cannot read {}", path.display());
        let file = BufReader::new(File::open(&path).with_context(reading)?);
        let mut reader = png::Decoder::new(file).read_info().with_context(reading)?;
        let (width, height) = reader.info().size();
        ensure!(width == height, "{} is not square", path.display());
        let mut shades = vec![0; width as usize * height as usize];
        reader.next_frame(&mut shades).with_context(reading)?;
        Ok(Self { n: width as usize, shades })
    }
}

/// The file of a step's frame.
pub(crate) fn name(step: u64) -> String {
    format!("{step:06}.png")
}

/// Whether a file is some step's frame.
pub(crate) fn is_name(name: &str) -> bool {
    name.strip_suffix(".png")
        .and_then(|number| number.parse().ok())
        .is_some_and(|step| name == self::name(step))
}

/// The colour of a shade from 0 to 1, by a map along which equal steps look equal.
pub(crate) fn colour(shade: f64) -> [u8; 3] {
    let colour = colorous::INFERNO.eval_continuous(shade.clamp(0.0, 1.0));
    [colour.r, colour.g, colour.b]
}

/// What a frame is called until it is whole.
pub(crate) const UNFINISHED: &str = "unfinished.part";

/// The V that has the last colour.
pub(crate) const SCALE: f64 = 0.4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let frame = Frame::of(&[0.0, 0.1, 0.2, 0.3, 0.4, 0.5, -1.0, 0.25, 0.05]);
        assert_eq!(frame.shades, [0, 64, 128, 191, 255, 255, 0, 159, 32]);
        frame.write(folder.path(), 7).unwrap();
        assert_eq!(Frame::read(folder.path(), 7).unwrap(), frame);
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }

    #[test]
    fn frames_are_told_from_other_pictures() {
        assert!(is_name(&name(0)) && is_name(&name(7)) && is_name(&name(12_345_678)));
        for other in ["cat.png", "7.png", "000007.jpg", "+00007.png", ".png", UNFINISHED] {
            assert!(!is_name(other), "{other}");
        }
    }
}
