//! A sheet to draw on: shapes by tiny-skia, letters as the outlines of a font that is built in.
//!
//! No font of the system is used, so a picture looks the same on every machine.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use tiny_skia::{
    Color, FillRule, LineJoin, Paint, PathBuilder, Pixmap, PremultipliedColorU8, Rect, Stroke,
    Transform,
};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Red, green and blue.
pub(crate) type Rgb = [u8; 3];

pub(super) struct Canvas {
    pixels: Pixmap,
    regular: Face<'static>,
    medium: Face<'static>,
}

/// How letters look, and where they go: `anchor` is 0 to begin at a place, 1 to end there.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) medium: bool,
    pub(super) anchor: f32,
    pub(super) colour: Rgb,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32, colour: Rgb) -> Result<Self> {
        let mut pixels = Pixmap::new(width, height).context("there is no such picture")?;
        pixels.fill(opaque(colour));
        let regular = Face::parse(include_bytes!("../../fonts/Roboto-Regular.ttf"), 0)?;
        let medium = Face::parse(include_bytes!("../../fonts/Roboto-Medium.ttf"), 0)?;
        Ok(Self { pixels, regular, medium })
    }

    pub(super) fn save(&self, path: &Path) -> Result<()> {
        self.encode(path).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Without the transparency, for nothing here is transparent.
    fn encode(&self, path: &Path) -> Result<()> {
        let opaque = |pixel: &PremultipliedColorU8| [pixel.red(), pixel.green(), pixel.blue()];
        let bytes: Vec<u8> = self.pixels.pixels().iter().flat_map(opaque).collect();
        let mut file = BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(&mut file, self.pixels.width(), self.pixels.height());
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        encoder.write_header()?.write_image_data(&bytes)?;
        Ok(file.flush()?)
    }

    /// Sets one pixel, if there is one there.
    pub(super) fn set(&mut self, x: u32, y: u32, colour: Rgb) {
        let colour = opaque(colour).premultiply().to_color_u8();
        let index = y as usize * self.pixels.width() as usize + x as usize;
        if let Some(pixel) = self.pixels.pixels_mut().get_mut(index) {
            *pixel = colour;
        }
    }

    pub(super) fn rectangle(&mut self, [x, y, width, height]: [f32; 4], colour: Rgb) {
        if let Some(rectangle) = Rect::from_xywh(x, y, width, height) {
            self.pixels.fill_rect(rectangle, &paint(colour), Transform::identity(), None);
        }
    }

    /// A line through points.
    pub(super) fn line(&mut self, points: &[(f32, f32)], width: f32, colour: Rgb) {
        let mut path = PathBuilder::new();
        for (index, &(x, y)) in points.iter().enumerate() {
            if index == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
        }
        let Some(path) = path.finish() else { return };
        let stroke = Stroke { width, line_join: LineJoin::Round, ..Stroke::default() };
        self.pixels.stroke_path(&path, &paint(colour), &stroke, Transform::identity(), None);
    }

    /// Letters on a base line.
    pub(super) fn text(&mut self, x: f32, y: f32, style: Style, text: &str) {
        let face = if style.medium { &self.medium } else { &self.regular };
        let scale = style.size / f32::from(face.units_per_em());
        let (outline, advance) = outline(face, text);
        let x = x - style.anchor * advance * scale;
        let Some(path) = outline.finish() else { return };
        let place = Transform::from_row(scale, 0.0, 0.0, -scale, x, y);
        self.pixels.fill_path(&path, &paint(style.colour), FillRule::Winding, place, None);
    }

    /// How wide the letters are.
    pub(super) fn width(&self, style: Style, text: &str) -> f32 {
        let face = if style.medium { &self.medium } else { &self.regular };
        outline(face, text).1 * style.size / f32::from(face.units_per_em())
    }
}

fn opaque([r, g, b]: Rgb) -> Color {
    Color::from_rgba8(r, g, b, 255)
}

fn paint(colour: Rgb) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(opaque(colour));
    paint
}

/// The outlines of letters one after the other, and how far they reach, in the font's own units.
fn outline(face: &Face, text: &str) -> (PathBuilder, f32) {
    let mut pen = Pen { outline: PathBuilder::new(), x: 0.0 };
    let mut before = None;
    for letter in text.chars() {
        let glyph = face.glyph_index(letter).unwrap_or_default();
        pen.x += before.map_or(0.0, |before| kerning(face, before, glyph));
        face.outline_glyph(glyph, &mut pen);
        pen.x += f32::from(face.glyph_hor_advance(glyph).unwrap_or_default());
        before = Some(glyph);
    }
    (pen.outline, pen.x)
}

/// How much closer together two letters are than each of them says.
fn kerning(face: &Face, left: GlyphId, right: GlyphId) -> f32 {
    let tables = face.tables().kern.into_iter().flat_map(|kern| kern.subtables);
    tables
        .filter(|table| table.horizontal)
        .find_map(|table| table.glyphs_kerning(left, right))
        .map_or(0.0, f32::from)
}

/// Draws letters at a place that moves on.
struct Pen {
    outline: PathBuilder,
    x: f32,
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.outline.move_to(self.x + x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.outline.line_to(self.x + x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.outline.quad_to(self.x + x1, y1, self.x + x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.outline.cubic_to(self.x + x1, y1, self.x + x2, y2, self.x + x, y);
    }

    fn close(&mut self) {
        self.outline.close();
    }
}
