"""What readers see: every template's mail in a real browser, narrow and wide, light and dark.

The screenshots are kept in BUILD/screenshots, to be looked at.
"""

import os
import pathlib
import tempfile
import unittest

import chromium
import editions
import tidings

tidings.need("chromium")

WIDTHS = (320, 640, 1280)
PICTURES = pathlib.Path(os.environ.get("TD_BUILD") or tempfile.gettempdir()) / "screenshots"

# All that is wrong with the page on the screen, as a list of sentences.
JUDGE = r"""
(() => {
  const faults = [];
  const say = (what, node) => faults.push(what + ': "' + (node.textContent || node.alt || '')
      .trim().replace(/\s+/g, ' ').slice(0, 60) + '"');

  // Colours as [r, g, b, a].
  const parse = text => {
    const numbers = text.match(/[\d.]+/g).map(Number);
    return numbers.length === 3 ? [...numbers, 1] : numbers;
  };
  const over = (top, below) => below.map((c, i) => i === 3 ? 1 : top[i] * top[3] + c * (1 - top[3]));
  const canvas = matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18, 1]
                                                                    : [255, 255, 255, 1];
  const ground = element => {
    const layers = [];
    for (let e = element; e; e = e.parentElement)
      layers.unshift(parse(getComputedStyle(e).backgroundColor));
    return layers.reduce((below, top) => over(top, below), canvas);
  };
  const luminance = colour => {
    const [r, g, b] = colour.map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92
                                                       : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };

  if (document.documentElement.scrollWidth > innerWidth)
    faults.push('the page is ' + document.documentElement.scrollWidth + ' pixels wide');
  for (const element of document.body.querySelectorAll('*'))
    if (element.getClientRects().length && element.getBoundingClientRect().right > innerWidth + 0.5)
      say('out of the window', element);

  let words = 0;
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode, element = node.parentElement;
    const style = getComputedStyle(element);
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!node.textContent.trim() || !box.width || !box.height || style.visibility !== 'visible')
      continue;
    words += node.textContent.trim().split(/\s+/).length;
    if (parseFloat(style.fontSize) < 16)
      say('words of ' + style.fontSize, node);
    const behind = ground(element);
    const ratio = contrast(over(parse(style.color), behind), behind);
    if (ratio < 4.5)
      say('contrast ' + ratio.toFixed(2) + ' of ' + style.color + ' on ' + behind, node);
  }
  if (!words)
    faults.push('there is nothing to read');

  // A control is large enough to be hit, or a word among others in running text.
  for (const element of document.querySelectorAll('a[href], button, input, select')) {
    const style = getComputedStyle(element);
    let block = element.parentElement;
    while (getComputedStyle(block).display === 'inline')
      block = block.parentElement;
    const around = block.textContent.replace(element.textContent, '').trim();
    const inline = style.display === 'inline' && /\p{L}/u.test(around);
    if (!inline && element.getBoundingClientRect().height < 44)
      say('a control ' + element.getBoundingClientRect().height + ' pixels high', element);
  }
  return faults;
})()
"""


class Look(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="tidings-test-")
        cls.addClassCleanup(scratch.cleanup)
        cls.scratch = pathlib.Path(scratch.name)
        cls.browser = chromium.Browser()
        cls.addClassCleanup(cls.browser.__exit__)
        cls.page = cls.browser.page()
        PICTURES.mkdir(exist_ok=True)

    def judge(self, html):
        path = self.scratch / "page.html"
        path.write_text(html, encoding="utf-8")
        self.page.show(path, 640)
        return self.page.evaluate(JUDGE)

    def test_the_judge_sees_each_fault(self):
        start = '<html><body style="background:#fff;color:#000;font-size:16px">'
        self.assertEqual(self.judge(start + "<p>Good <a href='#'>link</a>.</p>"), [])
        for words, html in {
            "pixels wide": "<p style='width:700px'>Wide</p>",
            "words of 15px": "<p style='font-size:15px'>Small</p>",
            "contrast 4.4": "<p style='color:#787878'>Grey</p>",
            "contrast 1.00": "<p style='background:#000'>Black</p>",
            "pixels high": "<p><a href='#'>Alone</a></p>",
            "nothing to read": "<p style='display:none'>Hidden</p>",
        }.items():
            with self.subTest(words):
                self.assertIn(words, "\n".join(self.judge(start + html)))

    def test_what_a_picture_shows_is_read_where_pictures_are_off(self):
        with editions.Editions() as made:
            path = dict(made.all())["hard"]
            self.assertEqual(self.judge(editions.page(path, images=False)), [])
            self.page.screenshot(PICTURES / "hard-without-images.png")
            shown = self.page.evaluate("document.querySelector('#content img').alt")
            self.assertIn("seen from the roof", shown)

    def test_every_edition_is_readable_at_every_width_in_light_and_dark(self):
        with editions.Editions() as made:
            for name, path in [*made.all(), *editions.notices()]:
                html = self.scratch / f"{name}.html"
                html.write_text(editions.page(path), encoding="utf-8")
                for width in WIDTHS:
                    for dark in (False, True):
                        scheme = "dark" if dark else "light"
                        with self.subTest(name, width=width, scheme=scheme):
                            self.page.show(html, width, dark)
                            self.page.screenshot(PICTURES / f"{name}-{width}-{scheme}.png")
                            self.assertEqual(self.page.evaluate(JUDGE), [])


if __name__ == "__main__":
    unittest.main()
