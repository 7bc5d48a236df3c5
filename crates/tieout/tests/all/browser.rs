//! The HTML report in a real browser: on a desk and on a telephone, light and dark, on screen and on paper.
//!
//! Pictures of every view are left below `target/tmp/report-browser` for a person to look at.

use crate::common::Desk;
use serde_json::Value;
use tieout_testkit::browser::{Browser, Scheme, View};

/// What is wrong with the page in the window it is shown in. Regions that scroll by themselves may hold wide tables.
const FAULTS: &str = r#"
const found = [];
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width)
  found.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${width}`);
const shown = (element, what) => {
  const box = element.getBoundingClientRect();
  if (box.width < 1 || box.height < 1) found.push(`${what} has no size: ${element.textContent.trim()}`);
  if (box.left < 0 || box.right > width + 1) found.push(`${what} is cut off: ${element.textContent.trim()}`);
};
const headings = document.querySelectorAll("h1, h2, h3");
if (headings.length < 10) found.push(`only ${headings.length} headings`);
headings.forEach(heading => shown(heading, "a heading"));
const figures = document.querySelectorAll(".key dd");
if (figures.length < 4) found.push(`only ${figures.length} key figures`);
figures.forEach(figure => shown(figure, "a key figure"));
document.querySelectorAll("td.amount, th.amount").forEach(cell => {
  if (!cell.closest(".scroll") && cell.offsetParent !== null && cell.textContent.trim() !== "") shown(cell, "an amount");
});
return found;
"#;

/// Text and background of the page, and how well one is read on the other (1 to 21).
const CONTRAST: &str = r#"
const light = colour => {
  const parts = colour.match(/[\d.]+/g).slice(0, 3).map(part => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};
const style = getComputedStyle(document.body);
const ground = [document.body, document.documentElement].map(e => getComputedStyle(e).backgroundColor)
  .find(colour => colour !== "rgba(0, 0, 0, 0)") ?? "rgb(255, 255, 255)";
const [text, back] = [light(style.color), light(ground)];
const [high, low] = [Math.max(text, back), Math.min(text, back)];
return {dark: back < 0.2, contrast: (high + 0.05) / (low + 0.05)};
"#;

fn contrast(browser: &Browser) -> (bool, f64) {
    let found = browser.script(CONTRAST).unwrap();
    (found["dark"] == true, found["contrast"].as_f64().unwrap())
}

#[test]
fn the_report_reads_well_on_every_screen_and_on_paper() {
    let desk = Desk::new("report-browser");
    assert_eq!(desk.tieout("demo").code, 0);
    let browser = Browser::open(&desk.path("browser")).unwrap();
    let address = format!("file://{}", desk.path("tieout-demo/report.html").display());
    browser.go(&address).unwrap();
    for (width, height) in [(1280, 900), (390, 844)] {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let view = View { width, height, scheme };
            browser.view(view).unwrap();
            assert_eq!(browser.script(FAULTS).unwrap(), Value::Array(Vec::new()), "{view:?}");
            let (dark, contrast) = contrast(&browser);
            assert_eq!(dark, scheme == Scheme::Dark, "{view:?}");
            assert!(contrast >= 7.0, "{view:?}: {contrast}");
            let picture = browser.screenshot().unwrap();
            assert!(picture.starts_with(b"\x89PNG"));
            std::fs::write(desk.path(&format!("{width}-{}.png", scheme.name())), picture).unwrap();
        }
    }
    browser.paper(Scheme::Dark).unwrap();
    assert!(!contrast(&browser).0, "paper is white, whatever the screen is");
    let paper = browser.pdf().unwrap();
    assert!(
        paper.starts_with(b"%PDF") && paper.len() > 20_000,
        "{} bytes",
        paper.len()
    );
    std::fs::write(desk.path("paper.pdf"), paper).unwrap();
    assert_eq!(browser.console().unwrap(), Vec::<String>::new());
    assert_eq!(
        browser.requests().unwrap(),
        [address],
        "the report is one file and needs no network"
    );
}
