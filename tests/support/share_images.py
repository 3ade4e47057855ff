"""Makes the pictures that messengers show beside a link, one for each kind of record.

`python -m tests.support.share_images` writes kb/static/share/KIND.png with Chromium.
Run it again after a change of the mark, the icons, the fonts or the names of kinds.
"""

import base64
import io
import shutil
from pathlib import Path

from markupsafe import Markup
from PIL import Image
from playwright.sync_api import sync_playwright

from indexer.model.ids import Kind, Locale
from kb.web.labels import ICONS, KINDS
from tests.support.builders import PROJECT

STATIC = PROJECT / "kb" / "static"
SIZE = {"width": 1200, "height": 630}
COLOURS = 32
"""Flat colours and their edges: a palette makes the files a third as large."""

SITE = {
    Locale.FR: ("Innovation et Sécurité", "La mémoire du groupe de travail de l’Efus"),
    Locale.EN: ("Innovation and Security", "The memory of Efus’s working group"),
}
PUBLISHER = (
    "Forum européen pour la sécurité urbaine – European Forum for Urban Security"
)
TEMPLATE = Markup("""<!DOCTYPE html>
<meta charset="utf-8">
<style>
@font-face {{ font-family: Texte; src: url({text_font}); font-weight: 400 700 }}
@font-face {{ font-family: Titre; src: url({title_font}) }}
* {{ margin: 0; box-sizing: border-box }}
body {{ width: 1200px; height: 630px; padding: 64px 72px; color: #fff;
  background: #004c54; font: 29px/1.3 Texte; display: grid;
  align-content: space-between }}
svg {{ fill: none; stroke: currentColor; stroke-width: 1.5; color: #ffe58f }}
body > svg {{ display: none }}
header, main {{ display: flex; gap: 28px; align-items: center }}
header svg {{ width: 84px; height: 84px; stroke-width: 2 }}
header p, h1 {{ font: 560 40px/1.15 Titre }}
main {{ gap: 56px }}
main svg {{ width: 210px; height: 210px; flex: none }}
h1 {{ font-size: {size}px; line-height: 1.1 }}
h1 + p {{ font: 560 48px/1.2 Titre; color: #dff0f0; margin-top: 12px }}
footer {{ border-top: 3px solid #ffe58f; padding-top: 24px; color: #dff0f0 }}
</style>
{sprite}
<header><svg><use href="#i-mark"/></svg><div><p>{fr}</p><p>{en}</p></div></header>
<main><svg><use href="#i-{icon}"/></svg><div><h1>{title}</h1><p>{other}</p></div></main>
<footer>{publisher}</footer>
""")


def page(kind: Kind) -> str:
    """Return the HTML of the picture of a kind; that of pages names the site."""
    names = {each: KINDS[kind].text(each) for each in Locale}
    if kind is Kind.PAGE:
        names = {each: note for each, (_, note) in SITE.items()}
    return TEMPLATE.format(
        text_font=_font("atkinson-next"),
        title_font=_font("newsreader-titles"),
        sprite=Markup((STATIC / "icons.svg").read_text("utf-8")),  # noqa: S704  # ours
        fr=SITE[Locale.FR][0],
        en=SITE[Locale.EN][0],
        icon="theme" if kind is Kind.PAGE else ICONS[kind],
        size=60 if kind is Kind.PAGE else 84,
        title=names[Locale.FR],
        other=names[Locale.EN],
        publisher=PUBLISHER,
    )


def _font(name: str) -> str:
    content = (STATIC / "fonts" / f"{name}.woff2").read_bytes()
    return f"data:font/woff2;base64,{base64.b64encode(content).decode()}"


def main(folder: Path = STATIC / "share") -> None:
    """Write the pictures of all kinds."""
    folder.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        view = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]  # its two keys
        for kind in Kind:
            view.set_content(page(kind))
            view.evaluate("() => document.fonts.ready.then(() => true)")
            picture = Image.open(io.BytesIO(view.screenshot())).convert("RGB")
            few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
            few.save(folder / f"{kind.value}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
