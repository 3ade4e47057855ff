"""Generates Markdown that is hard to parse: repeated, mixed and unclosed constructs."""

import random

PIECES = (
    *("+ ", "*\t", "-     ", "- ", "1. ", "> ", ">", "    ", "\t", "\n", "\n\n"),
    *("[", "![", "]", "](", ")", "[a](", "[a]", "[a]: /u\n", "[^1]", "[^1]: ", "_!"),
    *("**", "*", "_", "__", "`", "``", "~~", "~~~\n", "```\n", "\\", "{", "}", "$"),
    *("<a ", "<b>", "</b>", "<i>", "</i>", "<p>", "</p>", "<div>\n", "</div>\n", "</"),
    *("<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>", "<h2>", "</h2>", "<sup>"),
    *("<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "<br>", "<svg>", "<math>", "</p"),
    *("<textarea>", "<title>", "<script>", "<style>", "&#0;", "&amp;", "&", "&nbsp"),
    *("|", "|-|-|\n", "a|b\n-|-\n", "# ", "###### ", "a\n=\n", "---\n", "http://a.b/"),
    *("<http://", "www.", "a@b.c", "a ", "mot ", "é", "«", "»", " :", " ;", '"', "'"),
    *("...", "\u00a0", "0", "12 345", "%", "€", "\r\n", "\u2028", "\x0b", "👍", "ﬁ"),
)


def hostile_text(seed: int, size: int) -> str:
    """Return the text of a seed, in characters; the same for each call."""
    source = random.Random(seed)  # noqa: S311  # not for security
    pieces = [source.choice(PIECES) for _ in range(source.choice((1, 1, 2, 2, 3, 8)))]
    if source.random() < 0.3:
        pieces = ["".join(source.choices(PIECES, k=source.randint(1, 6)))]
    text = "".join(source.choices(pieces, k=size))[:size]
    return f"{text}\n\n[^1]: note\n" if source.random() < 0.5 else text
