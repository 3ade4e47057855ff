"""The page of the evidence atlas: the picture of a tab, its holes, its files."""

from dataclasses import dataclass

import typst
from flask import Response, render_template

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.records import Practice
from indexer.model.vocabulary import Stage
from kb.briefs.pdf import brief_fonts
from kb.public.evidence.dots import MARKS, RING, practice_marks, practices_url
from kb.public.evidence.grid import EvidenceGrid, grid_of
from kb.public.evidence.years import Years, years_of
from kb.web.page_content import PageContent, made_once
from kb.web.records.counts import last_research
from kb.web.responses.downloads import as_attachment
from kb.web.urls import AtlasTab, atlas_url, script_root

RECENT_YEARS = 5
FINE_PIXELS, PIXELS = 144, 72
"""Pixels per inch of a PNG, and of one of a picture with many records."""

MOST_FINE = 100_000
"""The most characters of an SVG that is drawn finely: twice those of today's."""

_PAGE = b"""#set page(width: auto, height: auto, margin: 24pt)
#image(bytes(sys.inputs.svg), format: "svg")"""
"""The page of the PNG, for Typst."""

_GRIDS: dict[AtlasTab, tuple[FacetName, FacetName] | None] = {
    AtlasTab.AIMS: (FacetName.THEME, FacetName.AIM),
    AtlasTab.AUDIENCES: (FacetName.THEME, FacetName.AUDIENCE),
    AtlasTab.COUNTRIES: (FacetName.PLACE, FacetName.THEME),
    AtlasTab.YEARS: None,
}


@dataclass(frozen=True, slots=True)
class AtlasView:
    """All that a tab of the atlas shows; `grid` or `years` is its picture.

    Attributes:
        tab: what sorts the practices.
        url: the address of the page.
        research: the day of the state of the atlas, in words.
        number: the number of practices.
        measured: how many of them had their effect measured.
        words: what each mark says, in the order of the legend.
        grid: the picture of the other tabs.
        years: the picture of the years.
        since: a year, and how many practices have begun since it.
        silent: of how many practices there has been no news for long.
        silent_url: the list of these.
    """

    tab: AtlasTab
    url: str
    research: str
    number: int
    measured: int
    words: dict[str, str]
    grid: EvidenceGrid | None
    years: Years | None
    since: tuple[int, int]
    silent: int
    silent_url: str


def atlas_view(tab: AtlasTab, content: PageContent) -> AtlasView:
    """Return the view of a tab, which is made once for a content."""
    key = ("atlas", tab, content.locale, script_root())
    return made_once(content.corpus, key, lambda: _view(tab, content))


def atlas_grid(tab: AtlasTab, content: PageContent) -> EvidenceGrid | None:
    """Return the grid of a tab, None for the years."""
    facets = _GRIDS[tab]
    return grid_of(practices_of(content), content, *facets) if facets else None


def practices_of(content: PageContent) -> list[Practice]:
    """Return the practices of a content."""
    records = content.corpus.of_kind(Kind.PRACTICE)
    return [record for record in records if isinstance(record, Practice)]


def _view(tab: AtlasTab, content: PageContent) -> AtlasView:
    practices = practices_of(content)
    grid = atlas_grid(tab, content)
    years = years_of(practices, content) if grid is None else None
    since = years.last - RECENT_YEARS + 1 if years else 0
    no_news = Filter(FacetName.STAGE, Stage.NO_NEWS.value)
    return AtlasView(
        tab=tab,
        url=atlas_url(tab, content.locale),
        research=last_research(practices, content.locale),
        number=len(practices),
        measured=sum(RING in practice_marks(practice) for practice in practices),
        words={mark: str(text) for mark, text in MARKS.items()},
        grid=grid,
        years=years,
        since=(since, sum(p.date.year >= since for p in practices if p.date)),
        silent=sum(p.current_stage is Stage.NO_NEWS for p in practices),
        silent_url=practices_url(content, no_news),
    )


def atlas_file_response(view: AtlasView, file: str) -> Response:
    """Return the picture of a tab as a file to save: `svg` or `png`, by Typst."""
    name = f"atlas-{view.tab}.{file}"
    svg = render_template("public/atlas.svg", view=view)
    if file == "svg":
        return as_attachment(svg, name=name, media_type="image/svg+xml")
    png = typst.compile(
        _PAGE,
        sys_inputs={"svg": svg},
        font_paths=brief_fonts(),
        ignore_system_fonts=True,
        format="png",
        ppi=FINE_PIXELS if len(svg) <= MOST_FINE else PIXELS,
    )
    return as_attachment(png, name=name, media_type="image/png")
