//! Draws all icons from the SVG sources in `icons/`. Run by hand after a change of a drawing;
//! what it makes is committed, so nobody else needs the two programs it calls.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::steps::root;

/// The sizes of the app's icon that Linux desktops look for.
const LINUX_SIZES: [u32; 8] = [16, 24, 32, 48, 64, 128, 256, 512];

/// The sizes inside the Windows icon.
const WINDOWS_SIZES: [u32; 6] = [16, 24, 32, 48, 64, 256];

/// The pictures inside the macOS icon: type and size in pixels. Types of the second half are
/// for screens with two pixels a point.
const MAC_PICTURES: [(&[u8; 4], u32); 10] = [
    (b"ic04", 16),
    (b"ic05", 32),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic09", 512),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic13", 256),
    (b"ic14", 512),
    (b"ic10", 1024),
];

/// Up to this size the app's icon is made from the drawing with fewer parts.
const LARGEST_SMALL_SIZE: u32 = 24;

const TRAY_STATES: [&str; 4] = ["running", "syncing", "stopped", "problem"];

/// Four times 16: what panels shrink it to stays on whole pixels.
const TRAY_SIZE: u32 = 64;

/// 22 points on screens with two pixels a point.
const MAC_TRAY_SIZE: u32 = 44;

/// Makes every icon file.
pub fn run() -> Result<ExitCode> {
    for program in ["rsvg-convert", "convert"] {
        if Command::new(program).arg("--version").output().is_err() {
            bail!(
                "`{program}` is missing. On Debian:\n  \
                 sudo apt-get install librsvg2-bin imagemagick"
            );
        }
    }
    let icons = root().join("icons");
    let scratch = tempfile_folder()?;
    app_icons(&icons, &scratch)?;
    tray_icons(&icons, &scratch)?;
    fs::remove_dir_all(&scratch).context("the scratch folder can be removed")?;
    println!("The icons in icons/ are drawn anew. Look at them before you commit.");
    Ok(ExitCode::SUCCESS)
}

fn tempfile_folder() -> Result<PathBuf> {
    let folder = crate::steps::target()?.join("icons");
    fs::create_dir_all(&folder).with_context(|| format!("{} can be made", folder.display()))?;
    Ok(folder)
}

fn app_icons(icons: &Path, scratch: &Path) -> Result<()> {
    let source =
        |size| icons.join(if size <= LARGEST_SMALL_SIZE { "app-small.svg" } else { "app.svg" });
    for size in LINUX_SIZES {
        draw(&source(size), size, None, &icons.join(format!("{size}x{size}.png")))?;
    }

    let mut pictures = Vec::new();
    for size in WINDOWS_SIZES {
        let picture = scratch.join(format!("windows-{size}.png"));
        draw(&source(size), size, None, &picture)?;
        pictures.push(picture);
    }
    // Writes bitmaps, and a PNG for 256 alone: what Windows' own tools accept.
    succeed(Command::new("convert").args(&pictures).arg("-strip").arg(icons.join("icon.ico")))?;

    let margin = scratch.join("mac.svg");
    fs::write(&margin, with_margin(&fs::read_to_string(icons.join("app.svg"))?))?;
    let mut entries = Vec::new();
    for (kind, size) in MAC_PICTURES {
        let picture = scratch.join(format!("mac-{size}.png"));
        draw(&margin, size, None, &picture)?;
        let is_old_kind = matches!(kind, b"ic04" | b"ic05");
        let data = if is_old_kind { mac_argb(&picture)? } else { fs::read(&picture)? };
        entries.push((*kind, data));
    }
    fs::write(icons.join("icon.icns"), mac_container(&entries)?)?;
    Ok(())
}

fn tray_icons(icons: &Path, scratch: &Path) -> Result<()> {
    // The text colours of the window (ui/src/styles), so that app and tray agree.
    let variants = [
        ("light", "#2b2f36", TRAY_SIZE),
        ("dark", "#f4f5f7", TRAY_SIZE),
        ("template", "#000", MAC_TRAY_SIZE),
    ];
    for (variant, colour, size) in variants {
        let style = scratch.join(format!("{variant}.css"));
        fs::write(&style, format!("svg {{ color: {colour} }}"))?;
        for state in TRAY_STATES {
            let source = icons.join(format!("tray/{state}.svg"));
            let picture = icons.join(format!("tray/{state}-{variant}.png"));
            draw(&source, size, Some(&style), &picture)?;
        }
    }
    Ok(())
}

fn draw(source: &Path, size: u32, style: Option<&Path>, picture: &Path) -> Result<()> {
    let size = size.to_string();
    let mut command = Command::new("rsvg-convert");
    command.args(["--width", &size, "--height", &size]);
    if let Some(style) = style {
        command.arg("--stylesheet").arg(style);
    }
    succeed(command.arg("--output").arg(picture).arg(source))
}

fn succeed(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?} starts"))?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// Icons of macOS leave a tenth free on each side; elsewhere they fill their square.
fn with_margin(drawing: &str) -> String {
    drawing.replacen(r#"viewBox="0 0 64 64""#, r#"viewBox="-7.8 -7.8 79.6 79.6""#, 1)
}

/// The container: a length, then each picture with its kind and length, all big-endian.
fn mac_container(entries: &[([u8; 4], Vec<u8>)]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    for (kind, data) in entries {
        body.extend_from_slice(kind);
        body.extend_from_slice(&u32::try_from(data.len() + 8)?.to_be_bytes());
        body.extend_from_slice(data);
    }
    let mut file = b"icns".to_vec();
    file.extend_from_slice(&u32::try_from(body.len() + 8)?.to_be_bytes());
    file.extend_from_slice(&body);
    Ok(file)
}

/// The form that the two smallest kinds have: alpha, red, green, blue, one plane after the
/// other, in runs. These are runs of literal bytes only: small enough as they are.
fn mac_argb(picture: &Path) -> Result<Vec<u8>> {
    let output = Command::new("convert").arg(picture).args(["-depth", "8", "RGBA:-"]).output()?;
    let pixels = output.stdout;
    if !output.status.success() || pixels.is_empty() {
        bail!("{} cannot be read back", picture.display());
    }
    let mut data = b"ARGB".to_vec();
    for channel in [3, 0, 1, 2] {
        let plane: Vec<u8> = pixels.iter().skip(channel).step_by(4).copied().collect();
        for run in plane.chunks(128) {
            data.push(u8::try_from(run.len() - 1)?);
            data.extend_from_slice(run);
        }
    }
    Ok(data)
}
