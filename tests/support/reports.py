"""Builds PDF reports like those that staff receive."""

import io
from collections.abc import Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import (
    ListFlowable,
    ListItem,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
)


def a_pdf(*pages: Sequence[str], title: str = "", author: str = "") -> bytes:
    """Return a PDF; a line is a `# heading`, `## heading`, `- item` or paragraph."""
    content = io.BytesIO()
    styles = getSampleStyleSheet()
    document = SimpleDocTemplate(content, pagesize=A4, title=title, author=author)
    story: list[object] = []
    for page in pages:
        for line in page:
            story += _flowables(line, styles)
        story.append(PageBreak())
    document.build(story)
    return content.getvalue()


def _flowables(line: str, styles: object) -> list[object]:
    style = styles["BodyText"]  # type: ignore[index]  # no types published
    if line.startswith("- "):
        item = ListItem(Paragraph(line[2:], style), leftIndent=18)
        return [ListFlowable([item], bulletType="bullet", start="•")]
    if line.startswith("#"):
        name = "Heading1" if line.startswith("# ") else "Heading2"
        return [Paragraph(line.lstrip("# "), styles[name])]  # type: ignore[index]  # no types published
    return [Paragraph(line, style), Spacer(1, 6)]


COVER = (
    "Deliverable D9.9",
    "# Night walks report",
    "Authors: A. Martin, B. Smith",
    "Submission date: 20 February 2018",
)
FINDINGS = (
    "# Findings",
    (
        "The lamplighters of Newtown walked every evening through the district, and "
        "they "
        "wrote down which of the lanterns had gone out."
    ),
)
RECOMMENDATIONS = (
    "# Recommendations",
    "- Local authorities should count the broken lanterns every month.",
    "- The police must answer each resident who reports a broken lantern.",
)


def a_report() -> bytes:
    """Return a report of three pages with a code, a date and two recommendations."""
    return a_pdf(COVER, FINDINGS, RECOMMENDATIONS, title="Night walks report")


def complete_draft(folder: Path, added: str = "themes: [streets]\n") -> None:
    """Complete the draft in a folder, as a person does in its files.

    The person has checked the guesses, whose comments go, and adds fields.
    """
    for path in (*folder.glob("*.md"), folder / "record.yaml"):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        text = "".join(line for line in lines if not line.startswith("# ? "))
        is_record = path.name == "record.yaml"
        path.write_text(text + added if is_record else text, "utf-8")
