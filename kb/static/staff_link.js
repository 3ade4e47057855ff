// A link to the staff page, where a cookie without secret says that somebody signed in.
const WORDS = { fr: "Modifier cette fiche", en: "Edit this record" };
const KINDS = "deliverables|practices|recommendations|needs|events|themes|glossary";
const PATH = new RegExp(`^(.*?/(fr|en))/((?:${KINDS})/[^/]+)$`);

const found = PATH.exec(location.pathname);
const isWanted = document.cookie.split("; ").includes("kb-staff-links=1");
const crumbs = document.querySelector("main .crumbs");
if (found && isWanted && crumbs) {
  const link = document.createElement("a");
  link.className = "btn line";
  link.href = `${found[1]}/staff/records/${found[3]}`;
  link.textContent = WORDS[found[2]];
  const line = document.createElement("p");
  line.className = "acts noprint";
  line.append(link);
  crumbs.after(line);
}
